#include "intelligence/alert/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "crypto/sha256.h"
#include "intelligence/lookup.h"
#include "intelligence/marking_change.h"
#include "intelligence/search/driver.h"
#include "intelligence/search/search.h"
#include "intelligence/search/standing.h"
#include "intelligence/share.h"
#include "intelligence/withdrawal.h"
#include "ledger/access.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kGatheredAtOnce = 2000;
constexpr std::size_t kMaxAdvice = 5;
constexpr std::size_t kMaxTargets = 20;  // of one opinion
constexpr std::size_t kTitleValue = 120;
constexpr std::size_t kTitleName = 100;
constexpr std::string_view kCourseOfAction = "course-of-action";

// A row of the view with its object and what carried it.
struct GatheredObject {
    search::Candidate candidate;
    std::int64_t seq = 0;
    Digest statement;
    ledger::AudienceId statement_audience = 0;
    std::string author;
    std::string data;
};

class EvidenceGatherer {
  public:
    EvidenceGatherer(db::Session& session, const ledger::Roll& roll, const Watches& watches, Time now,
                     bool ignore_age)
        : session_(session), now_(now), ignore_age_(ignore_age) {
        for (const auto& watch : watches) {
            Reader& reader = readers_[watch->rule().member];
            reader.watches.push_back(watch);
        }
        roll_ = &roll;
    }

    Result<void> begin() {
        for (auto& [member, reader] : readers_) {
            const auto viewer = ledger::viewer_of(*roll_, member, "", true);
            COMITY_TRY(reader.readable, ledger::readable_by(session_, viewer));
        }
        return {};
    }

    // Of the statement, or of those from its first object up to `until`.
    Result<void> take_objects(Time from, std::int64_t until) {
        static const std::string sql = fmt::format(
            "SELECT i.added, i.uuid, i.type, i.spec, i.version, i.audience, i.seq, s.id, s.audience, "
            "s.author, "
            "o.data FROM intelligence_objects i JOIN statements s ON s.seq = i.seq JOIN objects o ON o.added "
            "= "
            "i.added WHERE i.added >= $1 AND i.added < $2 AND i.revoked = 0 AND {} ORDER BY i.added LIMIT $3",
            kNotWithdrawn);
        for (std::int64_t begin = from.micros; begin < until;) {
            std::vector<GatheredObject> objects;
            COMITY_CHECK(read(sql, {begin, until, kGatheredAtOnce}, objects));
            for (const GatheredObject& object : objects) COMITY_CHECK(take(object, object.seq));
            if (objects.size() < kGatheredAtOnce) break;
            begin = objects.back().candidate.row.added.micros + 1;
        }
        return {};
    }

    // What a change of a marking may have opened to members: the object is new to them.
    Result<void> take_marked(std::int64_t seq) {
        static const std::string sql = fmt::format(
            "SELECT i.added, i.uuid, i.type, i.spec, i.version, i.audience, i.seq, s.id, s.audience, "
            "s.author, "
            "o.data FROM intelligence_markings m JOIN intelligence_objects i ON {} = m.uuid AND i.type = "
            "m.type "
            "JOIN statements s ON s.seq = i.seq AND s.author = m.author JOIN objects o ON o.added = i.added "
            "WHERE m.seq = $1 AND i.revoked = 0 AND {}",
            kByUuid, kNotWithdrawn);
        std::vector<GatheredObject> objects;
        COMITY_CHECK(read(sql, {seq}, objects));
        for (const GatheredObject& object : objects) COMITY_CHECK(take(object, seq));
        return {};
    }

