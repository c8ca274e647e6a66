// A member's exports in force (intelligence/export/feed_book.h): the same from REST and from the command line
// on a data folder. Who asks is the caller's to establish: the texts are for every account of the member, all
// else is for its own people.
#pragma once

#include <string>
#include <string_view>

#include "intelligence/export/feed_book.h"
#include "node/node.h"

namespace comity::node {

struct FeedText {
    intelligence::FeedState state;
    bool pinned = false;
    std::string text;
    intelligence::ExportFormat format = intelligence::ExportFormat::kPlain;
};

// What is in force now: the state that was put in force, or else what the member's devices may read now, made
// anew where the last is over half a minute old. Of an account that is no person's: what is for the member's
// own people alone (amber+strict, red) is not in it.
Result<FeedText> feed_text(Node& node, const std::string& member, std::string_view name);
// An earlier text.
Result<FeedText> feed_text_of(Node& node, const std::string& member, std::string_view name, std::int64_t n);

Result<json::Object> feeds_of(Node& node, const std::string& member);  // {"items":[...],"next":null}
Result<json::Object> add_feed(Node& node, const std::string& member, const json::Value& form);
Result<void> remove_feed(Node& node, const std::string& member, std::string_view name);
Result<json::Object> feed_states_of(Node& node, const std::string& member, std::string_view name);
// {"state":N} puts it in force; {"state":null}: what comes is in force again.
Result<json::Object> roll_back_feed(Node& node, const std::string& member, std::string_view name,
                                    const json::Value& form);

}  // namespace comity::node
