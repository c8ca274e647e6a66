#include "federation/peer_source.h"

#include <algorithm>

namespace comity::federation {

std::string objects_json(std::span<const std::string> objects, std::span<const ledger::Hole> holes) {
    std::string text = "[";
    auto hole = holes.begin();
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (i > 0) text += ',';
        if (objects[i].empty() && hole != holes.end()) {
            text.append("\"").append(hole++->hash.hex()).append("\"");
        } else {
            text += objects[i];
        }
    }
    return text + ']';
}

Result<void> take_element(std::string_view element, ledger::ObjectList& objects) {
    if (!element.starts_with('"')) {
        objects.data.emplace_back(element);
        return {};
    }
    auto hash = Digest::from_hex(element.substr(1, element.size() - 2));
    if (!hash) return invalid("objects", "have a text among them that is no hash");
    objects.holes.push_back({objects.data.size(), *hash});
    objects.data.emplace_back();
    return {};
}

Result<std::map<std::uint64_t, std::string>> PeerSource::objects_at(const OfferedLog& log,
                                                                    std::uint64_t index,
                                                                    const Digest& statement,
                                                                    std::span<const ledger::Hole> holes) {
    std::map<std::uint64_t, std::string> found;
    COMITY_TRY(auto offers, package(log, index / log::kTileWidth));
    const auto offer = std::ranges::find(offers, index, &OfferedStatement::index);
    if (offer == offers.end()) return found;
    ledger::ObjectList list{std::move(offer->objects), std::move(offer->holes)};
    if (offer->apart && !holes.empty()) {
        COMITY_TRY(list, objects(statement, holes.back().position + 1));
    }
    for (const ledger::Hole& hole : holes) {
        if (hole.position < list.data.size() && !list.data[hole.position].empty())
            found.emplace(hole.position, std::move(list.data[hole.position]));
    }
    return found;
}

}  // namespace comity::federation
