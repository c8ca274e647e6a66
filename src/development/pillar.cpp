#include "development/pillar.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "development/clearing/needs.h"
#include "development/clearing/promises.h"
#include "development/index/definition.h"
#include "development/index/statement.h"
#include "development/observatory/dataset.h"
#include "development/observatory/membership.h"
#include "development/tender/bodies.h"

namespace comity::development {
namespace {

constexpr std::string_view kTypes[] = {kDataset, kMembership, kIndex,      kNeed,     kOffer,
                                       kPlan,    kChoice,     kCommitment, kDelivery, kRelease,
                                       kCall,    kBid,        kBidOpening, kReply};

constexpr db::Migration kMigrations[] = {{1, R"(
    CREATE TABLE development_datasets(
        seq INTEGER PRIMARY KEY,
        indicator TEXT NOT NULL,
        source TEXT NOT NULL,
        edition TEXT NOT NULL,
        revision INTEGER NOT NULL,
        body TEXT NOT NULL,
        places INTEGER NOT NULL,
        figures INTEGER NOT NULL,
        first_year INTEGER NOT NULL,
        last_year INTEGER NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE INDEX development_datasets_by_indicator ON development_datasets(indicator);
    CREATE TABLE development_series(
        seq INTEGER NOT NULL,
        place TEXT NOT NULL,
        points BLOB NOT NULL,
        PRIMARY KEY(seq, place)
    ) WITHOUT ROWID;
    CREATE TABLE development_memberships(
        seq INTEGER PRIMARY KEY,
        scheme TEXT NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE TABLE development_indices(
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
)"},
                                         {2, R"(
    CREATE TABLE development_clearing(
        seq INTEGER PRIMARY KEY,
        type TEXT NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE INDEX development_clearing_by_type ON development_clearing(type);
)"},
                                         {3, R"(
    CREATE TABLE development_market(
        seq INTEGER PRIMARY KEY,
        type TEXT NOT NULL,
        about TEXT NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE INDEX development_market_by_type ON development_market(type, about);
)"}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"development_datasets", R"(
        SELECT s.id, d.indicator, d.source, d.edition, d.revision, d.body, d.places, d.figures, d.first_year,
            d.last_year, a.author, a.audience
        FROM development_datasets d JOIN statements s ON s.seq = d.seq JOIN audiences a ON a.n = d.audience
        ORDER BY s.id)"},
    {"development_series", R"(
        SELECT s.id, d.place, d.points
        FROM development_series d JOIN statements s ON s.seq = d.seq
        ORDER BY s.id, d.place)"},
    {"development_memberships", R"(
        SELECT s.id, m.scheme, m.body, a.author, a.audience
        FROM development_memberships m JOIN statements s ON s.seq = m.seq JOIN audiences a ON a.n = m.audience
        ORDER BY s.id)"},
    {"development_indices", R"(
        SELECT s.id, i.id, i.body, a.author, a.audience
        FROM development_indices i JOIN statements s ON s.seq = i.seq JOIN audiences a ON a.n = i.audience
        ORDER BY s.id)"},
    {"development_clearing", R"(
        SELECT s.id, c.type, c.body, a.author, a.audience
        FROM development_clearing c JOIN statements s ON s.seq = c.seq JOIN audiences a ON a.n = c.audience
        ORDER BY s.id)"},
    {"development_market", R"(
        SELECT s.id, m.type, m.about, m.body, a.author, a.audience
        FROM development_market m JOIN statements s ON s.seq = m.seq JOIN audiences a ON a.n = m.audience
        ORDER BY s.id)"},
};

bool is_of_market(std::string_view type) {
    return std::ranges::find(kMarketTypes, type) != kMarketTypes.end();
}

// For how long after the deadline of a call witnesses are asked for their word on it.
constexpr ledger::Witnessed kAskedFor = 90 * 86'400;

class Development final : public ledger::Pillar {
  public:
    std::string_view name() const override { return "development"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    std::span<const db::Migration> migrations() const override { return kMigrations; }
    std::span<const ViewTable> view() const override { return kView; }

    Result<void> validate(const ledger::Statement& statement,
                          std::span<const std::string_view> objects) const override {
        if (statement.type == kPlan) return validate_plan(statement, objects);
        if (!statement.attachments.empty())
            return invalid("attachments", "do not go with this type of statement");
        if (statement.type == kDataset) return validate_dataset(statement, objects);
        if (!objects.empty()) return invalid("objects", "do not go with this type of statement");
        if (statement.type == kMembership) return dropped(parse_membership(statement.body));
        if (statement.type == kIndex) return dropped(parse_index(statement.body, "body"));
        if (is_of_market(statement.type)) return dropped(market_form(statement.type, statement.body));
        return dropped(clearing_form(statement));
    }

    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted,
                       ledger::Audiences& audiences) override {
        const ledger::Statement& statement = accepted.statement;
        COMITY_TRY(const auto audience, audiences.id(tx, statement.author, statement.audience));
        if (statement.type == kDataset) return apply_dataset(tx, accepted, audience);
        if (statement.type == kMembership) {
            auto body = parse_membership(statement.body);
            if (!body) return unreadable(body.error());
            return tx.queue(
                "INSERT INTO development_memberships(seq, scheme, body, audience) VALUES($1, $2, $3, $4)",
                accepted.seq, body->scheme, json::write(membership_json(*body)), audience);
        }
        if (is_of_market(statement.type)) {
            auto form = market_form(statement.type, statement.body);
            if (!form) return unreadable(form.error());
            return tx.queue(
                "INSERT INTO development_market(seq, type, about, body, audience) VALUES($1, $2, $3, $4, $5)",
                accepted.seq, statement.type, form->about, json::write(form->body), audience);
        }
        if (statement.type != kIndex) {
            auto form = clearing_form(statement);
            if (!form) return unreadable(form.error());
            return tx.queue(
                "INSERT INTO development_clearing(seq, type, body, audience) VALUES($1, $2, $3, $4)",
                accepted.seq, statement.type, json::write(*form), audience);
        }
        auto body = parse_index(statement.body, "body");
        if (!body) return unreadable(body.error());
        return tx.queue("INSERT INTO development_indices(seq, id, body, audience) VALUES($1, $2, $3, $4)",
                        accepted.seq, body->id, json::write(index_json(*body)), audience);
    }

    // The deadlines of calls that name witnesses.
    Result<std::vector<ledger::Close>> closes(db::Session& session, ledger::Witnessed now) override {
        std::vector<ledger::Close> closes;
        Result<void> read;
        COMITY_CHECK(session.each(
            "SELECT body FROM development_market WHERE type = $1", {kCall}, [&](const db::Row& row) {
                auto value = json::parse(row.text(0));
                auto call = value ? parse_call(*value) : std::unexpected(value.error());
                if (!call) {
                    read = corrupt("development_market", call.error().message(), "run comity rebuild");
                    return false;
                }
                if (!call->witnesses) return true;
                // Where a witness is asked, its node has announced; not whoever has called.
                for (log::Policy::Witness& witness : call->witnesses->witnesses) witness.url.clear();
                for (const ledger::Witnessed second : {call->deadline, call->open_by})
                    if (second <= now && second > now - kAskedFor)
                        closes.push_back({second, *call->witnesses});
                return true;
            }));
        COMITY_CHECK(read);
        std::ranges::sort(closes, {}, &ledger::Close::at);
        return closes;
    }

  private:
    template <typename T>
    static Result<void> dropped(Result<T> parsed) {
        if (!parsed) return std::unexpected(std::move(parsed).error());
        return {};
    }

    static Failure unreadable(const Error& error) {
        return internal("body", "was accepted but cannot be read: " + error.message());
    }

    // The body of a type of the clearing house, as the view keeps it.
    static Result<json::Object> clearing_form(const ledger::Statement& statement) {
        if (statement.type == kNeed) {
            COMITY_TRY(const NeedBody body, parse_need(statement.body));
            return need_json(body);
        }
        if (statement.type == kOffer) {
            COMITY_TRY(const OfferBody body, parse_offer(statement.body));
            return offer_json(body);
        }
        if (statement.type == kPlan) {
            COMITY_TRY(const PlanBody body, parse_plan_body(statement.body));
            return plan_body_json(body);
        }
        if (statement.type == kChoice) {
            COMITY_TRY(const ChoiceBody body, parse_choice(statement.body));
            COMITY_CHECK(check_choice(body, statement.author));
            return choice_json(body);
        }
        if (statement.type == kCommitment) {
            COMITY_TRY(const CommitmentBody body, parse_commitment(statement.body));
            return commitment_json(body);
        }
        COMITY_TRY(const DeliveryBody body, parse_delivery(statement.body));
        return delivery_json(body);
    }

    static Result<void> validate_plan(const ledger::Statement& statement,
                                      std::span<const std::string_view> objects) {
        if (!objects.empty()) return invalid("objects", "do not go with this type of statement");
        if (statement.attachments.size() != 1 || statement.attachments.front().type != kPlanMediaType)
            return invalid("attachments", "are not one plan's file",
                           fmt::format("attach one {}", kPlanMediaType));
        return dropped(clearing_form(statement));
    }

    static Result<void> validate_dataset(const ledger::Statement& statement,
                                         std::span<const std::string_view> objects) {
        COMITY_TRY(const DatasetBody body, parse_dataset(statement.body));
        if (objects.empty()) return invalid("body.objects.count", "a dataset carries at least one series");
        std::set<std::string> places;
        for (std::size_t i = 0; i < objects.size(); ++i) {
            auto series = parse_series(objects[i], body);
            if (!series) return within(fmt::format("objects[{}]", i), std::move(series).error());
            if (!places.insert(series->place).second)
                return invalid(fmt::format("objects[{}]", i),
                               fmt::format("{} stands in the dataset twice", series->place),
                               "one series a place");
        }
        return {};
    }

    static Result<void> apply_dataset(db::Transaction& tx, const ledger::Accepted& accepted,
                                      ledger::AudienceId audience) {
        auto body = parse_dataset(accepted.statement.body);
        if (!body) return unreadable(body.error());
        std::int64_t figures = 0;
        int first = kLastYear;
        int last = kFirstYear;
        for (std::size_t i = 0; i < accepted.objects.size(); ++i) {
            auto series = parse_series(accepted.objects[i], *body);
            if (!series) return unreadable(series.error());
            figures += static_cast<std::int64_t>(series->points.size());
            first = std::min(first, series->points.front().year);
            last = std::max(last, series->points.back().year);
            COMITY_CHECK(tx.queue("INSERT INTO development_series(seq, place, points) VALUES($1, $2, $3)",
                                  accepted.seq, series->place, pack(series->points)));
        }
        return tx.queue(
            "INSERT INTO development_datasets(seq, indicator, source, edition, revision, body, places, "
            "figures, "
            "first_year, last_year, audience) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            accepted.seq, body->indicator, body->source, body->edition, body->revision,
            json::write(dataset_json(*body)), accepted.objects.size(), figures, first, last, audience);
    }
};

}  // namespace

std::unique_ptr<ledger::Pillar> make_pillar() {
    return std::make_unique<Development>();
}

}  // namespace comity::development
