#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "development/answer/parts.h"
#include "development/inequality/measures.h"

namespace comity::development {
namespace {

constexpr int kMostYears = 300;  // in one answer

struct Asked {
    Dataset dataset;
    std::vector<Series> series;
    std::optional<Dataset> weights;
    std::map<std::string, Series, std::less<>> weight_series;
    std::optional<Stated<MembershipBody>> scheme;
    int carry = 0;
    bool drop_zeros = false;
};

json::Value parts_json(const std::optional<Parts>& parts) {
    if (!parts) return nullptr;
    return json::Object{{"within", parts->within}, {"between", parts->between}};
}

// The samples of a year, and what of the world they are.
struct Counted {
    std::vector<Sample> samples;
    std::size_t carried = 0;
    std::size_t censored = 0;
    std::size_t dropped_zeros = 0;
    std::size_t without_weight = 0;
    double people = 0;  // of those counted
    double all_people = 0;
    std::vector<std::string_view> groups;  // by a sample's group number
};

Counted count(const Asked& asked, int year) {
    Counted out;
    std::map<std::string_view, std::string_view> groups;
    if (asked.scheme) {
        groups = groups_in(asked.scheme->body, year);
        for (const MemberGroup& group : asked.scheme->body.groups) out.groups.emplace_back(group.id);
        out.groups.push_back(kOtherGroup);
    }
    for (const auto& [place, series] : asked.weight_series)
        if (const auto weight = figure_of(series, year, asked.carry)) out.all_people += weight->value;
    for (const Series& series : asked.series) {
        const auto figure = figure_of(series, year, asked.carry);
        if (!figure) continue;
        if (asked.drop_zeros && figure->value == 0) {
            ++out.dropped_zeros;
            continue;
        }
        Sample sample{figure->value, 1, 0};
        if (asked.weights) {
            const auto at = asked.weight_series.find(series.place);
            const auto weight =
                at == asked.weight_series.end() ? std::nullopt : figure_of(at->second, year, asked.carry);
            if (!weight || weight->value <= 0) {
                ++out.without_weight;
                continue;
            }
            sample.weight = weight->value;
            out.people += weight->value;
        }
        if (asked.scheme) {
            const auto group = groups.find(series.place);
            const std::string_view id = group == groups.end() ? kOtherGroup : group->second;
            sample.group = static_cast<int>(std::ranges::find(out.groups, id) - out.groups.begin());
        }
        if (figure->year < year) ++out.carried;
        if (figure->known == Known::kBelow) ++out.censored;
        out.samples.push_back(sample);
    }
    return out;
}

json::Value gini_json(const std::vector<Sample>& samples) {
    const auto found = measure(samples);
    return found ? json::Value(found->gini) : json::Value(nullptr);
}

Result<json::Object> row_of(const Asked& asked, int year, const Counted& counted) {
    COMITY_TRY(const Inequality all, measure(counted.samples));
    std::vector<Sample> alike = counted.samples;
    for (Sample& each : alike) each.weight = 1;
    json::Value mirror = nullptr;
    if (asked.dataset.body.high) {
        std::vector<Sample> offline = counted.samples;
        for (Sample& each : offline) each.value = *asked.dataset.body.high - each.value;
        mirror = gini_json(offline);
    }
    json::Array groups;
    std::optional<double> least, most;
    if (asked.scheme) {
        for (const GroupMean& each : group_means(counted.samples)) {
            groups.push_back(json::Object{{"group", counted.groups[static_cast<std::size_t>(each.group)]},
                                          {"places", each.places},
                                          {"weight", each.weight},
                                          {"mean", each.mean}});
            least = std::min(least.value_or(each.mean), each.mean);
            most = std::max(most.value_or(each.mean), each.mean);
        }
    }
    return json::Object{
        {"year", year},
        {"places", all.places},
        {"people", asked.weights ? json::Value(counted.people) : json::Value(nullptr)},
        {"coverage", asked.weights && counted.all_people > 0
                         ? json::Value(counted.people / counted.all_people)
                         : json::Value(nullptr)},
        {"carried", counted.carried},
        {"censored", counted.censored},
        {"at_zero", all.at_zero},
        {"zeros_dropped", counted.dropped_zeros},
        {"without_weight", counted.without_weight},
        {"mean", all.mean},
        {"gini", all.gini},
        {"gini_unweighted", gini_json(alike)},
        {"gini_mirror", std::move(mirror)},
        {"theil_t", all.theil_t},
        {"theil_t_parts", asked.scheme ? parts_json(all.theil_t_parts) : json::Value(nullptr)},
        {"theil_l", number_or_null(all.theil_l)},
        {"theil_l_parts", asked.scheme ? parts_json(all.theil_l_parts) : json::Value(nullptr)},
        {"atkinson_half", all.atkinson_half},
        {"atkinson_one", all.atkinson_one},
        {"atkinson_two", all.atkinson_two},
        {"p10", all.p10},
        {"p90", all.p90},
        {"ratio", number_or_null(all.ratio)},
        {"gap", all.p90 - all.p10},
        {"group_gap", least ? json::Value(*most - *least) : json::Value(nullptr)},
        {"groups", std::move(groups)}};
}

Result<Asked> read(const Asking& asking, const QueryReader& parameters) {
    Asked asked;
    COMITY_TRY(const std::string indicator, parameters.required("indicator"));
    COMITY_TRY(const auto carry, parameters.integer("carry", 0, kMostCarried));
    asked.carry = static_cast<int>(carry.value_or(0));
    const std::string_view zeros = parameters.text("zeros").value_or("keep");
    if (zeros != "keep" && zeros != "drop") return invalid("zeros", "is neither keep nor drop");
    asked.drop_zeros = zeros == "drop";
    COMITY_TRY(asked.dataset, find_dataset(asking.session, asking.readable, indicator,
                                           parameters.text("source").value_or("")));
    COMITY_TRY(asked.series, load_series(asking.session, asked.dataset));
    if (const auto weights = parameters.text("weights")) {
        COMITY_TRY(asked.weights, find_dataset(asking.session, asking.readable, *weights));
        COMITY_TRY(auto series, load_series(asking.session, *asked.weights));
        for (Series& each : series) asked.weight_series.emplace(each.place, std::move(each));
    }
    if (const auto scheme = parameters.text("scheme")) {
        COMITY_TRY(asked.scheme, find_scheme(asking.session, asking.readable, *scheme));
    }
    return asked;
}

}  // namespace

Result<json::Object> answer_inequality(const Asking& asking, const Query& query) {
    const QueryReader parameters(query);
    COMITY_TRY(const Asked asked, read(asking, parameters));
    COMITY_TRY(const QueryReader::Years years,
               parameters.years(asked.dataset.first_year, asked.dataset.last_year));
    if (years.last - years.first >= kMostYears)
        return invalid("from", fmt::format("to: more than {} years", kMostYears), "ask for fewer");
    json::Array rows, left_out;
    for (int year = years.first; year <= years.last; ++year) {
        const Counted counted = count(asked, year);
        auto row = row_of(asked, year, counted);
        if (row) {
            rows.push_back(*std::move(row));
        } else {
            left_out.push_back(json::Object{{"year", year}, {"why", row.error().message()}});
        }
    }
    return json::Object{
        {"indicator", asked.dataset.body.indicator},
        {"unit", asked.dataset.body.unit},
        {"dataset", dataset_form(asked.dataset)},
        {"weights", asked.weights ? json::Value(dataset_form(*asked.weights)) : json::Value(nullptr)},
        {"scheme", asked.scheme ? json::Value(json::Object{{"scheme", asked.scheme->body.scheme},
                                                           {"edition", asked.scheme->body.edition},
                                                           {"statement", asked.scheme->statement.hex()}})
                                : json::Value(nullptr)},
        {"rule", json::Object{{"carry", asked.carry},
                              {"zeros", asked.drop_zeros ? "drop" : "keep"},
                              {"censored", "half of the limit"},
                              {"quantile", "the smallest figure that the cumulative weight reaches"}}},
        {"rows", std::move(rows)},
        {"left_out", std::move(left_out)}};
}

}  // namespace comity::development
