// Rounds of consultation, and what moderators and operators did, out of the set of statements. A pure
// function of it (law 1): nobody keeps the list, and what was hidden is on record with who hid it and why.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "governance/consultation/bodies.h"
#include "governance/consultation/round_bodies.h"
#include "governance/voting/tally.h"

namespace comity::governance {

// An act of one who moderates or runs a node.
struct ModerationAct {
    Digest id;
    std::string author;
    ledger::Witnessed at = 0;
    Time issued;  // within a second the order is its author's
    ModerationBody body;
    std::string objection;  // why it has no effect; empty: it has
};

struct RoundComment {
    Digest id;
    std::string author;               // the member that has said it, or has taken it in
    std::optional<std::string> name;  // of one who is no member; nothing: the author's own word
    std::string text, language, quote, position;
    std::optional<Digest> reply_to;
    ledger::Witnessed at = 0;
    std::optional<ModerationAct> moderated;  // the last that has effect
    bool shown = true;
};

struct ConsultationRound {
    Digest id;
    std::string author;
    ledger::Witnessed announced = 0;
    ConsultationBody body;
    ProposalBody text;                   // the version that is consulted on
    std::vector<RoundComment> comments;  // by witnessed second, then by their own time, then by id
    std::vector<Digest> outside;         // witnessed before it opened or after it closed
    std::optional<SummaryBody> summary;  // the last
    Digest summary_id;
    ledger::Witnessed summarised = 0;

    ledger::Witnessed opens() const;
    ledger::Witnessed closes() const { return body.closes.seconds(); }
    std::string_view state(ledger::Witnessed now) const;  // "to-come", "open", "closed", "answered"
    bool moderates(std::string_view member, const RoundComment& comment) const;
};

struct Rounds {
    std::vector<ConsultationRound> rounds;  // the newest first
    std::vector<ModerationAct> acts;        // the newest first, those without effect too
};
Rounds rounds_in(std::span<const Act> acts, const SignatureCheck& check);

Result<Rounds> load_rounds(db::Session& session);

struct RoundQuery {
    ledger::Witnessed now = 0;
    std::string language = "en";  // of titles, where there is a text in it
    bool open = false;            // only what is open now
};
Result<json::Array> rounds_answer(db::Session& session, const RoundQuery& query);
// By its id or a unique beginning of 8 digits or more: with comments, those that are hidden as who hid them
// and why, and the summary. kNotFound, kConflict.
Result<json::Object> round_answer(db::Session& session, std::string_view id, const RoundQuery& query);
// The open round that takes in what the public says: kNotFound, kRefused where it is not open to all now.
Result<Digest> open_round(db::Session& session, std::string_view id, ledger::Witnessed now);

// The public record of moderation: what was hidden and shown, which accounts were suspended, and what was
// erased in public, the newest first.
Result<json::Array> moderation_answer(db::Session& session);

}  // namespace comity::governance
