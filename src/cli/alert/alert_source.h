// What a source (source.h) tells of alerts, and the desk where a member keeps its rules. An interface of its
// own, as divide_source.h. Both kinds of source have it.
#pragma once

#include <functional>

#include "cli/source.h"
#include "http/message.h"
#include "node/node.h"

namespace comity::cli {

class AlertSource {
  public:
    virtual ~AlertSource() = default;
    // GET /api/v1/alerts, .../{id}
    virtual Result<std::vector<json::Object>> alerts(const Asked& asked, std::int64_t limit) = 0;
    virtual Result<json::Object> alert(std::string_view id) = 0;
    // What REST answers under /api/v1 at that path ("/alert-rules/ours", "/hits", "/feeds"); in a data
    // folder, for that member. `body` may be null. An answer without a body is an empty object.
    virtual Result<json::Object> at_alert_desk(http::Method method, const std::string& path,
                                               const json::Value* body, const std::string& member) = 0;
    // Calls `look` once the source tells of alerts as they come, and whenever there may be another, until it
    // returns false or the line breaks off. A data folder has no line: it looks four times a second.
    virtual Result<void> watch_alerts(const std::function<bool()>& look) = 0;
    // The text of a feed: that in force where `state` is negative.
    virtual Result<std::string> feed_text(const std::string& name, std::int64_t state,
                                          const std::string& member) = 0;
};

Result<AlertSource*> alerts_of(Source& source);

// The same at the desk of a node in a data folder.
Result<json::Object> local_alert_desk(node::Node& node, const std::string& member, http::Method method,
                                      std::string_view path, const json::Value* body);

// Whose desk: over the network the account tells, else who acts (speak.h).
Result<std::string> member_at_desk(Context& context, Source& source);
// Asks at the desk of who acts.
Result<json::Object> ask_alert_desk(Context& context, http::Method method, const std::string& path,
                                    const json::Value* body = nullptr);

// "high, open" and such, of an alert's form.
std::string alert_state(const json::Object& alert);

}  // namespace comity::cli
