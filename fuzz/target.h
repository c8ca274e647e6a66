// What every fuzz target is made of: the entry that libFuzzer calls (replay.cpp in a normal build), and a way
// to say what must hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Called with any bytes; returns 0. What fails ends the program.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace comity::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// In every build, unlike assert().
inline void hold(bool condition, const char* property) {
    if (condition) return;
    std::fprintf(stderr, "fuzz: does not hold: %s\n", property);
    std::abort();
}

}  // namespace comity::fuzz
