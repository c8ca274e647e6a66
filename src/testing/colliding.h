// Two statements whose ids begin with the same eight digits: what a reader who may read one of them, or
// both, gets for that beginning.
#pragma once

#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/encoding.h"
#include "crypto/dsse.h"

namespace comity::testing {

// Changes their nonces until the first four bytes of their ids are equal, then signs them: a second or so.
inline std::pair<crypto::Envelope, crypto::Envelope> collide(crypto::Envelope first, crypto::Envelope second,
                                                             const crypto::NamedSecret& first_key,
                                                             const crypto::NamedSecret& second_key) {
    const auto vary = [](crypto::Envelope& envelope, std::uint32_t n) {
        const std::size_t at = envelope.payload.find("\"nonce\":\"") + 9;
        const std::array<std::uint8_t, 3> bytes{static_cast<std::uint8_t>(n),
                                                static_cast<std::uint8_t>(n >> 8),
                                                static_cast<std::uint8_t>(n >> 16)};
        envelope.payload.replace(at, 4, base64url_encode(bytes));
        std::uint32_t beginning = 0;
        const Digest id = envelope.digest();
        std::memcpy(&beginning, id.bytes.data(), sizeof beginning);
        return beginning;
    };
    const auto signed_pair = [&] {
        first.signatures = {crypto::sign_envelope(first, first_key)};
        second.signatures = {crypto::sign_envelope(second, second_key)};
        return std::pair(first, second);
    };
    std::unordered_map<std::uint32_t, std::uint32_t> firsts;
    std::unordered_map<std::uint32_t, std::uint32_t> seconds;
    for (std::uint32_t n = 0; n < 1u << 24; ++n) {
        const std::uint32_t a = vary(first, n);
        firsts.emplace(a, n);
        if (const auto it = seconds.find(a); it != seconds.end()) {
            vary(second, it->second);
            return signed_pair();
        }
        const std::uint32_t b = vary(second, n);
        seconds.emplace(b, n);
        if (const auto it = firsts.find(b); it != firsts.end()) {
            vary(first, it->second);
            return signed_pair();
        }
    }
    return signed_pair();
}

}  // namespace comity::testing
