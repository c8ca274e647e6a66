#include "development/observatory/queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace comity::development {
namespace {

constexpr std::int64_t kUnstatedConfidence = 50;

void take_counts(Dataset& dataset, const db::Row& row) {
    dataset.places = row.integer(5);
    dataset.figures = row.integer(6);
    dataset.first_year = static_cast<int>(row.integer(7));
    dataset.last_year = static_cast<int>(row.integer(8));
}

}  // namespace

Result<std::vector<Dataset>> find_datasets(db::Session& session, const ledger::Readable& readable,
                                           std::string_view indicator) {
    const std::string select =
        "SELECT d.seq, s.id, s.author, d.audience, d.body, d.places, d.figures, d.first_year, d.last_year "
        "FROM development_datasets d JOIN statements s ON s.seq = d.seq";
    Result<std::vector<Dataset>> found =
        indicator.empty() ? load_stated<Dataset>(session, readable, select, {}, parse_dataset, take_counts)
                          : load_stated<Dataset>(session, readable, select + " WHERE d.indicator = $1",
                                                 {indicator}, parse_dataset, take_counts);
    if (!found) return found;
    std::vector<Dataset> all = latest(*std::move(found), [](const Dataset& d) {
        return std::tie(d.body.indicator, d.author, d.body.source);
    });
    std::ranges::sort(all, {}, [](const Dataset& d) {
        return std::tuple(std::string_view(d.body.indicator),
                          -d.body.confidence.value_or(kUnstatedConfidence), -d.figures,
                          std::string_view(d.body.source), std::string_view(d.author));
    });
    return all;
}

Result<Dataset> find_dataset(db::Session& session, const ledger::Readable& readable,
                             std::string_view indicator, std::string_view source) {
    COMITY_TRY(std::vector<Dataset> all, find_datasets(session, readable, indicator));
    for (Dataset& each : all) {
        if (source.empty() || each.body.source == source) return std::move(each);
    }
    return not_found(source.empty() ? fmt::format("there is no dataset of {}", indicator)
                                    : fmt::format("there is no dataset of {} from {}", indicator, source),
                     "comity divide show lists what there is");
}

Result<std::vector<Series>> load_series(db::Session& session, const Dataset& dataset,
                                        std::string_view place) {
    std::vector<Series> out;
    const auto take = [&](const db::Row& row) {
        out.push_back({std::string(row.text(0)), unpack(row.blob(1))});
        return true;
    };
    if (place.empty()) {
        COMITY_CHECK(
            session.each("SELECT place, points FROM development_series WHERE seq = $1 ORDER BY place",
                         {dataset.seq}, take));
    } else {
        COMITY_CHECK(
            session.each("SELECT place, points FROM development_series WHERE seq = $1 AND place = $2",
                         {dataset.seq, place}, take));
    }
    return out;
}

Result<std::vector<Stated<MembershipBody>>> find_schemes(db::Session& session,
                                                         const ledger::Readable& readable) {
    COMITY_TRY(auto all,
               load_stated<Stated<MembershipBody>>(session, readable,
                                                   "SELECT m.seq, s.id, s.author, m.audience, m.body "
                                                   "FROM development_memberships m JOIN statements s "
                                                   "ON s.seq = m.seq",
                                                   {}, parse_membership));
    return latest(std::move(all),
                  [](const Stated<MembershipBody>& m) { return std::tie(m.body.scheme, m.author); });
}

Result<Stated<MembershipBody>> find_scheme(db::Session& session, const ledger::Readable& readable,
                                           std::string_view scheme) {
    COMITY_TRY(auto all, find_schemes(session, readable));
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].body.scheme == scheme && (!best || age_of(all[*best]) < age_of(all[i]))) best = i;
    }
    if (!best)
        return not_found(fmt::format("there is no scheme {} of groups", scheme),
                         "comity divide show lists what there is");
    return std::move(all[*best]);
}

Result<std::vector<Stated<IndexDefinition>>> find_indices(db::Session& session,
                                                          const ledger::Readable& readable) {
    COMITY_TRY(auto all, load_stated<Stated<IndexDefinition>>(
                             session, readable,
                             "SELECT i.seq, s.id, s.author, i.audience, i.body "
                             "FROM development_indices i JOIN statements s "
                             "ON s.seq = i.seq",
                             {}, [](const json::Value& v) { return parse_index(v, "body"); }));
    return latest(std::move(all),
                  [](const Stated<IndexDefinition>& i) { return std::tie(i.body.id, i.author); });
}

std::vector<Cell> side_by_side(const std::vector<std::vector<Series>>& datasets, double tolerance) {
    std::map<std::pair<std::string_view, int>, Cell> cells;
    for (std::size_t i = 0; i < datasets.size(); ++i) {
        for (const Series& series : datasets[i]) {
            for (const Point& point : series.points) {
                Cell& cell = cells[{series.place, point.year}];
                cell.voices.push_back({i, point.value, point.known});
            }
        }
    }
    std::vector<Cell> out;
    out.reserve(cells.size());
    for (auto& [key, cell] : cells) {
        cell.place = key.first;
        cell.year = key.second;
        for (const Cell::Voice& a : cell.voices) {
            for (const Cell::Voice& b : cell.voices) {
                if (b.known == Known::kBelow) continue;  // the true value may be anything below it
                cell.conflict =
                    cell.conflict || (a.known == Known::kBelow ? b.value - a.value > tolerance
                                                               : std::abs(a.value - b.value) > tolerance);
            }
        }
        out.push_back(std::move(cell));
    }
    return out;
}

}  // namespace comity::development
