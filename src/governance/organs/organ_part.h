// What makes a proposal an act on a body of the community (a committee, a working group): the member "body"
// of its body (docs/formats.md, "Bodies"). Its code says organ: a body is what a statement has. It is of the
// text that votes are bound to, so nobody can give an adopted text other seats or another procedure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "governance/procedure/procedure.h"
#include "ledger/statement.h"

namespace comity::governance {

// A seat: one vote. Of a member, who may be spoken for by a person of its own.
struct OrganSeat {
    std::string id;      // "chair"
    std::string member;  // empty: vacant
    std::string person;  // "amina" of that member; empty: the member
    std::optional<Time> from;
    std::optional<Time> until;  // not held from that time on
    bool held_at(ledger::Witnessed at) const;
    friend bool operator==(const OrganSeat&, const OrganSeat&) = default;
};

struct OrganPart {
    enum class Act {
        kFound,     // all that follows; the text is the mandate
        kAmend,     // the same, instead of what was
        kAppoint,   // `seats` instead of those that were; the mandate stays
        kDissolve,  // nothing else
    };
    Act act = Act::kFound;
    std::string id;
    std::string kind = "committee";   // or "working-group", "council", "board", "secretariat"
    std::string parent;               // a body; empty: the community
    std::vector<std::string> powers;  // beside advice: kOrganPowers
    json::Value procedure_json;       // its electorate is whoever holds the seats
    std::vector<OrganSeat> seats;
    std::optional<Time> until;  // when the mandate ends by itself
};
// "rules": what it adopts as a rule is one. "bodies": it may found bodies under itself.
inline constexpr std::string_view kOrganPowers[] = {"rules", "bodies"};

std::string_view to_string(OrganPart::Act act);  // "found", ...

// Form and sense, as far as they can be told from the part alone: a body under itself, without a seat that
// anybody holds, or by a procedure that these seats cannot decide by is refused with the reason.
Result<OrganPart> parse_organ_part(const json::Value& value, const std::string& path);
json::Object organ_part_json(const OrganPart& part);

// The procedure with these members as its electorate: a vote that is put to the body is opened by it.
json::Value procedure_of_seats(const json::Value& procedure, const std::vector<std::string>& members);
// Who holds a seat at that second (without it, at any time), in the order of their ids.
std::vector<std::string> holders_of(const std::vector<OrganSeat>& seats,
                                    std::optional<ledger::Witnessed> at = std::nullopt);

}  // namespace comity::governance
