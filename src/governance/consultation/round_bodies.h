// What the statements of a round of consultation say (docs/formats.md, "Rounds of consultation"): who may
// speak of a version and until when, what people say who are no members, what is answered, and what those who
// moderate do. Parsing checks the form; what has effect is rounds.h's to say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kConsultation = "governance.consultation";
inline constexpr std::string_view kPublicComment = "governance.public-comment";
inline constexpr std::string_view kSummary = "governance.consultation-summary";
inline constexpr std::string_view kModeration = "governance.moderation";
inline constexpr std::string_view kRoundTypes[] = {kConsultation, kPublicComment, kSummary, kModeration};

struct ConsultationBody {
    Digest version;        // of a proposal
    std::string question;  // what is asked; may be empty
    bool to_public = false;
    Time opens;
    Time closes;
    bool let_in_first = false;            // a public comment is shown once a moderator has let it in
    std::vector<std::string> moderators;  // members, beside its author and who has taken a comment in
    std::string code;                     // the number of the rule that says what is moderated; may be empty
};

// Taken in by its statement's author on behalf of one who is no member.
struct PublicCommentBody {
    Digest consultation;
    std::string name;  // as its writer wants to be called
    std::string text;
    std::string language;  // of the passage; empty: it is about the whole
    std::string quote;
    std::optional<Digest> reply_to;
    std::string position;  // "for", "against", "neutral"; empty: none taken
};

struct SummaryBody {
    Digest consultation;
    std::string text;
    struct Answered {
        std::vector<Digest> comments;
        std::string answer;
    };
    std::vector<Answered> answers;
};

struct ModerationBody {
    enum class Act {
        kHide,     // a public comment
        kShow,     // lets it in, or shows it again
        kSuspend,  // an account of a node's
        kRestore,  // it
    };
    Act act = Act::kHide;
    std::optional<Digest> comment;
    std::string account;  // "amina@cert-ke"
    std::string reason;
    std::string rule;  // its number; may be empty
};
std::string_view to_string(ModerationBody::Act act);  // "hide", ...

Result<ConsultationBody> parse_consultation(const json::Value& body);
Result<PublicCommentBody> parse_public_comment(const json::Value& body);
Result<SummaryBody> parse_summary(const json::Value& body);
Result<ModerationBody> parse_moderation(const json::Value& body);

bool is_of_round(std::string_view type);
// Of one of kRoundTypes: the version, the round or the comment that it is about; nothing for an account.
Result<std::optional<Digest>> round_owner(const ledger::Statement& statement);

json::Object consultation_json(const ConsultationBody& body);
json::Object public_comment_json(const PublicCommentBody& body);
json::Object summary_json(const SummaryBody& body);
json::Object moderation_json(const ModerationBody& body);

// Does somebody's e-mail address stand in it? Logs are forever: there it has no place.
bool holds_mail_address(std::string_view text);

}  // namespace comity::governance
