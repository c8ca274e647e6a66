#include "federation/http_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "json/fields.h"
#include "json/slices.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxCheckpoint = 256u << 10;
constexpr std::size_t kMaxTile = 64u << 10;
constexpr std::size_t kMaxList = 2u << 20;
constexpr std::size_t kMaxPackage = 32u << 20;
constexpr std::size_t kMaxLogs = 1000;
constexpr std::size_t kPageOverhead = 1u << 20;
constexpr std::size_t kExpectedSpeed = 8u << 10;  // bytes a second that a long answer is given time for
constexpr std::size_t kShownAnswer = 200;
constexpr std::size_t kObjectsAtOnce = 1000;
constexpr std::size_t kMostStretches = 64;  // of a statement's objects, asked for again at once
// Bytes of a statement's objects, where hashes of 66 characters can stand for all.
constexpr std::size_t kMostObjects = ledger::kMaxSubmissionSize + ledger::kMaxObjects * 66;

http::ClientOptions client_options(const LineOptions& options) {
    return {.connect_timeout = options.connect_timeout,
            .timeout = options.timeout,
            .max_response = kMaxList,
            .ca_file = options.ca_file,
            .slowest = options.slowest,
            .fastest = options.bytes_per_second,
            .stopped = options.stopped};
}

// What is no 200, as an error of the line's.
Failure refusal(const std::string& url, const http::Response& response) {
    const std::string what =
        fmt::format("answers {}: {}", response.status, shown(response.body, kShownAnswer));
    switch (response.status) {
        case 401:
        case 403:
            return refused(url, what, "give a token of an account there: comity node add --token FILE");
        case 404:
            return not_found(url + ": there is no such thing there");
        case 429:
        case 503:
            return unavailable(url, what, "it is asked again later");
        default:
            if (response.status >= 300 && response.status < 400)
                return refused(url, "sends elsewhere, and no redirect is followed",
                               "name the node's own address");
            return unavailable(url, what);
    }
}

Result<std::string> text_of(std::string_view slice, const char* where) {
    auto value = json::parse(slice);
    if (!value || !value->is_string()) return invalid(where, "is no text");
    return std::string(value->as_string());
}

Result<std::uint64_t> number_of(std::string_view slice, const char* where) {
    auto value = json::parse(slice);
    if (!value || !value->is_int64() || value->as_int64() < 0) return invalid(where, "is no number");
    return static_cast<std::uint64_t>(value->as_int64());
}

Result<std::uint64_t> position_of(std::string_view item) {
    COMITY_TRY(const auto text, json::member(item, "position"));
    return number_of(text, "items.position");
}

// The stretches [begin, end) in which the holes are: as few as may be asked for one by one, with what lies
// between where that is little.
std::vector<std::pair<std::uint64_t, std::uint64_t>> stretches(std::span<const ledger::Hole> holes) {
    const auto gap = [&](std::size_t i) { return holes[i].position - holes[i - 1].position; };
    std::vector<std::size_t> cuts;  // before which hole
    for (std::size_t i = 1; i < holes.size(); ++i) {
        if (gap(i) > 1) cuts.push_back(i);
    }
    if (cuts.size() >= kMostStretches) {  // the widest part them
        std::ranges::nth_element(cuts, cuts.begin() + kMostStretches - 1, std::greater(), gap);
        cuts.resize(kMostStretches - 1);
        std::ranges::sort(cuts);
    }
    cuts.push_back(holes.size());
    std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
    for (std::size_t first = 0; const std::size_t end : cuts) {
        if (first < end) found.emplace_back(holes[first].position, holes[end - 1].position + 1);
        first = end;
    }
    return found;
}

std::string folder_of(const OfferedLog& log) {
    return log.own ? "/log/" : "/mirror/" + log_name(log.key).hex() + "/";
}

}  // namespace

