#include "base/digest.h"

#include <algorithm>

#include "base/encoding.h"

namespace comity {

std::string Digest::hex() const {
    return hex_encode(bytes);
}

Result<Digest> Digest::from_bytes(ByteView bytes) {
    if (bytes.size() != kSize)
        return invalid("digest", "has " + std::to_string(bytes.size()) + " bytes, not 32");
    Digest digest;
    std::ranges::copy(bytes, digest.bytes.begin());
    return digest;
}

Result<Digest> Digest::from_hex(std::string_view text) {
    if (text.size() != 2 * kSize) {
        return invalid("digest",
                       "has " + std::to_string(text.size()) + " characters, not 64 hexadecimal digits");
    }
    Digest digest;
    COMITY_CHECK(hex_decode_into(text, digest.bytes));
    return digest;
}

}  // namespace comity
