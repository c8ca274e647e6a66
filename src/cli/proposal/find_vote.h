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

}  // namespace comity::cli
