#include "node/roll_json.h"

#include "json/words.h"

namespace comity::node {
namespace {

json::Object key_json(const ledger::MemberKey& key) {
    json::Object form{{"key", key.key.text()},
                      {"custody", key.custody},
                      {"from", whole_second(key.from)},
                      {"until", maybe_second(key.until)}};
    if (key.starts != 0) form["starts"] = whole_second(key.starts);
    if (!key.powers.empty()) form["powers"] = json::array_of(key.powers);
    if (!key.person.empty()) form["person"] = key.person;
    return form;
}

// What the roll keeps as text.
void add_kept(json::Object& form, std::string_view name, const std::string& text) {
    if (text.empty()) return;
    if (auto value = json::parse(text)) form[name] = *std::move(value);
}

}  // namespace

std::string whole_second(ledger::Witnessed seconds) {
    std::string text = format_time_millis(Time::from_seconds(seconds));
    return text.substr(0, text.find('.')) + "Z";
}

json::Value maybe_second(ledger::Witnessed seconds) {
    return seconds == ledger::kNever ? json::Value(nullptr) : json::Value(whole_second(seconds));
}

json::Object community_json(const ledger::Roll& roll) {
    json::Object form{{"id", roll.community.hex()},
                      {"name", roll.name},
                      {"purpose", roll.purpose},
                      {"sponsors", roll.sponsors},
                      {"founded", whole_second(roll.founded_at)}};
    add_kept(form, "procedures", roll.procedures);
    return form;
}

json::Object member_json(const ledger::Member& member) {
    json::Array keys;
    for (const ledger::MemberKey& key : member.keys) keys.push_back(key_json(key));
    json::Object form{{"id", member.id},
                      {"name", member.name},
                      {"class", ledger::to_string(member.stakeholder_class)},
                      {"admitted", whole_second(member.admitted)},
                      {"left", maybe_second(member.left)},
                      {"keys", std::move(keys)}};
    add_kept(form, "recovery", member.recovery);
    return form;
}

}  // namespace comity::node
