#include "development/answer/clearing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "development/allocation/plan_file.h"
#include "development/answer/circle_parts.h"
#include "development/answer/parts.h"
#include "development/clearing/planning.h"
#include "json/number.h"

namespace comity::development {
namespace {

constexpr double kKeeps[] = {0, 0.5, 0.8, 0.9, 0.95, 1};  // of the curve

struct Board {
    std::vector<StatedNeed> needs;
    std::vector<StatedOffer> offers;
    Circle circle;
};

Result<Board> load_board(const Asking& asking) {
    Board board;
    COMITY_TRY(board.needs, find_needs(asking.session, asking.readable));
    COMITY_TRY(board.offers, find_offers(asking.session, asking.readable));
    COMITY_TRY(board.circle, find_circle(asking.session, asking.readable));
    return board;
}

// What members said, and who and where.
template <typename Body>
json::Object stated_form(const Stated<Body>& stated, json::Object body) {
    json::Object out{
        {"ref", ref_to(stated)}, {"author", stated.author}, {"statement", stated.statement.hex()}};
    for (auto& [key, value] : body) out[key] = std::move(value);
    return out;
}

struct Sums {
    double promised = 0;
    double chosen = 0;  // accepted, and nothing promised yet
};
std::map<std::string, Sums> sums_of(const std::vector<Taken>& taken, bool of_needs) {
    std::map<std::string, Sums> out;
    for (const Taken& each : taken) {
        Sums& sums = out[of_needs ? each.need : each.offer];
        (each.committed ? sums.promised : sums.chosen) += each.amount;
    }
    return out;
}
void put_sums(json::Object& out, const std::map<std::string, Sums>& sums, const std::string& ref,
              double amount) {
    const auto at = sums.find(ref);
    const Sums mine = at == sums.end() ? Sums{} : at->second;
    out["promised"] = json::number(mine.promised);
    out["chosen"] = json::number(mine.chosen);
    out["left"] = json::number(std::max(0.0, amount - mine.promised - mine.chosen));
}

struct BoardFilter {
    std::optional<std::string_view> kind, member;
    std::optional<std::string> place;
};
Result<BoardFilter> board_filter(const QueryReader& parameters) {
    BoardFilter filter;
    filter.kind = parameters.text("kind");
    filter.member = parameters.text("member");
    if (filter.kind && std::ranges::find(kKinds, *filter.kind) == kKinds.end())
        return invalid("kind", fmt::format("is none of {}", fmt::join(kKinds, ", ")));
    COMITY_TRY(filter.place, parameters.place("place"));
    return filter;
}

Result<json::Object> answer_needs(const ClearingAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const BoardFilter filter, board_filter(parameters));
    COMITY_TRY(const Board board, load_board(asking));
    const auto sums = sums_of(taken_of(board.needs, board.offers, board.circle), true);
    json::Array rows;
    for (const StatedNeed& need : board.needs) {
        if (filter.kind && need.body.terms.kind != *filter.kind) continue;
        if (filter.member && need.author != *filter.member) continue;
        if (filter.place && need.body.place != *filter.place) continue;
        json::Object row = stated_form(need, need_json(need.body));
        row["name"] = name_of(need.body.place);
        put_sums(row, sums, ref_to(need), need.body.terms.amount);
        row["fitting"] = std::ranges::count_if(
            board.offers, [&](const StatedOffer& offer) { return !fit_of(need, offer).unfit; });
        rows.push_back(std::move(row));
    }
    return json::Object{{"rows", std::move(rows)}};
}

Result<json::Object> answer_offers(const ClearingAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const BoardFilter filter, board_filter(parameters));
    COMITY_TRY(const Board board, load_board(asking));
    const auto taken = taken_of(board.needs, board.offers, board.circle);
    auto sums = sums_of(taken, false);
    // What is paid out of a fund is promised or chosen with what it pays for.
    std::map<std::string, const StatedOffer*> by_name;
    for (const StatedOffer& offer : board.offers) by_name.emplace(ref_to(offer), &offer);
    for (const Taken& each : taken) {
        const auto at = by_name.find(each.offer);
        if (at == by_name.end() || !at->second->body.cost) continue;
        Sums& fund = sums[at->second->body.cost->fund];
        (each.committed ? fund.promised : fund.chosen) += each.amount * at->second->body.cost->amount;
    }
    json::Array rows;
    for (const StatedOffer& offer : board.offers) {
        if (filter.kind && offer.body.terms.kind != *filter.kind) continue;
        if (filter.member && offer.author != *filter.member) continue;
        if (filter.place && !offer.body.places.empty() &&
            !std::ranges::binary_search(offer.body.places, *filter.place))
            continue;
        json::Object row = stated_form(offer, offer_json(offer.body));
        put_sums(row, sums, ref_to(offer), offer.body.terms.amount);
        row["fitting"] = std::ranges::count_if(
            board.needs, [&](const StatedNeed& need) { return !fit_of(need, offer).unfit; });
        rows.push_back(std::move(row));
    }
    return json::Object{{"rows", std::move(rows)}};
}

