// Who may read, and the one function that decides it.
//
// An audience is a TLP 2.0 label (FIRST, 2022) with the groups, members or persons that the label needs:
//     clear         everybody, logged in or not
//     green         every member of the community, its clients included
//     amber         the organisations named (or in the groups named), their clients included
//     amber+strict  the organisations named (or in the groups named), their own people only
//     red           the persons named ("amina@cert-ke")
// The author's own people may always read what it wrote.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace comity::ledger {

enum class Tlp { kClear, kGreen, kAmber, kAmberStrict, kRed };  // from the widest to the narrowest
std::string_view to_string(Tlp label);                          // "clear", ..., "amber+strict", "red"
Result<Tlp> parse_tlp(std::string_view text);

struct Audience {
    Tlp label = Tlp::kRed;
    std::vector<std::string> members;  // amber, amber+strict: member ids, sorted, unique
    std::vector<std::string> groups;   // amber, amber+strict: "owner/name", sorted, unique
    std::vector<std::string> persons;  // red: "person@member", sorted, unique

    friend auto operator<=>(const Audience&, const Audience&) = default;
};

// {"tlp":"amber","members":["cert-ke"],"groups":["cert-ke/responders"]}: strict; sorted when it comes back.
Result<Audience> parse_audience(const json::Value& value, const std::string& path);
json::Value audience_json(const Audience& audience);

// An object's own marking inside a statement: stricter than the statement's audience, never laxer. Lists are
// kept as far as the narrower label uses them; a label that needs names and has none is for the author's own
// people.
Audience narrow(const Audience& statement, Tlp marking);

// Who asks. Nobody in particular: all empty.
struct Viewer {
    std::string member;               // the organisation; empty: not logged in
    std::string person;               // "amina@cert-ke"; empty where the organisation itself asks
    bool staff = false;               // its own people, not its clients
    std::vector<std::string> groups;  // the groups that the organisation is in

    bool known() const { return !member.empty(); }
};

// The one function that decides access (law 4).
bool may_read(const Viewer& viewer, const Audience& audience, std::string_view author);

}  // namespace comity::ledger
