#include "intelligence/pull/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/percent.h"
#include "base/text.h"
#include "intelligence/misp/read.h"
#include "intelligence/stix/object.h"
#include "json/alone.h"

namespace comity::intelligence::pull {
namespace {

constexpr std::size_t kTaxiiLimit = 1000;
constexpr std::size_t kMispLimit = 10;       // events of a search's page
constexpr std::size_t kMaxEvents = 100'000;  // of a feed
constexpr std::size_t kMaxToken = 4096;      // of a `next`
constexpr std::size_t kMaxEtag = 1024;
constexpr std::string_view kTaxii = "application/taxii+json;version=2.1";

http::Client::Headers headers_of(const PullConfig& config, const std::string& secret,
                                 std::string_view accept) {
    http::Client::Headers headers{{"Accept", std::string(accept)}};
    if (!config.user.empty()) {
        headers.emplace_back("Authorization", "Basic " + base64_encode(as_bytes(config.user + ":" + secret)));
    } else if (!secret.empty()) {
        headers.emplace_back("Authorization", config.kind == SourceKind::kMisp ? secret : "Bearer " + secret);
    }
    return headers;
}

// A 200, or a 304 where it was asked for; anything else is an error that says what it was.
Result<http::Response> answered(http::Client& client, http::Method method, const std::string& url,
                                const http::Client::Headers& headers, std::string_view body = {}) {
    COMITY_TRY(http::Response response, client.send(method, url, headers, body));
    const bool conditional =
        std::ranges::any_of(headers, [](const auto& header) { return header.first == "If-None-Match"; });
    if (response.status == 200 || (response.status == 304 && conditional)) return response;
    const std::string place = shown(url, 200);
    if (response.status >= 300 && response.status < 400)
        return refused(place, fmt::format("answered {}: it lies elsewhere", response.status),
                       "redirects are not followed: give the address that it leads to");
    if (response.status == 401 || response.status == 403)
        return unauthenticated(fmt::format("{} answered {}", place, response.status),
                               "check --user and the secret's file");
    if (response.status == 404) return not_found(place + " answered 404", "check the URL");
    if (response.status == 429) return too_many(place + " answered 429");
    return unavailable(place, fmt::format("answered {}", response.status), "it is tried again later");
}

// Objects that may be shared; the others are counted, and the last one told.
void take_objects(const std::vector<std::string_view>& objects, Page& page) {
    std::vector<std::pair<ObjectId, std::optional<Time>>> seen;
    for (const std::string_view bytes : objects) {
        auto object = parse_object(bytes);
        if (!object) {
            ++page.state.rejected;
            page.state.last_rejected = shown(object.error().message(), 300);
            continue;
        }
        seen.emplace_back(std::move(object->id), object->version);
        page.objects.emplace_back(bytes);
    }
    // One object in one version stands in a statement once.
    std::vector<std::string> once;
    std::vector<std::size_t> order(seen.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return seen[a] == seen[b] ? a < b : seen[a] < seen[b];  // the first of equal ones stays
    });
    const auto repeated =
        std::ranges::unique(order, [&](std::size_t a, std::size_t b) { return seen[a] == seen[b]; });
    order.erase(repeated.begin(), repeated.end());
    std::ranges::sort(order);
    for (const std::size_t i : order) once.push_back(std::move(page.objects[i]));
    page.objects = std::move(once);
}

Result<Page> fetch_taxii(http::Client& client, const PullConfig& config, const std::string& secret,
                         const PullState& state) {
    std::string url = config.url;
    if (!url.ends_with('/')) url += '/';
    url += fmt::format("objects/?limit={}", kTaxiiLimit);
    if (!state.after.empty()) url += "&added_after=" + percent_encoded(state.after);
    if (!state.next.empty()) url += "&next=" + percent_encoded(state.next);
    COMITY_TRY(const http::Response response,
               answered(client, http::Method::kGet, url, headers_of(config, secret, kTaxii)));
    const auto members = json::members_alone(response.bytes(), "objects");
    if (!members)
        return invalid(config.url, "answered with no TAXII envelope: " + members.error().message(),
                       "give the URL of a collection");
    Page page;
    page.state = state;
    page.state.next.clear();
    bool more = false;
    std::string next;
    std::vector<std::string_view> objects;
    for (const json::Member& member : *members) {
        if (member.name == "more") more = member.value == "true";
        if (member.name == "next") {
            if (const auto text = json::parse(member.value); text && text->is_string())
                next = text->get_string();
        }
        if (member.name == "objects") {
            COMITY_TRY(objects, json::array_elements_alone(response.bytes(), "objects"));
        }
    }
    const bool empty = objects.empty();
    take_objects(objects, page);
    // What this page reached: an added_after for the next walk, or where there is no other way on.
    const std::string last(response.find("X-TAXII-Date-Added-Last").value_or(""));
    const auto reached = parse_time(last);
    const auto before = parse_time(state.seen.empty() ? state.after : state.seen);
    if (reached && (!before || *reached > *before)) page.state.seen = last;
    if (!more) {
        if (!page.state.seen.empty()) page.state.after = page.state.seen;
        page.state.seen.clear();
        page.state.backlog = 0;
        return page;
    }
    page.state.backlog = 1;
    page.more = true;
    if (empty) return invalid(config.url, "says there is more after a page without objects");
    if (!next.empty()) {
        if (next == state.next)
            return invalid(config.url, "gives the same `next` twice: its pages lead in a circle");
        if (next.size() > kMaxToken) return too_large(config.url, "gives a `next` that is too long");
        page.state.next = next;
        return page;
    }
    // more without next: section 3.5 has the client go on from the last date. Objects added in that moment
    // are lost by it, so it must at least move.
    if (!reached || (before && *reached <= *before) || page.state.seen == state.after)
        return invalid(
            config.url,
            "says there is more, and gives no way to it: neither `next` nor a later X-TAXII-Date-Added-Last");
    page.state.after = page.state.seen;
    return page;
}

// MISP's objects become STIX; what is lost on the way is no reason to stop.
Result<void> take_events(std::string_view text, const PullConfig& config, Page& page) {
    COMITY_TRY(Understanding understood, misp::read_events(text, config.audience.label));
    page.kind = InputKind::kMisp;
    page.objects = std::move(understood.objects);
    page.title = std::move(understood.title);
    page.state.rejected += static_cast<std::int64_t>(understood.errors.size());
    if (!understood.errors.empty()) page.state.last_rejected = shown(understood.errors.back().why, 300);
    return {};
}

std::string text_or_number(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_int64()) return std::to_string(value->get_int64());
    return {};
}

