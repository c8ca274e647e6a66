#include "node/alerter.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/logging.h"
#include "base/text.h"
#include "intelligence/alert/outbox.h"
#include "intelligence/alert/rule_book.h"
#include "intelligence/answer/parts.h"
#include "json/words.h"
#include "node/alert_body.h"
#include "node/custody.h"
#include "node/reminder_rounds.h"

namespace comity::node {
namespace {

using intelligence::AlertBody;
using intelligence::FoundEvidence;
using intelligence::Watch;

constexpr std::size_t kStatementsAtOnce = 500;
constexpr std::int64_t kMarkEvery = 5'000'000;  // microseconds between two writes of the mark alone
constexpr std::int64_t kHour = 3'600'000'000;   // microseconds
constexpr std::int64_t kRest = 60'000'000;      // microseconds before a member's alerts are tried again
constexpr std::int64_t kAnswer = -1;            // the level of an answer to a drill
constexpr std::int64_t kMaxLevel = 3;           // escalations of one alert
constexpr std::size_t kSubmittedAtOnce = 200;
constexpr int kToSubmit = 0;
constexpr int kAccepted = 1;
constexpr auto kBetweenAlertLooks = std::chrono::seconds(1);
constexpr auto kLeastBetween = std::chrono::milliseconds(5);

constexpr std::string_view kSaidColumns = "id, rule, member, envelope, root, level";

Result<std::vector<SaidAlert>> read_said(db::Session& session, std::string_view where,
                                         std::initializer_list<db::Param> params) {
    std::vector<SaidAlert> out;
    COMITY_CHECK(session.each(
        fmt::format("SELECT {} FROM alert_said WHERE {} LIMIT {}", kSaidColumns, where, kSubmittedAtOnce),
        params, [&](const db::Row& row) {
            out.push_back({row.digest(0), std::string(row.text(1)), std::string(row.text(2)),
                           std::string(row.text(3)), row.digest(4), row.integer(5)});
            return true;
        }));
    return out;
}

Result<void> insert_said(db::Transaction& tx, const SignedAlert& alert, const std::string& rule,
                         const std::string& member, const Digest& root, std::int64_t level, Time now,
                         std::optional<Time> due) {
    return tx.queue(
        "INSERT INTO alert_said(id, rule, member, made, envelope, state, root, level, due, error) VALUES($1, "
        "$2, $3, $4, $5, $6, $7, $8, $9, '')",
        alert.id, rule, member, now.micros, alert.envelope, kToSubmit, root, level,
        due ? std::optional(due->micros) : std::nullopt);
}

}  // namespace

// Its letters, which go out once the log has it.
Result<void> AlertRounds::post(db::Transaction& tx, const std::string& member, const AlertBody& body,
                               const SignedAlert& alert, Time now) {
    const std::string payload = letter_of(alert.id, member, now, node_.ledger().identity().origin, body);
    return intelligence::write_letters(tx, {member, alert.id, body.severity, body.rule, payload, false}, now);
}

AlertRounds::AlertRounds(Node& node) : node_(node) {}

Result<void> AlertRounds::look() {
    COMITY_CHECK(look_again());
    for (bool more = true; more;) {
        COMITY_TRY(more, gather());
        COMITY_CHECK(submit());
    }
    return escalate();
}

Result<void> AlertRounds::read_rules(db::Session& session) {
    std::vector<std::string> ids;
    COMITY_CHECK(
        session.each("SELECT id FROM alert_rules ORDER BY member, name", {}, [&](const db::Row& row) {
            ids.emplace_back(row.text(0));
            return true;
        }));
    // Rules never change; they come and go.
    const bool same = std::ranges::equal(ids, watches_, {}, {}, [](const auto& w) { return w->rule().id; });
    if (same) return {};
    COMITY_TRY(auto rules, intelligence::read_alert_rules(session));
    intelligence::Watches watches;
    for (auto& rule : rules) {
        const auto known =
            std::ranges::find(watches_, rule.id, [](const auto& watch) { return watch->rule().id; });
        watches.push_back(known != watches_.end() ? *known : std::make_shared<const Watch>(std::move(rule)));
    }
    watches_ = std::move(watches);
    return {};
}

// Where the last server was, and not before the first rule.
Result<std::int64_t> AlertRounds::begin_at(db::Session& session) const {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    for (const auto& watch : watches_) first = std::min(first, watch->rule().after);
    COMITY_TRY(const auto mark, session.integer("SELECT seq FROM alert_mark WHERE n = 1"));
    return std::max(first, mark.value_or(0));
}

Result<bool> AlertRounds::gather() {
    intelligence::Gathered gathered;
    std::int64_t open = 0;
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_CHECK(read_rules(*session));
        if (watches_.empty()) {
            mark_.reset();
            return false;
        }
        if (!mark_) {
            COMITY_TRY(mark_, begin_at(*session));
        }
        COMITY_TRY(gathered, intelligence::gather_evidence(*session, *node_.ledger().roll(), watches_, *mark_,
                                                           kStatementsAtOnce, node_.clock().now()));
        COMITY_TRY(const auto waits, session->integer("SELECT COUNT(*) FROM alert_evidence WHERE open = 1"));
        open = waits.value_or(0);
    }
    const Time now = node_.clock().now();
    const bool late = gathered.upto > kept_mark_ && now.micros - mark_kept_.micros > kMarkEvery;
    if (!gathered.found.empty() || !gathered.drills.empty() || !gathered.waiting.empty() || open > 0 || late)
        COMITY_CHECK(keep(gathered));
    mark_ = gathered.upto;
    return gathered.more;
}

