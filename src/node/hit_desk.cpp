#include "node/hit_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "crypto/sha256.h"
#include "governance/rules/rule_store.h"
#include "intelligence/alert/gather.h"
#include "intelligence/alert/rule_book.h"
#include "intelligence/answer/parts.h"
#include "intelligence/answer/sightings.h"
#include "intelligence/hit/count_view.h"
#include "intelligence/hit/hit_book.h"
#include "intelligence/hit/private_count.h"
#include "json/fields.h"
#include "json/words.h"
#include "node/alert_body.h"
#include "node/counter.h"
#include "node/custody.h"
#include "node/hit_teller.h"
#include "node/known_audience.h"
#include "node/seen_where.h"

namespace comity::node {
namespace {

using intelligence::Asking;
using intelligence::HitMode;
using intelligence::HitPolicy;
using intelligence::HitState;
using intelligence::KeptHit;
using intelligence::ReportedHit;
namespace search = intelligence::search;

constexpr std::size_t kMaxHitsListed = 1000;
constexpr std::size_t kMaxDecided = 1000;
constexpr std::size_t kPrivateWeeks = 12;
constexpr std::size_t kHitTitle = 120;  // bytes of a value or name
constexpr std::int64_t kDaySeconds = 86'400;

std::string day_text(std::int64_t day) {
    return format_time_millis(Time::from_seconds(day * kDaySeconds)).substr(0, 10);
}

std::string shown_value(const search::Facts& facts) {
    return facts.values.empty() ? std::string()
                                : shown(search::text_of_term(facts.values.front()), kHitTitle);
}

// Reports and lists are about indicators that the member's own people may read.
class OwnReader {
  public:
    static Result<OwnReader> open(Node& node, const std::string& member) {
        OwnReader reader;
        COMITY_TRY(reader.session_, node.database().snapshot());
        const auto roll = node.ledger().roll();
        COMITY_TRY(reader.readable_,
                   ledger::readable_by(*reader.session_, ledger::viewer_of(*roll, member, "", true)));
        return reader;
    }
    Result<std::optional<search::Hit>> find(const std::string& id) {
        search::Query query;
        COMITY_TRY(query.id, intelligence::ObjectId::parse(id));
        search::Page page;
        page.limit = 1;
        COMITY_TRY(search::Hits hits, search::find(*session_, readable_, query, page));
        if (hits.found.empty()) return std::nullopt;
        return std::move(hits.found.front());
    }
    db::Session& session() { return *session_; }
    const ledger::Readable& readable() const { return readable_; }

  private:
    std::unique_ptr<db::Session> session_;
    ledger::Readable readable_;
};

// A rule of scans that a hit meets, as evidence.
struct ScanEvidence {
    std::string rule{};
    Digest key{};
    std::int64_t seq = 0;
    Digest statement{};
    std::string object{};
    ledger::AudienceId audience = 0;
    std::string title{};
    std::vector<std::string> values{};
};

class ScanWatch {
  public:
    ScanWatch(OwnReader& reader, std::string member, Time now)
        : reader_(reader), member_(std::move(member)), now_(now) {}

    Result<void> begin() {
        COMITY_TRY(auto rules, intelligence::read_alert_rules(reader_.session()));
        for (auto& rule : rules) {
            if (rule.member == member_ && rule.scans) watches_.emplace_back(std::move(rule));
        }
        return {};
    }

    Result<void> look(const ReportedHit& reported, const search::Hit& hit, std::vector<ScanEvidence>& out) {
        for (const intelligence::Watch& watch : watches_) {
            auto met = watch.look(hit.facts, hit.row.id.type, hit.source, hit.data);
            if (!met) continue;
            if (const auto least = watch.rule().min_confidence) {
                const auto verdicts = search::find_verdicts(reader_.session(), reader_.readable(),
                                                            std::span(&reported.object, 1));
                if (!verdicts) return std::unexpected(verdicts.error());
                if (search::confidence_now(hit.facts, hit.row, verdicts->at(reported.object), now_) < *least)
                    continue;
            }
            ScanEvidence evidence{
                .rule = watch.rule().id, .object = reported.object, .audience = hit.audience};
            // Once a day.
            const std::int64_t day = reported.last.seconds() / kDaySeconds;
            evidence.key = crypto::sha256(as_bytes(fmt::format("scan\n{}\n{}", reported.object, day)));
            COMITY_TRY(const bool told, find_statement(hit, evidence));
            if (!told) continue;
            std::string what = shown_value(hit.facts);
            if (what.empty()) what = shown(hit.facts.name, kHitTitle);
            evidence.title = fmt::format("{}, met {} time{} in your own logs, shared by {}",
                                         what.empty() ? reported.object : what, reported.count,
                                         reported.count == 1 ? "" : "s", hit.source);
            evidence.values = std::move(met->values);
            out.push_back(std::move(evidence));
        }
        return {};
    }