    Result<void> take_drill(std::int64_t seq, std::vector<FoundDrill>& into) {
        return session_.each(
            "SELECT s.author, s.id, l.audience, s.issued, l.body FROM intelligence_alerts l JOIN statements "
            "s ON s.seq = l.seq "
            "WHERE l.seq = $1 AND l.drill = 1",
            {seq}, [&](const db::Row& row) {
                const auto form = json::parse(row.text(4));
                auto body = form ? parse_alert(*form) : Result<AlertBody>(std::unexpected(form.error()));
                if (!body) return true;
                for (const auto& [member, reader] : readers_) {
                    if (row.text(0) != member && reader.readable.contains(row.integer(2)))
                        into.push_back({member, std::string(row.text(0)), row.digest(1), row.integer(2),
                                        Time{row.integer(3)}, *body});
                }
                return true;
            });
    }

    std::vector<FoundEvidence> finish() {
        for (FoundEvidence& each : found_) {
            const auto member = std::ranges::find_if(
                readers_, [&](const auto& reader) { return reader.second.has_rule(each.rule); });
            for (const auto& [seq, audience, name] : advice_) {
                if (seq == each.seq && each.advice.size() < kMaxAdvice &&
                    member->second.readable.contains(audience))
                    each.advice.push_back(name);
            }
        }
        return std::move(found_);
    }

  private:
    struct Reader {
        Watches watches;
        ledger::Readable readable;

        bool has_rule(std::string_view id) const {
            return std::ranges::any_of(watches, [&](const auto& watch) { return watch->rule().id == id; });
        }
    };

    Result<void> read(const std::string& sql, std::initializer_list<db::Param> params,
                      std::vector<GatheredObject>& into) {
        return session_.each(sql, params, [&](const db::Row& row) {
            into.push_back({search::read_candidate(row), row.integer(6), row.digest(7), row.integer(8),
                            std::string(row.text(9)), std::string(as_text(row.blob(10)))});
            return true;
        });
    }

    Result<void> take(const GatheredObject& object, std::int64_t brought) {
        const bool anybody = std::ranges::any_of(readers_, [&](const auto& reader) {
            return reader.second.readable.contains(object.candidate.audience);
        });
        if (!anybody) return {};
        const auto facts = search::facts_of(object.data, object.author);
        if (!facts) return {};
        const std::string& type = object.candidate.row.id.type;
        if (type == kCourseOfAction && !facts->name.empty())
            advice_.emplace_back(object.seq, object.candidate.audience, shown(facts->name, kMaxMeasure - 3));
        for (auto& [member, reader] : readers_) {
            if (!reader.readable.contains(object.candidate.audience)) continue;
            for (const auto& watch : reader.watches) {
                if (is_old(*watch, brought)) continue;
                COMITY_CHECK(judge(reader, *watch, object, *facts, brought));
            }
            if (type == "sighting" || type == "opinion")
                COMITY_CHECK(take_verdict(member, reader, object, *facts, brought));
        }
        return {};
    }

    bool is_old(const Watch& watch, std::int64_t brought) const {
        return watch.rule().scans || (!ignore_age_ && brought <= watch.rule().after);
    }

    Result<void> judge(const Reader& reader, const Watch& watch, const GatheredObject& object,
                       const search::Facts& facts, std::int64_t brought) {
        if (facts.valid_until && *facts.valid_until <= now_) return {};
        const search::Candidate& candidate = object.candidate;
        auto hit = watch.look(facts, candidate.row.id.type, object.author, object.data);
        if (!hit) return {};
        COMITY_TRY(const bool believed, is_believed(reader, watch, candidate.row, facts));
        if (!believed) return {};
        COMITY_TRY(const auto statement, told_by(reader, object));
        if (!statement) return {};
        std::string key = candidate.row.id.text();
        for (const std::string& value : hit->values) key.append("\n").append(value);
        std::string title =
            title_of(facts, hit->values, candidate.row.id.type) + ", shared by " + object.author;
        add(watch, key, brought, *statement, candidate, std::move(title), std::move(hit->values));
        return {};
    }

