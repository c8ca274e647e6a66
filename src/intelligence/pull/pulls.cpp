#include "intelligence/pull/pulls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "db/migration.h"
#include "json/fields.h"
#include "ledger/statement.h"

namespace comity::intelligence::pull {
namespace {

constexpr db::Migration kPullMigrations[] = {{1, R"(
    CREATE TABLE pulls(name TEXT PRIMARY KEY, config TEXT NOT NULL, state TEXT NOT NULL);
)"},
                                             {2, R"(
    ALTER TABLE pulls ADD COLUMN holder TEXT NOT NULL DEFAULT '';
    ALTER TABLE pulls ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;
)"}};

constexpr std::array<std::string_view, 3> kPullKinds = {"taxii", "misp-feed", "misp"};
constexpr std::int64_t kLeastEvery = 60;
constexpr std::int64_t kMostEvery = 30 * 86'400;
constexpr std::int64_t kSecondsADay = 86'400;
constexpr std::size_t kMaxTextOfPull = 2000;

json::Value time_json(const std::optional<Time>& time) {
    return time ? json::Value(format_time_millis(*time)) : json::Value(nullptr);
}

json::Object config_json(const PullConfig& config) {
    return {{"name", config.name},
            {"url", config.url},
            {"kind", to_string(config.kind)},
            {"every", config.every},
            {"user", config.user},
            {"secret_file", config.secret_file},
            {"ca_file", config.ca_file},
            {"member", config.member},
            {"audience", ledger::audience_json(config.audience)}};
}

Result<PullConfig> parse_config(std::string_view text) {
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "pull"));
    PullConfig config;
    COMITY_TRY(config.name, fields.text("name", 1, kMaxTextOfPull));
    COMITY_TRY(config.url, fields.text("url", 1, kMaxTextOfPull));
    COMITY_TRY(const std::string kind, fields.text("kind", 1, kMaxTextOfPull));
    const auto found = std::ranges::find(kPullKinds, kind);
    if (found == kPullKinds.end()) return corrupt("pulls", "has an unknown kind");
    config.kind = static_cast<SourceKind>(found - kPullKinds.begin());
    COMITY_TRY(config.every, fields.integer("every", 1, kMostEvery));
    COMITY_TRY(config.user, fields.text("user", 0, kMaxTextOfPull));
    COMITY_TRY(config.secret_file, fields.text("secret_file", 0, kMaxTextOfPull));
    COMITY_TRY(config.ca_file, fields.text("ca_file", 0, kMaxTextOfPull));
    COMITY_TRY(config.member, fields.text("member", 1, kMaxTextOfPull));
    const json::Value* audience = fields.any("audience");
    if (audience == nullptr) return corrupt("pulls", "has no audience");
    COMITY_TRY(config.audience, ledger::parse_audience(*audience, "audience"));
    return config;
}

json::Object state_json(const PullState& state) {
    json::Object events;
    for (const auto& [uuid, timestamp] : state.events) events[uuid] = timestamp;
    return {{"after", state.after},
            {"next", state.next},
            {"seen", state.seen},
            {"events", std::move(events)},
            {"etag", state.etag},
            {"shared", state.shared},
            {"rejected", state.rejected},
            {"backlog", state.backlog},
            {"failures", state.failures},
            {"last_error", state.last_error},
            {"last_rejected", state.last_rejected},
            {"last_run", time_json(state.last_run)},
            {"last_success", time_json(state.last_success)},
            {"next_run", format_time_millis(state.next_run)}};
}

Result<std::optional<Time>> optional_time(json::Fields& fields, std::string_view name) {
    const json::Value* value = fields.any(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    COMITY_TRY(const Time time, parse_time(value->get_string()));
    return time;
}

Result<PullState> parse_state(std::string_view text) {
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "state"));
    PullState state;
    COMITY_TRY(state.after, fields.text("after", 0, SIZE_MAX));
    COMITY_TRY(state.next, fields.text("next", 0, SIZE_MAX));
    COMITY_TRY(state.seen, fields.text("seen", 0, SIZE_MAX));
    COMITY_TRY(const json::Object* events, fields.object("events"));
    for (const auto& event : *events) {
        if (event.value().is_string()) state.events.emplace(event.key(), event.value().get_string());
    }
    COMITY_TRY(const auto etag, fields.optional_text("etag", 0, SIZE_MAX));
    state.etag = etag.value_or("");
    COMITY_TRY(state.shared, fields.integer("shared", 0, INT64_MAX));
    COMITY_TRY(state.rejected, fields.integer("rejected", 0, INT64_MAX));
    COMITY_TRY(state.backlog, fields.integer("backlog", 0, INT64_MAX));
    COMITY_TRY(state.failures, fields.integer("failures", 0, INT64_MAX));
    COMITY_TRY(state.last_error, fields.text("last_error", 0, SIZE_MAX));
    COMITY_TRY(state.last_rejected, fields.text("last_rejected", 0, SIZE_MAX));
    COMITY_TRY(state.last_run, optional_time(fields, "last_run"));
    COMITY_TRY(state.last_success, optional_time(fields, "last_success"));
    COMITY_TRY(const auto next, optional_time(fields, "next_run"));
    state.next_run = next.value_or(Time{});
    return state;
}