Result<void> AlertRounds::keep(const intelligence::Gathered& gathered) {
    const Time now = node_.clock().now();
    COMITY_TRY(const auto tx, node_.database().begin());
    for (const FoundEvidence& each : gathered.found) {
        // A rule that was removed meanwhile leaves nothing behind.
        COMITY_CHECK(tx->queue(
            "INSERT INTO alert_evidence(rule, key, open, found, seq, statement, object, audience, title, "
            "vals, "
            "advice) SELECT id, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10 FROM alert_rules WHERE id = $1 "
            "ON CONFLICT(rule, key) DO NOTHING",
            each.rule, each.key, now.micros, each.seq, each.statement, each.object, each.audience, each.title,
            json::write(json::array_of(each.values)), json::write(json::array_of(each.advice))));
    }
    for (const intelligence::FoundDrill& drill : gathered.drills) COMITY_CHECK(answer_drill(*tx, drill));
    for (const std::int64_t seq : gathered.waiting)
        COMITY_CHECK(tx->queue("INSERT INTO alert_waiting(seq) VALUES($1) ON CONFLICT(seq) DO NOTHING", seq));
    COMITY_CHECK(tx->queue(
        "INSERT INTO alert_mark(n, seq) VALUES(1, $1) ON CONFLICT(n) DO UPDATE SET seq = excluded.seq "
        "WHERE alert_mark.seq < excluded.seq",
        gathered.upto));
    COMITY_CHECK(say_open(*tx));
    COMITY_CHECK(tx->commit());
    kept_mark_ = gathered.upto;
    mark_kept_ = now;
    return {};
}

// Statements that did not count when they came and do so now.
Result<void> AlertRounds::look_again() {
    std::vector<std::int64_t> counting;
    intelligence::Gathered gathered;
    gathered.upto = kept_mark_;
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_CHECK(
            session->each("SELECT w.seq FROM alert_waiting w CROSS JOIN statements s WHERE s.seq = w.seq AND "
                          "s.effective = 1",
                          {}, [&](const db::Row& row) {
                              counting.push_back(row.integer(0));
                              return true;
                          }));
        if (counting.empty()) return {};
        COMITY_CHECK(read_rules(*session));
        for (const std::int64_t seq : counting) {
            COMITY_TRY(auto more, intelligence::gather_from(*session, *node_.ledger().roll(), watches_, seq,
                                                            node_.clock().now()));
            std::ranges::move(more, std::back_inserter(gathered.found));
        }
    }
    COMITY_CHECK(keep(gathered));
    COMITY_TRY(const auto tx, node_.database().begin());
    for (const std::int64_t seq : counting)
        COMITY_CHECK(tx->run("DELETE FROM alert_waiting WHERE seq = $1", seq));
    return tx->commit();
}

// A test alarm tests the way to the member's node first: it says at once that it arrived. Whether people have
// heard it is for them to say.
Result<void> AlertRounds::answer_drill(db::Transaction& tx, const intelligence::FoundDrill& drill) {
    const Time now = node_.clock().now();
    COMITY_TRY(const auto answered,
               tx.integer("SELECT COUNT(*) FROM alert_said WHERE root = $1 AND member = $2 AND level = $3",
                          {drill.alert, drill.member, kAnswer}));
    if (answered.value_or(0) > 0) return {};
    const auto roll = node_.ledger().roll();
    const auto key = custody_key(node_.config(), *roll, drill.member, now.seconds());
    if (!key) return {};  // it is for its people alone to answer
    COMITY_TRY(const ledger::Audience audience, intelligence::audience_of(tx, drill.audience));
    COMITY_CHECK(intelligence::write_letters(
        tx,
        {drill.member, drill.alert, drill.body.severity, "",
         letter_of(drill.alert, drill.author, drill.issued, node_.ledger().identity().origin, drill.body),
         true},
        now));
    const SignedAlert answer =
        sign_acknowledgement({drill.alert, "", true}, audience, drill.author, drill.member, *roll, now, *key);
    return insert_said(tx, answer, "", drill.member, drill.alert, kAnswer, now, std::nullopt);
}

