// An audience that somebody types, held against whom this node knows: a name that is nobody's is a mistake
// that would otherwise be signed and told to no one. What comes from elsewhere is not held to it: whom
// another node's audience names may come later (law 1).
#pragma once

#include <string>
#include <vector>

#include "ledger/audience.h"
#include "ledger/roll.h"

namespace comity::node {

struct KnownNames {
    std::vector<std::string> members;
    std::vector<std::string> groups;  // "owner/name"
};
KnownNames known_names(const ledger::Roll& roll);

// Where the names stand, for errors: fields or options.
struct AudiencePlaces {
    std::string_view members = "audience.members";
    std::string_view groups = "audience.groups";
    std::string_view persons = "audience.persons";
};
// kInvalid names the first that is nobody's, with the nearest that there is. Of a person the member counts:
// who its people are it alone knows.
Result<void> check_named(const ledger::Audience& audience, const KnownNames& known,
                         const AudiencePlaces& places = {});

}  // namespace comity::node
