#include "node/feed_desk.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/sha256.h"
#include "http/gzip.h"
#include "json/fields.h"
#include "ledger/access.h"

namespace comity::node {
namespace {

using intelligence::Feed;
using intelligence::FeedState;

constexpr std::size_t kMaxFeedText = std::size_t{2} << 30;
constexpr std::int64_t kFreshFeed = 30'000'000;  // microseconds

// Kept as gzip, or as it is where that is no shorter.
Result<std::string> unpacked(db::Session& session, const Feed& feed, const FeedState& state) {
    COMITY_TRY(std::string body, intelligence::state_body(session, feed, state));
    if (std::cmp_equal(body.size(), state.size)) return body;
    return http::gunzip(body, kMaxFeedText);
}

Result<FeedText> make_feed(Node& node, const Feed& feed) {
    FeedState made;
    made.made = node.clock().now();
    COMITY_TRY(const auto query, intelligence::feed_query(feed, made.made));
    COMITY_TRY(const auto lists, intelligence::WarningLists::load(node.config().data / "warninglists"));
    std::string text;
    {
        COMITY_TRY(const auto session, node.database().snapshot());
        const auto roll = node.ledger().roll();
        COMITY_TRY(const ledger::Readable readable,
                   ledger::readable_by(*session, ledger::viewer_of(*roll, feed.member, "", false)));
        COMITY_TRY(auto active, intelligence::find_active(*session, readable, query));
        const intelligence::Gated gated = intelligence::gate(std::move(active.values), lists);
        COMITY_TRY(auto exported, intelligence::write_export(feed.format, gated.values));
        made.values = static_cast<std::int64_t>(exported.values);
        made.held_back = static_cast<std::int64_t>(gated.listed.size());
        made.left_out = static_cast<std::int64_t>(active.left.size() + exported.left.size());
        text = std::move(exported.text);
    }
    made.sha256 = crypto::sha256(as_bytes(text)).hex();
    made.size = static_cast<std::int64_t>(text.size());
    const auto packed = http::gzip(text);
    COMITY_TRY(const FeedState state,
               intelligence::keep_state(node.database(), feed, made, packed ? *packed : text));
    return FeedText{state, false, std::move(text), feed.format};
}

Result<Feed> feed_at(Node& node, const std::string& member, std::string_view name) {
    COMITY_CHECK(intelligence::prepare_feeds(node.database()));
    COMITY_TRY(const auto session, node.database().reader());
    return intelligence::find_feed(*session, member, name);
}

}  // namespace

Result<FeedText> feed_text(Node& node, const std::string& member, std::string_view name) {
    COMITY_TRY(const Feed feed, feed_at(node, member, name));
    {
        COMITY_TRY(const auto session, node.database().snapshot());
        std::optional<std::int64_t> n = feed.pinned;
        if (!n && node.clock().now().micros - feed.checked.micros < kFreshFeed) {
            COMITY_TRY(n, session->integer("SELECT MAX(n) FROM feed_states WHERE member = $1 AND name = $2",
                                           {member, name}));
        }
        if (n) {
            COMITY_TRY(const FeedState state, intelligence::find_state(*session, feed, *n));
            COMITY_TRY(std::string text, unpacked(*session, feed, state));
            return FeedText{state, feed.pinned.has_value(), std::move(text), feed.format};
        }
    }
    return make_feed(node, feed);
}

Result<FeedText> feed_text_of(Node& node, const std::string& member, std::string_view name, std::int64_t n) {
    COMITY_TRY(const Feed feed, feed_at(node, member, name));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const FeedState state, intelligence::find_state(*session, feed, n));
    COMITY_TRY(std::string text, unpacked(*session, feed, state));
    return FeedText{state, feed.pinned == n, std::move(text), feed.format};
}

Result<json::Object> feeds_of(Node& node, const std::string& member) {
    COMITY_CHECK(intelligence::prepare_feeds(node.database()));
    COMITY_TRY(const auto session, node.database().reader());
    COMITY_TRY(const auto feeds, intelligence::list_feeds(*session, member));
    json::Array items;
    for (const Feed& feed : feeds) items.push_back(intelligence::feed_json(feed));
    return json::Object{{"items", std::move(items)}, {"next", nullptr}};
}

Result<json::Object> add_feed(Node& node, const std::string& member, const json::Value& form) {
    COMITY_CHECK(intelligence::prepare_feeds(node.database()));
    COMITY_TRY(const Feed feed, intelligence::parse_feed(form, member));
    COMITY_CHECK(intelligence::add_feed(node.database(), feed));
    return intelligence::feed_json(feed);
}

Result<void> remove_feed(Node& node, const std::string& member, std::string_view name) {
    COMITY_CHECK(intelligence::prepare_feeds(node.database()));
    return intelligence::remove_feed(node.database(), member, name);
}

Result<json::Object> feed_states_of(Node& node, const std::string& member, std::string_view name) {
    COMITY_TRY(const Feed feed, feed_at(node, member, name));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const auto states, intelligence::feed_states(*session, feed));
    json::Array items;
    for (const FeedState& state : states) items.push_back(intelligence::feed_state_json(state));
    return json::Object{{"pinned", feed.pinned ? json::Value(*feed.pinned) : json::Value(nullptr)},
                        {"items", std::move(items)},
                        {"next", nullptr}};
}

Result<json::Object> roll_back_feed(Node& node, const std::string& member, std::string_view name,
                                    const json::Value& form) {
    COMITY_TRY(Feed feed, feed_at(node, member, name));
    COMITY_TRY(json::Fields fields, json::Fields::of(form, ""));
    const json::Value* const state = fields.any("state");
    if (state == nullptr || !(state->is_null() || (state->is_int64() && state->get_int64() > 0)))
        return invalid("state", "is neither a number nor null", "comity intel feed states shows them");
    COMITY_CHECK(fields.nothing_else());
    feed.pinned = state->is_null() ? std::optional<std::int64_t>() : state->get_int64();
    COMITY_CHECK(intelligence::pin_state(node.database(), feed, feed.pinned));
    return intelligence::feed_json(feed);
}

}  // namespace comity::node
