// What is said of a proposal before it is voted on (docs/formats.md, "Consultation"): comments, tied to a
// version and where wanted to a passage of it, and who stands behind it.
#pragma once

#include <optional>
#include <string>

#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kComment = "governance.comment";
inline constexpr std::string_view kEndorsement = "governance.endorsement";
inline constexpr std::string_view kConsultationTypes[] = {kComment, kEndorsement};

struct CommentBody {
    Digest version;
    std::string text;
    std::string language;            // of the passage; empty: it is about the whole
    std::string quote;               // the passage, word for word
    std::optional<Digest> reply_to;  // another comment
    std::string position;            // "for", "against", "neutral"; empty: none taken
};

struct EndorsementBody {
    Digest version;
    bool holds = true;  // false: no more
};

Result<CommentBody> parse_comment(const json::Value& body);
Result<EndorsementBody> parse_endorsement(const json::Value& body);
// Of a statement of kConsultationTypes: the version that it is about.
Result<Digest> version_of(const ledger::Statement& statement);

json::Object comment_json(const CommentBody& body);

}  // namespace comity::governance
