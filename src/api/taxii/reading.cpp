// Pages of objects, their manifest and their versions (TAXII 2.1 sections 5.3, 5.4, 5.6 and 5.8).
#include <fmt/format.h>

#include <iterator>
#include <set>

#include "api/taxii/answer.h"
#include "api/taxii/door.h"
#include "intelligence/stix/object.h"
#include "ledger/access.h"

namespace comity::api::taxii {

using http::Response;
using intelligence::FoundObject;
using intelligence::ObjectId;
using intelligence::ObjectPage;

Result<Response> Door::objects(const Asked& asked) {
    COMITY_TRY(const Parameters parameters, read_parameters(asked.request, Filters::kObjects));
    return page_of(asked, parameters, {"objects", "objects", false}, {});
}

Result<Response> Door::object(const Asked& asked) {
    COMITY_TRY(Parameters parameters, read_parameters(asked.request, Filters::kObject));
    COMITY_TRY(ObjectId id, object_id(asked));
    const std::string bound_to = "object " + id.text();
    parameters.filter.ids = {std::move(id)};
    return page_of(asked, parameters, {bound_to, "objects", true}, {});
}

Result<Response> Door::manifest(const Asked& asked) {
    COMITY_TRY(const Parameters parameters, read_parameters(asked.request, Filters::kObjects));
    return page_of(
        asked, parameters, {"manifest", "objects", false}, [](const FoundObject& found, std::string& out) {
            const auto& row = found.row;
            fmt::format_to(
                std::back_inserter(out),
                R"({{"id":"{}","date_added":"{}","version":"{}","media_type":"application/stix+json;version={}"}})",
                row.id.text(), format_time_micros(row.added), version_text(found), to_string(row.spec));
            return true;
        });
}

Result<Response> Door::versions(const Asked& asked) {
    COMITY_TRY(Parameters parameters, read_parameters(asked.request, Filters::kVersions));
    COMITY_TRY(ObjectId id, object_id(asked));
    const std::string bound_to = "versions " + id.text();
    parameters.filter.ids = {std::move(id)};
    std::set<Time> shown;  // two specification versions may share a version
    return page_of(asked, parameters, {bound_to, "versions", true},
                   [&](const FoundObject& found, std::string& out) {
                       if (!shown.insert(found.row.shown_version()).second) return false;
                       out += '"' + version_text(found) + '"';
                       return true;
                   });
}

Result<void> Door::check_readable(const Asked& asked) {
    if (asked.can_read()) return {};
    return refused("collection", "the token has not the scope read");
}

Result<ObjectId> Door::object_id(const Asked& asked) {
    auto id = ObjectId::parse(asked.request.capture("object"));
    if (!id) return not_found("there is no such object");
    return *std::move(id);
}

// {"<key>":[...],"more":true,"next":"..."}; {} where there is nothing. An object that is asked for by its URL
// must be there.
Result<Response> Door::page_of(const Asked& asked, Parameters parameters, const List& list,
                               const Write& write) {
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, asked.viewer));
    COMITY_TRY(const Place at, place(*session, readable, asked));
    COMITY_CHECK(check_readable(asked));
    const std::string bound_to =
        fmt::format("{}\n{}\n{}\n{}", asked.name(), at.bound_to, list.endpoint, parameters.bound_to);
    const std::string before = fmt::format(R"({{"{}":[)", list.key);
    intelligence::PageRequest page_request;
    page_request.limit = parameters.limit;
    page_request.before = before;
    if (parameters.next) {
        COMITY_TRY(page_request.after, signer_.open(*parameters.next, bound_to));
    }
    if (at.made) parameters.filter.collection = at.made->scope(*asked.roll);
    if (list.of_one_object) {
        COMITY_TRY(const bool there, intelligence::has_object(*session, readable, parameters.filter,
                                                              parameters.filter.ids->front()));
        if (!there) return not_found("there is no such object");
    }
    COMITY_TRY(const ObjectPage page,
               intelligence::find_objects(*session, readable, parameters.filter, page_request));
    if (page.objects.empty()) return resource("{}");
    Response response = resource({});
    add_date_headers(response, page);
    std::shared_ptr<std::string> body = page.bytes;
    if (write) {
        body = std::make_shared<std::string>(before);
        for (const FoundObject& found : page.objects) {
            if (write(found, *body)) *body += ',';
        }
        body->pop_back();
    }
    *body += page.more ? fmt::format(R"(],"more":true,"next":"{}"}})",
                                     signer_.sign(page.objects.back().row.added, bound_to))
                       : R"(],"more":false})";
    response.shared_body = std::move(body);
    return response;
}

}  // namespace comity::api::taxii
