// Proposals and votes out of a node's store: which statements belong to one, and what they come to. What is
// answered is public, as governance is: its statements are all for everybody.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "governance/voting/acts.h"
#include "governance/voting/amendment.h"
#include "governance/voting/tally.h"

namespace comity::governance {

// The roll's acts, proposals and openings, and whatever of governance does not count here or waits for its
// author; and to these what belongs to a vote, and to earlier ones that it depends on.
Result<Acts> load_acts(db::Session& session);
Result<void> load_vote(db::Session& session, Acts& acts, const Digest& opening);
// The votes that this one's outcome depends on, itself first: those that it names as earlier ones, those on
// amendments to any version in its line, those on the charter, where it is put to a body those on bodies, and
// where it names witnesses those on what follows when witnesses lie.
std::vector<Digest> votes_needed(std::span<const Act> acts, const Digest& opening);

// {"id","title","author","proposed","versions":[...],"votes":[...]} of each, the newest first; `language` is
// that of the titles, where there is a text in it.
Result<json::Array> proposals_answer(db::Session& session, std::string_view language);
// One, by the id of any of its versions, amendments or votes, or a unique prefix of 8 digits or more; with
// the texts, and of each vote the outcome as it stands. kNotFound, kConflict.
Result<json::Object> proposal_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view id,
                                     std::string_view language);
// The tally of a vote, by its id or that of its proposal (then the last that was opened).
Result<Tally> tally_of(db::Session& session, ledger::QuorumTime& quorum, std::string_view id);
// The witnesses' word out of the session's state; both must outlive it.
CloseWord word_of(db::Session& session, ledger::QuorumTime& quorum);

// {"id","version","procedure","round","opened","closes","body"?}.
json::Object vote_head(const Digest& id, ledger::Witnessed opened, const OpeningBody& body);

// The same on statements at hand.
Result<Digest> resolve_vote(std::span<const Act> acts, std::string_view id);
// A version by its id or its beginning; of a proposal's or a vote's id, the version that it ends or is on.
Result<Digest> resolve_version(std::span<const Act> acts, std::string_view id);
ledger::Roll roll_of(std::span<const Act> acts);

struct ProposalVersion {
    Digest id;
    ledger::Witnessed at = 0;
    ProposalBody body;
};
// Of the proposal by an id of any of its versions or votes, or its beginning; from the first. Never empty.
Result<std::vector<ProposalVersion>> versions_of(std::span<const Act> acts, std::string_view id);
struct OpenedVote {
    Digest opening;
    ledger::Witnessed opened = 0;
    OpeningBody body;
};
struct ProposedAmendment {
    Digest id;
    std::string author;
    ledger::Witnessed at = 0;
    AmendmentBody body;
    std::vector<OpenedVote> votes;  // by the proposal's author, from the first
};
// To all versions of the proposal, from the first that was proposed.
Result<std::vector<ProposedAmendment>> amendments_of(std::span<const Act> acts, std::string_view id);
struct ProposalVote {
    Digest opening;
    ledger::Witnessed opened = 0;
    OpeningBody body;
    ProposalBody text;                // what is voted on, or the version that is amended
    std::optional<Digest> amendment;  // that is voted on
};
// All, void ones included: those of the newest proposal first.
std::vector<ProposalVote> votes_of(std::span<const Act> acts);

}  // namespace comity::governance