  private:
    Result<bool> find_statement(const search::Hit& hit, ScanEvidence& into) {
        intelligence::Telling telling{.author = hit.source, .uuid = hit.row.id.uuid};
        COMITY_CHECK(
            reader_.session().each("SELECT s.seq, s.id, s.audience FROM objects o JOIN statements s ON s.seq "
                                   "= o.seq WHERE o.added = $1",
                                   {hit.row.added.micros}, [&](const db::Row& row) {
                                       into.seq = row.integer(0);
                                       telling.statement = row.digest(1);
                                       telling.audience = row.integer(2);
                                       return true;
                                   }));
        COMITY_TRY(const auto told,
                   intelligence::telling_statement(reader_.session(), reader_.readable(), telling));
        if (told) into.statement = *told;
        return told.has_value();
    }

    OwnReader& reader_;
    const std::string member_;
    const Time now_;
    std::vector<intelligence::Watch> watches_;
};

Result<void> keep_evidence(db::Transaction& tx, const ScanEvidence& each, Time now) {
    return tx.queue(
        "INSERT INTO alert_evidence(rule, key, open, found, seq, statement, object, audience, title, vals, "
        "advice) "
        "SELECT id, $2, 1, $3, $4, $5, $6, $7, $8, $9, '[]' FROM alert_rules WHERE id = $1 ON CONFLICT(rule, "
        "key) DO "
        "NOTHING",
        each.rule, each.key, now.micros, each.seq, each.statement, each.object, each.audience, each.title,
        json::write(json::array_of(each.values)));
}

HitState state_for(HitMode mode) {
    return mode == HitMode::kAutomatic ? HitState::kToTell
           : mode == HitMode::kCounted ? HitState::kCounted
                                       : HitState::kWaits;
}

Result<json::Object> shown_policy(Node& node, db::Session& session, const HitPolicy& policy) {
    json::Object out = intelligence::hit_policy_json(policy);
    out["round"] = nullptr;
    const auto this_week = intelligence::CountWeek::of(node.clock().now());
    for (std::int64_t back = 1; back <= static_cast<std::int64_t>(kPrivateWeeks); ++back) {
        const intelligence::CountWeek week{this_week.number - back};
        COMITY_TRY(const auto round, intelligence::round_state(session, week));
        if (!round) continue;
        json::Array awaited;
        for (const std::string& member : round->awaited) awaited.emplace_back(member);
        out["round"] = json::Object{
            {"week", week.text()}, {"members", round->members.size()}, {"awaited", std::move(awaited)}};
        break;
    }
    return out;
}

// How many have met it, of those that only let themselves be counted: of all nodes where a round counted it
// and told enough, else of this one.
Result<json::Array> private_weeks(Node& node, const Asking& asking, const std::string& object,
                                  const governance::CountTerms& terms) {
    COMITY_TRY(const auto weeks,
               intelligence::private_counts(node.database(), object,
                                            intelligence::CountRule{terms.least, terms.noise}, asking.now,
                                            kPrivateWeeks, secure_random_bits()));
    COMITY_TRY(const auto id, intelligence::ObjectId::parse(object));
    const auto end = intelligence::CountWeek::of(asking.now);
    COMITY_TRY(const auto together,
               intelligence::counts_together(asking.session, id,
                                             {end.number - static_cast<std::int64_t>(kPrivateWeeks)}, end));
    json::Array counts;
    for (const auto& week : weeks) {
        auto members = week.members;
        std::optional<std::int64_t> among;
        const auto found = together.find(intelligence::CountWeek::of(week.begin));
        if (found != together.end() && found->second.members >= terms.least) {
            members = found->second.members;
            among = found->second.among;
        }
        const auto number = [](std::optional<std::int64_t> told) {
            return told ? json::Value(*told) : json::Value(nullptr);
        };
        counts.push_back(json::Object{{"week", intelligence::CountWeek::of(week.begin).text()},
                                      {"members", number(members)},
                                      {"among", number(among)}});
    }
    return counts;
}

Result<std::optional<HitState>> read_state(std::string_view name) {
    if (name.empty()) return std::optional<HitState>();
    for (const HitState state :
         {HitState::kCounted, HitState::kWaits, HitState::kToTell, HitState::kTold, HitState::kDiscarded}) {
        if (to_string(state) == name) return std::optional(state);
    }
    return invalid("state", fmt::format("'{}' is none", shown(name, 20)),
                   "counted, waiting, telling, told or discarded");
}

}  // namespace

Result<json::Object> hit_policy(Node& node, const std::string& member) {
    COMITY_CHECK(intelligence::prepare_hits(node.database()));
    COMITY_TRY(const auto session, node.database().reader());
    COMITY_TRY(const HitPolicy policy, intelligence::read_hit_policy(*session, member));
    return shown_policy(node, *session, policy);
}

Result<json::Object> set_hit_policy(Node& node, const std::string& member, const json::Value& form) {
    COMITY_CHECK(intelligence::prepare_hits(node.database()));
    COMITY_TRY(const HitPolicy policy, intelligence::parse_hit_policy(form));
    if (policy.audience) COMITY_CHECK(check_named(*policy.audience, known_names(*node.ledger().roll())));
    if (policy.mode != HitMode::kCounted || policy.together)
        COMITY_CHECK(custody_key(node.config(), *node.ledger().roll(), member, node.clock().now().seconds()));
    COMITY_TRY(const auto tx, node.database().begin());
    COMITY_CHECK(intelligence::write_hit_policy(*tx, member, policy));
    COMITY_CHECK(tx->commit());
    COMITY_TRY(const auto session, node.database().reader());
    return shown_policy(node, *session, policy);
}

Result<json::Object> report_hits(Node& node, const std::string& member, const json::Value& form) {
    COMITY_CHECK(intelligence::prepare_hits(node.database()));
    COMITY_CHECK(intelligence::AlertRules::prepare(node.database()));
    const Time now = node.clock().now();
    COMITY_TRY(const intelligence::HitReport report, intelligence::parse_hit_report(form, now));
    HitPolicy policy;
    std::vector<ScanEvidence> evidence;
    std::vector<const ReportedHit*> known;
    {
        COMITY_TRY(OwnReader reader, OwnReader::open(node, member));
        COMITY_TRY(policy, intelligence::read_hit_policy(reader.session(), member));
        ScanWatch watch(reader, member, now);
        COMITY_CHECK(watch.begin());
        for (const ReportedHit& reported : report.hits) {
            COMITY_TRY(const auto hit, reader.find(reported.object));
            if (!hit) continue;
            known.push_back(&reported);
            COMITY_CHECK(watch.look(reported, *hit, evidence));
        }
    }
    bool fresh = false;
    {
        COMITY_TRY(const auto tx, node.database().begin());
        COMITY_TRY(fresh, intelligence::take_report(*tx, member, report, now));
        if (fresh) {
            for (const ReportedHit* hit : known)
                COMITY_CHECK(intelligence::add_hit(*tx, member, *hit, state_for(policy.mode)));
            for (const ScanEvidence& each : evidence) COMITY_CHECK(keep_evidence(*tx, each, now));
        }
        COMITY_CHECK(tx->commit());
    }
    // What an earlier try left untold is told now, too.
    COMITY_TRY(const std::int64_t told, tell_sightings(node, member));
    COMITY_TRY(const auto session, node.database().reader());
    COMITY_TRY(const auto waiting,
               session->integer("SELECT COUNT(*) FROM hits WHERE member = $1 AND state = $2",
                                {member, static_cast<int>(HitState::kWaits)}));
    return json::Object{{"taken", fresh ? known.size() : 0},
                        {"unknown", report.hits.size() - known.size()},
                        {"policy", to_string(policy.mode)},
                        {"told", told},
                        {"waiting", waiting.value_or(0)}};
}

Result<json::Object> list_hits(Node& node, const std::string& member, std::string_view state) {
    COMITY_CHECK(intelligence::prepare_hits(node.database()));
    COMITY_TRY(const auto wanted, read_state(state));
    COMITY_TRY(OwnReader reader, OwnReader::open(node, member));
    COMITY_TRY(const auto hits, intelligence::read_hits(reader.session(), member, wanted, kMaxHitsListed));
    std::map<std::string, std::pair<std::string, std::string>> names;
    json::Array items;
    for (const KeptHit& hit : hits) {
        auto [there, first] = names.try_emplace(hit.object);
        if (first) {
            COMITY_TRY(const auto found, reader.find(hit.object));
            if (found) there->second = {found->facts.name, shown_value(found->facts)};
        }
        items.push_back(json::Object{{"object", hit.object},
                                     {"day", day_text(hit.day)},
                                     {"count", hit.count},
                                     {"first_seen", format_time_millis(hit.first)},
                                     {"last_seen", format_time_millis(hit.last)},
                                     {"state", to_string(hit.state)},
                                     {"name", there->second.first},
                                     {"value", there->second.second}});
    }
    return json::Object{{"items", std::move(items)}, {"next", nullptr}};
}

Result<json::Object> decide_hits(Node& node, const std::string& member, const json::Value& form) {
    COMITY_CHECK(intelligence::prepare_hits(node.database()));
    COMITY_TRY(json::Fields fields, json::Fields::of(form, ""));
    COMITY_TRY(const std::string decision, fields.text("decision", 1, 20));
    if (decision != "approve" && decision != "discard")
        return invalid("decision", fmt::format("'{}' is neither approve nor discard", shown(decision, 20)));
    COMITY_TRY(std::vector<std::string> objects, fields.optional_texts("objects", kMaxDecided));
    const bool all = !fields.has("objects");
    COMITY_CHECK(fields.nothing_else());
    if (all) objects.emplace_back();
    for (std::string& object : objects) {
        if (object.empty()) {
            if (!all) return invalid("objects", "has one that is blank");
            continue;
        }
        const auto id = intelligence::ObjectId::parse(object);
        if (!id) return within(fmt::format("objects: {}", shown(object, 100)), id.error());
        object = id->text();
    }
    const bool approve = decision == "approve";
    if (approve)
        COMITY_CHECK(custody_key(node.config(), *node.ledger().roll(), member, node.clock().now().seconds()));
    std::int64_t decided = 0;
    {
        COMITY_TRY(const auto tx, node.database().begin());
        for (const std::string& object : objects) {
            COMITY_TRY(const std::int64_t rows,
                       intelligence::decide_hits(*tx, member, object,
                                                 approve ? HitState::kToTell : HitState::kDiscarded));
            decided += rows;
        }
        COMITY_CHECK(tx->commit());
    }
    std::int64_t told = 0;
    if (approve) {
        COMITY_TRY(told, tell_sightings(node, member));
    }
    return json::Object{{"decided", decided}, {"told", told}};
}

Result<json::Object> sightings_of(Node& node, const Asking& asking, std::string_view id) {
    COMITY_CHECK(intelligence::prepare_hits(node.database()));
    COMITY_TRY(json::Object out, intelligence::answer_sightings(asking, id));
    const std::string object(out.at("id").as_string());
    // Always asked: that there is something to count must not be told by how long the answer takes.
    const ledger::Witnessed at = asking.now.seconds();
    COMITY_TRY(const auto rules, governance::load_rules(asking.session, node.quorum(), at));
    const governance::CountTerms terms = rules.book.counts_at(at);
    COMITY_TRY(json::Array counts, private_weeks(node, asking, object, terms));
    out["private"] = std::move(counts);
    out["private_rule"] = json::Object{{"least", terms.least}, {"noise", terms.noise}};
    json::Array own;
    for (const ledger::Viewer& viewer : asking.viewers) {
        if (!viewer.staff || viewer.member.empty()) continue;
        COMITY_TRY(const auto hits, intelligence::read_hits_of(asking.session, viewer.member, object));
        for (const KeptHit& hit : hits)
            own.push_back(json::Object{
                {"day", day_text(hit.day)}, {"count", hit.count}, {"state", to_string(hit.state)}});
    }
    out["own"] = std::move(own);
    COMITY_CHECK(add_where(asking.session, out));
    return out;
}

Result<json::Object> local_hit_desk(Node& node, const std::string& member, bool reads, std::string_view path,
                                    const json::Value& form) {
    const std::size_t question = path.find('?');
    std::string_view query = question == std::string_view::npos ? "" : path.substr(question + 1);
    path = path.substr(0, question);
    constexpr std::string_view kState = "state=";
    query = query.starts_with(kState) ? query.substr(kState.size()) : "";
    if (path == "/hit-policy") return reads ? hit_policy(node, member) : set_hit_policy(node, member, form);
    if (path == "/hits") return reads ? list_hits(node, member, query) : report_hits(node, member, form);
    if (path == "/hit-decisions") return decide_hits(node, member, form);
    return internal("hits", "there is no such desk");
}

}  // namespace comity::node
