#include "governance/bodies.h"

#include <algorithm>
#include <set>

#include "governance/charter/procedures.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxFounders = 300;
constexpr std::size_t kMaxKeys = 20;
constexpr std::size_t kMaxGroup = 1000;

Result<MemberBody> parse_member(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    MemberBody member;
    COMITY_TRY(member.id, fields.text("id", 1, 64));
    COMITY_CHECK(ledger::check_member_id(member.id, fields.path("id")));
    COMITY_TRY(member.name, fields.text("name", 1, 200));
    COMITY_TRY(const std::string stakeholder_class, fields.text("class", 1, 20));
    COMITY_TRY(member.stakeholder_class,
               ledger::parse_stakeholder_class(stakeholder_class, fields.path("class")));
    COMITY_TRY(const json::Array* keys, fields.array("keys", 1, kMaxKeys));
    for (std::size_t i = 0; i < keys->size(); ++i) {
        COMITY_TRY(KeyBody key,
                   parse_key_body((*keys)[i], member.id, path + ".keys[" + std::to_string(i) + "]"));
        if (std::ranges::any_of(member.keys, [&](const KeyBody& other) { return other.key == key.key; })) {
            return invalid(path + ".keys[" + std::to_string(i) + "]", "stands there twice");
        }
        member.keys.push_back(std::move(key));
    }
    COMITY_CHECK(fields.nothing_else());
    return member;
}

json::Array keys_json(const std::vector<KeyBody>& keys) {
    json::Array list;
    for (const KeyBody& key : keys) {
        list.push_back(json::Object{{"key", key.key.text()}, {"custody", key.custody}});
    }
    return list;
}

}  // namespace

bool makes_roll(std::string_view type) {
    return std::ranges::find(kRollTypes, type) != std::ranges::end(kRollTypes);
}

Result<CharterBody> parse_charter(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CharterBody charter;
    COMITY_TRY(charter.name, fields.text("name", 1, 200));
    COMITY_TRY(charter.purpose, fields.text("purpose", 1, 10'000));
    COMITY_TRY(const json::Array* members, fields.array("members", 1, kMaxFounders));
    std::set<std::string> ids;
    for (std::size_t i = 0; i < members->size(); ++i) {
        const std::string path = "body.members[" + std::to_string(i) + "]";
        COMITY_TRY(MemberBody member, parse_member((*members)[i], path));
        if (!ids.insert(member.id).second)
            return invalid(path + ".id", "'" + member.id + "' stands there twice");
        charter.members.push_back(std::move(member));
    }
    if (const json::Value* admission = fields.any("admission")) {
        COMITY_TRY(json::Fields inner, json::Fields::of(*admission, "body.admission"));
        COMITY_TRY(charter.sponsors,
                   inner.integer("sponsors", 1, static_cast<std::int64_t>(members->size())));
        COMITY_CHECK(inner.nothing_else());
    }
    if (const json::Value* procedures = fields.any("procedures")) {
        COMITY_TRY(const CharterProcedures read, parse_charter_procedures(*procedures, "body.procedures"));
        charter.procedures = charter_procedures_json(read);
    }
    COMITY_CHECK(fields.nothing_else());
    return charter;
}

Result<MemberBody> parse_admission(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    COMITY_CHECK(fields.object("member"));
    COMITY_TRY(MemberBody member, parse_member(*fields.any("member"), "body.member"));
    COMITY_CHECK(fields.nothing_else());
    return member;
}

Result<void> parse_departure(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    COMITY_CHECK(fields.optional_text("reason", 1, 2'000));
    return fields.nothing_else();
}

Result<GroupBody> parse_group(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    GroupBody group;
    COMITY_TRY(group.name, fields.text("name", 1, 64));
    COMITY_CHECK(ledger::check_member_id(group.name, "body.name"));
    COMITY_TRY(group.members, fields.texts("members", 0, kMaxGroup));
    for (const std::string& member : group.members)
        COMITY_CHECK(ledger::check_member_id(member, "body.members"));
    std::ranges::sort(group.members);
    group.members.erase(std::unique(group.members.begin(), group.members.end()), group.members.end());
    COMITY_CHECK(fields.nothing_else());
    return group;
}

json::Object member_json(const MemberBody& member) {
    return {{"id", member.id},
            {"name", member.name},
            {"class", ledger::to_string(member.stakeholder_class)},
            {"keys", keys_json(member.keys)}};
}

json::Object charter_json(const CharterBody& charter) {
    json::Array members;
    for (const MemberBody& member : charter.members) members.push_back(member_json(member));
    json::Object form{{"name", charter.name},
                      {"purpose", charter.purpose},
                      {"admission", json::Object{{"sponsors", charter.sponsors}}},
                      {"members", std::move(members)}};
    if (!charter.procedures.empty()) form["procedures"] = charter.procedures;
    return form;
}

}  // namespace comity::governance
