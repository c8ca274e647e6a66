// Letters encrypted to their receivers, whichever kind of certificate these have: S/MIME (smime.h) or OpenPGP
// (openpgp.h). Never in part, and never not at all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace comity::crypto {

// Has every address a certificate that names it, can all of them be encrypted to at that time, and are all of
// one kind? kInvalid says which is not, and what to do.
Result<void> check_mail_receivers(std::span<const std::string> certificates,
                                  std::span<const std::string> addresses, Time now);

// The entity as one that these alone can read. Checked as above before anything is encrypted.
Result<std::string> seal_mail(std::string_view entity, std::span<const std::string> certificates,
                              std::span<const std::string> addresses, Time now);

}  // namespace comity::crypto
