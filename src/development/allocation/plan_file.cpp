#include "development/allocation/plan_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "json/fields.h"
#include "json/number.h"

namespace comity::development {
namespace {

constexpr std::size_t kMostListed = 10'000'000;
constexpr double kToldSlack = 1e-6;

json::Array numbers(const std::vector<double>& values) {
    json::Array out;
    for (const double value : values) out.push_back(json::number(value));
    return out;
}
json::Value number_or_none(const std::optional<double>& value) {
    return value ? json::number(*value) : json::Value(nullptr);
}

Result<double> number_of(json::Fields& fields, std::string_view name) {
    const json::Value* value = fields.any(name);
    if (value == nullptr || !value->is_number()) return invalid(fields.path(name), "is no number");
    return value->to_number<double>();
}

Result<std::vector<double>> numbers_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const json::Array* array, fields.array(name, 0, kMostListed));
    std::vector<double> out;
    for (const json::Value& each : *array) {
        if (!each.is_number()) return invalid(fields.path(name), "holds what is no number");
        out.push_back(each.to_number<double>());
    }
    return out;
}

using Places = std::unordered_map<std::string, std::uint32_t>;
Result<std::uint32_t> place_in(const Places& places, const std::string& id, const std::string& where) {
    const auto at = places.find(id);
    if (at == places.end()) return invalid(where, fmt::format("there is no '{}'", id));
    return at->second;
}

struct Told {
    std::vector<double> need_given, offer_given, reached;
};

class PlanReader {
  public:
    Result<PlanFile> read(const json::Value& value) {
        COMITY_TRY(json::Fields fields, json::Fields::of(value, "plan"));
        COMITY_TRY(const std::string format, fields.text("format", 1, 64));
        if (format != kPlanFormat)
            return invalid("plan.format", fmt::format("is {}, not {}", format, kPlanFormat));
        COMITY_TRY(const std::string fairness, fields.text("fairness", 1, 20));
        const auto word = parse_fairness(fairness);
        if (!word) return invalid("plan.fairness", "is none of none, share, max-min, balanced");
        file_.problem.fairness = *word;
        COMITY_TRY(file_.problem.keep, number_of(fields, "keep"));
        COMITY_TRY(file_.plan.method, fields.text("method", 1, 64));
        COMITY_CHECK(each(fields, "groups", [&](json::Fields& one) { return group(one); }));
        COMITY_CHECK(each(fields, "needs", [&](json::Fields& one) { return need(one); }));
        COMITY_CHECK(offers(fields));
        COMITY_CHECK(pairs(fields));
        COMITY_CHECK(check_problem(file_.problem));
        COMITY_CHECK(each(fields, "assignments", [&](json::Fields& one) { return assignment(one); }));
        COMITY_CHECK(each(fields, "levels", [&](json::Fields& one) { return level(one); }));
        COMITY_CHECK(check_plan(file_.problem, file_.plan));
        COMITY_CHECK(held(fields));
        return std::move(file_);
    }

  private:
    template <typename Read>
    Result<void> each(json::Fields& fields, std::string_view name, const Read& read) {
        COMITY_TRY(const json::Array* array, fields.array(name, 0, kMostListed));
        for (std::size_t i = 0; i < array->size(); ++i) {
            COMITY_TRY(json::Fields one, json::Fields::of((*array)[i], fmt::format("plan.{}[{}]", name, i)));
            COMITY_CHECK(read(one));
        }
        return {};
    }

    Result<void> group(json::Fields& fields) {
        PlanGroup& group = file_.problem.groups.emplace_back();
        COMITY_TRY(group.id, fields.text("id", 1, 300));
        COMITY_TRY(group.weight, number_of(fields, "weight"));
        COMITY_TRY(group.size, number_of(fields, "size"));
        COMITY_TRY(file_.plan.floors.emplace_back(), number_of(fields, "floor"));
        COMITY_TRY(file_.plan.prices.floors.emplace_back(), number_of(fields, "price"));
        COMITY_TRY(told_.reached.emplace_back(), number_of(fields, "reached"));
        groups_.emplace(group.id, static_cast<std::uint32_t>(groups_.size()));
        return {};
    }

    Result<void> need(json::Fields& fields) {
        PlanNeed& need = file_.problem.needs.emplace_back();
        COMITY_TRY(need.id, fields.text("id", 1, 300));
        COMITY_TRY(need.amount, number_of(fields, "amount"));
        COMITY_TRY(need.lot, number_of(fields, "lot"));
        COMITY_TRY(need.value, number_of(fields, "value"));
        COMITY_TRY(need.weight, number_of(fields, "weight"));
        COMITY_TRY(const auto names, fields.texts("groups", 0, 1000));
        for (const std::string& name : names) {
            COMITY_TRY(const std::uint32_t at, place_in(groups_, name, fields.path("groups")));
            need.groups.push_back(at);
        }
        COMITY_TRY(file_.plan.prices.needs.emplace_back(), number_of(fields, "price"));
        COMITY_TRY(told_.need_given.emplace_back(), number_of(fields, "given"));
        needs_.emplace(need.id, static_cast<std::uint32_t>(needs_.size()));
        return {};
    }