Result<void> AlertRounds::say_open(db::Transaction& tx) {
    std::set<std::string> rules;
    COMITY_CHECK(
        tx.each("SELECT DISTINCT rule FROM alert_evidence WHERE open = 1", {}, [&](const db::Row& row) {
            rules.emplace(row.text(0));
            return true;
        }));
    for (const auto& watch : watches_) {
        if (rules.contains(watch->rule().id)) COMITY_CHECK(say_open_of(tx, *watch));
    }
    return {};
}

// One alert for all that is open of the rule, of each audience one where they may differ. None over the
// hour's limit: then it waits, and is told together.
Result<void> AlertRounds::say_open_of(db::Transaction& tx, const Watch& watch) {
    const intelligence::AlertRule& rule = watch.rule();
    const Time now = node_.clock().now();
    if (const auto rest = resting_.find(rule.member); rest != resting_.end() && rest->second > now) return {};
    COMITY_TRY(const auto said,
               tx.integer("SELECT COUNT(*) FROM alert_said WHERE rule = $1 AND made > $2 AND level = 0",
                          {rule.id, now.micros - kHour}));
    std::int64_t left = rule.per_hour - said.value_or(0);
    if (left <= 0) return {};
    const auto roll = node_.ledger().roll();
    const auto key = custody_key(node_.config(), *roll, rule.member, now.seconds());
    if (!key) {
        logging::warning("alerts wait", {{"member", rule.member}, {"cause", key.error().message()}});
        resting_[rule.member] = Time{now.micros + kRest};
        return {};
    }
    COMITY_TRY(const auto groups, read_open_evidence(tx, rule));
    for (const OpenEvidence& group : groups) {
        if (left-- <= 0) break;
        AlertBody body = alert_of(rule, group, now);
        const auto due = body.acknowledge_by;
        const SignedAlert alert = sign_alert(body, group.audience, rule.member, *roll, now, *key);
        COMITY_CHECK(insert_said(tx, alert, rule.id, rule.member, alert.id, 0, now, due));
        COMITY_CHECK(post(tx, rule.member, body, alert, now));
        for (const Digest& evidence : group.keys) {
            COMITY_CHECK(
                tx.queue("UPDATE alert_evidence SET open = 0, alert = $3 WHERE rule = $1 AND key = $2",
                         rule.id, evidence, alert.id));
        }
    }
    return {};
}

Result<void> AlertRounds::submit() {
    std::vector<SaidAlert> waiting;
    {
        COMITY_TRY(const auto session, node_.database().reader());
        COMITY_TRY(waiting, read_said(*session, "state = $1 ORDER BY made, id", {kToSubmit}));
    }
    if (waiting.empty()) return {};
    std::vector<const SaidAlert*> accepted;
    std::vector<const SaidAlert*> refused;
    for (const SaidAlert& alert : waiting) {
        const auto receipt =
            node_.ledger().submit({.envelope = alert.envelope, .objects = {}, .attachments = {}});
        if (receipt) {
            accepted.push_back(&alert);
            continue;
        }
        const ErrorKind kind = receipt.error().kind;
        if (kind == ErrorKind::kUnavailable || kind == ErrorKind::kTooMany || kind == ErrorKind::kInternal)
            return std::unexpected(receipt.error());
        logging::warning("an alert was refused",
                         {{"member", alert.member}, {"cause", receipt.error().message()}});
        refused.push_back(&alert);
    }
    COMITY_TRY(const auto tx, node_.database().begin());
    for (const SaidAlert* alert : accepted) {
        COMITY_CHECK(tx->queue("UPDATE alert_said SET state = $2 WHERE id = $1", alert->id, kAccepted));
        COMITY_CHECK(intelligence::letters_ready(*tx, alert->id));
    }
    for (const SaidAlert* alert : refused) {
        // Its evidence is told anew, by whatever key counts then.
        COMITY_CHECK(
            tx->queue("UPDATE alert_evidence SET open = 1, alert = NULL WHERE rule = $1 AND alert = $2",
                      alert->rule, alert->id));
        COMITY_CHECK(tx->queue("DELETE FROM alert_said WHERE id = $1", alert->id));
        COMITY_CHECK(intelligence::drop_letters(*tx, alert->id));
        resting_[alert->member] = Time{node_.clock().now().micros + kRest};
    }
    return tx->commit();
}

