#include "federation/nodes.h"

#include <map>
#include <utility>

namespace comity::federation {

Result<std::vector<AnnouncedNode>> announced_nodes(db::Session& session) {
    std::map<std::pair<std::string, std::string>, AnnouncedNode> latest;  // by member and origin
    Result<void> parsed;
    const auto key_of = [&](std::string_view text) -> crypto::NamedKey {
        auto key = crypto::parse_public_key(text);
        if (!key) {
            parsed = corrupt("federation_nodes", "holds a key that is none", "run comity rebuild");
            return {};
        }
        return *std::move(key);
    };
    COMITY_CHECK(session.each(
        "SELECT n.member, n.log_key, n.cosigner_key, n.witness_key, n.url, n.retired, s.witnessed, s.id "
        "FROM federation_nodes n JOIN statements s ON s.seq = n.seq ORDER BY s.witnessed, s.issued, s.id",
        {}, [&](const db::Row& row) {
            AnnouncedNode node{
                std::string(row.text(0)), key_of(row.text(1)), key_of(row.text(2)), std::nullopt,
                std::string(row.text(4)), row.integer(5) != 0, row.integer(6),      row.digest(7)};
            if (!row.null(3)) node.witness = key_of(row.text(3));
            if (!parsed) return false;
            const std::pair place(node.member, node.log.name);
            latest.insert_or_assign(place, std::move(node));
            return true;
        }));
    COMITY_CHECK(parsed);
    std::vector<AnnouncedNode> nodes;
    nodes.reserve(latest.size());
    for (auto& [place, node] : latest) nodes.push_back(std::move(node));
    return nodes;
}

Result<std::optional<AnnouncedNode>> announced_log(db::Session& session, const crypto::NamedKey& log) {
    COMITY_TRY(auto nodes, announced_nodes(session));
    for (AnnouncedNode& node : nodes) {
        if (node.log == log) return std::move(node);
    }
    return std::nullopt;
}

Result<std::vector<LogWitness>> witnesses_of(db::Session& session, const crypto::NamedKey& log) {
    std::vector<LogWitness> witnesses;
    Result<void> parsed;
    COMITY_CHECK(session.each(
        "SELECT witness, MAX(size), MAX(time) FROM federation_cosigned WHERE log = $1 GROUP BY witness "
        "ORDER BY 2 DESC, 1",
        {log.text()}, [&](const db::Row& row) {
            auto key = crypto::parse_public_key(row.text(0));
            if (!key) {
                parsed = corrupt("federation_cosigned", "holds a key that is none", "run comity rebuild");
                return false;
            }
            witnesses.push_back(
                {*std::move(key), static_cast<std::uint64_t>(row.integer(1)), row.integer(2)});
            return true;
        }));
    COMITY_CHECK(parsed);
    return witnesses;
}

}  // namespace comity::federation
