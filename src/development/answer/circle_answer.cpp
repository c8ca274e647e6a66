#include <fmt/format.h>

#include <algorithm>

#include "development/answer/circle_parts.h"
#include "development/clearing/circle.h"
#include "json/number.h"

namespace comity::development {
namespace {

// What moved: the figure of the year before, the last one since, and what the same years brought elsewhere.
// Others' median change is no proof of what would have been; it is what a reader would ask first.
Result<json::Value> effect_form(const Asking& asking, const ExpectedEffect& effect) {
    json::Object out{{"indicator", effect.indicator},
                     {"place", effect.place},
                     {"from", effect.from},
                     {"expected", number_or_null(effect.expected)},
                     {"dataset", nullptr},
                     {"before", nullptr},
                     {"after", nullptr},
                     {"after_year", nullptr},
                     {"change", nullptr},
                     {"elsewhere", nullptr},
                     {"places", 0}};
    auto dataset = find_dataset(asking.session, asking.readable, effect.indicator, effect.source);
    if (!dataset) {
        if (dataset.error().kind == ErrorKind::kNotFound) return out;
        return std::unexpected(dataset.error());
    }
    out["dataset"] = dataset->statement.hex();
    COMITY_TRY(const auto all, load_series(asking.session, *dataset));
    const auto own = std::ranges::find(all, effect.place, &Series::place);
    if (own == all.end()) return out;
    const auto before = figure_of(*own, effect.from, 0);
    if (before) out["before"] = json::number(before->value);
    const Point& last = own->points.back();
    if (!before || last.year <= effect.from) return out;
    const auto after = figure_of(*own, last.year, 0);
    out["after"] = json::number(after->value);
    out["after_year"] = last.year;
    out["change"] = json::number(after->value - before->value);
    std::vector<double> changes;
    for (const Series& each : all) {
        if (each.place == effect.place) continue;
        const auto first = figure_of(each, effect.from, 0), second = figure_of(each, last.year, 0);
        if (first && second) changes.push_back(second->value - first->value);
    }
    std::ranges::sort(changes);
    out["places"] = changes.size();
    if (!changes.empty()) {
        const std::size_t n = changes.size();
        out["elsewhere"] = json::number((changes[(n - 1) / 2] + changes[n / 2]) / 2);
    }
    return out;
}

json::Array milestone_forms(const CommitmentState& state) {
    json::Array out;
    for (const MilestoneState& each : state.milestones)
        out.push_back(json::Object{{"id", each.milestone->id},
                                   {"title", each.milestone->title},
                                   {"due", day_text(each.milestone->due)},
                                   {"amount", json::number(each.milestone->amount)},
                                   {"delivered", json::number(each.delivered)},
                                   {"received", json::number(each.received)},
                                   {"seen", json::number(each.seen)},
                                   {"state", each.state},
                                   {"days_late", each.late}});
    return out;
}

json::Array delivery_forms(const Circle& circle, const Stated<CommitmentBody>& commitment) {
    json::Array out;
    const std::string ref = ref_to(commitment);
    for (const Stated<DeliveryBody>& each : circle.deliveries) {
        if (each.body.commitment != ref) continue;
        const bool own = each.author == commitment.author;
        const bool needy = each.author == author_of(commitment.body.need);
        json::Object row = delivery_json(each.body);
        row["author"] = each.author;
        row["said"] = own ? "delivered" : needy ? "received" : "seen";
        row["statement"] = each.statement.hex();
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

Result<json::Object> answer_commitments(const ClearingAsking& asking, const QueryReader& parameters) {
    Day today = asking.now.seconds() / 86'400;
    if (const auto at = parameters.text("at")) {
        COMITY_TRY(today, parse_day(*at, "at"));
    }
    COMITY_TRY(const bool overdue, parameters.flag("overdue"));
    const auto need = parameters.text("need"), offer = parameters.text("offer"),
               member = parameters.text("member");
    COMITY_TRY(const auto needs, find_needs(asking.session, asking.readable));
    COMITY_TRY(const auto offers, find_offers(asking.session, asking.readable));
    COMITY_TRY(const Circle circle, find_circle(asking.session, asking.readable));
    const auto choices = pair_choices(circle);
    json::Array rows;
    for (const Stated<CommitmentBody>& each : circle.commitments) {
        const std::string from = make_ref(each.author, each.body.offer);
        const CommitmentState state = state_of(each, circle, today);
        if ((need && each.body.need != *need) || (offer && from != *offer) || (overdue && !state.overdue))
            continue;
        if (member && each.author != *member && author_of(each.body.need) != *member) continue;
        json::Object row = commitment_json(each.body);
        row["ref"] = ref_to(each);
        row["author"] = each.author;
        row["statement"] = each.statement.hex();
        row["offer"] = from;
        row["milestones"] = milestone_forms(state);
        row["delivered"] = json::number(state.delivered);
        row["received"] = json::number(state.received);
        row["overdue"] = state.overdue;
        row["disagree"] = state.disagree;
        const auto at =
            std::ranges::find(needs, each.body.need, [](const StatedNeed& n) { return ref_to(n); });
        row["unit"] = at == needs.end() ? json::Value(nullptr) : json::Value(at->body.terms.unit);
        // Whether the one in need has said yes to it.
        row["choice"] = to_string(PairStand::kOpen);
        for (const PairChoice& pair : choices)
            if (pair.need == each.body.need && pair.offer == from) row["choice"] = to_string(pair.chosen);
        row["deliveries"] = delivery_forms(circle, each);
        row["effect"] = nullptr;
        if (each.body.effect) {
            COMITY_TRY(row["effect"], effect_form(asking, *each.body.effect));
        }
        rows.push_back(std::move(row));
    }
    return json::Object{{"at", day_text(today)}, {"rows", std::move(rows)}};
}

}  // namespace comity::development