Result<void> AlertRounds::escalate() {
    const Time now = node_.clock().now();
    std::vector<SaidAlert> due;
    {
        COMITY_TRY(const auto session, node_.database().reader());
        COMITY_TRY(due,
                   read_said(*session, "due <= $1 AND state = $2 ORDER BY due, id", {now.micros, kAccepted}));
    }
    if (due.empty()) return {};
    COMITY_CHECK(say_louder(due, now));
    return submit();
}

Result<void> AlertRounds::say_louder(const std::vector<SaidAlert>& due, Time now) {
    COMITY_TRY(const auto tx, node_.database().begin());
    const auto roll = node_.ledger().roll();
    for (const SaidAlert& alert : due) {
        // Another server may have been faster.
        COMITY_TRY(const auto still, tx->integer("SELECT due FROM alert_said WHERE id = $1", {alert.id}));
        if (!still) continue;
        COMITY_TRY(
            const auto acknowledged,
            tx->integer("SELECT COUNT(*) FROM intelligence_acknowledgements k JOIN statements s ON s.seq = "
                        "k.seq WHERE s.author = $2 AND k.automatic = 0 AND (k.alert = $1 OR k.alert IN "
                        "(SELECT c.id FROM intelligence_alerts l JOIN statements c ON c.seq = l.seq WHERE "
                        "l.root = $1))",
                        {alert.root, alert.member}));
        const auto watch =
            std::ranges::find(watches_, alert.rule, [](const auto& each) { return each->rule().id; });
        const bool over = acknowledged.value_or(0) > 0 || watch == watches_.end() || alert.level >= kMaxLevel;
        if (!over) {
            const auto key = custody_key(node_.config(), *roll, alert.member, now.seconds());
            if (!key) continue;
            const std::int64_t level = alert.level + 1;
            const auto again =
                level < kMaxLevel
                    ? std::optional(Time::from_seconds(now.seconds() + (*watch)->rule().acknowledge_within))
                    : std::nullopt;
            COMITY_TRY(const SignedAlert louder,
                       escalation_of(alert.envelope, alert.root, *roll, now, again, *key));
            COMITY_CHECK(insert_said(*tx, louder, alert.rule, alert.member, alert.root, level, now, again));
            COMITY_CHECK(post(*tx, alert.member, louder.body, louder, now));
        }
        COMITY_CHECK(tx->queue("UPDATE alert_said SET due = NULL WHERE id = $1", alert.id));
    }
    return tx->commit();
}

struct Alerter::State {
    State(Node& node, std::function<void()> then) : rounds(node), reminders(node), said(std::move(then)) {}

    AlertRounds rounds;
    ReminderRounds reminders;
    const std::function<void()> said;
    std::mutex mutex;  // guards what follows
    std::condition_variable changed;
    bool grown = true;
    bool stopping = false;
    std::shared_ptr<void> subscription;
    std::thread thread;

    void loop() {
        bool failing = false, forgetful = false;
        std::unique_lock lock(mutex);
        while (!stopping) {
            grown = false;
            lock.unlock();
            const auto done = rounds.look();
            if (!done && !failing)
                logging::warning("alerts stand still", {{"cause", done.error().message()}});
            failing = !done;
            const auto reminded = reminders.look();
            if (!reminded && !forgetful)
                logging::warning("nobody is reminded", {{"cause", reminded.error().message()}});
            forgetful = !reminded;
            if (said) said();
            lock.lock();
            changed.wait_for(lock, kLeastBetween, [this] { return stopping; });
            changed.wait_for(lock, kBetweenAlertLooks, [this] { return stopping || grown; });
        }
    }
};

Alerter::Alerter(Node& node, std::function<void()> said)
    : state_(std::make_unique<State>(node, std::move(said))) {
    if (const auto ready = intelligence::AlertRules::prepare(node.database()); !ready) {
        logging::warning("no alerts", {{"cause", ready.error().message()}});
        return;
    }
    State* const state = state_.get();
    state->subscription = node.ledger().on_growth([state] {
        {
            const std::lock_guard lock(state->mutex);
            state->grown = true;
        }
        state->changed.notify_all();
    });
    state->thread = std::thread([state] { state->loop(); });
}

Alerter::~Alerter() {
    state_->subscription.reset();
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace comity::node
