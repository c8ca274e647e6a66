// Alerts for readers of feeds: Atom (RFC 4287) of what the caller may read, the newest first.
#include <fmt/format.h>

#include <algorithm>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "intelligence/alert/answer.h"
#include "json/members.h"

namespace comity::api::rest {
namespace {

constexpr std::string_view kAtom = "application/atom+xml; charset=utf-8";
constexpr std::size_t kFeedTitle = 250;  // bytes

std::string element(std::string_view name, std::string_view text) {
    return fmt::format("<{0}>{1}</{0}>", name, xml_text(text));
}

std::string lines_of(const json::Object& alert, std::string_view name) {
    std::string out;
    const json::Value* const list = alert.if_contains(name);
    if (list == nullptr || !list->is_array()) return out;
    for (const json::Value& each : list->get_array()) {
        if (each.is_string()) out += std::string(each.get_string()) + "\n";
    }
    return out;
}

std::string entry_of(const json::Object& alert, const std::string& base) {
    const std::string id = json::text_of(alert, "id");
    const std::string severity = json::text_of(alert, "severity");
    const json::Value* const drill = alert.if_contains("drill");
    const bool is_drill = drill != nullptr && drill->is_bool() && drill->get_bool();
    std::string text = lines_of(alert, "measures");
    const json::Value* const evidence = alert.if_contains("evidence");
    if (evidence != nullptr && evidence->is_array()) {
        for (const json::Value& each : evidence->get_array()) {
            if (each.is_object()) text += lines_of(each.get_object(), "values");
        }
    }
    return "<entry>" + element("id", "urn:comity:alert:" + id) +
           element("title", fmt::format("[{}] {}", is_drill ? "drill" : severity,
                                        shown(json::text_of(alert, "title"), kFeedTitle))) +
           element("updated", json::text_of(alert, "issued")) + "<author>" +
           element("name", json::text_of(alert, "author")) + "</author>" +
           fmt::format("<category term=\"{}\"/>", xml_text(severity)) +
           fmt::format("<link rel=\"alternate\" type=\"application/json\" href=\"{}/api/v1/alerts/{}\"/>",
                       xml_text(base), xml_text(id)) +
           fmt::format("<content type=\"text\">{}</content></entry>\n", xml_text(text));
}

Answer show_alert_feed(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    const auto roll = node.ledger().roll();
    COMITY_TRY(const json::Object page,
               intelligence::answer_alerts({*session, readable, {caller.viewer}, *roll, node.clock().now()},
                                           request.query));
    const std::string& base = node.config().public_url;
    std::string updated = "1970-01-01T00:00:00.000Z";
    std::string entries;
    for (const json::Value& item : page.at("items").as_array()) {
        const json::Object& alert = item.as_object();
        updated = std::max(updated, json::text_of(alert, "issued"));
        entries += entry_of(alert, base);
    }
    const std::string origin = node.ledger().identity().origin;
    std::string text =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">" +
        element("id", "urn:comity:alerts:" + origin) + element("title", node.config().name + ": alerts") +
        element("updated", updated) +
        fmt::format("<link rel=\"self\" href=\"{}/api/v1/alert-feed\"/>\n", xml_text(base)) + entries +
        "</feed>\n";
    const std::string etag = fmt::format("\"{}\"", crypto::sha256(as_bytes(text)).hex());
    http::Response response = http::Response::text(200, std::move(text), kAtom);
    response.header("ETag", etag);
    response.header("Cache-Control", "private, no-cache");
    return response;
}

}  // namespace

void add_alert_feed_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/alert-feed",
               guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
                   return show_alert_feed(node, request, caller);
               }));
}

}  // namespace comity::api::rest
