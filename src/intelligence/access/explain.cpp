#include "intelligence/access/explain.h"

#include <algorithm>

namespace comity::intelligence {
namespace {

using ledger::Tlp;

Explanation reason(const ledger::Viewer& viewer, const ledger::Audience& audience, std::string_view author) {
    if (audience.label == Tlp::kClear) return {true, "public", {}};
    if (!viewer.known()) return {false, "stranger", {}};
    if (viewer.member == author && (viewer.staff || audience.label == Tlp::kAmber))
        return {true, "author", {}};
    if (audience.label == Tlp::kGreen) return {true, "member", {}};
    if (audience.label == Tlp::kRed) {
        const bool named =
            !viewer.person.empty() && std::ranges::binary_search(audience.persons, viewer.person);
        return {named, named ? "person" : "not-person", {}};
    }
    Explanation named{true, "named", {}};
    if (viewer.member == author) {
        named.why = "author";
    } else if (!std::ranges::binary_search(audience.members, viewer.member)) {
        const auto group = std::ranges::find_if(viewer.groups, [&](const auto& each) {
            return std::ranges::binary_search(audience.groups, each);
        });
        if (group == viewer.groups.end()) return {false, "not-named", {}};
        named = {true, "group", *group};
    }
    if (audience.label == Tlp::kAmberStrict && !viewer.staff) return {false, "client", {}};
    return named;
}

}  // namespace

Explanation explain(const ledger::Viewer& viewer, const ledger::Audience& audience, std::string_view author) {
    Explanation explanation = reason(viewer, audience, author);
    explanation.may = ledger::may_read(viewer, audience, author);
    return explanation;
}

std::string sentence(const Explanation& explanation) {
    const std::string_view why = explanation.why;
    if (why == "public") return "it is for everybody";
    if (why == "author") return "it is their own";
    if (why == "member") return "it is for every member of the community";
    if (why == "named") return "the organisation is named";
    if (why == "group") return "the organisation is in the group " + explanation.what;
    if (why == "person") return "the person is named";
    if (why == "stranger") return "it is for members of the community";
    if (why == "not-named") return "neither the organisation nor a group that it is in is named";
    if (why == "client") return "it is for the organisation's own people, not its clients";
    return "it is for named persons";
}

}  // namespace comity::intelligence
