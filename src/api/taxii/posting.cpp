// Adding objects, and what became of them (TAXII 2.1 sections 5.5 and 4.3).
//
// The node signs what is posted in the name of the account's member. Objects that not the same readers may
// read never stand in one statement: the hashes that prove an object's place are those of its neighbours too,
// and from a hash one who guesses an object can tell that it is there.
#include <fmt/format.h>

#include <iterator>
#include <map>

#include "api/taxii/answer.h"
#include "api/taxii/door.h"
#include "api/taxii/envelope.h"
#include "api/taxii/speaking.h"
#include "api/taxii/taxii.h"
#include "intelligence/share.h"
#include "intelligence/standing.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "json/slices.h"
#include "json/value.h"
#include "log/tree.h"

namespace comity::api::taxii {
namespace {

using http::Response;
using intelligence::kShare;
using intelligence::Offered;
using intelligence::Standing;

constexpr std::size_t kShownId = 300;  // bytes of what stands where an id should

struct Item {
    std::string id;  // as the status names it
    std::string version;
    std::optional<std::string> failure;
    std::optional<std::size_t> offered;  // its place among those that are well-formed
};

// What stands under "id" in an object that is none: to tell its sender which one is meant.
std::string id_of(std::string_view data) {
    const auto raw = json::member(data, "id");
    if (!raw) return "unknown";
    const auto value = json::parse(*raw);
    if (!value || !value->is_string() || value->as_string().size() > kShownId) return "unknown";
    return std::string(value->as_string());
}

class Batch {
  public:
    Batch(const ledger::Audience& audience, Time now) : audience_(audience), now_(format_time_micros(now)) {}

    // Each object for itself: well-formed, and not a second one under the same id and version.
    void read(std::span<const std::string_view> objects) {
        items_.reserve(objects.size());
        offered_.reserve(objects.size());
        std::map<std::tuple<intelligence::ObjectId, std::optional<Time>>, std::size_t> seen;
        for (std::size_t i = 0; i < objects.size(); ++i) {
            Item& item = items_.emplace_back();
            auto object = intelligence::parse_object(objects[i]);
            if (!object) {
                item.id = id_of(objects[i]);
                item.version = now_;
                item.failure =
                    within(fmt::format("objects[{}]", i), std::move(object).error()).error().message();
                continue;
            }
            item.id = object->id.text();
            item.version = object->version ? object->version_text : now_;
            const auto [place, first] =
                seen.emplace(std::tuple(object->id, object->version), offered_.size());
            if (first) {
                item.offered = offered_.size();
                offered_.push_back({std::move(object->id), object->version, objects[i],
                                    intelligence::effective_audience(audience_, object->marking)});
            } else if (offered_[place->second].data == objects[i]) {
                item.offered = place->second;  // said twice
            } else {
                item.failure = fmt::format(
                    "objects[{}]: {} stands in the batch twice in one version with different content", i,
                    item.id);
            }
        }
    }

    Result<void> compare(db::Session& session, std::string_view author,
                         std::optional<intelligence::Uuid> collection) {
        COMITY_TRY(standing_, intelligence::find_standing(session, author, collection, offered_));
        return {};
    }

    // The new ones, a group for each audience: their places among the offered.
    std::map<ledger::Audience, std::vector<std::size_t>> groups() const {
        std::map<ledger::Audience, std::vector<std::size_t>> groups;
        for (std::size_t i = 0; i < offered_.size(); ++i) {
            if (standing_[i] == Standing::kNew) groups[offered_[i].audience].push_back(i);
        }
        return groups;
    }
    std::string_view data(std::size_t offered) const { return offered_[offered].data; }

    void fail(std::span<const std::size_t> offered, const Error& error) {
        for (const std::size_t i : offered) failed_[i] = error.message();
    }

