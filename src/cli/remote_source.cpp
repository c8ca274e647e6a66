#include <fmt/format.h>

#include <algorithm>

#include "base/percent.h"
#include "cli/alert/alert_source.h"
#include "cli/body/forum_source.h"
#include "cli/divide/divide_source.h"
#include "http/client.h"
#include "http/event_line.h"
#include "intelligence/stix/object.h"
#include "json/fields.h"
#include "json/slices.h"
#include "log/tile.h"
#include "log/tree.h"
#include "node/submission_json.h"

namespace comity::cli {

namespace {

constexpr std::size_t kPage = 1000;

ErrorKind kind_of(int status) {
    switch (status) {
        case 400:
            return ErrorKind::kInvalid;
        case 401:
            return ErrorKind::kUnauthenticated;
        case 403:
            return ErrorKind::kRefused;
        case 404:
            return ErrorKind::kNotFound;
        case 409:
            return ErrorKind::kConflict;
        case 413:
            return ErrorKind::kTooLarge;
        case 429:
            return ErrorKind::kTooMany;
        case 503:
            return ErrorKind::kUnavailable;
        default:
            return ErrorKind::kInternal;
    }
}

class RemoteSource final : public Source, public DivideSource, public AlertSource, public ForumSource {
  public:
    RemoteSource(std::string base, const std::string& token) : base_(std::move(base)) {
        if (!token.empty()) headers_.emplace_back("Authorization", "Bearer " + token);
    }

    Result<json::Object> node() override { return object("/node"); }

    Result<std::vector<json::Object>> members(std::string_view stakeholder_class) override {
        return all("/members", stakeholder_class.empty() ? "" : "class=" + percent_encoded(stakeholder_class),
                   SIZE_MAX);
    }

    Result<json::Object> member(std::string_view id) override {
        return object("/members/" + percent_encoded(id));
    }

    Result<std::vector<json::Object>> groups() override { return all("/groups", "", SIZE_MAX); }

    Result<std::vector<json::Object>> collections() override { return all("/collections", "", SIZE_MAX); }

    Result<std::vector<json::Object>> statements(const ListFilter& filter) override {
        std::string query = filter.newest_first ? "order=desc" : "order=asc";
        if (!filter.type.empty()) query += "&type=" + percent_encoded(filter.type);
        if (!filter.author.empty()) query += "&author=" + percent_encoded(filter.author);
        return all("/statements", query, static_cast<std::size_t>(filter.limit));
    }

    Result<json::Object> statement(std::string_view id) override { return object(statement_path(id)); }
    Result<std::string> envelope(std::string_view id) override {
        return get(statement_path(id) + "/envelope");
    }
    Result<std::string> attachment(std::string_view id, const Digest& sha256) override {
        return get(statement_path(id) + "/attachments/" + sha256.hex());
    }
    Result<std::string> proof(std::string_view id) override { return get(statement_path(id) + "/proof"); }
    Result<std::vector<json::Object>> objects(std::string_view id) override {
        return all(statement_path(id) + "/objects", "", SIZE_MAX);
    }
    Result<std::vector<json::Object>> search(const Asked& asked, std::int64_t limit) override {
        return all("/intel/search", query_of(asked), static_cast<std::size_t>(limit));
    }
    Result<json::Object> intel(std::string_view id, std::string_view what, const Asked& asked) override {
        std::string path = "/intel/objects/" + percent_encoded(id);
        if (!what.empty()) path.append("/").append(what);
        if (!asked.empty()) path += "?" + query_of(asked);
        return object(path);
    }
    Result<std::vector<json::Object>> look_up(const std::vector<std::string>& values) override {
        json::Array asked;
        for (const std::string& value : values) asked.emplace_back(value);
        COMITY_TRY(const json::Object answer,
                   answered(send(http::Method::kPost, "/intel/lookup",
                                 json::write(json::Object{{"values", std::move(asked)}}))));
        const json::Value* const items = answer.if_contains("items");
        std::vector<json::Object> forms;
        if (items != nullptr && items->is_array()) {
            for (const json::Value& item : items->get_array()) {
                if (item.is_object()) forms.push_back(item.get_object());
            }
        }
        if (forms.size() != values.size())
            return invalid(base_, "did not answer each value", "is it a Comity node?");
        return forms;
    }
    Result<json::Object> log() override { return object("/log"); }

    Result<std::vector<json::Object>> evidence() override { return all("/evidence", "", kPage); }
    Result<std::string> evidence_file(const Digest& id) override { return get("/evidence/" + id.hex()); }