Result<Page> fetch_feed(http::Client& client, const PullConfig& config, const std::string& secret,
                        const PullState& state) {
    std::string base = config.url;
    while (base.ends_with('/')) base.pop_back();
    if (base.ends_with("/manifest.json"))
        base.resize(base.size() - std::string_view("/manifest.json").size());
    const auto headers = headers_of(config, secret, "application/json");
    auto conditional = headers;
    // While events wait, the manifest says which.
    if (state.backlog == 0 && !state.etag.empty()) conditional.emplace_back("If-None-Match", state.etag);
    COMITY_TRY(const http::Response response,
               answered(client, http::Method::kGet, base + "/manifest.json", conditional));
    if (response.status == 304) {
        Page same;
        same.kind = InputKind::kMisp;
        same.state = state;
        return same;
    }
    auto manifest = json::parse(response.bytes());
    if (!manifest || !manifest->is_object())
        return invalid(base + "/manifest.json", "is no manifest of a MISP feed",
                       "give the address of the feed's folder");
    Page page;
    page.state = state;
    std::map<std::pair<std::string, std::string>, std::string> waiting;  // (timestamp, UUID) -> timestamp
    std::map<std::string, std::string> there;
    for (const auto& entry : manifest->get_object()) {
        const std::string uuid(entry.key());
        // The name becomes a part of an address: it must be a UUID and nothing else.
        if (!Uuid::parse(uuid) || !entry.value().is_object()) continue;
        const std::string timestamp = text_or_number(entry.value().get_object(), "timestamp");
        const auto known = state.events.find(uuid);
        if (known != state.events.end() && known->second == timestamp) {
            there.emplace(uuid, timestamp);
        } else {
            waiting.emplace(std::pair(fmt::format("{:0>20}", timestamp), uuid), timestamp);
        }
        if (there.size() + waiting.size() > kMaxEvents)
            return too_large(base + "/manifest.json", fmt::format("has more than {} events", kMaxEvents));
    }
    page.state.events = std::move(there);  // what left the feed is forgotten
    const std::string_view etag = response.find("ETag").value_or("");
    page.state.etag = etag.size() <= kMaxEtag ? etag : std::string_view();
    if (waiting.empty()) {
        page.state.backlog = 0;
        return page;
    }
    const auto& [key, timestamp] = *waiting.begin();
    const std::string& uuid = key.second;
    auto event = answered(client, http::Method::kGet, fmt::format("{}/{}.json", base, uuid), headers);
    // An event that is no event must not hold up those behind it.
    const auto taken =
        event ? take_events(event->bytes(), config, page) : Result<void>(std::unexpected(event.error()));
    if (!taken) {
        const bool its_own = taken.error().kind == ErrorKind::kInvalid ||
                             taken.error().kind == ErrorKind::kNotFound ||
                             taken.error().kind == ErrorKind::kTooLarge;
        if (!its_own) return std::unexpected(taken.error());
        ++page.state.rejected;
        page.state.last_rejected = shown(fmt::format("{}: {}", uuid, taken.error().message()), 300);
    }
    page.state.events.insert_or_assign(uuid, timestamp);
    page.state.backlog = static_cast<std::int64_t>(waiting.size()) - 1;
    page.more = page.state.backlog > 0;
    return page;
}