// The columns of kPullColumns.
constexpr std::string_view kPullColumns = "config, state, holder, held_until";
Result<Pull> read(const db::Row& row) {
    Pull pull;
    COMITY_TRY(pull.config, parse_config(row.text(0)));
    COMITY_TRY(pull.state, parse_state(row.text(1)));
    pull.holder = row.text(2);
    pull.held_until = Time{row.integer(3)};
    return pull;
}

Result<std::vector<Pull>> read_all(db::Session& session, std::string_view where,
                                   std::initializer_list<db::Param> params) {
    std::vector<Pull> pulls;
    Result<void> fault;
    COMITY_CHECK(session.each(fmt::format("SELECT {} FROM pulls {} ORDER BY name", kPullColumns, where),
                              params, [&](const db::Row& row) {
                                  auto pull = read(row);
                                  if (!pull) {
                                      fault = std::unexpected(std::move(pull).error());
                                      return false;
                                  }
                                  pulls.push_back(*std::move(pull));
                                  return true;
                              }));
    COMITY_CHECK(std::move(fault));
    return pulls;
}

std::int64_t hold_until(Time now) {
    return now.micros + kHold * 1'000'000;
}

Failure none_of_that_name(std::string_view name) {
    return not_found(fmt::format("there is no pull {}", name), "comity pull list shows them");
}

}  // namespace

std::string_view to_string(SourceKind kind) {
    return kPullKinds[static_cast<std::size_t>(kind)];
}

Result<void> check_config(const PullConfig& config) {
    COMITY_CHECK(ledger::check_member_id(config.name, "name"));
    COMITY_CHECK(ledger::check_member_id(config.member, "--as"));
    if (!config.url.starts_with("https://") && !config.url.starts_with("http://"))
        return invalid("url", "is no URL", "write it as https://taxii.example/api/collections/ID/");
    const std::size_t host = config.url.find("://") + 3;
    const std::string_view authority =
        std::string_view(config.url).substr(host, config.url.find('/', host) - host);
    if (authority.empty() || authority.find('@') != std::string_view::npos)
        return invalid("url", "names no host, or a user",
                       "give the user with --user, and the secret in a file");
    if (config.url.find_first_of("?#") != std::string::npos && config.kind != SourceKind::kTaxii)
        return invalid("url", "has a query", "give the address of the folder or server alone");
    if (config.every < kLeastEvery || config.every > kMostEvery)
        return invalid("--every", "is a minute at the least and 30 days at the most");
    return {};
}

json::Object pull_json(const Pull& pull, Time now) {
    json::Object out = config_json(pull.config);
    const bool running = !pull.holder.empty() && pull.held_until > now;
    out["running"] = running;
    out["holder"] = running ? json::Value(pull.holder) : json::Value(nullptr);
    const PullState& state = pull.state;
    out["shared"] = state.shared;
    out["rejected"] = state.rejected;
    out["last_rejected"] =
        state.last_rejected.empty() ? json::Value(nullptr) : json::Value(state.last_rejected);
    out["backlog"] = state.backlog;
    out["failures"] = state.failures;
    out["last_error"] = state.last_error.empty() ? json::Value(nullptr) : json::Value(state.last_error);
    out["last_run"] = time_json(state.last_run);
    out["last_success"] = time_json(state.last_success);
    out["next_run"] = format_time_millis(state.next_run);
    return out;
}