Result<std::vector<OfferedStatement>> parse_package(std::string_view text) {
    COMITY_TRY(const auto items, json::array_elements(text, "items"));
    if (items.size() > log::kTileWidth) return invalid("items", "are more than a package holds");
    std::vector<OfferedStatement> statements;
    for (const std::string_view item : items) {
        COMITY_TRY(const auto members, json::members(item));
        OfferedStatement statement;
        bool indexed = false;
        for (const json::Member& member : members) {
            if (member.name == "index") {
                COMITY_TRY(statement.index, number_of(member.value, "items.index"));
                indexed = true;
            } else if (member.name == "envelope") {
                statement.envelope = member.value;
            } else if (member.name == "objects") {
                COMITY_TRY(const auto elements, json::array_elements(item, "objects"));
                ledger::ObjectList objects;
                for (const std::string_view element : elements) COMITY_CHECK(take_element(element, objects));
                statement.objects = std::move(objects.data);
                statement.holes = std::move(objects.holes);
            } else if (member.name == "apart") {
                statement.apart = member.value == "true";
            }
        }
        if (!indexed || statement.envelope.empty()) return invalid("items", "lack index or envelope");
        statements.push_back(std::move(statement));
    }
    return statements;
}

Result<std::vector<OfferedLog>> parse_logs(std::string_view text) {
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, ""));
    COMITY_TRY(const json::Array* items, fields.array("items", 0, kMaxLogs));
    std::vector<OfferedLog> logs;
    for (const json::Value& item : *items) {
        COMITY_TRY(json::Fields log, json::Fields::of(item, "items"));
        OfferedLog offered;
        COMITY_TRY(const std::string key, log.text("key", 1, 500));
        COMITY_TRY(offered.key, crypto::parse_public_key(key));
        COMITY_TRY(const std::string cosigner, log.text("cosigner_key", 1, 500));
        COMITY_TRY(offered.cosigner, crypto::parse_public_key(cosigner));
        COMITY_TRY(offered.checkpoint, log.text("checkpoint", 0, kMaxCheckpoint));
        COMITY_TRY(offered.own, log.boolean("own"));
        logs.push_back(std::move(offered));
    }
    return logs;
}

HttpSource::HttpSource(LineOptions options)
    : options_(std::move(options)), client_(client_options(options_)), waiting_([&] {
          http::ClientOptions waits = client_options(options_);
          waits.slowest = 0;
          return waits;
      }()) {}

Result<std::string> HttpSource::get(const std::string& path, std::size_t max_response) {
    http::Client::Headers headers;
    if (!options_.token.empty()) headers.emplace_back("Authorization", "Bearer " + options_.token);
    const std::size_t speed =
        options_.bytes_per_second > 0 ? std::min(kExpectedSpeed, options_.bytes_per_second) : kExpectedSpeed;
    const auto timeout = options_.timeout +
                         std::chrono::milliseconds(max_response > kMaxTile ? max_response / speed * 100 : 0);
    const std::string url = options_.url + path;
    COMITY_TRY(http::Response response, client_.send(http::Method::kGet, url, headers, {},
                                                     {.timeout = timeout, .max_response = max_response}));
    if (response.status != 200) return refusal(url, response);
    return std::move(response.body);
}

Result<std::vector<OfferedLog>> HttpSource::logs() {
    COMITY_TRY(const std::string body, get("/api/v1/logs", kMaxList));
    return parse_logs(body);
}

Result<std::string> HttpSource::checkpoint(const OfferedLog& log) {
    return get(folder_of(log) + "checkpoint", kMaxCheckpoint);
}

Result<Bytes> HttpSource::tile(const OfferedLog& log, const log::TilePath& path) {
    COMITY_TRY(const std::string body, get(folder_of(log) + path.text(), kMaxTile));
    return to_bytes(as_bytes(body));
}

Result<std::vector<std::string>> HttpSource::checkpoints(const OfferedLog& log, std::uint64_t after) {
    COMITY_TRY(
        const std::string body,
        get(fmt::format("/api/v1/logs/{}/checkpoints?after={}", log_name(log.key).hex(), after), kMaxList));
    COMITY_TRY(const auto items, json::array_elements(body, "items"));
    std::vector<std::string> notes;
    for (const std::string_view item : items) {
        COMITY_TRY(std::string note, text_of(item, "items"));
        notes.push_back(std::move(note));
    }
    return notes;
}

