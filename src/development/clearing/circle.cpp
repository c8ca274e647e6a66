#include "development/clearing/circle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace comity::development {
namespace {

constexpr std::array<std::string_view, 3> kChosenWords{"open", "accepted", "declined"};
constexpr double kNothing = 1e-9;

template <typename T, typename Parse>
Result<std::vector<T>> find_of_type(db::Session& session, const ledger::Readable& readable,
                                    std::string_view type, const Parse& parse) {
    return load_stated<T>(session, readable,
                          "SELECT c.seq, s.id, s.author, c.audience, c.body FROM development_clearing c "
                          "JOIN statements s ON s.seq = c.seq WHERE c.type = $1",
                          {type}, parse);
}

template <typename T>
void drop_withdrawn(std::vector<T>& all) {
    std::erase_if(all, [](const T& t) { return t.body.withdrawn; });
}

template <typename T>
std::map<std::string, const T*> by_ref(const std::vector<T>& all) {
    std::map<std::string, const T*> out;
    for (const T& each : all) out.emplace(ref_to(each), &each);
    return out;
}

}  // namespace

Result<Circle> find_circle(db::Session& session, const ledger::Readable& readable) {
    Circle out;
    COMITY_TRY(auto choices, find_of_type<Stated<ChoiceBody>>(session, readable, kChoice, parse_choice));
    out.choices = latest(std::move(choices), [](const Stated<ChoiceBody>& c) {
        return std::tie(c.body.need, c.body.offer, c.author);
    });
    COMITY_TRY(auto commitments,
               find_of_type<Stated<CommitmentBody>>(session, readable, kCommitment, parse_commitment));
    out.commitments = latest(std::move(commitments),
                             [](const Stated<CommitmentBody>& c) { return std::tie(c.author, c.body.id); });
    drop_withdrawn(out.commitments);
    std::ranges::sort(out.commitments, {}, [](const auto& c) { return ref_to(c); });
    COMITY_TRY(auto deliveries,
               find_of_type<Stated<DeliveryBody>>(session, readable, kDelivery, parse_delivery));
    out.deliveries = latest(std::move(deliveries),
                            [](const Stated<DeliveryBody>& d) { return std::tie(d.author, d.body.id); });
    drop_withdrawn(out.deliveries);
    std::ranges::sort(out.deliveries, {}, [](const Stated<DeliveryBody>& d) {
        return std::tuple(d.body.commitment, d.body.milestone, d.body.day, ref_to(d));
    });
    return out;
}

Result<std::vector<Stated<PlanBody>>> find_plans(db::Session& session, const ledger::Readable& readable) {
    COMITY_TRY(auto plans, find_of_type<Stated<PlanBody>>(session, readable, kPlan, parse_plan_body));
    std::ranges::sort(plans, {}, &Stated<PlanBody>::statement);
    return plans;
}

Result<std::optional<LastRevision>> last_revision(db::Session& session, const ledger::Readable& readable,
                                                  std::string_view type, std::string_view ref) {
    // All begin with what is asked for.
    const auto parse = [](const json::Value& body) -> Result<Standing> {
        COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
        return standing_of(fields);
    };
    COMITY_TRY(auto all, find_of_type<Stated<Standing>>(session, readable, type, parse));
    std::erase_if(all, [&](const Stated<Standing>& each) { return ref_to(each) != ref; });
    if (all.empty()) return std::nullopt;
    const auto last = std::ranges::max_element(
        all, [](const Stated<Standing>& a, const Stated<Standing>& b) { return age_of(a) < age_of(b); });
    return LastRevision{last->body.revision, last->body.withdrawn, last->statement};
}

std::string_view to_string(PairStand chosen) {
    return kChosenWords[static_cast<std::size_t>(chosen)];
}

std::vector<PairChoice> pair_choices(const Circle& circle) {
    std::vector<PairChoice> out;
    for (const Stated<ChoiceBody>& each : circle.choices) {
        if (out.empty() || out.back().need != each.body.need || out.back().offer != each.body.offer)
            out.push_back({each.body.need, each.body.offer, PairStand::kOpen, std::nullopt, {}});
        PairChoice& pair = out.back();
        pair.said.push_back(&each);
        if (each.body.choice == "decline") pair.chosen = PairStand::kDeclined;
        if (each.body.choice == "accept" && pair.chosen == PairStand::kOpen) {
            pair.chosen = PairStand::kAccepted;
            pair.amount = each.body.amount;
        }
    }
    return out;
}