std::int64_t wait_after(std::int64_t every, std::int64_t failures) {
    std::int64_t wait = every;
    for (std::int64_t i = 0; i < failures && wait < kSecondsADay; ++i) wait *= 2;
    return failures == 0 ? every : std::max(every, std::min(wait, kSecondsADay));
}

Result<void> Pulls::prepare(db::Database& database) {
    return db::migrate(database, "pulls", kPullMigrations);
}

Result<void> Pulls::add(const PullConfig& config, Time now) {
    COMITY_CHECK(check_config(config));
    PullState state;
    state.next_run = now;
    COMITY_TRY(const auto tx, database_->begin());
    const std::string config_text = json::write(config_json(config));
    const std::string state_text = json::write(state_json(state));
    COMITY_TRY(
        const std::int64_t rows,
        tx->run("INSERT INTO pulls(name, config, state) VALUES($1, $2, $3) ON CONFLICT(name) DO NOTHING",
                config.name, config_text, state_text));
    if (rows == 0)
        return conflict("name", fmt::format("there is a pull {} already", config.name), "remove it first");
    return tx->commit();
}

Result<void> Pulls::remove(std::string_view name) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const std::int64_t rows, tx->run("DELETE FROM pulls WHERE name = $1", name));
    if (rows == 0) return none_of_that_name(name);
    return tx->commit();
}

Result<std::vector<Pull>> Pulls::list() {
    COMITY_TRY(const auto session, database_->snapshot());
    return read_all(*session, "", {});
}

Result<Pull> Pulls::find(std::string_view name) {
    COMITY_TRY(const auto session, database_->snapshot());
    COMITY_TRY(auto pulls, read_all(*session, "WHERE name = $1", {name}));
    if (pulls.empty()) return none_of_that_name(name);
    return std::move(pulls.front());
}

Result<Pull> Pulls::hold(std::string_view name, std::string_view holder, Time now) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(auto pulls, read_all(*tx, "WHERE name = $1", {name}));
    if (pulls.empty()) return none_of_that_name(name);
    Pull& pull = pulls.front();
    if (!pull.holder.empty() && pull.holder != holder && pull.held_until > now)
        return conflict(fmt::format("pull {}", name), fmt::format("is being run by {}", pull.holder),
                        fmt::format("it is free at {} at the latest", format_time_millis(pull.held_until)));
    COMITY_CHECK(tx->run("UPDATE pulls SET holder = $2, held_until = $3 WHERE name = $1", name, holder,
                         hold_until(now)));
    COMITY_CHECK(tx->commit());
    pull.holder = holder;
    pull.held_until = Time{hold_until(now)};
    return std::move(pull);
}

Result<void> Pulls::save(std::string_view name, std::string_view holder, const PullState& state, Time now) {
    COMITY_TRY(const auto tx, database_->begin());
    const std::string text = json::write(state_json(state));
    COMITY_TRY(const std::int64_t rows,
               tx->run("UPDATE pulls SET state = $3, held_until = $4 WHERE name = $1 AND holder = $2", name,
                       holder, text, hold_until(now)));
    if (rows == 0) {
        COMITY_TRY(const auto pulls, read_all(*tx, "WHERE name = $1", {name}));
        if (pulls.empty()) return none_of_that_name(name);
        return conflict(fmt::format("pull {}", name),
                        fmt::format("was taken over by {}", pulls.front().holder),
                        "this run took longer for a page than it may: the other goes on");
    }
    return tx->commit();
}

Result<void> Pulls::release(std::string_view name, std::string_view holder) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_CHECK(tx->run("UPDATE pulls SET holder = '', held_until = 0 WHERE name = $1 AND holder = $2", name,
                         holder));
    return tx->commit();
}

}  // namespace comity::intelligence::pull
