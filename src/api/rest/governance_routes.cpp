// Proposals and votes: public, as governance is.
#include "api/rest/governance_answers.h"
#include "api/rest/routes.h"
#include "governance/election/store.h"
#include "governance/participation/participation.h"
#include "governance/participation/place.h"
#include "governance/procedure/presets.h"
#include "governance/voting/store.h"

namespace comity::api::rest {
Result<std::string> language_of(const http::Request& request) {
    const std::string_view language = request.parameter("language").value_or("en");
    for (const std::string_view known : {"en", "fr", "es", "ru", "ar", "zh"}) {
        if (language == known) return std::string(language);
    }
    return invalid("language", "is none of en, fr, es, ru, ar, zh");
}

Result<http::Response> slice_of(const http::Request& request, const json::Array& list) {
    COMITY_TRY(const std::size_t limit, limit_of(request));
    std::size_t first = 0;
    if (const auto cursor = request.parameter("cursor")) {
        const auto number = number_of(*cursor, "cursor", list.size());
        if (!number) return bad_cursor();
        first = static_cast<std::size_t>(*number);
    }
    const std::size_t end = std::min(list.size(), first + limit);
    std::vector<std::string> items;
    for (std::size_t i = first; i < end; ++i) items.push_back(json::write(list[i]));
    return page_of(items, end < list.size() ? std::optional(std::to_string(end)) : std::nullopt);
}

namespace {

Answer list_procedures(node::Node&, const http::Request& request) {
    json::Array list;
    for (const governance::Preset& preset : governance::presets()) {
        COMITY_TRY(json::Value value, json::parse(preset.json));
        list.push_back(std::move(value));
    }
    return slice_of(request, list);
}

Answer list_proposals(node::Node& node, const http::Request& request) {
    COMITY_TRY(const std::string language, language_of(request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Array list, governance::proposals_answer(*session, language));
    return slice_of(request, list);
}

Answer show_proposal(node::Node& node, const http::Request& request) {
    COMITY_TRY(const std::string language, language_of(request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form,
               governance::proposal_answer(*session, node.quorum(), request.capture("id"), language));
    return http::Response::json(200, json::write(form));
}

Answer show_vote(node::Node& node, const http::Request& request) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const governance::Tally tally,
               governance::tally_of(*session, node.quorum(), request.capture("id")));
    return http::Response::json(200, json::write(governance::tally_json(tally)));
}

Answer list_elections(node::Node& node, const http::Request& request) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Array list, governance::elections_answer(*session, node.clock().now().seconds()));
    return slice_of(request, list);
}

Answer show_election(node::Node& node, const http::Request& request) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form,
               governance::election_answer(*session, request.capture("id"), node.clock().now().seconds()));
    return http::Response::json(200, json::write(form));
}

Answer list_places(node::Node& node, const http::Request& request) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Array list, governance::places_answer(*session));
    return slice_of(request, list);
}

Answer show_participation(node::Node& node, const http::Request& request) {
    ledger::Witnessed since = 0;
    if (const auto text = request.parameter("since")) {
        auto time = parse_time(*text);
        if (!time) return within("since", time.error());
        since = time->seconds();
    }
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form, governance::participation_answer(*session, node.quorum(), since,
                                                                         node.clock().now().seconds()));
    return http::Response::json(200, json::write(form));
}

}  // namespace

void add_governance_routes(http::Router& router, node::Node& node) {
    const auto bound = [&](Answer (*handler)(node::Node&, const http::Request&)) {
        return guarded(node, [&node, handler](const http::Request& request, const Caller&) {
            return handler(node, request);
        });
    };
    router.get("/api/v1/procedures", bound(list_procedures));
    router.get("/api/v1/proposals", bound(list_proposals));
    router.get("/api/v1/proposals/{id}", bound(show_proposal));
    router.get("/api/v1/votes/{id}", bound(show_vote));
    router.get("/api/v1/elections", bound(list_elections));
    router.get("/api/v1/elections/{id}", bound(show_election));
    router.get("/api/v1/places", bound(list_places));
    router.get("/api/v1/participation", bound(show_participation));
}

}  // namespace comity::api::rest
