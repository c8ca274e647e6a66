// Indicators out of running text: an e-mail, a report, what pdftotext made of one.
#pragma once

#include <string_view>

#include "intelligence/import/understanding.h"

namespace comity::intelligence {

struct TextOptions {
    // Take names, URLs and e-mail addresses in plain spelling also where others are disarmed. Without it
    // those are left out then: in a warning, what may be clicked is the sender's own (his address, his web
    // site).
    bool plain = false;
};

// Takes what is an indicator beyond doubt and says of everything that looks like one why it was not taken: a
// name that a file could bear, a private address. Of an e-mail (RFC 5322) the header is passed over, and text
// parts are decoded (quoted-printable, base64). Fills entries, errors (empty: words are no errors), not_taken
// and repeated. kTooLarge over a million words that could be indicators.
Result<Understanding> read_text(std::string_view text, const TextOptions& options);

}  // namespace comity::intelligence