    // From the tiles (C2SP tlog-tiles), as any mirror would.
    Result<std::vector<Digest>> consistency(std::uint64_t old_size, std::uint64_t size) override {
        return log::consistency_proof(
            old_size, size, [&](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
                std::vector<Digest> hashes;
                for (const log::Node& node : nodes) {
                    const log::TilePlace place = log::place_of(node);
                    const unsigned width = log::tile_width(place.level, place.index, size);
                    const log::TilePath path{
                        .entries = false, .level = place.level, .index = place.index, .width = width};
                    COMITY_TRY(const std::string tile, fetch(http::Method::kGet, "/log/" + path.text(), ""));
                    if (tile.size() != std::size_t{width} * Digest::kSize ||
                        width < place.first + place.count) {
                        return invalid(base_ + "/log/" + path.text(), "is no tile of that width",
                                       "is it a Comity node?");
                    }
                    hashes.push_back(log::hash_in_tile(as_bytes(tile), place));
                }
                return hashes;
            });
    }

    Result<intelligence::EarlierVersions> earlier(const std::vector<intelligence::ObjectId>& ids) override {
        intelligence::EarlierVersions found;
        for (std::size_t begin = 0; begin < ids.size(); begin += kPage) {
            json::Array asked;
            for (std::size_t i = begin; i < std::min(ids.size(), begin + kPage); ++i)
                asked.emplace_back(ids[i].text());
            COMITY_TRY(const std::string answer, send(http::Method::kPost, "/intel/earlier",
                                                      json::write(json::Object{{"ids", std::move(asked)}})));
            COMITY_CHECK(add_earlier(answer, found));
        }
        return found;
    }

    Result<intelligence::Active> active(const intelligence::ActiveQuery& query) override {
        std::vector<std::string> objects;
        std::map<std::string, intelligence::Believed> believed;
        std::string cursor;
        // What members say of each comes along in what a search finds alone.
        const std::string_view path = query.asks_members() ? "/intel/search" : "/objects";
        while (true) {
            COMITY_TRY(const std::string page,
                       get(fmt::format("{}?type=indicator&limit={}{}", path, kPage,
                                       cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor))));
            const auto items = json::array_elements(page, "items");
            const auto next = json::member(page, "next");
            if (!items || !next)
                return invalid(base_, "answered without a list of items", "is it a Comity node?");
            for (const std::string_view item : *items) {
                COMITY_TRY(const std::string_view object, json::member(item, "object"));
                objects.emplace_back(object);
                if (query.asks_members()) COMITY_CHECK(add_believed(item, believed));
            }
            const auto text = json::parse(*next);
            if (!text || !text->is_string() || items->empty() || text->get_string() == cursor) break;
            cursor = text->get_string();
        }
        return intelligence::active_of(objects, query, believed);
    }

    Result<std::vector<json::Object>> proposals(std::string_view language) override {
        return all("/proposals", language.empty() ? "" : "language=" + percent_encoded(language), SIZE_MAX);
    }
    Result<json::Object> proposal(std::string_view id, std::string_view language) override {
        return object("/proposals/" + percent_encoded(id) +
                      (language.empty() ? "" : "?language=" + percent_encoded(language)));
    }
    Result<json::Object> vote(std::string_view id) override {
        return object("/votes/" + percent_encoded(id));
    }

