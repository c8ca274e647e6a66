#include "node/known_audience.h"

#include <fmt/format.h>

#include <algorithm>

#include "node/nearest.h"

namespace comity::node {
namespace {

Result<void> check_name(std::string_view name, const std::vector<std::string>& known, std::string_view kind,
                        std::string_view place) {
    if (std::ranges::find(known, name) != known.end()) return {};
    const std::vector<std::string_view> words(known.begin(), known.end());
    const auto meant = nearest(name, words);
    std::string mend = meant           ? fmt::format("did you mean {}?", *meant)
                       : known.empty() ? fmt::format("there is no {} at all", kind)
                                       : fmt::format("comity {} list shows them", kind);
    return invalid(std::string(place), fmt::format("there is no {} {} here", kind, name), std::move(mend));
}

}  // namespace

KnownNames known_names(const ledger::Roll& roll) {
    KnownNames known;
    for (const auto& [id, member] : roll.members) known.members.push_back(id);
    for (const auto& [name, members] : roll.groups) known.groups.push_back(name);
    return known;
}

Result<void> check_named(const ledger::Audience& audience, const KnownNames& known,
                         const AudiencePlaces& places) {
    for (const std::string& member : audience.members)
        COMITY_CHECK(check_name(member, known.members, "member", places.members));
    for (const std::string& group : audience.groups)
        COMITY_CHECK(check_name(group, known.groups, "group", places.groups));
    for (const std::string& person : audience.persons)
        COMITY_CHECK(check_name(std::string_view(person).substr(person.find('@') + 1), known.members,
                                "member", places.persons));
    return {};
}

}  // namespace comity::node
