// The vote that a command is about: the last that was opened on a proposal, or the one named.
#pragma once

#include "cli/source.h"
#include "governance/voting/bodies.h"

namespace comity::cli {

struct FoundVote {
    Digest opening;
    Digest version;
    std::string closes;
};
// kNotFound where there is none.
Result<FoundVote> find_vote(Source& source, std::string_view id);
// kRefused where it has closed: what the chair says then changes nothing.
Result<void> check_chair_heard(const FoundVote& vote, Time now);

}  // namespace comity::cli
