// What makes a proposal an amendment to the charter: the member "charter" of its body (docs/formats.md,
// "Amending the charter"). It is of the text that votes are bound to, so nobody can give an adopted text
// other procedures or another day.
//
// What it has no words for no amendment can touch: who is a member, by which keys, how one is admitted and
// leaves. Those are told from signatures alone, before any vote is counted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"
#include "ledger/roll.h"

namespace comity::governance {

struct CharterProcedures {
    std::vector<json::Value> rules;    // that rules are adopted by; empty: none is named
    std::vector<json::Value> bodies;   // that bodies are founded, amended, filled and dissolved by
    std::vector<json::Value> charter;  // that the charter is amended by
    bool named() const { return !rules.empty() || !bodies.empty() || !charter.empty(); }
    friend bool operator==(const CharterProcedures&, const CharterProcedures&) = default;
};

// {"rules":[<procedure>,...],"bodies":[...],"charter":[...]}: one of them at the least. Refused is what
// whoever opens a vote would fill in as it suits (parameters, earlier votes, the round), what a newcomer
// would make void (weight tables), and to amend the charter by fewer than everybody.
Result<CharterProcedures> parse_charter_procedures(const json::Value& value, const std::string& path);
json::Object charter_procedures_json(const CharterProcedures& procedures);

struct CharterPart {
    std::optional<std::string> name;
    std::optional<std::string> purpose;
    // Each instead of that list of before; empty: none is named any more. In all of them everybody votes.
    std::optional<std::vector<json::Value>> rules, bodies, charter;
    std::int64_t delay_days = 0;  // from the close of the vote to the day it takes force
    std::optional<Time> from;     // not before that time
};

Result<CharterPart> parse_charter_part(const json::Value& value, const std::string& path);
json::Object charter_part_json(const CharterPart& part);

// Why the members who are there at that second could decide nothing by one of the procedures that the part
// names; empty: they could.
std::string lock_out(const CharterPart& part, const ledger::Roll& roll, ledger::Witnessed at);

}  // namespace comity::governance
