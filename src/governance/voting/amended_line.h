// What a vote is on: a version of a proposal, with the line of versions before it, or an amendment to one.
// Amendments that were adopted are applied, or the vote on what goes on without them is void.
//
// An amendment to a version is adopted when a vote on it, opened by the proposal's author, adopts it and
// closes before the version is revised (of the newest: before the vote on the whole is opened). Of two that
// are in each other's way the one adopted first is applied and the other falls: by the close of its vote,
// then by the vote's id.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "governance/voting/amendment.h"
#include "governance/voting/record.h"

namespace comity::governance {

using CountVote = std::function<Result<Tally>(const Digest& opening)>;

struct AmendmentToCount {
    Digest id;
    AmendmentBody body;
    std::vector<Digest> openings;  // votes on it
};

struct AdoptedAmendments {
    std::vector<Digest> applied;  // ascending
    struct Fallen {
        Digest id;
        std::string why;
    };
    std::vector<Fallen> fallen;
    ProposalBody result;  // the texts with all that are applied
};

// Of amendments to one version: what those come to that were adopted by votes which closed before that
// second. kRefused where one of these votes is not settled.
Result<AdoptedAmendments> adopted_amendments(const ProposalBody& version, std::vector<AmendmentToCount> list,
                                             ledger::Witnessed before, const CountVote& count);

// Has the next version all that was adopted of the version before it, and nothing else? kRefused.
Result<void> check_applied(const ProposalBody& before, const ProposalBody& next,
                           const AdoptedAmendments& adopted);

struct VotedText {
    Digest proposal;               // the first version
    std::optional<Digest> amends;  // the version that it amends
    ledger::Witnessed proposed = 0;
    struct Version {
        Digest id;
        ledger::Witnessed at = 0;
        ProposalBody body;
    };
    std::vector<Version> line;  // from the newest: what is voted on, or the version that is amended
};

// `chair` has opened a vote on it. kRefused where it is not there, not its to open, or does not fit.
Result<VotedText> voted_text(const Record& record, const Digest& id, const std::string& chair);

// Was what had been adopted by then applied in all of the line? kRefused.
Result<void> check_amended(const Record& record, const VotedText& text, const std::string& chair,
                           ledger::Witnessed opened, const CountVote& count);

}  // namespace comity::governance
