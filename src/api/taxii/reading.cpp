// Pages of objects, their manifest and their versions (TAXII 2.1 sections 5.3, 5.4, 5.6 and 5.8).
#include <fmt/format.h>

#include <iterator>
#include <set>

#include "api/taxii/answer.h"
#include "api/taxii/door.h"
#include "crypto/sha256.h"
#include "http/finish.h"
#include "http/gzip.h"
#include "intelligence/stix/object.h"
#include "ledger/access.h"

namespace comity::api::taxii {

namespace {

// Bytes that end an answer: `more` and `next`, compressed or not.
constexpr std::size_t kEnd = 64 + http::kGzipEnd;

// With a line's end between them. Each kept page is found by such keys, so they are put together by hand.
std::string joined_lines(std::initializer_list<std::string_view> parts) {
    std::string out;
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size() + 1;
    out.reserve(size);
    for (const std::string_view part : parts) {
        out += part;
        out += '\n';
    }
    out.pop_back();
    return out;
}

// Its groups follow from the roll, which is the epoch's.
std::string reader_of(const Asked& asked) {
    return joined_lines({asked.viewer.member, asked.viewer.person, asked.viewer.staff ? "staff" : "",
                         asked.root(), asked.request.capture("collection")});
}

}  // namespace

using http::Response;
using intelligence::FoundObject;
using intelligence::ObjectId;
using intelligence::ObjectPage;

Result<Door::Sought> Door::seek_objects(const http::Request& request) {
    COMITY_TRY(Parameters parameters, read_parameters(request, Filters::kObjects));
    return Sought{std::move(parameters), {"objects", "objects", false}};
}

Result<Door::Sought> Door::seek_object(const http::Request& request) {
    COMITY_TRY(Parameters parameters, read_parameters(request, Filters::kObject));
    COMITY_TRY(ObjectId id, object_id(request));
    const std::string bound_to = "object " + id.text();
    parameters.filter.ids = {std::move(id)};
    return Sought{std::move(parameters), {bound_to, "objects", true}};
}

Result<Door::Sought> Door::seek_manifest(const http::Request& request) {
    COMITY_TRY(Parameters parameters, read_parameters(request, Filters::kObjects));
    return Sought{std::move(parameters), {"manifest", "objects", false}};
}

Result<Door::Sought> Door::seek_versions(const http::Request& request) {
    COMITY_TRY(Parameters parameters, read_parameters(request, Filters::kVersions));
    COMITY_TRY(ObjectId id, object_id(request));
    const std::string bound_to = "versions " + id.text();
    parameters.filter.ids = {std::move(id)};
    return Sought{std::move(parameters), {bound_to, "versions", true}};
}

Result<Response> Door::objects(const Asked& asked) {
    COMITY_TRY(Sought sought, seek_objects(asked.request));
    return page_of(asked, std::move(sought), {});
}

Result<Response> Door::object(const Asked& asked) {
    COMITY_TRY(Sought sought, seek_object(asked.request));
    return page_of(asked, std::move(sought), {});
}

Result<Response> Door::manifest(const Asked& asked) {
    COMITY_TRY(Sought sought, seek_manifest(asked.request));
    return page_of(asked, std::move(sought), [](const FoundObject& found, std::string& out) {
        const auto& row = found.row;
        fmt::format_to(
            std::back_inserter(out),
            R"({{"id":"{}","date_added":"{}","version":"{}","media_type":"application/stix+json;version={}"}})",
            row.id.text(), format_time_micros(row.added), version_text(found), to_string(row.spec));
        return true;
    });
}

Result<Response> Door::versions(const Asked& asked) {
    COMITY_TRY(Sought sought, seek_versions(asked.request));
    std::set<Time> shown;  // two specification versions may share a version
    return page_of(asked, std::move(sought), [&](const FoundObject& found, std::string& out) {
        if (!shown.insert(found.row.shown_version()).second) return false;
        out += '"' + version_text(found) + '"';
        return true;
    });
}

Result<void> Door::check_readable(const Asked& asked) {
    if (asked.can_read()) return {};
    return refused("collection", "the token has not the scope read");
}

Result<ObjectId> Door::object_id(const http::Request& request) {
    auto id = ObjectId::parse(request.capture("object"));
    if (!id) return not_found("there is no such object");
    return *std::move(id);
}

Result<Door::Question> Door::question_of(const Asked& asked, const Parameters& parameters, const List& list,
                                         const Ground& ground) const {
    Question out;
    out.bound_to = joined_lines({asked.name(), ground.place.bound_to, list.endpoint, parameters.bound_to});
    out.after = intelligence::PageRequest{}.after;
    if (parameters.next) {
        COMITY_TRY(out.after, signer_.open(*parameters.next, out.bound_to));
    }
    out.packed = http::takes_gzip(asked.request);
    // Not who asks, but what it may read: many read the same.
    const std::string page = joined_lines({ground.place.bound_to, list.endpoint, parameters.bound_to,
                                           std::to_string(parameters.limit), std::to_string(out.after.micros),
                                           out.packed ? "packed" : "plain"});
    out.key = crypto::sha256({as_bytes(page), ground.reach});
    return out;
}

std::optional<Response> Door::kept(const http::Request& request, Seek seek) {
    const auto session = node_.database().reader_at_once();
    if (!session) return std::nullopt;
    auto asker = node::authenticate_at_once(node_.accounts(), *session, request);
    if (!asker || !accepts_answer(request)) return std::nullopt;
    const auto state = ledger::shown_state(*session);
    if (!state) return std::nullopt;
    const auto roll = node_.ledger().known_roll(state->roll);
    if (!roll) return std::nullopt;
    const ledger::Viewer viewer = node::viewer_of(*roll, asker->principal);
    const Asked asked{request, std::move(asker->principal), viewer, roll};
    const auto known = memory_.known(*state, roll, reader_of(asked));
    if (!known || !asked.can_read()) return std::nullopt;
    const auto sought = seek(request);
    if (!sought) return std::nullopt;
    const auto question = question_of(asked, sought->parameters, sought->list, *known->ground);
    if (!question) return std::nullopt;
    auto page = memory_.pages().find(known->epoch, question->key, kEnd, PageStore::Patience::kNone);
    if (!page) return std::nullopt;
    return finished(*std::move(page), *question);
}

// {"<key>":[...],"more":true,"next":"..."}; {} where there is nothing. An object that is asked for by its URL
// must be there.
Result<Response> Door::page_of(const Asked& asked, Sought sought, const Write& write) {
    const std::string reader = reader_of(asked);
    std::optional<Memory::Epoch> epoch;
    {
        COMITY_TRY(const auto session, node_.database().reader());
        COMITY_TRY(const ledger::ShownState state, ledger::shown_state(*session));
        epoch = memory_.epoch_of(state, asked.roll);
    }
    std::shared_ptr<const Ground> ground = epoch ? memory_.ground(*epoch, reader) : nullptr;
    if (ground) {
        COMITY_CHECK(check_readable(asked));
        COMITY_TRY(const Question question, question_of(asked, sought.parameters, sought.list, *ground));
        if (auto page = memory_.pages().find(*epoch, question.key, kEnd))
            return finished(*std::move(page), question);
    }

    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_TRY(const ledger::ShownState state, ledger::shown_state(*session));
    const std::optional<Memory::Epoch> before = std::exchange(epoch, memory_.epoch_of(state, asked.roll));
    if (!ground || !epoch || epoch != before) {
        COMITY_TRY(ledger::Readable readable, ledger::readable_by(*session, asked.viewer));
        COMITY_TRY(Place at, place(*session, readable, asked));
        COMITY_TRY(Bytes reach, reach_of(*session, readable));
        ground = std::make_shared<const Ground>(std::move(readable), std::move(reach), std::move(at));
        if (epoch) memory_.keep_ground(*epoch, reader, ground);
    }
    COMITY_CHECK(check_readable(asked));
    COMITY_TRY(const Question question, question_of(asked, sought.parameters, sought.list, *ground));
    COMITY_TRY(KeptPage page, make_page(*session, asked, std::move(sought.parameters), sought.list, write,
                                        *ground, question));
    if (epoch) memory_.pages().offer(*epoch, question.key, page);
    return finished(std::move(page), question);
}

Result<KeptPage> Door::make_page(db::Session& session, const Asked& asked, Parameters parameters,
                                 const List& list, const Write& write, const Ground& ground,
                                 const Question& question) {
    const std::string before = fmt::format(R"({{"{}":[)", list.key);
    const intelligence::PageRequest request{
        .after = question.after, .limit = parameters.limit, .before = before};
    if (ground.place.made) parameters.filter.collection = ground.place.made->scope(*asked.roll);
    if (list.of_one_object) {
        COMITY_TRY(const bool there, intelligence::has_object(session, ground.readable, parameters.filter,
                                                              parameters.filter.ids->front()));
        if (!there) return not_found("there is no such object");
    }
    COMITY_TRY(const ObjectPage found,
               intelligence::find_objects(session, ground.readable, parameters.filter, request));
    KeptPage page;
    if (found.objects.empty()) return page;
    page.facts.first = found.objects.front().row.added;
    page.facts.last = found.objects.back().row.added;
    page.facts.more = found.more;
    if (write) {
        page.bytes = before;
        for (const FoundObject& object : found.objects) {
            if (write(object, page.bytes)) page.bytes += ',';
        }
        page.bytes.pop_back();
    } else {
        page.bytes = std::move(*found.bytes);
    }
    if (!question.packed || page.bytes.size() < http::kSmallestToCompress) return page;
    // Once for all that take it so, not for each.
    if (auto packed = http::gzip_start(page.bytes); packed && packed->bytes.size() < page.bytes.size()) {
        page.facts.packed = true;
        page.facts.check = packed->check;
        page.facts.unpacked = packed->size;
        page.bytes = std::move(packed->bytes);
    }
    return page;
}

Response Door::finished(KeptPage page, const Question& question) const {
    const PageFacts& facts = page.facts;
    if (page.bytes.empty()) return resource("{}");
    std::string end = R"(],"more":false})";
    if (facts.more) end = R"(],"more":true,"next":")" + signer_.sign(facts.last, question.bound_to) + R"("})";
    if (facts.packed) {
        page.bytes = http::gzip_end({std::move(page.bytes), facts.check, facts.unpacked}, end);
    } else {
        page.bytes += end;
    }
    Response response = resource(std::move(page.bytes));
    add_date_headers(response, facts.first, facts.last);
    if (facts.packed) response.header("Content-Encoding", "gzip");
    if (facts.packed || response.bytes().size() >= http::kSmallestToCompress)
        response.header("Vary", "Accept-Encoding");
    response.compressible = false;  // it is, or it was tried
    return response;
}

}  // namespace comity::api::taxii