    Result<std::vector<json::Object>> elections() override { return all("/elections", "", SIZE_MAX); }
    Result<json::Object> election(std::string_view id) override {
        return object("/elections/" + percent_encoded(id));
    }
    Result<json::Object> sightings(std::int64_t days) override {
        return object("/sightings?days=" + std::to_string(days));
    }
    Result<json::Object> participation(const Asked& asked) override {
        return object("/participation?" + query_of(asked));
    }
    Result<json::Object> divide(std::string_view what, const Asked& asked) override {
        std::string path = "/divide";
        if (!what.empty()) path.append("/").append(what);
        if (!asked.empty()) path += "?" + query_of(asked);
        return object(path);
    }
    Result<json::Object> clearing(std::string_view what, const Asked& asked) override {
        std::string path = "/clearing/";
        path += what;
        if (!asked.empty()) path += "?" + query_of(asked);
        return object(path);
    }
    Result<json::Object> market(std::string_view what, const Asked& asked) override {
        std::string path = "/market/";
        path += what;
        if (!asked.empty()) path += "?" + query_of(asked);
        return object(path);
    }
    Result<std::vector<json::Object>> alerts(const Asked& asked, std::int64_t limit) override {
        return all("/alerts", query_of(asked), static_cast<std::size_t>(limit));
    }
    Result<json::Object> alert(std::string_view id) override {
        return object("/alerts/" + percent_encoded(id));
    }
    Result<std::string> feed_text(const std::string& name, std::int64_t state, const std::string&) override {
        const std::string path = "/feeds/" + percent_encoded(name);
        return get(state < 0 ? path : fmt::format("{}/states/{}", path, state));
    }
    Result<void> watch_alerts(const std::function<bool()>& look) override {
        bool opened = false;
        COMITY_TRY(const http::Response ended,
                   http::follow_line(base_ + "/api/v1/events?type=intelligence.alert", headers_, {},
                                     [&](std::string_view bytes) {
                                         // Comments keep the line open; the first of them says that it is.
                                         const bool news =
                                             !opened || bytes.contains("event:") || bytes.contains("data:");
                                         opened = true;
                                         return !news || look();
                                     }));
        if (ended.status != 200) return refusal(ended);
        return {};
    }
    Result<json::Object> at_alert_desk(http::Method method, const std::string& path, const json::Value* body,
                                       const std::string&) override {
        COMITY_TRY(std::string answer, send(method, path, body == nullptr ? "" : json::write(*body)));
        if (answer.empty()) return json::Object();
        return answered(std::move(answer));
    }
    Result<std::vector<json::Object>> forum(std::string_view what, const Asked& asked) override {
        return all(fmt::format("/{}", what), query_of(asked), SIZE_MAX);
    }
    Result<json::Object> forum_item(std::string_view what, std::string_view id, const Asked& asked) override {
        return object(fmt::format("/{}/{}?{}", what, percent_encoded(id), query_of(asked)));
    }
    Result<json::Object> forum_post(const std::string& path, const json::Object& body) override {
        return answered(send(http::Method::kPost, "/" + path, json::write(body)));
    }
    Result<std::vector<json::Object>> rules(const Asked& asked) override {
        return all("/rules", query_of(asked), SIZE_MAX);
    }
    Result<json::Object> rule(std::string_view number, const Asked& asked) override {
        return object(fmt::format("/rules/{}?{}", percent_encoded(number), query_of(asked)));
    }
    Result<std::string> rule_document(std::string_view number, const Asked& asked) override {
        return get(fmt::format("/rules/{}/document?{}", percent_encoded(number), query_of(asked)));
    }
    Result<json::Object> impact(std::string_view proposal, std::int64_t days) override {
        return object(fmt::format("/proposals/{}/impact?days={}", percent_encoded(proposal), days));
    }

    Result<json::Object> amendments(std::string_view proposal) override {
        return object(fmt::format("/proposals/{}/amendments", percent_encoded(proposal)));
    }
    Result<json::Object> discussion(std::string_view proposal) override {
        return object(fmt::format("/proposals/{}/discussion", percent_encoded(proposal)));
    }
    Result<json::Object> diff(std::string_view proposal, const Asked& asked) override {
        return object(fmt::format("/proposals/{}/diff?{}", percent_encoded(proposal), query_of(asked)));
    }
    Result<std::string> calendar(std::string_view language) override {
        return get("/calendar?language=" + percent_encoded(language));
    }

    Result<Submitted> submit(const ledger::Submission& submission) override {
        const std::string body = node::submission_json(submission);
        refusal_.clear();
        COMITY_TRY(const json::Object answer, answered(send(http::Method::kPost, "/statements", body)));
        Submitted submitted;
        const json::Value value(answer);
        COMITY_TRY(json::Fields fields, json::Fields::of(value, base_));
        COMITY_TRY(const std::string id, fields.text("id", 64, 64));
        COMITY_TRY(submitted.id, Digest::from_hex(id));
        COMITY_TRY(const std::int64_t index, fields.integer("index", 0, INT64_MAX));
        submitted.index = static_cast<std::uint64_t>(index);
        COMITY_TRY(submitted.witnessed, fields.text("witnessed", 1, 64));
        COMITY_TRY(submitted.origin, fields.text("origin", 1, 1000));
        return submitted;
    }
    std::string signed_refusal() const override { return refusal_; }

  private:
    static std::string query_of(const Asked& asked) {
        std::string query;
        for (const auto& [name, value] : asked)
            query.append(query.empty() ? "" : "&").append(name).append("=").append(percent_encoded(value));
        return query;
    }
    static std::string statement_path(std::string_view id) { return "/statements/" + percent_encoded(id); }

    Result<void> add_believed(std::string_view item,
                              std::map<std::string, intelligence::Believed>& believed) const {
        COMITY_TRY(const std::string_view id_text, json::member(item, "id"));
        COMITY_TRY(const std::string_view text, json::member(item, "confidence"));
        COMITY_TRY(const json::Value id, json::parse(id_text));
        COMITY_TRY(const json::Value confidence, json::parse(text));
        COMITY_TRY(json::Fields fields, json::Fields::of(confidence, base_ + " confidence"));
        intelligence::Believed each;
        COMITY_TRY(const std::int64_t now, fields.integer("now", 0, 100));
        each.confidence = static_cast<int>(now);
        COMITY_TRY(each.sighted_by, fields.integer("sighted_by", 0, INT64_MAX));
        COMITY_TRY(each.false_by, fields.integer("false_by", 0, INT64_MAX));
        const json::Value* last = fields.any("last_sighted");
        if (last != nullptr && last->is_string()) {
            COMITY_TRY(each.last_sighted, parse_time(last->get_string()));
        }
        if (!id.is_string()) return invalid(base_, "answered with an object without an id");
        believed.insert_or_assign(std::string(id.get_string()), each);
        return {};
    }

