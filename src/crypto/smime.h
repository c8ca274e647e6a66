// Letters that their receivers alone can read: S/MIME (RFC 8551), by OpenSSL's CMS.
//
//     COMITY_CHECK(check_mail_certificate(pem, now));
//     COMITY_TRY(const std::string sealed, smime_encrypt(entity, std::array{pem}));
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace comity::crypto {

// Is that address one of those that this certificate (PEM; the file's first) is for? kInvalid where it is
// none.
Result<bool> mail_certificate_names(std::string_view pem, std::string_view address);

// Can letters be encrypted to it? kInvalid where it is none, is not for encrypting, or is not valid at that
// time; with what to do.
Result<void> check_mail_certificate(std::string_view pem, Time now);

// A MIME entity (headers, an empty line, a body; lines ended by CR and LF) as another: its headers, which
// belong below the letter's own, an empty line and base64. Readable with the key of any of the certificates
// (PEM), RSA or elliptic; AES-256 in CBC mode, which every mail program reads. kInvalid where one is no
// certificate that can be encrypted to.
Result<std::string> smime_encrypt(std::string_view entity, std::span<const std::string> certificates);

}  // namespace comity::crypto
