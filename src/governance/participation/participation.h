// Who took part in what: how often each member, and each stakeholder class, proposed, spoke and voted. Told
// from statements each time, as tallies are; public, as they are.
#pragma once

#include <map>
#include <span>
#include <string>

#include "db/database.h"
#include "governance/voting/tally.h"

namespace comity::governance {

struct Part {
    std::uint64_t proposed = 0;   // texts
    std::uint64_t revised = 0;    // later versions of texts
    std::uint64_t amended = 0;    // amendments to texts
    std::uint64_t opened = 0;     // votes
    std::uint64_t commented = 0;  // comments
    std::uint64_t endorsed = 0;   // texts
    // Of the votes that are closed and settled:
    std::uint64_t called = 0;  // those in whose electorate it was; what follows is of these
    std::uint64_t yes = 0, no = 0, abstained = 0, attended = 0, absent = 0;
    std::uint64_t by_proxy = 0;  // another's ballot stood for it
    std::uint64_t recused = 0;
    std::uint64_t objected = 0;
    std::uint64_t blocked = 0;  // not adopted, and it voted no or its objection was not answered
    std::uint64_t changed = 0;  // it voted anew before the close

    Part& operator+=(const Part& other);
};
json::Object part_json(const Part& part);

// Adds what a vote's roll call says of its electors. Precondition: it is closed and settled.
void add_roll_call(std::map<std::string, Part, std::less<>>& parts, const Tally& tally);

// {"votes","members":[{"member","name","class","region"?,"place"?,"part"}],"classes":[{"class","members",
// "part"}],"regions":[{"region","members","part"}]}, "unknown" of those who have not said where they are;
// with `since`, of what was proposed and said, and of the votes that closed, from that second on.
Result<json::Object> participation_answer(db::Session& session, ledger::QuorumTime& quorum,
                                          ledger::Witnessed since, ledger::Witnessed now);

}  // namespace comity::governance
