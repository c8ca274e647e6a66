// Why somebody may read something, or may not: the decision is may_read's, always; here it is put into words.
#pragma once

#include <string>
#include <string_view>

#include "ledger/audience.h"

namespace comity::intelligence {

struct Explanation {
    bool may = false;
    // Of those who may: "public", "author" (it is their own), "member" (of the community), "named" (their
    // organisation is), "group" (their organisation is in `what`), "person" (they themselves are named).
    // Of those who may not: "stranger" (no member of the community), "not-named" (neither their organisation
    // nor a group that it is in), "client" (their organisation's own people may, its clients not),
    // "not-person" (it is for named persons).
    std::string_view why;
    std::string what;  // the group
};

Explanation explain(const ledger::Viewer& viewer, const ledger::Audience& audience, std::string_view author);

// One clause in English, for the command line.
std::string sentence(const Explanation& explanation);

}  // namespace comity::intelligence
