// Letters that their receivers alone can read: S/MIME (RFC 8551), by OpenSSL's CMS.
//
//     COMITY_CHECK(check_mail_certificate(pem, "duty@cert-ke.example", now));
//     COMITY_TRY(const std::string sealed, smime_encrypt(entity, std::array{pem}));
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace comity::crypto {

// Can letters to that address be encrypted to this certificate (PEM; the file's first)? kInvalid where it is
// none, names other addresses, is not for encrypting, or is not valid at that time; with what to do.
Result<void> check_mail_certificate(std::string_view pem, std::string_view address, Time now);

// A MIME entity (headers, an empty line, a body; lines ended by CR and LF) as another: its headers, which
// belong below the letter's own, an empty line and base64. Readable with the key of any of the certificates
// (PEM), RSA or elliptic; AES-256 in CBC mode, which every mail program reads. kInvalid where one is no
// certificate that can be encrypted to.
Result<std::string> smime_encrypt(std::string_view entity, std::span<const std::string> certificates);

}  // namespace comity::crypto