    // What members say of an object may lift it over a rule's threshold, or is asked for itself.
    Result<void> take_verdict(const std::string& member, const Reader& reader, const GatheredObject& verdict,
                              const search::Facts& facts, std::int64_t brought) {
        const bool asked = std::ranges::any_of(reader.watches, [](const auto& watch) {
            return watch->rule().sightings || watch->rule().min_confidence;
        });
        if (!asked) return {};
        std::size_t targets = 0;
        for (const search::Reference& reference : facts.references) {
            if (reference.property != "sighting_of_ref" && reference.property != "object_refs") continue;
            const auto id = ObjectId::parse(reference.id);
            if (!id || ++targets > kMaxTargets) continue;
            search::Query query;
            query.id = *id;
            search::Page page;
            page.limit = 1;
            COMITY_TRY(const search::Hits hits, search::find(session_, reader.readable, query, page));
            if (hits.found.empty()) continue;
            const search::Hit& target = hits.found.front();
            for (const auto& watch : reader.watches) {
                if (is_old(*watch, brought)) continue;
                COMITY_CHECK(judge_target(member, reader, *watch, verdict, target, brought));
            }
        }
        return {};
    }

    Result<void> judge_target(const std::string& member, const Reader& reader, const Watch& watch,
                              const GatheredObject& verdict, const search::Hit& target,
                              std::int64_t brought) {
        if (target.facts.valid_until && *target.facts.valid_until <= now_) return {};
        auto hit = watch.look(target.facts, target.row.id.type, target.source, target.data);
        if (!hit) return {};
        COMITY_TRY(const bool believed, is_believed(reader, watch, target.row, target.facts));
        if (!believed) return {};
        COMITY_TRY(const auto statement, told_by(reader, verdict));
        if (!statement) return {};
        const std::string id = target.row.id.text();
        const std::string what = title_of(target.facts, hit->values, target.row.id.type);
        if (watch.rule().sightings && verdict.candidate.row.id.type == "sighting" &&
            verdict.author != member) {
            add(watch, fmt::format("sighting\n{}\n{}", id, verdict.author), brought, *statement,
                verdict.candidate, fmt::format("{}, sighted by {}", what, verdict.author), hit->values);
        }
        // Told already unless it was not believed before: its key says so.
        std::string key = id;
        for (const std::string& value : hit->values) key.append("\n").append(value);
        if (watch.rule().min_confidence)
            add(watch, key, brought, *statement, verdict.candidate,
                fmt::format("{}, confirmed by {}", what, verdict.author), std::move(hit->values));
        return {};
    }

    Result<bool> is_believed(const Reader& reader, const Watch& watch, const ObjectRow& row,
                             const search::Facts& facts) {
        if (!watch.rule().min_confidence) return true;
        const std::string id = row.id.text();
        COMITY_TRY(const auto verdicts, search::find_verdicts(session_, reader.readable, std::span(&id, 1)));
        return search::confidence_now(facts, row, verdicts.at(id), now_) >= *watch.rule().min_confidence;
    }

    Result<std::optional<Digest>> told_by(const Reader& reader, const GatheredObject& object) {
        return telling_statement(
            session_, reader.readable,
            {object.statement, object.statement_audience, object.author, object.candidate.row.id.uuid});
    }

    static std::string title_of(const search::Facts& facts, const std::vector<std::string>& values,
                                const std::string& type) {
        std::string title = values.empty() ? "" : shown(values.front(), kTitleValue);
        if (!facts.name.empty() && facts.name != title)
            title += title.empty() ? shown(facts.name, kTitleName)
                                   : fmt::format(" ({})", shown(facts.name, kTitleName));
        return title.empty() ? type : title;
    }

    void add(const Watch& watch, std::string_view key, std::int64_t brought, const Digest& statement,
             const search::Candidate& candidate, std::string title, std::vector<std::string> values) {
        FoundEvidence evidence{.rule = watch.rule().id,
                               .key = crypto::sha256(as_bytes(key)),
                               .seq = brought,
                               .statement = statement,
                               .object = candidate.row.id.text(),
                               .audience = candidate.audience,
                               .title = std::move(title),
                               .values = std::move(values),
                               .advice = {}};
        found_.push_back(std::move(evidence));
    }

