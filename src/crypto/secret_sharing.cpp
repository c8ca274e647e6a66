#include "crypto/secret_sharing.h"

#include <sodium.h>

#include <set>

#include "crypto/random.h"

namespace comity::crypto {
namespace {

constexpr std::size_t kMostShares = 255;

// Without a branch or a table that would depend on secrets.
std::uint8_t times(std::uint8_t a, std::uint8_t b) {
    unsigned product = 0;
    unsigned factor = a;
    for (int bit = 0; bit < 8; ++bit) {
        product ^= factor & (0U - ((static_cast<unsigned>(b) >> bit) & 1U));
        factor = (factor << 1U) ^ (0x11bU & (0U - (factor >> 7U)));
    }
    return static_cast<std::uint8_t>(product);
}

// a^254: the field has 255 elements besides 0.
std::uint8_t inverse(std::uint8_t a) {
    std::uint8_t out = 1;
    for (int i = 0; i < 254; ++i) out = times(out, a);
    return out;
}

}  // namespace

Result<std::vector<SecretShare>> split_secret(ByteView secret, std::size_t threshold, std::size_t shares) {
    if (secret.empty()) return invalid("secret", "is empty");
    if (threshold < 1 || threshold > shares || shares > kMostShares)
        return invalid("threshold", "must be 1 to the number of parts, which is at most 255");
    // Coefficients of the polynomials, of one degree after the other; the secret is that of degree 0.
    std::vector<Bytes> coefficients{to_bytes(secret)};
    while (coefficients.size() < threshold) coefficients.push_back(random_bytes(secret.size()));
    std::vector<SecretShare> out;
    for (std::size_t number = 1; number <= shares; ++number) {
        const auto x = static_cast<std::uint8_t>(number);
        SecretShare share{x, Bytes(secret.size(), 0)};
        for (std::size_t degree = threshold; degree-- > 0;) {
            for (std::size_t i = 0; i < secret.size(); ++i)
                share.bytes[i] =
                    static_cast<std::uint8_t>(times(share.bytes[i], x) ^ coefficients[degree][i]);
        }
        out.push_back(std::move(share));
    }
    for (Bytes& each : coefficients) sodium_memzero(each.data(), each.size());
    return out;
}

Result<Bytes> join_secret(std::span<const SecretShare> shares) {
    if (shares.empty()) return invalid("parts", "there are none");
    std::set<std::uint8_t> numbers;
    for (const SecretShare& each : shares) {
        if (each.number == 0 || !numbers.insert(each.number).second)
            return invalid("parts", "a number is 0 or stands there twice");
        if (each.bytes.empty() || each.bytes.size() != shares.front().bytes.size())
            return invalid("parts", "are not all of one size");
    }
    Bytes secret(shares.front().bytes.size(), 0);
    for (const SecretShare& each : shares) {
        // What the part weighs at 0 (Lagrange).
        std::uint8_t weight = 1;
        for (const SecretShare& other : shares) {
            if (other.number == each.number) continue;
            weight = times(
                weight, times(other.number, inverse(static_cast<std::uint8_t>(other.number ^ each.number))));
        }
        for (std::size_t i = 0; i < secret.size(); ++i)
            secret[i] = static_cast<std::uint8_t>(secret[i] ^ times(each.bytes[i], weight));
    }
    return secret;
}

}  // namespace comity::crypto
