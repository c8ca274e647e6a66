#include "cli/alert/alert_source.h"

#include <charconv>

#include "cli/forms.h"
#include "cli/speak.h"
#include "node/alert_desk.h"
#include "node/feed_desk.h"
#include "node/hit_desk.h"

namespace comity::cli {
namespace {

constexpr std::int64_t kUsualTrialDays = 30;

// `path`: "", "/NAME", "/NAME/states" or "/NAME/rollback".
Result<json::Object> local_feed_desk(node::Node& node, const std::string& member, http::Method method,
                                     std::string_view path, const json::Value& form) {
    if (path.empty())
        return method == http::Method::kGet ? node::feeds_of(node, member)
                                            : node::add_feed(node, member, form);
    path.remove_prefix(1);
    const std::size_t slash = path.find('/');
    const std::string_view name =
        path.substr(0, slash);  // percent-encoding changes no name that a feed can have
    if (slash == std::string_view::npos) {
        COMITY_CHECK(node::remove_feed(node, member, name));
        return json::Object();
    }
    if (path.substr(slash) == "/states") return node::feed_states_of(node, member, name);
    return node::roll_back_feed(node, member, name, form);
}

}  // namespace

Result<AlertSource*> alerts_of(Source& source) {
    auto* answering = dynamic_cast<AlertSource*>(&source);
    if (answering == nullptr) return internal("source", "tells nothing of alerts");
    return answering;
}

Result<std::string> member_at_desk(Context& context, Source& source) {
    if (!context.node.empty()) return std::string();
    return acting_member(context, source);
}

Result<json::Object> ask_alert_desk(Context& context, http::Method method, const std::string& path,
                                    const json::Value* body) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, member_at_desk(context, *source));
    COMITY_TRY(AlertSource* const alerts, alerts_of(*source));
    return alerts->at_alert_desk(method, path, body, member);
}

Result<json::Object> local_alert_desk(node::Node& node, const std::string& member, http::Method method,
                                      std::string_view path, const json::Value* body) {
    const std::string_view whole = path;
    const std::size_t question = path.find('?');
    const std::string_view query = question == std::string_view::npos ? "" : path.substr(question + 1);
    path = path.substr(0, question);
    const json::Value nothing = json::Object();
    const json::Value& form = body == nullptr ? nothing : *body;
    constexpr std::string_view kRules = "/alert-rules";
    if (path == kRules && method == http::Method::kGet) return node::alert_rules(node, member);
    if (path == kRules) return node::add_alert_rule(node, member, form);
    if (path.starts_with(kRules)) {
        COMITY_CHECK(node::remove_alert_rule(node, member, path.substr(kRules.size() + 1)));
        return json::Object();
    }
    if (path == "/alert-trials") {
        constexpr std::string_view kDays = "days=";
        std::int64_t days = kUsualTrialDays;
        if (query.starts_with(kDays))
            std::from_chars(query.data() + kDays.size(), query.data() + query.size(), days);
        return node::try_alert_rule(node, member, form, days);
    }
    constexpr std::string_view kFeeds = "/feeds";
    if (path.starts_with(kFeeds))
        return local_feed_desk(node, member, method, path.substr(kFeeds.size()), form);
    return node::local_hit_desk(node, member, method == http::Method::kGet, whole, form);
}

std::string alert_state(const json::Object& alert) {
    const json::Value* open = alert.if_contains("open");
    std::string state = open != nullptr && open->is_bool() && !open->get_bool() ? "acknowledged" : "open";
    if (field(alert, "drill") == "true") state += ", drill";
    return state;
}

}  // namespace comity::cli