Result<std::vector<OfferedStatement>> HttpSource::package(const OfferedLog& log, std::uint64_t package) {
    COMITY_TRY(
        const std::string body,
        get(fmt::format("/api/v1/logs/{}/packages/{}", log_name(log.key).hex(), package), kMaxPackage));
    return parse_package(body);
}

Result<ledger::ObjectList> HttpSource::objects(const Digest& statement, std::uint64_t count) {
    ledger::ObjectList objects;
    std::size_t bytes = 0;
    while (objects.data.size() < count) {
        // One that knows of no holes leaves out what may not be read.
        const Failure not_all = not_found("not all of its objects may be read there, and it gives no hashes");
        COMITY_TRY(const std::string body, objects_page(statement, objects.data.size(), "&holes=true"));
        COMITY_TRY(const auto items, json::array_elements(body, "items"));
        for (const std::string_view item : items) {
            COMITY_TRY(const std::uint64_t position, position_of(item));
            if (position != objects.data.size()) return not_all;
            const auto hash = json::member(item, "hash");
            COMITY_TRY(const auto object, hash ? hash : json::member(item, "object"));
            bytes += object.size();
            if (bytes > kMostObjects) return too_large("objects", "are more than a statement may carry");
            COMITY_CHECK(take_element(object, objects));
        }
        if (items.empty()) return not_all;
    }
    return objects;
}

Result<std::string> HttpSource::objects_page(const Digest& statement, std::uint64_t first,
                                             std::string_view parameters) {
    const std::string cursor = first == 0 ? "" : fmt::format("&cursor={}", first - 1);
    return get(fmt::format("/api/v1/statements/{}/objects?limit={}{}{}", statement.hex(), kObjectsAtOnce,
                           parameters, cursor),
               ledger::kMaxSubmissionSize + kPageOverhead);
}

Result<std::map<std::uint64_t, std::string>> HttpSource::objects_at(const OfferedLog&, std::uint64_t,
                                                                    const Digest& statement,
                                                                    std::span<const ledger::Hole> holes) {
    std::map<std::uint64_t, std::string> found;
    for (const auto& [begin, end] : stretches(holes)) {
        for (std::uint64_t first = begin; first < end;) {
            COMITY_TRY(const std::string body,
                       objects_page(statement, first, fmt::format("&before={}", end)));
            COMITY_TRY(const auto items, json::array_elements(body, "items"));
            for (const std::string_view item : items) {
                COMITY_TRY(const std::uint64_t position, position_of(item));
                if (position < first || position >= end)
                    return invalid("items.position", "is none that was asked for");
                COMITY_TRY(const auto object, json::member(item, "object"));
                if (std::ranges::binary_search(holes, position, {}, &ledger::Hole::position))
                    found.emplace(position, object);
                first = position + 1;
            }
            if (items.size() < kObjectsAtOnce) break;
        }
    }
    return found;
}

Result<std::string> HttpSource::attachment(const Digest& statement, const ledger::AttachmentRef& ref) {
    if (ref.size > ledger::kMaxSubmissionSize)
        return too_large("attachment", "is larger than a statement may carry");
    return get(fmt::format("/api/v1/statements/{}/attachments/{}", statement.hex(), ref.sha256.hex()),
               static_cast<std::size_t>(ref.size));
}

Result<std::uint64_t> HttpSource::wait(std::uint64_t size, unsigned seconds) {
    http::Client::Headers headers;
    if (!options_.token.empty()) headers.emplace_back("Authorization", "Bearer " + options_.token);
    const std::string url = fmt::format("{}/api/v1/log/wait?size={}&seconds={}", options_.url, size, seconds);
    COMITY_TRY(const http::Response response,
               waiting_.send(
                   http::Method::kGet, url, headers, {},
                   {.timeout = std::chrono::seconds(seconds) + options_.timeout, .max_response = kMaxTile}));
    if (response.status != 200) return refusal(url, response);
    COMITY_TRY(const auto text, json::member(response.body, "size"));
    return number_of(text, "size");
}

}  // namespace comity::federation
