// Votes to try a procedure on, from a file: CSV with a heading, or JSON.
//
//     voter,vote,house,class,reasoned,objection,recused,<a weight's id>...
//     ke,yes,issuers,,,,,
//
//     {"votes":[{"voter":"ke","vote":"yes","house":"issuers","weights":{"population":12}}],
//      "counts":[{"house":"issuers","yes":11,"no":20,"abstain":2,"absent":0}],
//      "parameters":{"quorum":10},"earlier":{"important-question":false},"declared":["consensus"],"round":1}
//
// Only `voter` and `vote` must be there. Where the procedure names its electorate or its weights one by one,
// members that the file leaves out are absent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "governance/procedure/evaluate.h"

namespace comity::cli {

struct VotesFile {
    std::vector<governance::Elector> electors;
    governance::Circumstances circumstances;  // what a JSON file says of them
};

// kInvalid with the line, or the place in the JSON.
Result<VotesFile> parse_votes(std::string_view text, const governance::Procedure& procedure);

}  // namespace comity::cli
