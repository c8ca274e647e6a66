// The bodies of governance's statements: each parser sees every input; what parses is written and parses to
// the same.
#include <algorithm>

#include "fuzz/target.h"
#include "governance/bodies.h"

using namespace comity;
using fuzz::hold;

namespace {

void check_member(const governance::MemberBody& member) {
    hold(ledger::check_member_id(member.id, "id").has_value(), "a member has an id");
    hold(!member.keys.empty(), "a member has a key");
    for (const governance::KeyBody& key : member.keys)
        hold(key.key.name == member.id, "a key is its member's");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = json::parse(fuzz::text_of(data, size));
    if (!body) return 0;
    if (const auto charter = governance::parse_charter(*body)) {
        for (const governance::MemberBody& member : charter->members) check_member(member);
        const json::Object written = governance::charter_json(*charter);
        const auto again = governance::parse_charter(written);
        hold(again.has_value(), "a charter is written so that it parses");
        hold(again->name == charter->name && again->purpose == charter->purpose &&
                 again->sponsors == charter->sponsors && again->members == charter->members,
             "and to the same");
    }
    if (const auto member = governance::parse_admission(*body)) {
        check_member(*member);
        hold(governance::parse_admission(json::Object{{"member", governance::member_json(*member)}}) ==
                 *member,
             "a member is written and read as itself");
    }
    ledger::Statement statement;
    statement.author = "cert-ke";
    statement.body = *body;
    if (const auto key = governance::parse_key_addition(statement)) {
        hold(key->key.key.name == statement.author, "an added key is its author's");
        if (key->delegate) {
            hold(!key->key.custody, "a delegate's key is in nobody's custody");
            hold(!key->delegate->powers.empty() && std::ranges::is_sorted(key->delegate->powers),
                 "a delegate has powers, in their order");
            hold(key->delegate->from <= key->delegate->until, "powers begin before they end");
        }
    }
    if (const auto recovery = governance::parse_recovery(statement)) {
        const auto count = static_cast<std::int64_t>(recovery->officers.size());
        hold(count == 0 || (recovery->threshold >= 1 && recovery->threshold < count),
             "fewer officers than all recover");
        hold(recovery->wait_hours >= 0 && recovery->wait_hours <= governance::kMaxWaitHours,
             "within a month");
        for (const governance::OfficerBody& officer : recovery->officers)
            hold(officer.key.name == statement.author, "an officer's key is named after the member");
    }
    for (const auto parse : {governance::parse_recovery_request, governance::parse_recovery_veto}) {
        if (const auto key = parse(statement)) {
            hold(key->name == statement.author, "a key that is asked for is the member's");
        }
    }
    if (const auto key = governance::parse_key_revocation(*body)) {
        hold(crypto::parse_public_key(key->text()) == *key, "a revoked key is one");
    }
    if (const auto group = governance::parse_group(*body)) {
        hold(!group->name.empty(), "a group has a name");
    }
    if (governance::parse_departure(*body)) hold(body->is_object(), "a departure is an object");
    return 0;
}
