// Exports in force: what a member's devices block by, as they pull it. A feed is an export with a name of the
// member's own; each text that it ever had is a state, kept with its number, so that the devices can be given
// any earlier one at once. Local tables of the node, no statements.
//
// Tables:
//     feeds(member, name, config, pinned, checked)     pinned: the state in force, whatever has come since;
//     or NULL feed_states(member, name, n, made, sha256, vals, held, left_out, size, body)     body: gzip, or
//     as it is
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "db/database.h"
#include "intelligence/export/active.h"
#include "intelligence/export/formats.h"
#include "json/value.h"

namespace comity::intelligence {

// States of one feed that are kept; the oldest go first, that in force never.
inline constexpr std::int64_t kKeptStates = 200;
inline constexpr std::size_t kMaxFeeds = 100;  // of one member

struct Feed {
    std::string member;
    std::string name;  // as a member's id
    ExportFormat format = ExportFormat::kPlain;
    std::string types;  // as parse_kinds takes them
    std::optional<std::int64_t> min_confidence, max_age, min_sightings, sighted_within, max_false_reports;
    std::optional<std::int64_t> pinned;
    Time checked{};  // when it was last made
};
// {"name","format","type"?,"min_confidence"?,"max_age"?,"min_sightings"?,"sighted_within"?,"max_false_reports"?}
Result<Feed> parse_feed(const json::Value& form, const std::string& member);
json::Object feed_json(const Feed& feed);
Result<ActiveQuery> feed_query(const Feed& feed, Time now);

struct FeedState {
    std::int64_t n = 0;
    Time made{};
    std::string sha256;  // hexadecimal, of the text
    std::int64_t values = 0;
    std::int64_t held_back = 0;
    std::int64_t left_out = 0;
    std::int64_t size = 0;  // bytes of the text
};
json::Object feed_state_json(const FeedState& state);

Result<void> prepare_feeds(db::Database& database);
Result<void> add_feed(db::Database& database, const Feed& feed);  // kConflict, kTooMany
Result<void> remove_feed(db::Database& database, std::string_view member, std::string_view name);
Result<std::vector<Feed>> list_feeds(db::Session& session, std::string_view member);
Result<Feed> find_feed(db::Session& session, std::string_view member, std::string_view name);  // kNotFound
// The newest first.
Result<std::vector<FeedState>> feed_states(db::Session& session, const Feed& feed);
Result<FeedState> find_state(db::Session& session, const Feed& feed, std::int64_t n);  // kNotFound
// The bytes that the state was kept as.
Result<std::string> state_body(db::Session& session, const Feed& feed, const FeedState& state);
// Keeps it, with the bytes that its text is kept as, as a new state unless its text is the last one's;
// returns the state that it is.
Result<FeedState> keep_state(db::Database& database, const Feed& feed, const FeedState& made,
                             std::string_view body);
// Puts a state in force; nothing: what comes is in force again. kNotFound.
Result<void> pin_state(db::Database& database, const Feed& feed, std::optional<std::int64_t> n);

}  // namespace comity::intelligence
