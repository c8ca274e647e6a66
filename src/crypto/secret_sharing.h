// A secret in parts, any `threshold` of which are the secret and fewer tell nothing of it: Shamir's sharing
// over GF(2^8) with the polynomial of AES, byte by byte. Nothing tells whether a part is a right one: who
// joins parts holds the result against something that is known of the secret. Thread-safe.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace comity::crypto {

struct SecretShare {
    std::uint8_t number = 0;  // from 1
    Bytes bytes{};            // as many as the secret's
    friend bool operator==(const SecretShare&, const SecretShare&) = default;
};

// Parts 1 to `shares`. kInvalid unless 1 <= threshold <= shares <= 255 and the secret has a byte.
Result<std::vector<SecretShare>> split_secret(ByteView secret, std::size_t threshold, std::size_t shares);
// Of exactly as many parts as the threshold is. kInvalid where there are none, a number is 0 or stands there
// twice, or their sizes differ.
Result<Bytes> join_secret(std::span<const SecretShare> shares);

}  // namespace comity::crypto
