#include "api/taxii/taxii.h"

#include <fmt/format.h>
#include <algorithm>

#include <functional>
#include <set>

#include "api/taxii/answer.h"
#include "api/taxii/media.h"
#include "api/taxii/next.h"
#include "api/taxii/parameters.h"
#include "crypto/sha256.h"
#include "intelligence/queries.h"
#include "json/value.h"
#include "node/viewer.h"

namespace comity::api::taxii {
namespace {

using http::Request;
using http::Response;
using intelligence::FoundObject;
using intelligence::ObjectId;
using intelligence::ObjectPage;
using intelligence::Uuid;

constexpr std::string_view kRoot = "/taxii2/community/";
constexpr std::string_view kAlias = "all";

// Fixed for a community, in the form of a version 4 UUID, as the specification wants collections' ids
// (section 5.2.1).
Uuid collection_id(const Digest& community) {
    const Digest digest = crypto::sha256({as_bytes("comity taxii collection"), community.view()});
    Uuid uuid = *Uuid::from_bytes(digest.view().first(16));
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

std::string joined_accept(const Request& request) {
    std::string all;
    for (const auto& [name, value] : request.headers) {
        const bool accept = std::ranges::equal(name, std::string_view("accept"), [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
        });
        if (!accept) continue;
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

// A request whose asker is known.
struct Asked {
    const Request& request;
    std::optional<accounts::Principal> principal;
    ledger::Viewer viewer;
    std::shared_ptr<const ledger::Roll> roll;

    // The public may read, an account by its scope.
    bool can_read() const { return !principal || principal->has(accounts::Scope::kRead); }
    std::string_view name() const {
        return principal ? std::string_view(principal->account.name) : std::string_view();
    }
};

class Door {
  public:
    explicit Door(node::Node& node) : node_(node), signer_(node.ledger().identity().key.key) {}

    using Show = Result<Response> (Door::*)(const Asked&);
    // Who asks, for what form; then `show`; errors in TAXII's form.
    Response answer(const Request& request, Show show) {
        auto shown = try_answer(request, show);
        if (!shown) return error_answer(shown.error(), request);
        return *std::move(shown);
    }

    Result<Response> discovery(const Asked&) {
        return resource(json::write(json::Object{
            {"title", node_.config().name.empty() ? std::string("Comity") : node_.config().name},
            {"description",
             "Intelligence that the members of a community share, each object for those whom its TLP label "
             "names"},
            {"default", kRoot},
            {"api_roots", json::Array{json::Value(kRoot)}},
        }));
    }

    Result<Response> api_root(const Asked& asked) {
        return resource(json::write(json::Object{
            {"title", asked.roll->founded() ? asked.roll->name : std::string("No community yet")},
            {"versions", json::Array{json::Value(kTaxiiType)}},
            {"max_content_length", kMaxContentLength},
        }));
    }

    Result<Response> collections(const Asked& asked) {
        json::Object body;
        if (asked.roll->founded()) body["collections"] = json::Array{describe(asked)};
        return resource(json::write(body));
    }

    Result<Response> collection(const Asked& asked) {
        COMITY_CHECK(check_collection(asked));
        return resource(json::write(describe(asked)));
    }

    Result<Response> objects(const Asked& asked) {
        COMITY_CHECK(check_readable(asked));
        COMITY_TRY(const Parameters parameters, read_parameters(asked.request, Filters::kObjects));
        return envelope(asked, parameters, {"objects", "objects", false});
    }

    Result<Response> object(const Asked& asked) {
        COMITY_CHECK(check_readable(asked));
        COMITY_TRY(Parameters parameters, read_parameters(asked.request, Filters::kObject));
        COMITY_TRY(ObjectId id, object_id(asked));
        const std::string bound_to = "object " + id.text();
        parameters.filter.ids = {std::move(id)};
        return envelope(asked, parameters, {bound_to, "objects", true});
    }

    Result<Response> manifest(const Asked& asked) {
        COMITY_CHECK(check_readable(asked));
        COMITY_TRY(const Parameters parameters, read_parameters(asked.request, Filters::kObjects));
        return page_of(
            asked, parameters, {"manifest", "objects", false},
            [](const FoundObject& found, std::string& out) {
                const auto& row = found.row;
                fmt::format_to(
                    std::back_inserter(out),
                    R"({{"id":"{}","date_added":"{}","version":"{}","media_type":"application/stix+json;version={}"}})",
                    row.id.text(), format_time_micros(row.added), version_text(found), to_string(row.spec));
                return true;
            });
    }

    Result<Response> versions(const Asked& asked) {
        COMITY_CHECK(check_readable(asked));
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

    // The collection is not written to through TAXII: can_write is false, and the specification says how that
    // is answered.
    Result<Response> refuse_post(const Asked& asked) {
        COMITY_CHECK(check_collection(asked));
        return refused("collection", "can_write is false: nothing is added to it here");
    }
    Result<Response> refuse_delete(const Asked& asked) {
        COMITY_CHECK(check_collection(asked));
        if (!asked.can_read()) return not_found("there is no such object");  // section 5.7's table
        return refused("collection", "can_write is false: nothing is deleted from it");
    }

  private:
    Result<Response> try_answer(const Request& request, Show show) {
        COMITY_TRY(auto principal, node::authenticate(node_, request));
        if (!accepts_taxii(joined_accept(request))) {
            const Error error{ErrorKind::kInvalid, "Accept", "leaves nothing to answer with",
                              std::string("take ") + std::string(kTaxiiType)};
            return error_answer(error, 406, request);
        }
        const auto roll = node_.ledger().roll();
        const ledger::Viewer viewer = node::viewer_of(*roll, principal);
        return (this->*show)(Asked{request, std::move(principal), viewer, roll});
    }

    json::Object describe(const Asked& asked) const {
        return {
            {"id", collection_id(asked.roll->community).text()},
            {"title", asked.roll->name},
            {"description", "Everything that the community's members have shared and you may read"},
            {"alias", kAlias},
            {"can_read", asked.can_read()},
            {"can_write", false},
            {"media_types",
             json::Array{json::Value(kStixType), json::Value("application/stix+json;version=2.0")}},
        };
    }

    Result<void> check_collection(const Asked& asked) const {
        const std::string_view id = asked.request.capture("collection");
        if (asked.roll->founded() && (id == kAlias || id == collection_id(asked.roll->community).text()))
            return {};
        return not_found("there is no such collection");
    }

    Result<void> check_readable(const Asked& asked) const {
        COMITY_CHECK(check_collection(asked));
        if (asked.can_read()) return {};
        return refused("collection", "the token has not the scope read");
    }

    Result<ObjectId> object_id(const Asked& asked) const {
        auto id = ObjectId::parse(asked.request.capture("object"));
        if (!id) return not_found("there is no such object");
        return *std::move(id);
    }

    struct List {
        std::string endpoint;  // and object: what a `next` is bound to
        std::string_view key;  // that the list has in the answer
        bool of_one_object = false;
    };
    Result<Response> envelope(const Asked& asked, const Parameters& parameters, const List& list) {
        return page_of(asked, parameters, list, [](const FoundObject& found, std::string& out) {
            out += found.data;
            return true;
        });
    }

    // {"more":true,"next":"...","<key>":[...]}; {} where there is nothing. An object that is asked for by its
    // URL must be there. Write writes an element; false where it left it out.
    using Write = std::function<bool(const FoundObject&, std::string&)>;
    Result<Response> page_of(const Asked& asked, const Parameters& parameters, const List& list,
                             const Write& write) {
        const std::string bound_to =
            fmt::format("{}\n{}\n{}", asked.name(), list.endpoint, parameters.bound_to);
        intelligence::PageRequest page_request;
        page_request.limit = parameters.limit;
        if (parameters.next) {
            COMITY_TRY(page_request.after, signer_.open(*parameters.next, bound_to));
        }
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, asked.viewer));
        if (list.of_one_object) {
            COMITY_TRY(const bool there,
                       intelligence::has_object(*session, readable, parameters.filter.ids->front()));
            if (!there) return not_found("there is no such object");
        }
        COMITY_TRY(const ObjectPage page,
                   intelligence::find_objects(*session, readable, parameters.filter, page_request));
        Response response = resource(body_of(page, bound_to, list.key, write));
        add_date_headers(response, page);
        return response;
    }

    std::string body_of(const ObjectPage& page, std::string_view bound_to, std::string_view key,
                        const Write& write) const {
        if (page.objects.empty()) return "{}";
        std::size_t size = 256;
        for (const FoundObject& found : page.objects) size += found.data.size() + 1;
        std::string body;
        body.reserve(size);
        body = "{";
        if (page.more) {
            body += fmt::format(R"("more":true,"next":"{}",)",
                                signer_.sign(page.objects.back().row.added, bound_to));
        } else {
            body += R"("more":false,)";
        }
        body += fmt::format(R"("{}":[)", key);
        for (const FoundObject& found : page.objects) {
            if (write(found, body)) body += ',';
        }
        body.back() = ']';
        body += '}';
        return body;
    }

    node::Node& node_;
    NextSigner signer_;
};

}  // namespace

void add_routes(http::Router& router, node::Node& node) {
    const auto door = std::make_shared<Door>(node);
    const auto route = [&](http::Method method, std::string_view path, Door::Show show) {
        const auto handler = [door, show](const Request& request) { return door->answer(request, show); };
        const http::RouteOptions options{.max_body = method == http::Method::kPost ? kMaxContentLength : 0};
        router.add(method, path, options, handler);
        path.remove_suffix(1);
        router.add(method, path, options, handler);
    };
    const std::string root(kRoot);
    const std::string collection = root + "collections/{collection}/";
    using enum http::Method;
    route(kGet, "/taxii2/", &Door::discovery);
    route(kGet, root, &Door::api_root);
    route(kGet, root + "collections/", &Door::collections);
    route(kGet, collection, &Door::collection);
    route(kGet, collection + "manifest/", &Door::manifest);
    route(kGet, collection + "objects/", &Door::objects);
    route(kPost, collection + "objects/", &Door::refuse_post);
    route(kGet, collection + "objects/{object}/", &Door::object);
    route(kDelete, collection + "objects/{object}/", &Door::refuse_delete);
    route(kGet, collection + "objects/{object}/versions/", &Door::versions);
    router.error_form("/taxii2", [](const Error& error, int status, const Request& request) {
        return error_answer(error, status, request);
    });
}

}  // namespace comity::api::taxii
