#include "api/taxii/next.h"

#include "base/encoding.h"
#include "crypto/sha256.h"

namespace comity::api::taxii {
namespace {

constexpr std::size_t kPlace = 8;
constexpr std::size_t kMac = 16;

Bytes place_and_mac(const Digest& key, Time last, std::string_view bound_to) {
    Bytes out;
    append_u64(out, static_cast<std::uint64_t>(last.micros));
    Bytes message = out;
    append(message, as_bytes(bound_to));
    append(out, crypto::hmac_sha256(key.view(), message).view().first(kMac));
    return out;
}

}  // namespace

NextSigner::NextSigner(const crypto::SecretKey& log_key)
    : key_(crypto::hmac_sha256(log_key.seed(), as_bytes("comity taxii next"))) {}

std::string NextSigner::sign(Time last, std::string_view bound_to) const {
    return base64url_encode(place_and_mac(key_, last, bound_to));
}

Result<Time> NextSigner::open(std::string_view next, std::string_view bound_to) const {
    const auto wrong = [] {
        return invalid("next", "was not given by this server for this request", "begin again without next");
    };
    const auto bytes = base64url_decode(next);
    if (!bytes || bytes->size() != kPlace + kMac) return wrong();
    const Time last{static_cast<std::int64_t>(read_u64(*bytes))};
    if (!crypto::equal_in_constant_time(*bytes, place_and_mac(key_, last, bound_to))) return wrong();
    return last;
}

}  // namespace comity::api::taxii
