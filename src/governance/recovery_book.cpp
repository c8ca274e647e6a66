#include "governance/recovery_book.h"

#include <algorithm>

#include "governance/forms.h"

namespace comity::governance {
namespace {

using ledger::kNever;
using ledger::Member;
using ledger::MemberKey;
using ledger::Witnessed;

constexpr Witnessed kAskedTogether = 30 * kDay;  // what officers ask counts together so long
constexpr Witnessed kHour = 3600;

Witnessed wait_of(const RecoveryBody& body) {
    return body.wait_hours * kHour;
}

bool is_of(const Member& member, const crypto::NamedKey& key) {
    return std::ranges::any_of(member.keys, [&](const MemberKey& one) { return one.key == key; });
}

}  // namespace

const RecoveryBook::Named* RecoveryBook::in_force(std::string_view member, Witnessed at) const {
    const auto record = records_.find(member);
    if (record == records_.end()) return nullptr;
    const Named* found = nullptr;
    for (const Named& named : record->second.named) {
        if (named.from <= at) found = &named;
    }
    return found;
}

void RecoveryBook::name(const Member& member, const RecoveryBody& body, Witnessed at) {
    for (const OfficerBody& officer : body.officers) {
        if (is_of(member, officer.key)) return;
    }
    const Named* present = in_force(member.id, at);
    const Witnessed from =
        present == nullptr || present->body.officers.empty() ? at : at + wait_of(present->body);
    std::vector<Named>& named = records_[member.id].named;
    std::erase_if(named, [&](const Named& one) { return one.from > at || one.from == from; });
    named.push_back({from, body});
}

void RecoveryBook::ask(const Member& member, const OfficerBody& officer, const crypto::NamedKey& key,
                       Witnessed at) {
    const Named* named = in_force(member.id, at);
    if (named == nullptr || is_of(member, key) || is_officers(member.id, key)) return;
    auto& asked = records_.find(member.id)->second.asked;
    Asked& one = asked.try_emplace(key.text(), Asked{key, {}}).first->second;
    one.by[officer.key.text()] = at;
    if (one.all) return;
    std::size_t asking = 0;
    for (const OfficerBody& each : named->body.officers) {
        const auto when = one.by.find(each.key.text());
        asking += when != one.by.end() && when->second > at - kAskedTogether ? 1 : 0;
    }
    const bool all = asking == named->body.officers.size();
    // A veto holds as long as what was asked before it would.
    const bool vetoed = std::ranges::any_of(asked, [&](const auto& each) {
        return each.second.vetoed >= 0 && each.second.vetoed > at - kAskedTogether;
    });
    if (!all && (vetoed || asking < static_cast<std::size_t>(named->body.threshold))) return;
    const auto under_way = std::ranges::find_if(
        asked, [&](const auto& each) { return each.first != key.text() && each.second.effect != kNever; });
    if (under_way != asked.end()) {
        if (!all || under_way->second.all) return;  // one at a time: the first, unless all say otherwise
        under_way->second.effect = kNever;
    }
    one.all = all;
    if (one.effect == kNever) one.effect = at + wait_of(named->body);
}

void RecoveryBook::veto(std::string_view member, const crypto::NamedKey& key, Witnessed at) {
    const auto record = records_.find(member);
    if (record == records_.end()) return;
    const auto asked = record->second.asked.find(key.text());
    if (asked == record->second.asked.end() || asked->second.effect == kNever || at > asked->second.effect ||
        asked->second.all)
        return;
    asked->second.effect = kNever;
    asked->second.vetoed = at;
}

void RecoveryBook::settle(std::map<std::string, Member, std::less<>>& members, Witnessed before) {
    for (auto& [id, record] : records_) {
        const auto due =
            std::ranges::find_if(record.asked, [&](const auto& each) { return each.second.effect < before; });
        if (due == record.asked.end()) continue;
        const Witnessed at = due->second.effect;
        Member& member = members.find(id)->second;
        if (at < member.left) {
            for (MemberKey& key : member.keys) key.until = std::min(key.until, at);
            MemberKey& fresh = member.keys.emplace_back();
            fresh.key = due->second.key;
            fresh.from = at;
            fresh.starts = at + 1;
        }
        record.asked.clear();
    }
}

void RecoveryBook::forget(std::string_view member) {
    if (const auto record = records_.find(member); record != records_.end()) records_.erase(record);
}

bool RecoveryBook::is_officers(std::string_view member, const crypto::NamedKey& key) const {
    const auto record = records_.find(member);
    if (record == records_.end()) return false;
    return std::ranges::any_of(record->second.named, [&](const Named& named) {
        return std::ranges::any_of(named.body.officers,
                                   [&](const OfficerBody& officer) { return officer.key == key; });
    });
}

void RecoveryBook::add_keys(Member& member) const {
    const auto record = records_.find(member.id);
    if (record == records_.end()) return;
    const std::vector<Named>& named = record->second.named;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const Witnessed last = i + 1 < named.size() ? named[i + 1].from - 1 : kNever;
        for (const OfficerBody& officer : named[i].body.officers) {
            MemberKey& key = member.keys.emplace_back();
            key.key = officer.key;
            key.from = key.starts = named[i].from;
            key.until = std::min(last, member.left);
            key.powers = {std::string(ledger::kRecoverPower)};
            key.person = officer.person;
        }
    }
}

std::string RecoveryBook::shown(std::string_view member) const {
    const auto record = records_.find(member);
    if (record == records_.end()) return {};
    json::Array registered, requests;
    std::map<std::string, std::string> persons;
    for (const Named& named : record->second.named) {
        for (const OfficerBody& officer : named.body.officers) persons[officer.key.text()] = officer.person;
        json::Object form = recovery_json(named.body);
        form["from"] = second_text(named.from);
        registered.push_back(std::move(form));
    }
    for (const auto& [text, asked] : record->second.asked) {
        json::Array by;
        for (const auto& [key, at] : asked.by)
            by.push_back(json::Object{{"person", persons[key]}, {"asked", second_text(at)}});
        json::Object form{{"key", text}, {"asked_by", std::move(by)}};
        if (asked.vetoed >= 0) form["vetoed"] = second_text(asked.vetoed);
        if (asked.effect != kNever) form["takes_effect"] = second_text(asked.effect);
        requests.push_back(std::move(form));
    }
    return json::write(
        json::Object{{"registered", std::move(registered)}, {"requests", std::move(requests)}});
}

}  // namespace comity::governance
