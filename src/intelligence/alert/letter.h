// An alert, or a reminder (reminder.h), as a letter to people: RFC 5322, plain text in UTF-8. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace comity::intelligence {

struct LetterHead {
    std::string from;
    std::vector<std::string> to;
    std::string origin;  // the log that the alert stands in
    // The receivers', PEM or armored OpenPGP: the letter is encrypted to them (crypto/mail_seal.h), and its
    // subject says no more than how severe it is. None: it is not.
    std::vector<std::string> certificates{};
    Time now{};  // at which they must be valid
};

// Of a letter's payload (outbox.h). Its Message-ID is made of the alert's id: a letter that comes twice is
// known by it. Values, titles and measures are written disarmed ("evil[.]example"), in the subject too, so
// that no mail program makes links of them, and without characters that one cannot see. kInvalid where the
// payload is neither's, or a receiver has no certificate that can be encrypted to.
Result<std::string> letter_message(std::string_view payload, const LetterHead& head);

}  // namespace comity::intelligence
