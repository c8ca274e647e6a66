// MD5 (RFC 1321), by OpenSSL: for formats of others that name things by it, and for nothing that must hold.
#pragma once

#include <string>

#include "base/bytes.h"

namespace comity::crypto {

// 32 lower-case digits; empty where the machine's OpenSSL does not have it.
std::string md5_hex(ByteView bytes);

}  // namespace comity::crypto
