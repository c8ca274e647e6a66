#include "api/taxii/taxii.h"

#include <fmt/format.h>

#include "api/taxii/answer.h"
#include "api/taxii/door.h"
#include "api/taxii/media.h"
#include "base/text.h"

namespace comity::api::taxii {

using http::Request;
using http::Response;

namespace {

std::string joined_accept(const Request& request) {
    std::string all;
    for (const auto& [name, value] : request.headers) {
        if (!same_word(name, "accept")) continue;
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

}  // namespace

Door::Door(node::Node& node, std::size_t kept_pages)
    : node_(node),
      signer_(node.ledger().identity().key.key),
      statuses_(node.database()),
      memory_(node.config().data, kept_pages) {}

bool Door::accepts_answer(const Request& request) {
    return accepts_taxii(joined_accept(request));
}

Response Door::answer(const Request& request, Show show) {
    auto shown = try_answer(request, show);
    if (!shown) return error_answer(shown.error(), request);
    return *std::move(shown);
}

Result<Response> Door::try_answer(const Request& request, Show show) {
    COMITY_TRY(auto principal, node::authenticate(node_, request));
    if (!accepts_answer(request)) {
        const Error error{ErrorKind::kInvalid, "Accept", "leaves nothing to answer with",
                          fmt::format("take {}", kTaxiiType)};
        return error_answer(error, 406, request);
    }
    const auto roll = node_.ledger().roll();
    const ledger::Viewer viewer = node::viewer_of(*roll, principal);
    return (this->*show)(Asked{request, std::move(principal), viewer, roll});
}

void add_routes(http::Router& router, node::Node& node, std::size_t kept_pages) {
    const auto door = std::make_shared<Door>(node, kept_pages);
    const auto route = [&](http::Method method, std::string_view path, Door::Show show,
                           Door::Seek seek = nullptr) {
        const auto handler = [door, show](const Request& request) { return door->answer(request, show); };
        http::RouteOptions options{.max_body = method == http::Method::kPost ? kMaxContentLength : 0};
        if (seek != nullptr && kept_pages > 0)
            options.at_once = [door, seek](const Request& request) { return door->kept(request, seek); };
        router.add(method, path, options, handler);
        path.remove_suffix(1);
        router.add(method, path, options, handler);
    };
    const std::string root = "/taxii2/{root}/";
    const std::string collection = root + "collections/{collection}/";
    using enum http::Method;
    route(kGet, "/taxii2/", &Door::discovery);
    route(kGet, root, &Door::api_root);
    route(kGet, root + "status/{status}/", &Door::status);
    route(kGet, root + "collections/", &Door::collections);
    route(kGet, collection, &Door::collection);
    route(kGet, collection + "manifest/", &Door::manifest, &Door::seek_manifest);
    route(kGet, collection + "objects/", &Door::objects, &Door::seek_objects);
    route(kPost, collection + "objects/", &Door::post);
    route(kGet, collection + "objects/{object}/", &Door::object, &Door::seek_object);
    route(kDelete, collection + "objects/{object}/", &Door::remove);
    route(kGet, collection + "objects/{object}/versions/", &Door::versions, &Door::seek_versions);
    router.error_form("/taxii2", [](const Error& error, int status, const Request& request) {
        return error_answer(error, status, request);
    });
}

}  // namespace comity::api::taxii
