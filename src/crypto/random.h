// Random bytes from the operating system, by libsodium. Thread-safe; cannot fail.
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace comity::crypto {

Bytes random_bytes(std::size_t count);
// `count` random bytes as base64url: for nonces and tokens.
std::string random_text(std::size_t count);

}  // namespace comity::crypto
