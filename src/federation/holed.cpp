#include "federation/holed.h"

#include <fmt/format.h>

#include <algorithm>

namespace comity::federation {

Result<std::vector<HoledStatement>> holed_statements(db::Session& session, std::size_t limit) {
    std::vector<HoledStatement> all;
    std::vector<std::int64_t> places;
    COMITY_CHECK(
        session.each("SELECT h.seq, s.id, s.author, COUNT(*) FROM ledger_holes h JOIN statements s ON "
                     "s.seq = h.seq GROUP BY h.seq, s.id, s.author ORDER BY h.seq LIMIT $1",
                     {limit}, [&](const db::Row& row) {
                         places.push_back(row.integer(0));
                         all.push_back({row.digest(1),
                                        std::string(row.text(2)),
                                        static_cast<std::uint64_t>(row.integer(3)),
                                        {},
                                        {}});
                         return true;
                     }));
    for (std::size_t i = 0; i < all.size(); ++i) {
        COMITY_CHECK(
            session.each("SELECT DISTINCT l.log_key FROM federation_missing m JOIN federation_logs l ON "
                         "l.n = m.log WHERE m.seq = $1 ORDER BY l.log_key",
                         {places[i]}, [&](const db::Row& row) {
                             all[i].logs.emplace_back(row.text(0));
                             return true;
                         }));
        COMITY_CHECK(
            session.each("SELECT w.node, p.name, p.token, w.unduly FROM federation_withheld w LEFT JOIN "
                         "federation_peers p "
                         "ON p.log_key = w.node WHERE w.seq = $1 ORDER BY w.node",
                         {places[i]}, [&](const db::Row& row) {
                             all[i].givers.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                                      !row.null(2) && !row.text(2).empty(),
                                                      static_cast<std::uint64_t>(row.integer(3))});
                             return true;
                         }));
    }
    return all;
}

std::string why_withheld(const HoledStatement& statement) {
    if (statement.givers.empty())
        return "it came by file without them; no node that is followed gave them since";
    std::string why;
    for (const HoledStatement::Giver& giver : statement.givers) {
        if (!why.empty()) why += "; ";
        const std::string name = giver.peer.empty() ? giver.log.substr(0, giver.log.find('+')) : giver.peer;
        if (giver.unduly > 0) {
            why += fmt::format("{} withheld {} that all who ask there may read", name, giver.unduly);
        } else if (giver.peer.empty()) {
            why += fmt::format("{} gave hashes, and is followed no longer: comity node add", name);
        } else if (!giver.token) {
            why += fmt::format(
                "{} is asked without a token, and gives what is public: comity node add --token; or they are "
                "withdrawn",
                name);
        } else {
            why += fmt::format(
                "{} has withdrawn them, marked them for others than its token's, or lacks them", name);
        }
    }
    return why;
}

}  // namespace comity::federation
