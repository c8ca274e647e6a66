#include "crypto/md5.h"

#include <openssl/evp.h>

#include <array>

#include "base/encoding.h"

namespace comity::crypto {

std::string md5_hex(ByteView bytes) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
    return hex_encode(ByteView(digest).first(size));
}

}  // namespace comity::crypto
