// Content coding "gzip" (RFC 1952) of bodies in memory. Thread-safe: each thread keeps a compressor of its
// own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::http {

// Empty where the result would be no shorter (or memory is short): send the bytes as they are.
std::optional<std::string> gzip(std::string_view bytes);
// kInvalid where the bytes are not one whole gzip member, kTooLarge where there is more inside than `limit`.
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);

}  // namespace comity::http