    db::Session& session_;
    const ledger::Roll* roll_;
    const Time now_;
    const bool ignore_age_;
    std::map<std::string, Reader> readers_;
    std::vector<FoundEvidence> found_;
    std::vector<std::tuple<std::int64_t, ledger::AudienceId, std::string>> advice_;
};

struct GatheredStatement {
    std::int64_t seq = 0;
    std::string type;
    Time added;
    bool effective = false;
};

// The first object that is of a later statement's.
Result<std::int64_t> end_of_objects(db::Session& session, std::int64_t seq) {
    COMITY_TRY(const auto next,
               session.integer("SELECT added FROM statements WHERE seq > $1 ORDER BY seq LIMIT 1", {seq}));
    return next.value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

Result<std::optional<Digest>> telling_statement(db::Session& session, const ledger::Readable& readable,
                                                const Telling& object) {
    if (readable.contains(object.audience)) return std::optional(object.statement);
    std::optional<Digest> opened;
    COMITY_CHECK(session.each(
        "SELECT s.id, s.audience FROM intelligence_markings m JOIN statements s ON s.seq = m.seq WHERE "
        "m.author = $1 AND m.uuid = $2 ORDER BY m.seq DESC",
        {object.author, object.uuid.view()}, [&](const db::Row& row) {
            if (readable.contains(row.integer(1))) opened = row.digest(0);
            return !opened;
        }));
    return opened;
}

Result<Gathered> gather_evidence(db::Session& session, const ledger::Roll& roll, const Watches& watches,
                                 std::int64_t after, std::size_t most, Time now, bool ignore_age) {
    Gathered out;
    out.upto = after;
    std::vector<GatheredStatement> statements;
    COMITY_CHECK(session.each(
        "SELECT seq, type, added, effective FROM statements WHERE seq > $1 ORDER BY seq LIMIT $2",
        {after, most}, [&](const db::Row& row) {
            statements.push_back(
                {row.integer(0), std::string(row.text(1)), Time{row.integer(2)}, row.integer(3) != 0});
            return true;
        }));
    if (statements.empty()) return out;
    out.upto = statements.back().seq;
    out.more = statements.size() == most;
    EvidenceGatherer gatherer(session, roll, watches, now, ignore_age);
    COMITY_CHECK(gatherer.begin());
    COMITY_TRY(const std::int64_t end, end_of_objects(session, out.upto));
    COMITY_CHECK(gatherer.take_objects(statements.front().added, end));
    for (const GatheredStatement& statement : statements) {
        const bool marking = statement.type == kMarkingChange;
        if (!statement.effective && (marking || statement.type == kShare))
            out.waiting.push_back(statement.seq);
        if (statement.effective && marking) COMITY_CHECK(gatherer.take_marked(statement.seq));
        if (statement.effective && statement.type == kAlert)
            COMITY_CHECK(gatherer.take_drill(statement.seq, out.drills));
    }
    out.found = gatherer.finish();
    return out;
}

Result<std::vector<FoundEvidence>> gather_from(db::Session& session, const ledger::Roll& roll,
                                               const Watches& watches, std::int64_t seq, Time now) {
    EvidenceGatherer gatherer(session, roll, watches, now, false);
    COMITY_CHECK(gatherer.begin());
    COMITY_TRY(const auto added, session.integer("SELECT added FROM statements WHERE seq = $1", {seq}));
    if (!added) return std::vector<FoundEvidence>();
    COMITY_TRY(const std::int64_t end, end_of_objects(session, seq));
    COMITY_CHECK(gatherer.take_objects(Time{*added}, end));
    COMITY_CHECK(gatherer.take_marked(seq));
    return gatherer.finish();
}

}  // namespace comity::intelligence
