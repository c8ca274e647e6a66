// A SHA-256 digest: a statement's id, an attachment's name, a node of the log's tree.
#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace comity {

struct Digest {
    static constexpr std::size_t kSize = 32;
    std::array<std::uint8_t, kSize> bytes{};

    ByteView view() const { return bytes; }
    std::string hex() const;  // 64 lower-case digits

    static Result<Digest> from_hex(std::string_view text);  // exactly 64 digits, else kInvalid
    static Result<Digest> from_bytes(ByteView bytes);       // exactly 32 bytes, else kInvalid

    friend auto operator<=>(const Digest&, const Digest&) = default;
};

// For unordered containers: a digest is uniformly distributed already.
struct DigestHash {
    std::size_t operator()(const Digest& digest) const {
        std::size_t n;
        std::memcpy(&n, digest.bytes.data(), sizeof n);
        return n;
    }
};

}  // namespace comity