Result<json::Object> answer_need(const ClearingAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string ref, parameters.required("need"));
    COMITY_TRY(const Board board, load_board(asking));
    COMITY_TRY(const StatedNeed need, find_need(asking.session, asking.readable, ref));
    json::Object shown = stated_form(need, need_json(need.body));
    const auto taken = taken_of(board.needs, board.offers, board.circle);
    json::Array rows, others;  // what fits comes first
    if (!need.body.withdrawn) {
        shown["name"] = name_of(need.body.place);
        put_sums(shown, sums_of(taken, true), ref, need.body.terms.amount);
        const auto sums = sums_of(taken, false);
        const auto choices = pair_choices(board.circle);
        for (const StatedOffer& offer : board.offers) {
            const Fitting fit = fit_of(need, offer);
            json::Object row{
                {"offer", ref_to(offer)}, {"title", offer.body.terms.title}, {"fits", !fit.unfit}};
            row["part"] = json::number(fit.part);
            row["reason"] = fit.unfit ? json::Value(to_string(*fit.unfit)) : json::Value(nullptr);
            row["why"] = fit.unfit ? told(*fit.unfit, need.body, offer.body) : std::string();
            put_sums(row, sums, ref_to(offer), offer.body.terms.amount);
            row["choice"] = to_string(PairStand::kOpen);
            for (const PairChoice& pair : choices)
                if (pair.need == ref && pair.offer == ref_to(offer)) row["choice"] = to_string(pair.chosen);
            (fit.unfit ? others : rows).push_back(std::move(row));
        }
        for (json::Value& each : others) rows.push_back(std::move(each));
    }
    return json::Object{{"need", std::move(shown)}, {"rows", std::move(rows)}};
}

Result<json::Object> answer_offer(const ClearingAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string ref, parameters.required("offer"));
    COMITY_TRY(const Board board, load_board(asking));
    COMITY_TRY(const StatedOffer offer, find_offer(asking.session, asking.readable, ref));
    json::Object shown = stated_form(offer, offer_json(offer.body));
    json::Array rows;
    if (!offer.body.withdrawn) {
        const auto taken = taken_of(board.needs, board.offers, board.circle);
        put_sums(shown, sums_of(taken, false), ref, offer.body.terms.amount);
        const auto sums = sums_of(taken, true);
        for (const StatedNeed& need : board.needs) {
            const Fitting fit = fit_of(need, offer);
            if (fit.unfit) continue;
            json::Object row{{"need", ref_to(need)},
                             {"title", need.body.terms.title},
                             {"place", need.body.place},
                             {"people", need.body.people},
                             {"part", json::number(fit.part)}};
            put_sums(row, sums, ref_to(need), need.body.terms.amount);
            rows.push_back(std::move(row));
        }
    }
    return json::Object{{"offer", std::move(shown)}, {"rows", std::move(rows)}};
}

