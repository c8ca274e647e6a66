#include "crypto/mail_seal.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/openpgp.h"
#include "crypto/smime.h"

namespace comity::crypto {
namespace {

Result<bool> names_receiver(std::string_view certificate, std::string_view address, Time now) {
    return looks_like_openpgp(certificate) ? openpgp_names(certificate, address, now)
                                           : mail_certificate_names(certificate, address);
}
Result<void> check_one(std::string_view certificate, Time now) {
    return looks_like_openpgp(certificate) ? check_openpgp(certificate, now)
                                           : check_mail_certificate(certificate, now);
}

}  // namespace

Result<void> check_mail_receivers(std::span<const std::string> certificates,
                                  std::span<const std::string> addresses, Time now) {
    const auto openpgp = std::ranges::count_if(certificates, looks_like_openpgp);
    if (openpgp != 0 && std::cmp_not_equal(openpgp, certificates.size()))
        return invalid("certificates", "are of two kinds, and a letter is either S/MIME or OpenPGP",
                       "add a channel for each kind");
    for (const std::string& address : addresses) {
        bool named = false;
        for (const std::string& certificate : certificates) {
            COMITY_TRY(const bool names, names_receiver(certificate, address, now));
            if (!names) continue;
            if (auto done = check_one(certificate, now); !done)
                return within("certificate of " + address, std::move(done).error());
            named = true;
            break;
        }
        if (!named)
            return invalid("certificates", fmt::format("none of them names {}", address),
                           "each receiver needs one that names its address");
    }
    // Those of nobody, too: they could read it.
    for (const std::string& certificate : certificates) COMITY_CHECK(check_one(certificate, now));
    return {};
}

Result<std::string> seal_mail(std::string_view entity, std::span<const std::string> certificates,
                              std::span<const std::string> addresses, Time now) {
    COMITY_CHECK(check_mail_receivers(certificates, addresses, now));
    if (!certificates.empty() && looks_like_openpgp(certificates.front()))
        return openpgp_encrypt(entity, certificates, now);
    return smime_encrypt(entity, certificates);
}

}  // namespace comity::crypto