    Result<void> offers(json::Fields& fields) {
        COMITY_TRY(const json::Array* array, fields.array("offers", 0, kMostListed));
        for (const json::Value& each : *array)
            if (each.is_object() && each.get_object().contains("id") &&
                each.get_object().at("id").is_string())
                offers_.emplace(each.get_object().at("id").get_string(),
                                static_cast<std::uint32_t>(offers_.size()));
        return this->each(fields, "offers", [&](json::Fields& one) { return offer(one); });
    }
    Result<void> offer(json::Fields& fields) {
        PlanOffer& offer = file_.problem.offers.emplace_back();
        COMITY_TRY(offer.id, fields.text("id", 1, 300));
        COMITY_TRY(offer.amount, number_of(fields, "amount"));
        if (const json::Value* cost = fields.any("cost")) {
            COMITY_TRY(json::Fields money, json::Fields::of(*cost, fields.path("cost")));
            COMITY_TRY(offer.price, number_of(money, "amount"));
            COMITY_TRY(const std::string fund, money.text("fund", 1, 300));
            COMITY_TRY(offer.fund, place_in(offers_, fund, fields.path("cost")));
        }
        COMITY_TRY(file_.plan.prices.offers.emplace_back(), number_of(fields, "price"));
        COMITY_TRY(told_.offer_given.emplace_back(), number_of(fields, "given"));
        return {};
    }

    Result<void> pairs(json::Fields& fields) {
        COMITY_TRY(const json::Array* array, fields.array("pairs", 0, kMostListed));
        for (const json::Value& each : *array) {
            const json::Array* parts = each.if_array();
            if (parts == nullptr || parts->size() != 3 || !(*parts)[2].is_number())
                return invalid("plan.pairs", "one is not [need, offer, fit]");
            for (int i = 0; i < 2; ++i) {
                const json::Value& at = (*parts)[static_cast<std::size_t>(i)];
                if (!at.is_int64() || at.get_int64() < 0 || at.get_int64() > UINT32_MAX)
                    return invalid("plan.pairs", "one names no place in a list");
            }
            file_.problem.pairs.push_back({static_cast<std::uint32_t>((*parts)[0].get_int64()),
                                           static_cast<std::uint32_t>((*parts)[1].get_int64()),
                                           (*parts)[2].to_number<double>()});
        }
        const auto key = [](const PlanPair& p) { return std::pair(p.need, p.offer); };
        if (!std::ranges::is_sorted(file_.problem.pairs, {}, key))
            return invalid("plan.pairs", "are not in order");
        return {};
    }

    Result<void> assignment(json::Fields& fields) {
        COMITY_TRY(const std::string need, fields.text("need", 1, 300));
        COMITY_TRY(const std::string offer, fields.text("offer", 1, 300));
        COMITY_TRY(const std::uint32_t n, place_in(needs_, need, fields.path("need")));
        COMITY_TRY(const std::uint32_t o, place_in(offers_, offer, fields.path("offer")));
        const auto at =
            std::ranges::lower_bound(file_.problem.pairs, std::pair(n, o), {},
                                     [](const PlanPair& p) { return std::pair(p.need, p.offer); });
        if (at == file_.problem.pairs.end() || at->need != n || at->offer != o)
            return invalid(fields.path("offer"), fmt::format("{} does not fit {}", offer, need));
        PlanAssignment& one = file_.plan.assignments.emplace_back();
        one.pair = static_cast<std::uint32_t>(at - file_.problem.pairs.begin());
        COMITY_TRY(one.amount, number_of(fields, "amount"));
        return {};
    }

    Result<void> level(json::Fields& fields) {
        LevelProof& proof = file_.plan.levels.emplace_back();
        COMITY_TRY(proof.level, number_of(fields, "level"));
        COMITY_TRY(proof.prices.needs, numbers_of(fields, "needs"));
        COMITY_TRY(proof.prices.offers, numbers_of(fields, "offers"));
        COMITY_TRY(proof.prices.floors, numbers_of(fields, "floors"));
        return {};
    }

    static Result<void> same(const std::string& where, std::optional<double> told, std::optional<double> is) {
        if (told.has_value() != is.has_value() ||
            (told && !(std::abs(*told - *is) <= kToldSlack * std::max(1.0, std::abs(*is)))))
            return invalid(where, fmt::format("is told to be {}, and comes to {}",
                                              told ? fmt::format("{}", *told) : "nothing",
                                              is ? fmt::format("{}", *is) : "nothing"));
        return {};
    }