Result<json::Object> answer_choices(const ClearingAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const Circle circle, find_circle(asking.session, asking.readable));
    const auto need = parameters.text("need"), offer = parameters.text("offer");
    json::Array rows;
    for (const PairChoice& pair : pair_choices(circle)) {
        if ((need && pair.need != *need) || (offer && pair.offer != *offer)) continue;
        json::Array said;
        for (const Stated<ChoiceBody>* each : pair.said) {
            json::Object one = choice_json(each->body);
            one["author"] = each->author;
            one["statement"] = each->statement.hex();
            said.push_back(std::move(one));
        }
        rows.push_back(
            json::Object{{"need", pair.need},
                         {"offer", pair.offer},
                         {"stands", to_string(pair.chosen)},
                         {"amount", pair.amount ? json::number(*pair.amount) : json::Value(nullptr)},
                         {"said", std::move(said)}});
    }
    return json::Object{{"rows", std::move(rows)}};
}

Result<json::Object> answer_revision(const ClearingAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string of, parameters.required("of"));
    COMITY_TRY(const std::string ref, parameters.required("ref"));
    constexpr std::string_view kRevised[] = {"need", "offer", "commitment", "delivery"};
    if (std::ranges::find(kRevised, of) == std::end(kRevised))
        return invalid("of", fmt::format("is none of {}", fmt::join(kRevised, ", ")));
    COMITY_TRY(const auto last, last_revision(asking.session, asking.readable, "development." + of, ref));
    return json::Object{{"of", of},
                        {"ref", ref},
                        {"revision", last ? json::Value(last->revision) : json::Value(nullptr)},
                        {"withdrawn", last && last->withdrawn},
                        {"statement", last ? json::Value(last->statement.hex()) : json::Value(nullptr)}};
}

Result<json::Object> answer_overlaps(const ClearingAsking& asking) {
    COMITY_TRY(const Board board, load_board(asking));
    json::Array rows;
    const auto add = [&](const Overlap& each) {
        rows.push_back(
            json::Object{{"what", each.what}, {"one", each.one}, {"other", each.other}, {"why", each.why}});
    };
    for (const Overlap& each : find_overlaps(board.needs, board.offers)) add(each);
    for (const Overlap& each : find_running(board.needs, board.circle)) add(each);
    return json::Object{{"rows", std::move(rows)}};
}

// "ldc=2"
Result<void> read_named(const Query& query, std::string_view name, double least,
                        std::map<std::string, double>& out) {
    for (const auto& [key, text] : query) {
        if (key != name || text.empty()) continue;
        const std::size_t equal = text.find('=');
        double value = 0;
        const char* first = text.data() + (equal == std::string::npos ? text.size() : equal + 1);
        const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || !(value >= least && value <= 1e15))
            return invalid(std::string(name), fmt::format("'{}' is no group and its number", text),
                           "write ldc=2");
        out[text.substr(0, equal)] = value;
    }
    return {};
}

Result<PlanPolicy> policy_of(const ClearingAsking& asking, const Query& query, json::Array& schemes) {
    const QueryReader parameters(query);
    PlanPolicy policy;
    if (const auto fairness = parameters.text("fairness")) {
        const auto word = parse_fairness(*fairness);
        if (!word) return invalid("fairness", "is none of none, share, max-min, balanced");
        policy.fairness = *word;
    }
    COMITY_TRY(const auto keep, parameters.number("keep", 0, 1));
    policy.keep = keep.value_or(1);
    COMITY_CHECK(read_named(query, "weight", 1e-9, policy.weights));
    COMITY_CHECK(read_named(query, "size", 1e-9, policy.sizes));
    COMITY_CHECK(read_named(query, "priority", 0, policy.priority));
    COMITY_TRY(const BoardFilter filter, board_filter(parameters));
    policy.kind = filter.kind.value_or("");
    COMITY_TRY(const bool all, parameters.flag("all"));
    if (!all) policy.at = asking.now.seconds() / 86'400;
    std::set<std::string> names;
    for (const auto& [key, text] : query)
        if (key == "scheme" && !text.empty()) names.insert(text);
    for (const std::string& name : names) {
        COMITY_TRY(const auto scheme, find_scheme(asking.session, asking.readable, name));
        schemes.push_back(json::Object{{"scheme", name},
                                       {"source", scheme.body.source},
                                       {"edition", scheme.body.edition},
                                       {"statement", scheme.statement.hex()}});
        policy.schemes.push_back(scheme.body);
    }
    return policy;
}