    Result<void> add_earlier(const std::string& answer, intelligence::EarlierVersions& found) const {
        const auto strange = [&] {
            return invalid(base_, "answered with something that is no list of objects",
                           "is it a Comity node?");
        };
        const auto items = json::array_elements(answer, "items");
        if (!items) return strange();
        for (const std::string_view item : *items) {
            const auto object = json::member(item, "object");
            const auto audiences = json::array_elements(item, "audiences");
            if (!object || !audiences) return strange();
            const auto parsed = intelligence::parse_object(*object);
            if (!parsed) return strange();
            intelligence::Earlier earlier{std::string(*object), {}};
            for (const std::string_view text : *audiences) {
                COMITY_TRY(const json::Value value, json::parse(text));
                COMITY_TRY(earlier.audiences.emplace_back(), ledger::parse_audience(value, "audiences"));
            }
            found.insert_or_assign(parsed->id.text(), std::move(earlier));
        }
        return {};
    }

    Result<std::string> get(const std::string& path) { return send(http::Method::kGet, path, ""); }
    Result<json::Object> object(const std::string& path) { return answered(get(path)); }

    Result<std::string> send(http::Method method, const std::string& path, std::string_view body) {
        return fetch(method, "/api/v1" + path, body);
    }

    Result<std::string> fetch(http::Method method, const std::string& path, std::string_view body) {
        http::Client::Headers headers = headers_;
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        COMITY_TRY(const http::Response response, client_.send(method, base_ + path, headers, body));
        if (response.status >= 200 && response.status < 300) return std::string(response.bytes());
        return refusal(response);
    }

    // A problem (RFC 9457) told as an error; anything else that a server may answer as its status.
    Failure refusal(const http::Response& response) {
        Error error{kind_of(response.status), base_, fmt::format("answered {}", response.status),
                    "is it a Comity node?"};
        const auto problem = json::parse(response.bytes());
        if (!problem || !problem->is_object()) return Failure(std::move(error));
        const auto text = [&](std::string_view name) -> std::string {
            const json::Value* value = problem->get_object().if_contains(name);
            return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
        };
        const std::string detail = text("detail");
        if (detail.empty() && text("title").empty()) return Failure(std::move(error));
        error.what = detail.empty() ? text("title") : detail;  // a detail says what to do, too
        error.mend.clear();
        refusal_ = text("refusal");
        if (const std::string where = text("where"); !where.empty()) error.where += ": " + where;
        return Failure(std::move(error));
    }

    Result<json::Object> answered(Result<std::string> body) const {
        if (!body) return std::unexpected(std::move(body).error());
        auto value = json::parse(*body, 100);
        if (!value) return within(base_, std::move(value).error());
        if (!value->is_object())
            return invalid(base_, "answered with something that is no JSON object", "is it a Comity node?");
        return std::move(value->get_object());
    }

    Result<std::vector<json::Object>> all(const std::string& path, const std::string& query,
                                          std::size_t limit) {
        std::vector<json::Object> items;
        std::string cursor;
        while (items.size() < limit) {
            std::string target = fmt::format("{}?limit={}", path, std::min(kPage, limit - items.size()));
            if (!query.empty()) target += "&" + query;
            if (!cursor.empty()) target += "&cursor=" + percent_encoded(cursor);
            COMITY_TRY(const json::Object page, object(target));
            const json::Value* list = page.if_contains("items");
            if (list == nullptr || !list->is_array())
                return invalid(base_, "answered without a list of items", "is it a Comity node?");
            for (const json::Value& item : list->get_array()) {
                if (!item.is_object())
                    return invalid(base_, "answered with an item that is no object", "is it a Comity node?");
                items.push_back(item.get_object());
            }
            const json::Value* next = page.if_contains("next");
            // The same page again and again would never end.
            if (next == nullptr || !next->is_string() || list->get_array().empty() ||
                next->get_string() == cursor)
                break;
            cursor = next->get_string();
        }
        if (items.size() > limit) items.resize(limit);
        return items;
    }

    std::string base_;
    http::Client::Headers headers_;
    http::Client client_;
    std::string refusal_;  // of what was last submitted
};

}  // namespace

Result<std::unique_ptr<Source>> open_remote(Context& context) {
    std::string base = context.node;
    if (!base.starts_with("http://") && !base.starts_with("https://")) {
        return invalid("--node", "is no URL", "write it as https://cert-ke.example");
    }
    while (base.ends_with('/')) base.pop_back();
    return std::make_unique<RemoteSource>(std::move(base), context.token);
}

}  // namespace comity::cli
