#include "node/evidence_json.h"

#include <map>

#include "federation/pillar.h"

namespace comity::node {
namespace {

constexpr std::size_t kMaxPublished = 1000;

json::Object item_of(const federation::Evidence& evidence, const Digest& id) {
    const auto proves = federation::check_evidence(evidence);
    json::Object item{{"id", id.hex()},
                      {"kind", federation::to_string(evidence.lie)},
                      {"origin", evidence.log.name},
                      {"log", evidence.log.text()},
                      {"cosigner", nullptr},
                      {"proves", nullptr},
                      {"found", nullptr},
                      {"published", json::Array()}};
    if (evidence.cosigner) item["cosigner"] = evidence.cosigner->text();
    if (proves) item["proves"] = *proves;
    return item;
}

Result<std::vector<federation::PublishedEvidence>> published(Node& node) {
    COMITY_TRY(const auto session, node.database().reader());
    return federation::published_evidence(*session, kMaxPublished);
}

}  // namespace

Result<std::vector<json::Object>> evidence_json(Node& node, std::size_t limit) {
    COMITY_TRY(const auto found, node.sightings().evidence(limit));
    COMITY_TRY(const auto told, published(node));
    std::vector<json::Object> items;
    std::map<Digest, std::size_t> places;
    for (const federation::FoundEvidence& piece : found) {
        places.emplace(piece.id, items.size());
        items.push_back(item_of(piece.evidence, piece.id));
        items.back()["found"] = format_time_millis(piece.found).substr(0, 19) + "Z";
    }
    for (const federation::PublishedEvidence& piece : told) {
        const Digest id = piece.evidence.id();
        const auto [place, fresh] = places.emplace(id, items.size());
        if (fresh) items.push_back(item_of(piece.evidence, id));
        items[place->second]["published"].get_array().push_back(
            json::Object{{"statement", piece.statement.hex()}, {"author", piece.author}});
    }
    if (items.size() > limit) items.resize(limit);
    return items;
}

Result<federation::Evidence> find_evidence(Node& node, const Digest& id) {
    auto found = node.sightings().find_evidence(id);
    if (found) return std::move(found->evidence);
    if (found.error().kind != ErrorKind::kNotFound) return std::unexpected(found.error());
    COMITY_TRY(auto told, published(node));
    for (federation::PublishedEvidence& piece : told) {
        if (piece.evidence.id() == id) return std::move(piece.evidence);
    }
    return std::unexpected(found.error());
}

}  // namespace comity::node