Result<Page> fetch_misp(http::Client& client, const PullConfig& config, const std::string& secret,
                        const PullState& state) {
    std::string url = config.url;
    while (url.ends_with('/')) url.pop_back();
    url += "/events/restSearch";
    std::int64_t number = 1;
    std::from_chars(state.next.data(), state.next.data() + state.next.size(), number);
    json::Object asked{
        {"returnFormat", "json"}, {"limit", kMispLimit}, {"page", number}, {"published", true}};
    if (!state.after.empty()) asked["timestamp"] = state.after;
    auto headers = headers_of(config, secret, "application/json");
    headers.emplace_back("Content-Type", "application/json");
    COMITY_TRY(const http::Response response,
               answered(client, http::Method::kPost, url, headers, json::write(asked)));
    auto document = json::parse(response.bytes());
    const json::Value* list =
        document && document->is_object() ? document->get_object().if_contains("response") : nullptr;
    if (list == nullptr || !list->is_array())
        return invalid(url, "answered with no list of events", "is it a MISP server?");
    Page page;
    page.state = state;
    page.state.next.clear();
    const auto newest = [](const std::string& a, const std::string& b) {
        return std::pair(a.size(), a) < std::pair(b.size(), b) ? b : a;
    };
    for (const json::Value& item : list->get_array()) {
        const json::Value* event = item.is_object() ? item.get_object().if_contains("Event") : nullptr;
        if (event != nullptr && event->is_object())
            page.state.seen = newest(page.state.seen, text_or_number(event->get_object(), "timestamp"));
    }
    if (list->get_array().empty()) {
        if (!page.state.seen.empty()) page.state.after = page.state.seen;
        page.state.seen.clear();
        page.state.backlog = 0;
        return page;
    }
    COMITY_CHECK(take_events(response.bytes(), config, page));
    page.state.next = std::to_string(number + 1);
    page.state.backlog = 1;
    page.more = true;
    return page;
}

}  // namespace

Result<Page> fetch_page(http::Client& client, const PullConfig& config, const std::string& secret,
                        const PullState& state) {
    switch (config.kind) {
        case SourceKind::kTaxii:
            return fetch_taxii(client, config, secret, state);
        case SourceKind::kMispFeed:
            return fetch_feed(client, config, secret, state);
        case SourceKind::kMisp:
            return fetch_misp(client, config, secret, state);
    }
    return internal("pull", "is of no kind");
}

}  // namespace comity::intelligence::pull
