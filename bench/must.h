// What a benchmark cannot go on without.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace comity::bench {

// Says why and ends the program, without running anything's end: servers and threads are under way.
[[noreturn]] inline void give_up(std::string_view cause) {
    fmt::print(stderr, "comity_bench: {}\n", cause);
    std::_Exit(1);
}

template <typename T>
T must(Result<T> result) {
    if (!result) give_up(result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace comity::bench
