#include <fmt/format.h>

#include <map>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "federation/nodes.h"
#include "federation/shelf.h"
#include "node/evidence_json.h"
#include "node/log_head.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kCheckpointPage = 500;
constexpr std::size_t kMaxEvidence = 1000;
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 48;  // no log comes so far
constexpr std::uint64_t kMaxPackage = kMaxSize / log::kTileWidth;
constexpr std::uint64_t kLongestWait = 60;  // seconds
constexpr std::uint64_t kUsualWait = 20;

json::Value maybe_time(const std::optional<std::int64_t>& seconds) {
    return seconds ? json::Value(time_of(*seconds)) : json::Value(nullptr);
}

// Who has witnessed the log, as far as it is published; the member whose node that is, where it is announced.
json::Array witnesses_json(const std::vector<federation::LogWitness>& witnesses,
                           const std::vector<federation::AnnouncedNode>& announced,
                           const crypto::NamedKey& own_cosigner) {
    json::Array list;
    for (const federation::LogWitness& one : witnesses) {
        if (one.witness == own_cosigner) continue;
        json::Object item{{"witness", one.witness.text()},
                          {"member", nullptr},
                          {"size", one.size},
                          {"time", time_of(one.time)}};
        for (const federation::AnnouncedNode& node : announced) {
            if (node.witness == one.witness) item["member"] = node.member;
        }
        list.push_back(std::move(item));
    }
    return list;
}

json::Value maybe_count(const std::optional<std::uint64_t>& count) {
    return count ? json::Value(*count) : json::Value(nullptr);
}

// Who says of itself that it follows the log.
json::Array followers_json(const std::vector<federation::SaidToFollow>& said, const std::string& log) {
    json::Array list;
    for (const federation::SaidToFollow& one : said) {
        if (one.log != log) continue;
        list.push_back(json::Object{{"member", one.member},
                                    {"key", one.by},
                                    {"size", maybe_count(one.size)},
                                    {"applied", maybe_count(one.applied)},
                                    {"missing", maybe_count(one.missing)},
                                    {"contact", maybe_time(one.contact)},
                                    {"failures", maybe_count(one.failures)},
                                    {"heard", time_of(one.heard.seconds())}});
    }
    return list;
}

// Of evidence that this node has found or members have published, how much is against each log.
Result<std::map<std::string, std::size_t>> evidence_by_log(node::Node& node) {
    COMITY_TRY(const auto pieces, node::evidence_json(node, kMaxEvidence));
    std::map<std::string, std::size_t> counts;
    for (const json::Object& piece : pieces) ++counts[std::string(piece.at("log").as_string())];
    return counts;
}

// The community's nodes, how far this one has those that it follows, who else says that it follows them, who
// witnesses them, and what is known against them. Public: it says nothing of statements but how many a log
// has.
Answer list_nodes(node::Node& node) {
    std::vector<federation::AnnouncedNode> announced;
    std::vector<std::vector<federation::LogWitness>> witnesses;
    {
        COMITY_TRY(const auto session, node.database().reader());
        COMITY_TRY(announced, federation::announced_nodes(*session));
        for (const federation::AnnouncedNode& one : announced) {
            COMITY_TRY(witnesses.emplace_back(), federation::witnesses_of(*session, one.log));
        }
    }
    COMITY_TRY(auto evidence, evidence_by_log(node));
    const std::vector<federation::SaidToFollow> said = node.neighbours().said();
    COMITY_TRY(const auto peers, node.mirrors().peers());
    COMITY_TRY(const auto logs, node.mirrors().logs());
    COMITY_TRY(const node::LogHead head, node::log_head(node.ledger()));
    const crypto::NamedKey own = node.ledger().identity().key.public_part();
    std::vector<std::string> items;
    for (std::size_t i = 0; i < announced.size(); ++i) {
        const federation::AnnouncedNode& one = announced[i];
        json::Object item{{"member", one.member},
                          {"origin", one.log.name},
                          {"key", one.log.text()},
                          {"cosigner_key", one.cosigner.text()},
                          {"witness_key", nullptr},
                          {"url", one.url},
                          {"retired", one.retired},
                          {"announced", time_of(one.since)},
                          {"statement", one.statement.hex()},
                          {"own", one.log == own},
                          {"followed", false},
                          {"size", nullptr},
                          {"applied", nullptr},
                          {"missing", nullptr},
                          {"withheld", nullptr},
                          {"contact", nullptr},
                          {"failures", nullptr},
                          {"evidence", evidence[one.log.text()]},
                          {"followed_by", followers_json(said, one.log.text())},
                          {"witnessed_by", witnesses_json(witnesses[i], announced, one.cosigner)}};
        if (one.log == own) item["size"] = item["applied"] = head.checkpoint.size;
        if (one.witness) item["witness_key"] = one.witness->text();
        for (const federation::MirroredLog& log : logs) {
            if (log.key != one.log) continue;
            item["size"] = log.size;
            item["applied"] = log.applied.size();
            item["missing"] = log.missing;
            item["withheld"] = log.withheld;
        }
        for (const federation::Peer& peer : peers) {
            if (peer.log != one.log) continue;
            item["followed"] = true;
            item["contact"] = maybe_time(peer.contact);
            item["failures"] = peer.failures;
        }
        items.push_back(json::write(item));
    }
    return page_of(items, std::nullopt);
}