// What people want to see beside the numbers that decide.
void put_about(json::Object& file, const Board& board) {
    std::map<std::string, json::Object> about;
    for (const StatedNeed& need : board.needs)
        about[ref_to(need)] = {{"title", need.body.terms.title},     {"kind", need.body.terms.kind},
                               {"subject", need.body.terms.subject}, {"unit", need.body.terms.unit},
                               {"place", need.body.place},           {"statement", need.statement.hex()}};
    for (json::Value& each : file["needs"].as_array())
        each.as_object()["about"] = about[std::string(each.at("id").as_string())];
    about.clear();
    for (const StatedOffer& offer : board.offers)
        about[ref_to(offer)] = {{"title", offer.body.terms.title},
                                {"kind", offer.body.terms.kind},
                                {"unit", offer.body.terms.unit},
                                {"statement", offer.statement.hex()}};
    for (json::Value& each : file["offers"].as_array())
        each.as_object()["about"] = about[std::string(each.at("id").as_string())];
}

Result<json::Object> answer_plan(const ClearingAsking& asking, const Query& query) {
    json::Array schemes;
    COMITY_TRY(const PlanPolicy policy, policy_of(asking, query, schemes));
    COMITY_TRY(const bool curve, QueryReader(query).flag("curve"));
    COMITY_TRY(const Board board, load_board(asking));
    COMITY_TRY(const Planning planning, planning_of(board.needs, board.offers, board.circle, policy));
    if (planning.problem.pairs.size() > asking.most_pairs)
        return too_large("plan",
                         fmt::format("{} pairs of need and offer, {} at the most here",
                                     planning.problem.pairs.size(), asking.most_pairs),
                         "ask for one kind, or plan on a copy of the node: comity plan make");
    COMITY_TRY(const Plan plan, make_plan(planning.problem));
    json::Object out = plan_json(planning.problem, plan);
    put_about(out, board);
    out["schemes"] = std::move(schemes);
    json::Array left_out, taken;
    for (const LeftOut& each : planning.left_out)
        left_out.push_back(json::Object{{"what", each.what}, {"ref", each.ref}, {"why", each.why}});
    for (const Taken& each : planning.taken)
        taken.push_back(json::Object{{"need", each.need},
                                     {"offer", each.offer},
                                     {"amount", json::number(each.amount)},
                                     {"committed", each.committed}});
    out["left_out"] = std::move(left_out);
    out["taken"] = std::move(taken);
    json::Array points;
    if (curve) {
        COMITY_TRY(const auto curve_points,
                   price_of_fairness(planning.problem, plan, {std::begin(kKeeps), std::end(kKeeps)}));
        for (const CurvePoint& each : curve_points)
            points.push_back(
                curve_point_json(planning.problem, each.keep, each.value, each.bound, each.reached));
    }
    out["curve"] = std::move(points);
    return out;
}

Result<json::Object> answer_plans(const ClearingAsking& asking) {
    COMITY_TRY(const auto plans, find_plans(asking.session, asking.readable));
    json::Array rows;
    for (const auto& each : plans) {
        json::Object row{{"author", each.author}, {"statement", each.statement.hex()}};
        for (auto& [key, value] : plan_body_json(each.body)) row[key] = value;
        rows.push_back(std::move(row));
    }
    return json::Object{{"rows", std::move(rows)}};
}

}  // namespace

Result<json::Object> answer_clearing(const ClearingAsking& asking, std::string_view what,
                                     const Query& query) {
    const QueryReader parameters(query);
    if (what == "needs") return answer_needs(asking, parameters);
    if (what == "offers") return answer_offers(asking, parameters);
    if (what == "need") return answer_need(asking, parameters);
    if (what == "offer") return answer_offer(asking, parameters);
    if (what == "choices") return answer_choices(asking, parameters);
    if (what == "revision") return answer_revision(asking, parameters);
    if (what == "overlaps") return answer_overlaps(asking);
    if (what == "plan") return answer_plan(asking, query);
    if (what == "plans") return answer_plans(asking);
    if (what == "commitments") return answer_commitments(asking, parameters);
    return not_found(fmt::format("there is no answer '{}' of the clearing house", what));
}

}  // namespace comity::development