std::vector<Taken> taken_of(const std::vector<StatedNeed>& needs, const std::vector<StatedOffer>& offers,
                            const Circle& circle) {
    std::map<std::pair<std::string, std::string>, Taken> taken;
    std::map<std::string, double> need_left, offer_left;
    for (const StatedNeed& need : needs) need_left[ref_to(need)] = need.body.terms.amount;
    for (const StatedOffer& offer : offers) offer_left[ref_to(offer)] = offer.body.terms.amount;
    const auto offers_by_ref = by_ref(offers);
    const auto take = [&](const std::string& need, const std::string& offer, double amount, bool committed) {
        Taken& one = taken.try_emplace({need, offer}, Taken{need, offer, 0, committed}).first->second;
        one.amount += amount;
        need_left[need] -= amount;
        offer_left[offer] -= amount;
        const auto at = offers_by_ref.find(offer);
        if (at != offers_by_ref.end() && at->second->body.cost)
            offer_left[at->second->body.cost->fund] -= amount * at->second->body.cost->amount;
    };
    for (const Stated<CommitmentBody>& each : circle.commitments)
        take(each.body.need, make_ref(each.author, each.body.offer), each.body.amount, true);
    const auto needs_by_ref = by_ref(needs);
    for (const PairChoice& pair : pair_choices(circle)) {
        if (pair.chosen != PairStand::kAccepted || taken.contains({pair.need, pair.offer})) continue;
        const auto need = needs_by_ref.find(pair.need);
        const auto offer = offers_by_ref.find(pair.offer);
        if (need == needs_by_ref.end() || offer == offers_by_ref.end()) continue;
        double amount = std::min(need_left[pair.need], offer_left[pair.offer]);
        if (const auto& cost = offer->second->body.cost)
            amount = std::min(amount, offer_left[cost->fund] / cost->amount);
        if (pair.amount) amount = std::min(amount, *pair.amount);
        const double lot = need->second->body.lot;
        amount = std::floor(amount / lot + 1e-6) * lot;
        if (amount > kNothing) take(pair.need, pair.offer, amount, false);
    }
    std::vector<Taken> out;
    for (auto& [key, one] : taken) out.push_back(std::move(one));
    return out;
}

std::vector<Overlap> find_running(const std::vector<StatedNeed>& needs, const Circle& circle) {
    std::vector<Overlap> out;
    const auto needs_by_ref = by_ref(needs);
    for (const Stated<CommitmentBody>& each : circle.commitments) {
        const auto served = needs_by_ref.find(each.body.need);
        if (served == needs_by_ref.end()) continue;
        const NeedBody& running = served->second->body;
        for (const StatedNeed& need : needs) {
            if (&need == served->second || need.body.place != running.place ||
                need.body.terms.kind != running.terms.kind ||
                need.body.terms.subject != running.terms.subject ||
                shared_days(need.body.terms.period, running.terms.period) == 0)
                continue;
            out.push_back({"running", ref_to(need), ref_to(each),
                           fmt::format("{}: {} {} is promised to {} already", need.body.place,
                                       running.terms.kind, running.terms.subject, each.body.need)});
        }
    }
    return out;
}

CommitmentState state_of(const Stated<CommitmentBody>& commitment, const Circle& circle, Day today) {
    CommitmentState out;
    const std::string ref = ref_to(commitment);
    for (const Milestone& milestone : commitment.body.milestones) {
        MilestoneState state;
        state.milestone = &milestone;
        std::map<std::string_view, double> seen;
        for (const Stated<DeliveryBody>& each : circle.deliveries) {
            if (each.body.commitment != ref || each.body.milestone != milestone.id) continue;
            if (each.author == commitment.author) {
                state.delivered += each.body.amount;
            } else if (each.author == author_of(commitment.body.need)) {
                state.received += each.body.amount;
            } else {
                state.seen = std::max(state.seen, seen[each.author] += each.body.amount);
            }
        }
        const double enough = milestone.amount * (1 - kNothing);
        if (state.received >= enough) {
            state.state = "received";
        } else if (state.delivered >= enough) {
            state.state = "delivered";
        } else if (today > milestone.due) {
            state.state = "overdue";
            state.late = today - milestone.due;
            out.overdue = true;
        } else {
            state.state = "due";
        }
        out.disagree =
            out.disagree || (state.delivered > 0 && state.received > 0 &&
                             std::abs(state.delivered - state.received) > kNothing * milestone.amount);
        out.delivered += state.delivered;
        out.received += state.received;
        out.milestones.push_back(std::move(state));
    }
    return out;
}

}  // namespace comity::development