    // The status resource; every object is in one of its lists.
    std::string status(std::string_view id) const {
        std::string successes, failures;
        std::size_t succeeded = 0, failed = 0;
        for (const Item& item : items_) {
            const std::string why = failure_of(item);
            if (why.empty()) {
                ++succeeded;
                fmt::format_to(std::back_inserter(successes), R"({}{{"id":"{}","version":"{}"}})",
                               succeeded > 1 ? "," : "", item.id, item.version);
            } else {
                ++failed;
                if (failed > 1) failures += ',';
                failures +=
                    json::write(json::Object{{"id", item.id}, {"version", item.version}, {"message", why}});
            }
        }
        std::string out = fmt::format(
            R"({{"id":"{}","status":"complete","request_timestamp":"{}","total_count":{},"success_count":{})",
            id, now_, items_.size(), succeeded);
        if (succeeded > 0) out += R"(,"successes":[)" + successes + "]";
        out += fmt::format(R"(,"failure_count":{})", failed);
        if (failed > 0) out += R"(,"failures":[)" + failures + "]";
        return out + R"(,"pending_count":0})";
    }

  private:
    std::string failure_of(const Item& item) const {
        if (item.failure) return *item.failure;
        const std::size_t place = *item.offered;
        if (standing_[place] == Standing::kDiffers) {
            return item.id +
                   ": other content was shared under this id and version: give what has changed a later "
                   "modified, or delete the earlier one";
        }
        const auto failed = failed_.find(place);
        return failed == failed_.end() ? std::string() : failed->second;
    }

    const ledger::Audience audience_;
    const std::string now_;
    std::vector<Item> items_;
    std::vector<Offered> offered_;
    std::vector<Standing> standing_;
    std::map<std::size_t, std::string> failed_;
};

}  // namespace

Result<Response> Door::post(const Asked& asked) {
    std::optional<intelligence::Collection> made;
    std::string decoded;
    std::vector<std::string_view> objects;
    std::optional<Batch> batch;
    const Time now = node_.clock().now();
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, asked.viewer));
        COMITY_TRY(Place at, place(*session, readable, asked));
        made = std::move(at.made);
        COMITY_CHECK(check_writable(asked, made ? &*made : nullptr));
        auto read = read_envelope(asked.request, kMaxContentLength, decoded);
        if (!read) return error_answer(read.error().error, read.error().status, asked.request);
        objects = *std::move(read);
        // Without a collection's word the community is meant.
        batch.emplace(made ? made->audience : ledger::Audience{ledger::Tlp::kGreen, {}, {}, {}}, now);
        batch->read(objects);
        COMITY_CHECK(batch->compare(*session, asked.principal->account.member,
                                    made ? std::optional(made->body.id) : std::nullopt));
    }
    COMITY_TRY(const Speaker speaker, Speaker::of(node_, *asked.roll, asked.principal->account.member));
    const auto groups = batch->groups();
    std::vector<ledger::Submission> submissions;
    for (const auto& [audience, places] : groups) {
        std::vector<std::string> bytes;
        bytes.reserve(places.size());
        for (const std::size_t place : places) bytes.emplace_back(batch->data(place));
        json::Object body;
        if (made) body["collection"] = made->body.id.text();
        submissions.push_back(speaker.say(kShare, audience, std::move(body), std::move(bytes)));
    }
    const auto answers = speaker.submit(std::move(submissions));
    std::size_t taken = 0;
    std::optional<Error> unavailable_now;
    std::size_t i = 0;
    for (const auto& [audience, places] : groups) {
        const auto& answer = answers[i++];
        if (answer) {
            ++taken;
        } else {
            batch->fail(places, answer.error());
            if (answer.error().kind == ErrorKind::kUnavailable) unavailable_now = answer.error();
        }
    }
    // Nothing was taken, and the same may be later: there is nothing to keep a status of.
    if (taken == 0 && unavailable_now) return std::unexpected(*unavailable_now);
    const std::string id = intelligence::new_collection_id().text();
    std::string status = batch->status(id);
    COMITY_CHECK(statuses_.keep(id, asked.root(), asked.name(), now, status));
    Response response = resource(std::move(status));
    response.status = 202;
    return response;
}

Result<Response> Door::status(const Asked& asked) {
    COMITY_TRY(std::string status, statuses_.find(asked.request.capture("status"), asked.root(), asked.name(),
                                                  node_.clock().now()));
    return resource(std::move(status));
}

}  // namespace comity::api::taxii
