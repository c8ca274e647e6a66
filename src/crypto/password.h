// Passwords, hashed with Argon2id (RFC 9106) by libsodium. Thread-safe; slow on purpose (about 60 ms, 64
// MiB).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::crypto {

// "$argon2id$v=19$m=65536,t=2,p=1$...": salt and parameters inside. kUnavailable when memory is short.
Result<std::string> hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);

}  // namespace comity::crypto
