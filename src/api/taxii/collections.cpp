// Discovery, API roots and collections (TAXII 2.1 sections 4.1, 4.2, 5.1 and 5.2).
#include <algorithm>

#include "api/taxii/answer.h"
#include "api/taxii/door.h"
#include "api/taxii/media.h"
#include "api/taxii/taxii.h"
#include "crypto/sha256.h"
#include "json/value.h"
#include "node/custody.h"

namespace comity::api::taxii {
namespace {

using http::Response;
using intelligence::Collection;
using intelligence::Uuid;

// Fixed for a community, in the form of a version 4 UUID, as the specification wants collections' ids
// (section 5.2.1).
Uuid all_id(const Digest& community) {
    const Digest digest = crypto::sha256({as_bytes("comity taxii collection"), community.view()});
    Uuid uuid = *Uuid::from_bytes(digest.view().first(16));
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

Failure no_collection() {
    return not_found("there is no such collection");
}

}  // namespace

Result<std::vector<Collection>> Door::collections_of(db::Session& session, const Asked& asked) {
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(session, asked.viewer));
    return intelligence::find_collections(session, readable);
}

Result<Response> Door::discovery(const Asked& asked) {
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_TRY(const auto made, collections_of(*session, asked));
    std::vector<std::string> roots{std::string(kCommunityRoot)};
    for (const Collection& each : made) {
        if (std::ranges::find(roots, each.body.root) == roots.end()) roots.push_back(each.body.root);
    }
    std::sort(roots.begin() + 1, roots.end());
    json::Array list;
    // Some clients take a root's address as it stands, so it is a whole one where the node knows its own.
    const std::string start = node_.config().public_url + "/taxii2/";
    for (const std::string& root : roots) list.emplace_back(start + root + "/");
    return resource(json::write(json::Object{
        {"title", node_.config().name.empty() ? std::string("Comity") : node_.config().name},
        {"description",
         "Intelligence that the members of a community share, each object for those whom its TLP label "
         "names"},
        {"default", start + std::string(kCommunityRoot) + "/"},
        {"api_roots", std::move(list)},
    }));
}

// A root is there for whoever sees one of its collections.
Result<void> Door::check_root(db::Session& session, const Asked& asked) {
    if (asked.root() == kCommunityRoot) return {};
    COMITY_TRY(const auto made, collections_of(session, asked));
    const auto of_root = [&](const Collection& each) { return each.body.root == asked.root(); };
    if (std::ranges::any_of(made, of_root)) return {};
    return not_found("there is no such API root");
}

Result<Response> Door::api_root(const Asked& asked) {
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_CHECK(check_root(*session, asked));
    std::string title = asked.roll->founded() ? asked.roll->name : std::string("No community yet");
    if (asked.root() != kCommunityRoot) title += ": " + std::string(asked.root());
    return resource(json::write(json::Object{
        {"title", std::move(title)},
        {"versions", json::Array{json::Value(kTaxiiType)}},
        {"max_content_length", kMaxContentLength},
    }));
}

Result<Response> Door::collections(const Asked& asked) {
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_CHECK(check_root(*session, asked));
    json::Array list;
    if (asked.root() == kCommunityRoot && asked.roll->founded()) list.push_back(describe(asked, nullptr));
    COMITY_TRY(const auto made, collections_of(*session, asked));
    for (const Collection& each : made) {
        if (each.body.root == asked.root()) list.push_back(describe(asked, &each));
    }
    json::Object body;
    if (!list.empty()) body["collections"] = std::move(list);
    return resource(json::write(body));
}

Result<Response> Door::collection(const Asked& asked) {
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, asked.viewer));
    COMITY_TRY(const Place at, place(*session, readable, asked));
    return resource(json::write(describe(asked, at.made ? &*at.made : nullptr)));
}

json::Object Door::describe(const Asked& asked, const Collection* made) const {
    json::Object out;
    if (made == nullptr) {
        out["id"] = all_id(asked.roll->community).text();
        out["title"] = asked.roll->name;
        out["description"] = "Everything that the community's members have shared and you may read";
        out["alias"] = kAllAlias;
    } else {
        out["id"] = made->body.id.text();
        out["title"] = made->body.title;
        if (!made->body.description.empty()) out["description"] = made->body.description;
        if (!made->body.alias.empty()) out["alias"] = made->body.alias;
    }
    out["can_read"] = asked.can_read();
    out["can_write"] = check_writable(asked, made).has_value();
    out["media_types"] =
        json::Array{json::Value(kStixType), json::Value("application/stix+json;version=2.0")};
    return out;
}

Result<Place> Door::place(db::Session& session, const ledger::Readable& readable, const Asked& asked) const {
    const std::string_view id = asked.request.capture("collection");
    if (!asked.roll->founded()) return no_collection();
    const std::string all = all_id(asked.roll->community).text();
    if (asked.root() == kCommunityRoot && (id == kAllAlias || id == all)) return Place{std::nullopt, all};
    std::optional<Collection> found;
    if (const auto uuid = Uuid::parse(id)) {
        auto made = intelligence::find_collection(session, readable, *uuid);
        if (!made && made.error().kind != ErrorKind::kNotFound) return std::unexpected(made.error());
        if (made && made->body.root == asked.root()) found = *std::move(made);
    } else {
        COMITY_TRY(auto made, intelligence::find_collections(session, readable));
        const auto named = std::ranges::find_if(made, [&](const Collection& each) {
            return each.body.root == asked.root() && !each.body.alias.empty() && each.body.alias == id;
        });
        if (named != made.end()) found = std::move(*named);
    }
    if (!found) return no_collection();
    std::string bound_to = found->body.root + "/" + found->body.id.text();
    return Place{std::move(found), std::move(bound_to)};
}

Result<void> Door::check_writable(const Asked& asked, const Collection* made) const {
    const auto no = [](std::string what, std::string mend) {
        return refused("collection", "can_write is false: " + std::move(what), std::move(mend));
    };
    if (!asked.principal) {
        return no("nobody in particular changes nothing here", "log in with an account of a member");
    }
    const accounts::Account& account = asked.principal->account;
    if (!asked.principal->has(accounts::Scope::kSubmit)) {
        return no("the token has not the scope submit",
                  "make one that has: comity token create " + account.name + " --scope read --scope submit");
    }
    if (!account.staff) {
        return no("a member's clients do not speak for it", "use an account of the member's own people");
    }
    if (made != nullptr && !made->may_post(*asked.roll, account.member)) {
        return no("'" + account.member + "' may not post here", "ask its owner, " + made->owner);
    }
    auto key = node::custody_key(node_.config(), *asked.roll, account.member, node_.clock().now().seconds());
    if (!key) return no(key.error().what, key.error().mend);
    return {};
}

}  // namespace comity::api::taxii