Answer list_logs(node::Node& node) {
    federation::Shelf shelf(node.ledger(), node.mirrors());
    COMITY_TRY(const auto logs, shelf.logs());
    std::vector<std::string> items;
    for (const federation::HeldLog& held : logs) {
        items.push_back(json::write(json::Object{{"log", federation::log_name(held.offer.key).hex()},
                                                 {"origin", held.offer.key.name},
                                                 {"key", held.offer.key.text()},
                                                 {"cosigner_key", held.offer.cosigner.text()},
                                                 {"size", held.size},
                                                 {"checkpoint", held.offer.checkpoint},
                                                 {"own", held.offer.own}}));
    }
    return page_of(items, std::nullopt);
}

Result<federation::HeldLog> held_log(federation::Shelf& shelf, const http::Request& request) {
    auto name = Digest::from_hex(request.capture("log"));
    if (!name) return within("log", std::move(name).error());
    return shelf.find(*name);
}

Answer list_log_checkpoints(node::Node& node, const http::Request& request) {
    federation::Shelf shelf(node.ledger(), node.mirrors());
    COMITY_TRY(const federation::HeldLog held, held_log(shelf, request));
    COMITY_TRY(const std::uint64_t after,
               number_of(request.parameter("after").value_or("0"), "after", kMaxSize));
    COMITY_TRY(const auto checkpoints, shelf.checkpoints(held, after, kCheckpointPage));
    std::vector<std::string> items;
    for (const federation::TimedCheckpoint& checkpoint : checkpoints)
        items.push_back(json::write(json::Value(checkpoint.note)));
    return page_of(items, std::nullopt);
}

Answer list_package(node::Node& node, const http::Request& request, const Caller& caller) {
    federation::Shelf shelf(node.ledger(), node.mirrors());
    COMITY_TRY(const federation::HeldLog held, held_log(shelf, request));
    COMITY_TRY(const std::uint64_t package, number_of(request.capture("package"), "package", kMaxPackage));
    COMITY_TRY(const auto statements, shelf.package(held, package, caller.viewer));
    std::vector<std::string> items;
    for (const federation::OfferedStatement& statement : statements)
        items.push_back(federation::package_item_json(statement));
    return page_of(items, std::nullopt);
}

void wait_for_growth(node::Node& node, http::Request request, http::Respond respond) {
    const auto asked = [&]() -> Result<std::pair<std::uint64_t, std::uint64_t>> {
        COMITY_TRY(const auto principal, node::authenticate(node, request));
        if (principal && !principal->has(accounts::Scope::kRead)) {
            return refused("Authorization", "the token does not have the scope 'read'", "make one that has");
        }
        COMITY_TRY(const std::uint64_t size,
                   number_of(request.parameter("size").value_or("0"), "size", kMaxSize));
        COMITY_TRY(const std::uint64_t seconds,
                   number_of(request.parameter("seconds").value_or(std::to_string(kUsualWait)), "seconds",
                             kLongestWait));
        return std::pair(size, seconds);
    }();
    if (!asked) return respond(refusal(asked.error(), request));
    auto shared = std::make_shared<http::Respond>(std::move(respond));
    federation::GrowthWatch::Done done = [shared](std::uint64_t size) {
        http::Response response = http::Response::json(200, fmt::format(R"({{"size":{}}})", size));
        response.header("Cache-Control", "no-store");
        (*shared)(std::move(response));
    };
    const auto waits = node.growth().wait(asked->first, std::chrono::seconds(asked->second), done);
    if (!waits) (*shared)(refusal(waits.error(), request));
}

}  // namespace

void add_federation_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern, auto handler) {
        router.get(pattern, guarded(node, handler));
    };
    route("/api/v1/nodes", [&node](const http::Request&, const Caller&) { return list_nodes(node); });
    route("/api/v1/logs", [&node](const http::Request&, const Caller&) { return list_logs(node); });
    route("/api/v1/logs/{log}/checkpoints", [&node](const http::Request& request, const Caller&) {
        return list_log_checkpoints(node, request);
    });
    route("/api/v1/logs/{log}/packages/{package}",
          [&node](const http::Request& request, const Caller& caller) {
              return list_package(node, request, caller);
          });
    router.add_later(http::Method::kGet, "/api/v1/log/wait", {},
                     [&node](http::Request request, http::Respond respond) {
                         wait_for_growth(node, std::move(request), std::move(respond));
                     });
}

}  // namespace comity::api::rest
