// Content coding "gzip" (RFC 1952) of bodies in memory. Thread-safe: each thread keeps a compressor of its
// own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::http {

// Empty where the result would be no shorter (or memory is short): send the bytes as they are.
std::optional<std::string> gzip(std::string_view bytes);
// A body's beginning, compressed once, that is ended in different ways: together they are one gzip member.
struct GzipStart {
    std::string bytes;        // up to the boundary of a byte, and not the last block
    std::uint32_t check = 0;  // CRC-32 of what was compressed, and
    std::uint64_t size = 0;   // its length
};
// Empty where memory is short.
std::optional<GzipStart> gzip_start(std::string_view bytes);
// Ends it with 65,535 bytes at the most, which stand in it as they are.
std::string gzip_end(GzipStart start, std::string_view rest);
inline constexpr std::size_t kGzipEnd = 5 + 8;  // bytes that it adds to `rest`

// kInvalid where the bytes are not one whole gzip member, kTooLarge where there is more inside than `limit`.
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);

}  // namespace comity::http
