// What the page and the command line need to share: what a document would become, before it is signed.
#include <fmt/format.h>

#include <algorithm>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/import/preview.h"
#include "intelligence/import/understand.h"
#include "json/fields.h"
#include "node/known_audience.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxIds = 1000;
constexpr std::size_t kMaxEarlierBody = 256 * 1024;
constexpr std::size_t kMaxDocument = 16u << 20;
constexpr std::size_t kMaxLines = 1000;  // of each list of a preview

Result<intelligence::EarlierVersions> earlier_of(node::Node& node, const Caller& caller,
                                                 std::span<const intelligence::ObjectId> ids) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    return intelligence::find_earlier(*session, readable, ids);
}

// {"ids":[...]} -> {"items":[{"object":{...},"audiences":[...]}]}
Answer earlier(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    COMITY_TRY(const auto texts, fields.texts("ids", 1, kMaxIds));
    COMITY_CHECK(fields.nothing_else());
    std::vector<intelligence::ObjectId> ids;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto id = intelligence::ObjectId::parse(texts[i]);
        if (!id) return within(fmt::format("body.ids[{}]", i), std::move(id).error());
        ids.push_back(*std::move(id));
    }
    COMITY_TRY(const auto found, earlier_of(node, caller, ids));
    std::string out = R"({"items":[)";
    for (const auto& [id, version] : found) {
        json::Array audiences;
        for (const ledger::Audience& audience : version.audiences)
            audiences.push_back(ledger::audience_json(audience));
        if (out.back() == '}') out += ',';
        out += fmt::format(R"({{"object":{},"audiences":{}}})", version.data, json::write(audiences));
    }
    return http::Response::json(200, out + "]}");
}

// A member's people share in its name; what is seen of earlier versions is what the caller may read.
Result<intelligence::Sharer> sharer_of(const ledger::Roll& roll, const accounts::Principal& principal) {
    const ledger::Member* member = roll.find(principal.account.member);
    if (!roll.founded() || member == nullptr || member->left != ledger::kNever)
        return refused("account", fmt::format("{} is no member of the community", principal.account.member));
    return intelligence::Sharer{
        .community = roll.community.hex(),
        .member = member->id,
        .name = member->name,
        .identity_class =
            member->stakeholder_class == ledger::StakeholderClass::kCitizen ? "individual" : "organization",
        .since = Time::from_seconds(member->admitted)};
}

// The document as the body, how to read it in the query -> the preview, and the objects of each statement.
Answer understand(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const accounts::Principal* principal, logged_in(caller));
    intelligence::UnderstandOptions how{
        .sharer = {}, .label = ledger::Tlp::kGreen, .at = node.clock().now(), .kind = {}, .columns = {}};
    COMITY_TRY(how.sharer, sharer_of(*node.ledger().roll(), *principal));
    ledger::Audience audience{ledger::Tlp::kGreen, {}, {}, {}};
    if (const auto text = request.parameter("audience")) {
        auto value = json::parse(*text);
        if (!value) return within("audience", std::move(value).error());
        COMITY_TRY(audience, ledger::parse_audience(*value, "audience"));
        COMITY_CHECK(node::check_named(audience, node::known_names(*node.ledger().roll())));
    }
    how.label = audience.label;
    if (const auto format = request.parameter("format")) {
        COMITY_TRY(how.kind, intelligence::parse_input_kind(*format, "format"));
    }
    if (const auto columns = request.parameter("columns")) {
        COMITY_TRY(how.columns, intelligence::parse_mapping(*columns, "columns"));
        if (!how.kind) how.kind = intelligence::InputKind::kCsv;
    }
    how.plain = request.parameter("plain") == "true";
    COMITY_TRY(const intelligence::Understanding understood, intelligence::understand(request.body, how));
    COMITY_TRY(const auto ids, intelligence::ids_of(understood.objects));
    COMITY_TRY(const auto known, earlier_of(node, caller, ids));
    COMITY_TRY(const auto plan,
               intelligence::plan_share(understood.objects, understood.kind, audience, known));
    std::string out = fmt::format(R"({{"preview":{},"statements":[)",
                                  json::write(intelligence::preview_json(understood, plan, kMaxLines)));
    for (std::size_t i = 0; i < plan.portions.size(); ++i) {
        out += fmt::format(R"({}{{"audience":{},"objects":[{}]}})", i > 0 ? "," : "",
                           json::write(ledger::audience_json(plan.portions[i].audience)),
                           fmt::join(plan.portions[i].objects, ","));
    }
    return http::Response::json(200, out + "]}");
}

}  // namespace

void add_intel_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern, std::size_t max_body,
                           Answer (*handler)(node::Node&, const http::Request&, const Caller&)) {
        router.add(
            http::Method::kPost, pattern, {.max_body = max_body},
            guarded(node, [&node, handler](const http::Request& request, const Caller& caller) -> Answer {
                // They read, whatever their method is called.
                if (caller.principal && !caller.principal->has(accounts::Scope::kRead))
                    return refused("Authorization", "the token does not have the scope 'read'",
                                   "make one that has");
                return handler(node, request, caller);
            }));
    };
    route("/api/v1/intel/earlier", kMaxEarlierBody, earlier);
    route("/api/v1/intel/understand", kMaxDocument, understand);
}

}  // namespace comity::api::rest
