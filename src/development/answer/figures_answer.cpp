#include <fmt/format.h>

#include <algorithm>

#include "development/answer/parts.h"
#include "development/index/presets.h"

namespace comity::development {
namespace {

// A share rounded to whole points differs from itself by up to half a point; anything else by a hundredth of
// a figure's own size would be said in other ways, so the default is for shares.
constexpr double kTolerance = 0.51;
constexpr double kMostTolerance = 1e15;

json::Object scheme_form(const Stated<MembershipBody>& scheme) {
    json::Array groups;
    for (const MemberGroup& group : scheme.body.groups) {
        groups.push_back(json::Object{{"id", group.id},
                                      {"title", group.title.empty() ? group.id : group.title},
                                      {"members", group.members.size()}});
    }
    return {{"scheme", scheme.body.scheme}, {"title", scheme.body.title},
            {"source", scheme.body.source}, {"edition", scheme.body.edition},
            {"author", scheme.author},      {"statement", scheme.statement.hex()},
            {"groups", std::move(groups)}};
}

json::Object index_form(const IndexDefinition& definition) {
    json::Array indicators;
    for (const std::string& each : indicators_of(definition)) indicators.emplace_back(each);
    return {{"id", definition.id},
            {"title", definition.title},
            {"edition", definition.edition},
            {"source", definition.source},
            {"indicators", std::move(indicators)},
            {"complete", without_goalposts(definition).empty()}};
}

}  // namespace

Result<json::Object> answer_catalogue(const Asking& asking) {
    COMITY_TRY(const auto datasets, find_datasets(asking.session, asking.readable));
    COMITY_TRY(const auto schemes, find_schemes(asking.session, asking.readable));
    COMITY_TRY(const auto stated, find_indices(asking.session, asking.readable));
    json::Array dataset_list, scheme_list, index_list;
    for (const Dataset& each : datasets) dataset_list.push_back(dataset_form(each));
    for (const auto& each : schemes) scheme_list.push_back(scheme_form(each));
    for (const std::string_view id : preset_indices()) {
        COMITY_TRY(const IndexDefinition definition, preset_index(id));
        json::Object form = index_form(definition);
        form["author"] = nullptr;
        form["statement"] = nullptr;
        index_list.push_back(std::move(form));
    }
    for (const auto& each : stated) {
        json::Object form = index_form(each.body);
        form["author"] = each.author;
        form["statement"] = each.statement.hex();
        index_list.push_back(std::move(form));
    }
    return json::Object{{"datasets", std::move(dataset_list)},
                        {"schemes", std::move(scheme_list)},
                        {"indices", std::move(index_list)}};
}

Result<json::Object> answer_figures(const Asking& asking, const Query& query) {
    const QueryReader parameters(query);
    COMITY_TRY(const std::string indicator, parameters.required("indicator"));
    COMITY_TRY(const auto place, parameters.place("place"));
    COMITY_TRY(const auto tolerance, parameters.number("tolerance", 0, kMostTolerance));
    COMITY_TRY(const bool conflicts_only, parameters.flag("conflicts"));
    COMITY_TRY(std::vector<Dataset> datasets, find_datasets(asking.session, asking.readable, indicator));
    if (const auto source = parameters.text("source"))
        std::erase_if(datasets, [&](const Dataset& d) { return d.body.source != *source; });
    if (datasets.empty())
        return not_found(fmt::format("there is no dataset of {}", indicator),
                         "comity divide show lists what there is");
    int first = kLastYear, last = kFirstYear;
    std::vector<std::vector<Series>> series;
    json::Array forms;
    for (const Dataset& each : datasets) {
        first = std::min(first, each.first_year);
        last = std::max(last, each.last_year);
        COMITY_TRY(auto loaded, load_series(asking.session, each, place.value_or("")));
        series.push_back(std::move(loaded));
        forms.push_back(dataset_form(each));
    }
    COMITY_TRY(const QueryReader::Years years, parameters.years(first, last));
    json::Array rows;
    std::size_t shared = 0, conflicts = 0;
    for (const Cell& cell : side_by_side(series, tolerance.value_or(kTolerance))) {
        if (cell.year < years.first || cell.year > years.last) continue;
        if (cell.voices.size() > 1) ++shared;
        if (cell.conflict) ++conflicts;
        if (conflicts_only && !cell.conflict) continue;
        json::Array figures;
        for (const Cell::Voice& voice : cell.voices)
            figures.push_back(json::Object{
                {"dataset", voice.dataset}, {"value", voice.value}, {"known", to_string(voice.known)}});
        rows.push_back(json::Object{{"place", cell.place},
                                    {"name", name_of(cell.place)},
                                    {"year", cell.year},
                                    {"value", cell.voices.front().value},
                                    {"conflict", cell.conflict},
                                    {"figures", std::move(figures)}});
    }
    return json::Object{{"indicator", indicator},
                        {"datasets", std::move(forms)},
                        {"tolerance", tolerance.value_or(kTolerance)},
                        {"shared", shared},
                        {"conflicts", conflicts},
                        {"rows", std::move(rows)}};
}

Result<json::Object> answer(const Asking& asking, std::string_view what, const Query& query) {
    if (what.empty()) return answer_catalogue(asking);
    if (what == "figures") return answer_figures(asking, query);
    if (what == "inequality") return answer_inequality(asking, query);
    if (what == "distance") return answer_distance(asking, query);
    if (what == "forecast") return answer_forecast(asking, query);
    if (what == "index") return answer_index(asking, query);
    return not_found(fmt::format("there is no answer '{}' of the divide", what));
}

}  // namespace comity::development
