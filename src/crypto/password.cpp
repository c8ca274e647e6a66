#include "crypto/password.h"

#include <sodium.h>
#include <array>

#include "crypto/sodium.h"

namespace comity::crypto {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = 64 << 20;  // bytes

}  // namespace

Result<std::string> hash_password(std::string_view password) {
    ready_sodium();
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return unavailable("password", "memory is short", "free 64 MiB and try again");
    }
    return std::string(out.data());
}

bool verify_password(std::string_view hash, std::string_view password) {
    ready_sodium();
    if (hash.size() >= crypto_pwhash_STRBYTES || hash.find('\0') != std::string_view::npos) return false;
    const std::string ended(hash);  // libsodium reads to the NUL
    return crypto_pwhash_str_verify(ended.c_str(), password.data(), password.size()) == 0;
}

}  // namespace comity::crypto
