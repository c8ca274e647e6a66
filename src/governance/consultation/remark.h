// What comments of members and of the public say alike: which passage they are about, what they answer, and
// whether they are for or against.
#pragma once

#include <array>

#include "governance/forms.h"
#include "json/fields.h"

namespace comity::governance {

// Reads "language", "quote", "reply_to" and "position" of a comment's body.
template <typename Comment>
Result<void> read_remark(json::Fields& fields, Comment& comment, std::size_t max_quote) {
    static constexpr std::array<std::string_view, 3> kPositions = {"for", "against", "neutral"};
    COMITY_TRY(comment.language, optional_word_of(fields, "language", kLanguages));
    COMITY_TRY(const auto quote, fields.optional_text("quote", 1, max_quote));
    comment.quote = quote.value_or("");
    if (comment.language.empty() != comment.quote.empty()) {
        return invalid("body.quote", "goes with \"language\"",
                       "a passage is quoted word for word from the text in one language");
    }
    if (fields.has("reply_to")) {
        COMITY_TRY(comment.reply_to, digest_of(fields, "reply_to"));
    }
    COMITY_TRY(comment.position, optional_word_of(fields, "position", kPositions));
    return {};
}

}  // namespace comity::governance
