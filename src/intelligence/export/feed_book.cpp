#include "intelligence/export/feed_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "db/migration.h"
#include "json/fields.h"
#include "ledger/statement.h"

namespace comity::intelligence {
namespace {

constexpr db::Migration kFeedMigrations[] = {{1, R"(
    CREATE TABLE feeds(
        member TEXT NOT NULL,
        name TEXT NOT NULL,
        config TEXT NOT NULL,
        pinned INTEGER,
        checked INTEGER NOT NULL,
        PRIMARY KEY(member, name)
    );
    CREATE TABLE feed_states(
        member TEXT NOT NULL,
        name TEXT NOT NULL,
        n INTEGER NOT NULL,
        made INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        vals INTEGER NOT NULL,
        held INTEGER NOT NULL,
        left_out INTEGER NOT NULL,
        size INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY(member, name, n)
    );
)"}};

constexpr std::string_view kStateColumns = "n, made, sha256, vals, held, left_out, size";
constexpr std::int64_t kMaxFeedDays = 36'500;
constexpr std::int64_t kMaxFeedMembers = 1'000'000;

struct FeedNumber {
    std::string_view name;
    std::optional<std::int64_t> Feed::* field;
    std::int64_t max;
};
constexpr std::array kFeedNumbers = {
    FeedNumber{"min_confidence", &Feed::min_confidence, 100},
    FeedNumber{"max_age", &Feed::max_age, kMaxFeedDays},
    FeedNumber{"min_sightings", &Feed::min_sightings, kMaxFeedMembers},
    FeedNumber{"sighted_within", &Feed::sighted_within, kMaxFeedDays},
    FeedNumber{"max_false_reports", &Feed::max_false_reports, kMaxFeedMembers}};

Failure no_feed(std::string_view name) {
    return not_found(fmt::format("there is no feed {}", name), "comity intel feed list shows them");
}

FeedState read_state(const db::Row& row) {
    return {row.integer(0), Time{row.integer(1)}, std::string(row.text(2)), row.integer(3), row.integer(4),
            row.integer(5), row.integer(6)};
}

Result<Feed> read_feed(const db::Row& row, const std::string& member) {
    COMITY_TRY(const json::Value form, json::parse(row.text(0)));
    COMITY_TRY(Feed feed, parse_feed(form, member));
    if (!row.null(1)) feed.pinned = row.integer(1);
    feed.checked = Time{row.integer(2)};
    return feed;
}

json::Object feed_config(const Feed& feed) {
    json::Object out{{"name", feed.name}, {"format", to_string(feed.format)}};
    if (!feed.types.empty()) out["type"] = feed.types;
    for (const FeedNumber& number : kFeedNumbers) {
        if (const auto& value = feed.*number.field) out[number.name] = *value;
    }
    return out;
}

}  // namespace

Result<Feed> parse_feed(const json::Value& form, const std::string& member) {
    COMITY_TRY(json::Fields fields, json::Fields::of(form, "feed"));
    Feed feed;
    feed.member = member;
    COMITY_TRY(feed.name, fields.text("name", 1, 64));
    COMITY_CHECK(ledger::check_member_id(feed.name, fields.path("name")));
    COMITY_TRY(const std::string format, fields.text("format", 1, 40));
    COMITY_TRY(feed.format, parse_export_format(format, fields.path("format")));
    COMITY_TRY(auto types, fields.optional_text("type", 1, 200));
    feed.types = std::move(types).value_or("");
    COMITY_TRY(const auto kinds, parse_kinds(feed.types, fields.path("type")));
    const bool any = std::ranges::any_of(kinds, [&](IndicatorKind kind) { return takes(feed.format, kind); });
    if (!kinds.empty() && !any)
        return invalid(fields.path("type"),
                       fmt::format("{} has no place for {}: the feed would always be empty",
                                   to_string(feed.format), feed.types),
                       "name another format or other kinds");
    for (const FeedNumber& number : kFeedNumbers) {
        COMITY_TRY(feed.*number.field, fields.optional_integer(number.name, 0, number.max));
    }
    COMITY_CHECK(fields.nothing_else());
    return feed;
}

json::Object feed_json(const Feed& feed) {
    json::Object out = feed_config(feed);
    out["pinned"] = feed.pinned ? json::Value(*feed.pinned) : json::Value(nullptr);
    return out;
}

json::Object feed_state_json(const FeedState& state) {
    return {{"state", state.n},       {"made", format_time_millis(state.made)}, {"sha256", state.sha256},
            {"values", state.values}, {"held_back", state.held_back},           {"left_out", state.left_out},
            {"size", state.size}};
}

Result<ActiveQuery> feed_query(const Feed& feed, Time now) {
    ActiveQuery query{.now = now};
    COMITY_TRY(query.kinds, parse_kinds(feed.types, "type"));
    if (feed.min_confidence) query.min_confidence = static_cast<int>(*feed.min_confidence);
    query.max_age_days = feed.max_age;
    query.min_sighted_by = feed.min_sightings;
    query.sighted_within_days = feed.sighted_within;
    query.max_false_by = feed.max_false_reports;
    return query;
}

Result<void> prepare_feeds(db::Database& database) {
    return db::migrate(database, "feeds", kFeedMigrations);
}

Result<void> add_feed(db::Database& database, const Feed& feed) {
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const auto count, tx->integer("SELECT COUNT(*) FROM feeds WHERE member = $1", {feed.member}));
    if (std::cmp_greater_equal(count.value_or(0), kMaxFeeds))
        return too_many("the member has too many feeds", "remove some: comity intel feed list");
    COMITY_TRY(
        const std::int64_t rows,
        tx->run("INSERT INTO feeds(member, name, config, pinned, checked) VALUES($1, $2, $3, NULL, 0) ON "
                "CONFLICT(member, name) DO NOTHING",
                feed.member, feed.name, json::write(feed_config(feed))));
    if (rows == 0)
        return conflict("name", fmt::format("there is a feed {} already", feed.name), "remove it first");
    return tx->commit();
}

Result<void> remove_feed(db::Database& database, std::string_view member, std::string_view name) {
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const std::int64_t rows,
               tx->run("DELETE FROM feeds WHERE member = $1 AND name = $2", member, name));
    if (rows == 0) return no_feed(name);
    COMITY_CHECK(tx->run("DELETE FROM feed_states WHERE member = $1 AND name = $2", member, name));
    return tx->commit();
}