    Result<void> held(json::Fields& fields) {
        const PlanTold is = tell(file_.problem, file_.plan);
        const auto optional = [&](std::string_view name) -> Result<std::optional<double>> {
            const json::Value* value = fields.any(name);
            if (value != nullptr && value->is_null()) return std::nullopt;
            COMITY_TRY(const double number, number_of(fields, name));
            return number;
        };
        for (const auto& [name, figure] :
             {std::pair("value", is.value), std::pair("bound", is.bound), std::pair("gap", is.gap),
              std::pair("people", std::optional(is.people))}) {
            COMITY_TRY(const auto stated, optional(name));
            COMITY_CHECK(same(fmt::format("plan.{}", name), stated, figure));
        }
        for (std::size_t g = 0; g < is.reached.size(); ++g)
            COMITY_CHECK(same(file_.problem.groups[g].id + ".reached", told_.reached[g], is.reached[g]));
        for (std::size_t n = 0; n < is.need_left.size(); ++n)
            COMITY_CHECK(same(file_.problem.needs[n].id + ".given", told_.need_given[n],
                              file_.problem.needs[n].amount - is.need_left[n]));
        for (std::size_t o = 0; o < is.offer_left.size(); ++o)
            COMITY_CHECK(same(file_.problem.offers[o].id + ".given", told_.offer_given[o],
                              file_.problem.offers[o].amount - is.offer_left[o]));
        return {};
    }

    PlanFile file_;
    Told told_;
    Places groups_, needs_, offers_;
};

}  // namespace

json::Object plan_json(const PlanProblem& problem, const Plan& plan) {
    const PlanTold told = tell(problem, plan);
    json::Array groups, needs, offers, pairs, assignments, levels;
    for (std::size_t g = 0; g < problem.groups.size(); ++g)
        groups.push_back(json::Object{{"id", problem.groups[g].id},
                                      {"weight", json::number(problem.groups[g].weight)},
                                      {"size", json::number(problem.groups[g].size)},
                                      {"floor", json::number(plan.floors[g])},
                                      {"reached", json::number(told.reached[g])},
                                      {"missed", json::number(told.missed[g])},
                                      {"price", json::number(plan.prices.floors[g])}});
    for (std::size_t n = 0; n < problem.needs.size(); ++n) {
        const PlanNeed& need = problem.needs[n];
        json::Array names;
        for (const std::uint32_t g : need.groups) names.emplace_back(problem.groups[g].id);
        needs.push_back(json::Object{{"id", need.id},
                                     {"amount", json::number(need.amount)},
                                     {"lot", json::number(need.lot)},
                                     {"value", json::number(need.value)},
                                     {"weight", json::number(need.weight)},
                                     {"groups", std::move(names)},
                                     {"given", json::number(need.amount - told.need_left[n])},
                                     {"price", json::number(plan.prices.needs[n])}});
    }
    for (std::size_t o = 0; o < problem.offers.size(); ++o) {
        const PlanOffer& offer = problem.offers[o];
        json::Object one{{"id", offer.id}, {"amount", json::number(offer.amount)}};
        if (offer.fund)
            one["cost"] =
                json::Object{{"amount", json::number(offer.price)}, {"fund", problem.offers[*offer.fund].id}};
        one["given"] = json::number(offer.amount - told.offer_left[o]);
        one["price"] = json::number(plan.prices.offers[o]);
        offers.push_back(std::move(one));
    }
    for (const PlanPair& pair : problem.pairs)
        pairs.push_back(
            json::Array{json::number(pair.need), json::number(pair.offer), json::number(pair.fit)});
    for (const PlanAssignment& each : plan.assignments) {
        const PlanPair& pair = problem.pairs[each.pair];
        assignments.push_back(json::Object{{"need", problem.needs[pair.need].id},
                                           {"offer", problem.offers[pair.offer].id},
                                           {"amount", json::number(each.amount)},
                                           {"people", json::number(worth_of(problem, pair) * each.amount)}});
    }
    for (const LevelProof& proof : plan.levels)
        levels.push_back(json::Object{{"level", json::number(proof.level)},
                                      {"needs", numbers(proof.prices.needs)},
                                      {"offers", numbers(proof.prices.offers)},
                                      {"floors", numbers(proof.prices.floors)}});
    return {{"format", kPlanFormat},
            {"fairness", to_string(problem.fairness)},
            {"keep", json::number(problem.keep)},
            {"method", plan.method},
            {"value", number_or_none(told.value)},
            {"bound", number_or_none(told.bound)},
            {"gap", number_or_none(told.gap)},
            {"people", json::number(told.people)},
            {"groups", std::move(groups)},
            {"needs", std::move(needs)},
            {"offers", std::move(offers)},
            {"pairs", std::move(pairs)},
            {"assignments", std::move(assignments)},
            {"levels", std::move(levels)}};
}

Result<PlanFile> parse_plan(const json::Value& value) {
    return PlanReader().read(value);
}

json::Object curve_point_json(const PlanProblem& problem, double keep, double value, double bound,
                              const std::vector<double>& reached) {
    json::Object groups;
    for (std::size_t g = 0; g < reached.size(); ++g) groups[problem.groups[g].id] = json::number(reached[g]);
    return {{"keep", json::number(keep)},
            {"value", json::number(value)},
            {"bound", json::number(bound)},
            {"reached", std::move(groups)}};
}

}  // namespace comity::development
