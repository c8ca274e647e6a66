// Letters that their receivers alone can read: OpenPGP (RFC 4880, RFC 9580) in MIME (RFC 3156), by librnp. No
// home folder, no agent, no other program; what is given here is all that is read.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace comity::crypto {

// Is it armored as an OpenPGP key is (rather than a certificate of another kind)?
bool looks_like_openpgp(std::string_view text);

// Has this certificate (armored; the file's only one) a user id, neither revoked nor out of date, with that
// address? kInvalid where it is none, is more than one, or has a secret key in it; with what to do.
Result<bool> openpgp_names(std::string_view armored, std::string_view address, Time now);

// Can letters be encrypted to it? kInvalid as above, and where it was revoked, has expired, or has no key to
// encrypt to that is valid at that time.
Result<void> check_openpgp(std::string_view armored, Time now);

// A MIME entity (headers, an empty line, a body; lines ended by CR and LF) as another: multipart/encrypted,
// its headers to stand below the letter's own. Readable with the key of any of the certificates; AES-256 with
// integrity protection. kInvalid where one of them can't be encrypted to at that time, as above.
Result<std::string> openpgp_encrypt(std::string_view entity, std::span<const std::string> certificates,
                                    Time now);

}  // namespace comity::crypto