Result<std::vector<Feed>> list_feeds(db::Session& session, std::string_view member) {
    std::vector<Feed> out;
    Result<void> fault;
    COMITY_CHECK(session.each("SELECT config, pinned, checked FROM feeds WHERE member = $1 ORDER BY name",
                              {member}, [&](const db::Row& row) {
                                  auto feed = read_feed(row, std::string(member));
                                  if (!feed) {
                                      fault = corrupt("feeds", feed.error().message());
                                      return false;
                                  }
                                  out.push_back(*std::move(feed));
                                  return true;
                              }));
    COMITY_CHECK(std::move(fault));
    return out;
}

Result<Feed> find_feed(db::Session& session, std::string_view member, std::string_view name) {
    Result<Feed> found = no_feed(name);
    COMITY_CHECK(session.each("SELECT config, pinned, checked FROM feeds WHERE member = $1 AND name = $2",
                              {member, name}, [&](const db::Row& row) {
                                  found = read_feed(row, std::string(member));
                                  return false;
                              }));
    return found;
}

Result<std::vector<FeedState>> feed_states(db::Session& session, const Feed& feed) {
    std::vector<FeedState> out;
    COMITY_CHECK(
        session.each(fmt::format("SELECT {} FROM feed_states WHERE member = $1 AND name = $2 ORDER BY n DESC",
                                 kStateColumns),
                     {feed.member, feed.name}, [&](const db::Row& row) {
                         out.push_back(read_state(row));
                         return true;
                     }));
    return out;
}

Result<FeedState> find_state(db::Session& session, const Feed& feed, std::int64_t n) {
    Result<FeedState> found =
        not_found(fmt::format("{} has no state {}", feed.name, n), "comity intel feed states shows them");
    COMITY_CHECK(session.each(
        fmt::format("SELECT {} FROM feed_states WHERE member = $1 AND name = $2 AND n = $3", kStateColumns),
        {feed.member, feed.name, n}, [&](const db::Row& row) {
            found = read_state(row);
            return false;
        }));
    return found;
}

Result<std::string> state_body(db::Session& session, const Feed& feed, const FeedState& state) {
    COMITY_TRY(const auto body,
               session.blob("SELECT body FROM feed_states WHERE member = $1 AND name = $2 AND n = $3",
                            {feed.member, feed.name, state.n}));
    if (!body) return not_found(fmt::format("{} has no state {}", feed.name, state.n));
    return std::string(as_text(*body));
}

Result<FeedState> keep_state(db::Database& database, const Feed& feed, const FeedState& made,
                             std::string_view body) {
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const std::int64_t there,
               tx->run("UPDATE feeds SET checked = $3 WHERE member = $1 AND name = $2", feed.member,
                       feed.name, made.made.micros));
    if (there == 0) return no_feed(feed.name);
    COMITY_TRY(const auto last, tx->integer("SELECT MAX(n) FROM feed_states WHERE member = $1 AND name = $2",
                                            {feed.member, feed.name}));
    if (last) {
        COMITY_TRY(FeedState before, find_state(*tx, feed, *last));
        if (before.sha256 == made.sha256) {
            COMITY_CHECK(tx->commit());
            return before;
        }
    }
    FeedState state = made;
    state.n = last.value_or(0) + 1;
    COMITY_CHECK(
        tx->run("INSERT INTO feed_states(member, name, n, made, sha256, vals, held, left_out, size, body) "
                "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                feed.member, feed.name, state.n, state.made.micros, state.sha256, state.values,
                state.held_back, state.left_out, state.size, as_bytes(body)));
    COMITY_CHECK(
        tx->run("DELETE FROM feed_states WHERE member = $1 AND name = $2 AND n <= $3 AND n NOT IN (SELECT "
                "pinned FROM feeds WHERE member = $1 AND name = $2 AND pinned IS NOT NULL)",
                feed.member, feed.name, state.n - kKeptStates));
    COMITY_CHECK(tx->commit());
    return state;
}

Result<void> pin_state(db::Database& database, const Feed& feed, std::optional<std::int64_t> n) {
    COMITY_TRY(const auto tx, database.begin());
    if (n) COMITY_CHECK(find_state(*tx, feed, *n));
    COMITY_CHECK(
        tx->run("UPDATE feeds SET pinned = $3 WHERE member = $1 AND name = $2", feed.member, feed.name, n));
    return tx->commit();
}

}  // namespace comity::intelligence
