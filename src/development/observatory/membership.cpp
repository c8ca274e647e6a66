#include "development/observatory/membership.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "development/observatory/dataset.h"
#include "development/observatory/names.h"
#include "development/place/place.h"
#include "json/fields.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxMembershipText = 500;
constexpr std::size_t kMaxGroups = 60;
constexpr std::size_t kMaxMembers = 5000;

Result<std::optional<int>> parse_year(const json::Value& value, const std::string& where) {
    if (value.is_null()) return std::nullopt;
    const std::int64_t year = value.is_int64() ? value.get_int64() : -1;
    if (year < kFirstYear || year > kLastYear)
        return invalid(where, fmt::format("is no year between {} and {}", kFirstYear, kLastYear),
                       "write a year, or null for no limit");
    return static_cast<int>(year);
}

Result<Member> parse_member(const json::Value& value, const std::string& where) {
    const json::Array* parts = value.if_array();
    if (parts == nullptr || parts->size() != 3 || !(*parts)[0].is_string())
        return invalid(where, "is no member", "write [place, from, to]");
    Member member;
    member.place = (*parts)[0].get_string();
    if (find_place(member.place) == nullptr)
        return invalid(where, fmt::format("'{}' is no place", member.place),
                       "use the alpha-3 code of ISO 3166-1, in capitals");
    COMITY_TRY(member.from, parse_year((*parts)[1], where));
    COMITY_TRY(member.to, parse_year((*parts)[2], where));
    if (member.from && member.to && *member.from >= *member.to)
        return invalid(where, fmt::format("ends in {}, not after it begins in {}", *member.to, *member.from));
    return member;
}

int begin_of(const Member& member) {
    return member.from.value_or(std::numeric_limits<int>::min());
}

Result<void> check_apart(const MembershipBody& body) {
    std::vector<const Member*> all;
    for (const MemberGroup& group : body.groups)
        for (const Member& member : group.members) all.push_back(&member);
    std::ranges::sort(all, {},
                      [](const Member* m) { return std::pair(std::string_view(m->place), begin_of(*m)); });
    for (std::size_t i = 1; i < all.size(); ++i) {
        const Member& before = *all[i - 1];
        if (before.place != all[i]->place || (before.to && *before.to <= begin_of(*all[i]))) continue;
        return invalid("body.groups", fmt::format("{} is in two groups at a time", before.place),
                       "a group ends in the first year in which the next begins");
    }
    return {};
}

}  // namespace

Result<MembershipBody> parse_membership(const json::Value& value) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "body"));
    MembershipBody body;
    COMITY_TRY(body.scheme, fields.text("scheme", 1, 64));
    COMITY_CHECK(check_name(body.scheme, "body.scheme"));
    COMITY_TRY(auto title, fields.optional_text("title", 1, kMaxMembershipText));
    body.title = std::move(title).value_or("");
    COMITY_TRY(body.source, fields.text("source", 1, kMaxMembershipText));
    COMITY_TRY(auto licence, fields.optional_text("licence", 1, 100));
    body.licence = std::move(licence).value_or("");
    COMITY_TRY(body.edition, fields.text("edition", 1, 100));
    COMITY_TRY(const auto revision, fields.optional_integer("revision", 0, 1'000'000));
    body.revision = revision.value_or(0);
    COMITY_TRY(const json::Array* groups, fields.array("groups", 1, kMaxGroups));
    COMITY_CHECK(fields.nothing_else());
    std::size_t members = 0;
    for (std::size_t i = 0; i < groups->size(); ++i) {
        const std::string path = fmt::format("body.groups[{}]", i);
        COMITY_TRY(json::Fields inner, json::Fields::of((*groups)[i], path));
        MemberGroup group;
        COMITY_TRY(group.id, inner.text("id", 1, 64));
        COMITY_CHECK(check_name(group.id, inner.path("id")));
        if (group.id == kOtherGroup)
            return invalid(inner.path("id"), "is what those are called who are in no group",
                           "call it otherwise");
        if (std::ranges::find(body.groups, group.id, &MemberGroup::id) != body.groups.end())
            return invalid(inner.path("id"), fmt::format("'{}' stands there twice", group.id));
        COMITY_TRY(auto name, inner.optional_text("title", 1, kMaxMembershipText));
        group.title = std::move(name).value_or("");
        COMITY_TRY(const json::Array* list, inner.array("members", 0, kMaxMembers));
        COMITY_CHECK(inner.nothing_else());
        for (std::size_t j = 0; j < list->size(); ++j) {
            COMITY_TRY(Member member, parse_member((*list)[j], fmt::format("{}.members[{}]", path, j)));
            group.members.push_back(std::move(member));
        }
        members += group.members.size();
        if (members > kMaxMembers)
            return invalid("body.groups", fmt::format("have more than {} members", kMaxMembers));
        body.groups.push_back(std::move(group));
    }
    COMITY_CHECK(check_apart(body));
    return body;
}

json::Object membership_json(const MembershipBody& body) {
    json::Object out{{"scheme", body.scheme}};
    if (!body.title.empty()) out["title"] = body.title;
    out["source"] = body.source;
    if (!body.licence.empty()) out["licence"] = body.licence;
    out["edition"] = body.edition;
    if (body.revision > 0) out["revision"] = body.revision;
    json::Array groups;
    for (const MemberGroup& group : body.groups) {
        json::Array members;
        for (const Member& member : group.members) {
            json::Array one{json::Value(member.place)};
            for (const auto& year : {member.from, member.to})
                one.push_back(year ? json::Value(*year) : json::Value(nullptr));
            members.push_back(std::move(one));
        }
        json::Object each{{"id", group.id}};
        if (!group.title.empty()) each["title"] = group.title;
        each["members"] = std::move(members);
        groups.push_back(std::move(each));
    }
    out["groups"] = std::move(groups);
    return out;
}

std::string_view group_of(const MembershipBody& scheme, std::string_view place, int year) {
    for (const MemberGroup& group : scheme.groups)
        for (const Member& member : group.members)
            if (member.place == place && member.in(year)) return group.id;
    return kOtherGroup;
}

std::map<std::string_view, std::string_view> groups_in(const MembershipBody& scheme, int year) {
    std::map<std::string_view, std::string_view> out;
    for (const MemberGroup& group : scheme.groups)
        for (const Member& member : group.members)
            if (member.in(year)) out.emplace(member.place, group.id);
    return out;
}

}  // namespace comity::development
