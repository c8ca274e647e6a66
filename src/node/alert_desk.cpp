#include "node/alert_desk.h"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "intelligence/alert/answer.h"
#include "intelligence/alert/gather.h"
#include "intelligence/alert/rule_book.h"
#include "json/words.h"
#include "ledger/access.h"
#include "node/alert_body.h"
#include "node/custody.h"
#include "node/known_audience.h"

namespace comity::node {
namespace {

using intelligence::AlertRule;
using intelligence::AlertRules;

constexpr std::size_t kTriedAtOnce = 500;      // statements
constexpr std::size_t kMaxTried = 200'000;     // statements
constexpr std::size_t kMaxTriedShown = 200;    // objects
constexpr std::int64_t kDay = 86'400'000'000;  // microseconds

// The last statement accepted before then: both numbers rise together.
Result<std::int64_t> last_before(db::Session& session, Time time) {
    COMITY_TRY(const auto last, session.integer("SELECT MAX(seq) FROM statements"));
    std::int64_t low = 0;
    std::int64_t high = last.value_or(0);
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        COMITY_TRY(const auto added,
                   session.integer("SELECT added FROM statements WHERE seq <= $1 ORDER BY seq DESC LIMIT 1",
                                   {middle}));
        if (added.value_or(0) < time.micros)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

}  // namespace

Result<json::Object> alert_rules(Node& node, const std::string& member) {
    COMITY_CHECK(AlertRules::prepare(node.database()));
    COMITY_TRY(const auto rules, AlertRules(node.database()).list(member));
    json::Array items;
    for (const AlertRule& rule : rules) items.push_back(intelligence::rule_json(rule));
    return json::Object{{"items", std::move(items)}, {"next", nullptr}};
}

Result<json::Object> add_alert_rule(Node& node, const std::string& member, const json::Value& form) {
    COMITY_CHECK(AlertRules::prepare(node.database()));
    COMITY_TRY(AlertRule rule, intelligence::parse_rule(form, member));
    const KnownNames known = known_names(*node.ledger().roll());
    COMITY_CHECK(check_named(rule.audience, known));
    // One that waits for somebody who is not there would never meet anything.
    COMITY_CHECK(check_named({ledger::Tlp::kAmber, rule.sources, {}, {}}, known, {"rule.sources", "", ""}));
    // Now, rather than at the first alert.
    const Time now = node.clock().now();
    COMITY_CHECK(custody_key(node.config(), *node.ledger().roll(), member, now.seconds()));
    COMITY_TRY(rule, AlertRules(node.database()).add(std::move(rule), now));
    return intelligence::rule_json(rule);
}

Result<void> remove_alert_rule(Node& node, const std::string& member, std::string_view name) {
    COMITY_CHECK(AlertRules::prepare(node.database()));
    return AlertRules(node.database()).remove(member, name);
}

Result<json::Object> try_alert_rule(Node& node, const std::string& member, const json::Value& form,
                                    std::int64_t days) {
    COMITY_TRY(AlertRule rule, intelligence::parse_rule(form, member));
    const intelligence::Watches watches{std::make_shared<const intelligence::Watch>(std::move(rule))};
    const Time now = node.clock().now();
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(std::int64_t after, last_before(*session, Time{now.micros - days * kDay}));
    const auto roll = node.ledger().roll();
    std::set<Digest> keys;
    std::set<Digest> statements;
    json::Array items;
    std::size_t tried = 0;
    bool more = true;
    while (more && tried < kMaxTried) {
        COMITY_TRY(const auto gathered,
                   intelligence::gather_evidence(*session, *roll, watches, after, kTriedAtOnce, now, true));
        for (const intelligence::FoundEvidence& found : gathered.found) {
            if (!keys.insert(found.key).second) continue;
            statements.insert(found.statement);
            if (items.size() == kMaxTriedShown) continue;
            items.push_back(json::Object{{"statement", found.statement.hex()},
                                         {"object", found.object},
                                         {"title", found.title},
                                         {"values", json::array_of(found.values)}});
        }
        after = gathered.upto;
        more = gathered.more;
        tried += kTriedAtOnce;
    }
    return json::Object{{"days", days},
                        {"statements", statements.size()},
                        {"objects", keys.size()},
                        {"items", std::move(items)},
                        {"more", more || keys.size() > kMaxTriedShown}};
}

Result<json::Object> acknowledge_alert(Node& node, const ledger::Viewer& viewer, std::string_view id,
                                       const std::string& note) {
    const auto roll = node.ledger().roll();
    const Time now = node.clock().now();
    json::Object alert;
    {
        COMITY_TRY(const auto session, node.database().snapshot());
        COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
        COMITY_TRY(alert, intelligence::answer_alert({*session, readable, {viewer}, *roll, now}, id));
    }
    COMITY_TRY(const crypto::NamedSecret key,
               custody_key(node.config(), *roll, viewer.member, now.seconds()));
    COMITY_TRY(const Digest digest, Digest::from_hex(std::string(alert.at("id").as_string())));
    COMITY_TRY(const ledger::Audience audience, ledger::parse_audience(alert.at("audience"), "audience"));
    const SignedAlert said =
        sign_acknowledgement({digest, note, false}, audience, std::string(alert.at("author").as_string()),
                             viewer.member, *roll, now, key);
    COMITY_TRY(const ledger::Receipt receipt,
               node.ledger().submit({.envelope = said.envelope, .objects = {}, .attachments = {}}));
    return json::Object{{"id", receipt.id.hex()}, {"alert", digest.hex()}};
}

}  // namespace comity::node
