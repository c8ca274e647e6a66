#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "development/answer/parts.h"
#include "development/index/compute.h"
#include "development/index/presets.h"

namespace comity::development {
namespace {

constexpr std::int64_t kMostDraws = 2000;  // in one answer: 220 places take a second

struct Chosen {
    IndexDefinition definition;
    std::optional<Digest> statement;
};

// What members state goes before what the program brings.
Result<Chosen> choose(const Asking& asking, const std::string& id) {
    COMITY_TRY(const auto stated, find_indices(asking.session, asking.readable));
    const Stated<IndexDefinition>* best = nullptr;
    for (const auto& each : stated) {
        const auto age = [](const Stated<IndexDefinition>& i) {
            return std::tie(i.body.edition, i.body.revision, i.statement);
        };
        if (each.body.id == id && (best == nullptr || age(*best) < age(each))) best = &each;
    }
    if (best != nullptr) return Chosen{best->body, best->statement};
    COMITY_TRY(IndexDefinition preset, preset_index(id));
    return Chosen{std::move(preset), std::nullopt};
}

struct Gathered {
    std::map<std::string, Figures> places;
    std::map<std::string, std::size_t, std::less<>> carried;  // figures of earlier years, by place
    json::Array datasets;
    json::Array without;  // indicators that no dataset has
};

Result<Gathered> gather(const Asking& asking, const IndexDefinition& definition, int year, int carry) {
    Gathered out;
    for (const std::string& indicator : indicators_of(definition)) {
        COMITY_TRY(const auto datasets, find_datasets(asking.session, asking.readable, indicator));
        if (datasets.empty()) {
            out.without.emplace_back(indicator);
            continue;
        }
        COMITY_TRY(const auto series, load_series(asking.session, datasets.front()));
        for (const Series& each : series) {
            const auto figure = figure_of(each, year, carry);
            if (!figure) continue;
            out.places[each.place][indicator] = figure->value;
            if (figure->year < year) ++out.carried[each.place];
        }
        out.datasets.push_back(dataset_form(datasets.front()));
    }
    return out;
}

json::Array group_rows(const MembershipBody& scheme, int year, const std::vector<PlaceScore>& scores) {
    std::map<std::string_view, std::vector<double>> by_group;
    const auto groups = groups_in(scheme, year);
    for (const PlaceScore& each : scores) {
        if (!each.score) continue;
        const auto at = groups.find(each.place);
        by_group[at == groups.end() ? kOtherGroup : at->second].push_back(*each.score);
    }
    json::Array out;
    for (const auto& [group, values] : by_group)
        out.push_back(json::Object{{"group", group},
                                   {"places", values.size()},
                                   {"mean_of_rounded", number_or_null(mean_of_rounded(values))}});
    return out;
}

json::Array sensitivity_rows(const std::vector<RankRange>& ranges) {
    json::Array out;
    for (const RankRange& each : ranges)
        out.push_back(json::Object{{"place", each.place},
                                   {"rank", each.rank},
                                   {"best", each.best},
                                   {"worst", each.worst},
                                   {"p5", each.p5},
                                   {"median", each.median},
                                   {"p95", each.p95}});
    return out;
}

}  // namespace

Result<json::Object> answer_index(const Asking& asking, const Query& query) {
    const QueryReader parameters(query);
    COMITY_TRY(const std::string id, parameters.required("id"));
    COMITY_TRY(const auto year_asked, parameters.integer("year", kFirstYear, kLastYear));
    if (!year_asked) return invalid("year", "is missing", "say of which year: year=2022");
    const auto year = static_cast<int>(*year_asked);
    COMITY_TRY(const auto carry, parameters.integer("carry", 0, kMostCarried));
    COMITY_TRY(const auto draws, parameters.integer("draws", 0, kMostDraws));
    COMITY_TRY(const auto share, parameters.number("share", 0, 1));
    COMITY_TRY(const auto seed, parameters.integer("seed", 0, INT64_MAX));
    COMITY_TRY(const Chosen chosen, choose(asking, id));
    COMITY_TRY(Gathered gathered,
               gather(asking, chosen.definition, year, static_cast<int>(carry.value_or(0))));
    COMITY_TRY(const auto scores, compute(chosen.definition, gathered.places));
    json::Array rows;
    for (const PlaceScore& each : scores) {
        json::Object nodes;
        for (const NodeScore& node : each.nodes) nodes[node.id] = number_or_null(node.score);
        json::Array gaps;
        for (const std::string& gap : each.nodes.front().gaps) gaps.emplace_back(gap);
        const auto carried = gathered.carried.find(each.place);
        rows.push_back(json::Object{{"place", each.place},
                                    {"name", name_of(each.place)},
                                    {"score", number_or_null(each.score)},
                                    {"rank", each.rank ? json::Value(*each.rank) : json::Value(nullptr)},
                                    {"carried", carried == gathered.carried.end() ? 0 : carried->second},
                                    {"gaps", std::move(gaps)},
                                    {"nodes", std::move(nodes)}});
    }
    json::Value groups = nullptr;
    if (const auto name = parameters.text("scheme")) {
        COMITY_TRY(const auto scheme, find_scheme(asking.session, asking.readable, *name));
        groups = group_rows(scheme.body, year, scores);
    }
    json::Value sensitive = nullptr;
    if (draws.value_or(0) > 0) {
        const SensitivityQuery how{.share = share.value_or(SensitivityQuery{}.share),
                                   .draws = static_cast<std::size_t>(*draws),
                                   .seed = static_cast<std::uint64_t>(seed.value_or(1))};
        COMITY_TRY(const auto ranges, sensitivity(chosen.definition, gathered.places, how));
        sensitive = json::Object{{"share", how.share},
                                 {"draws", how.draws},
                                 {"seed", how.seed},
                                 {"rows", sensitivity_rows(ranges)}};
    }
    return json::Object{
        {"definition", index_json(chosen.definition)},
        {"statement", chosen.statement ? json::Value(chosen.statement->hex()) : json::Value(nullptr)},
        {"year", year},
        {"carry", carry.value_or(0)},
        {"datasets", std::move(gathered.datasets)},
        {"without", std::move(gathered.without)},
        {"rows", std::move(rows)},
        {"groups", std::move(groups)},
        {"sensitivity", std::move(sensitive)}};
}

}  // namespace comity::development
