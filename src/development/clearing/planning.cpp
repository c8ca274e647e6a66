#include "development/clearing/planning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace comity::development {
namespace {

constexpr double kTooLittle = 1e-9;

class Planner {
  public:
    Planner(const std::vector<StatedNeed>& needs, const std::vector<StatedOffer>& offers,
            const Circle& circle, const PlanPolicy& policy)
        : needs_(needs), offers_(offers), circle_(circle), policy_(policy) {}

    Result<Planning> plan() {
        out_.problem.fairness = policy_.fairness;
        out_.problem.keep = policy_.keep;
        COMITY_CHECK(groups());
        out_.taken = taken_of(needs_, offers_, circle_);
        for (const Taken& each : out_.taken) {
            need_taken_[each.need] += each.amount;
            offer_taken_[each.offer] += each.amount;
        }
        for (const StatedOffer& offer : offers_) {
            const auto taken = offer_taken_.find(ref_to(offer));
            if (taken == offer_taken_.end() || !offer.body.cost) continue;
            offer_taken_[offer.body.cost->fund] += taken->second * offer.body.cost->amount;
        }
        for (const StatedNeed& need : needs_) add(need);
        for (const StatedOffer& offer : offers_) add(offer);
        for (const StatedOffer& offer : offers_) add_cost(offer);
        add_pairs();
        drop_unused();
        out_.problem = sorted(std::move(out_.problem));
        return std::move(out_);
    }

  private:
    Result<void> groups() {
        std::set<std::string> ids{std::string(kOtherGroup)};
        for (const MembershipBody& scheme : policy_.schemes)
            for (const MemberGroup& group : scheme.groups) ids.insert(group.id);
        for (const auto* named : {&policy_.weights, &policy_.sizes, &policy_.priority})
            for (const auto& [id, value] : *named) {
                if (!ids.contains(id))
                    return invalid(id, "is no group of the schemes",
                                   fmt::format("use {}", fmt::join(ids, ", ")));
            }
        const auto value_of = [](const std::map<std::string, double>& named, const std::string& id) {
            const auto at = named.find(id);
            return at == named.end() ? 1.0 : at->second;
        };
        for (const std::string& id : ids) {
            places_of_.emplace(id, static_cast<std::uint32_t>(out_.problem.groups.size()));
            out_.problem.groups.push_back({id, value_of(policy_.weights, id), value_of(policy_.sizes, id)});
            priority_.push_back(value_of(policy_.priority, id));
        }
        return {};
    }

    void leave_out(std::string what, std::string ref, std::string why) {
        out_.left_out.push_back({std::move(what), std::move(ref), std::move(why)});
    }
    bool is_over(const Terms& terms) const { return policy_.at && terms.period.to < *policy_.at; }

    void add(const StatedNeed& need) {
        const std::string ref = ref_to(need);
        const Terms& terms = need.body.terms;
        if (!policy_.kind.empty() && terms.kind != policy_.kind) return;
        if (is_over(terms)) return leave_out("need", ref, "ended " + day_text(terms.period.to));
        const double left = terms.amount - taken(need_taken_, ref);
        if (left < need.body.lot * (1 - 1e-6)) return leave_out("need", ref, "is met by what was chosen");
        PlanNeed one;
        one.id = ref;
        one.amount = left;
        one.lot = need.body.lot;
        one.value = static_cast<double>(need.body.people) * (left / terms.amount);
        for (const MembershipBody& scheme : policy_.schemes) {
            const std::string_view group = group_of(scheme, need.body.place, year_of(terms.period.from));
            if (group != kOtherGroup) one.groups.push_back(places_of_.find(std::string(group))->second);
        }
        if (one.groups.empty()) one.groups.push_back(places_of_.find(std::string(kOtherGroup))->second);
        std::ranges::sort(one.groups);
        const auto rest = std::ranges::unique(one.groups);
        one.groups.erase(rest.begin(), rest.end());
        one.weight = 0;
        for (const std::uint32_t g : one.groups) one.weight = std::max(one.weight, priority_[g]);
        out_.problem.needs.push_back(std::move(one));
        need_bodies_.push_back(&need);
    }

    void add(const StatedOffer& offer) {
        const std::string ref = ref_to(offer);
        if (!policy_.kind.empty() && offer.body.terms.kind != policy_.kind &&
            offer.body.terms.kind != "funding")
            return;
        if (is_over(offer.body.terms))
            return leave_out("offer", ref, "ended " + day_text(offer.body.terms.period.to));
        const double left = offer.body.terms.amount - taken(offer_taken_, ref);
        if (left <= kTooLittle * offer.body.terms.amount)
            return leave_out("offer", ref, "is given away by what was chosen");
        places_in_.emplace(ref, static_cast<std::uint32_t>(out_.problem.offers.size()));
        out_.problem.offers.push_back({ref, left, 0, std::nullopt});
        offer_bodies_.push_back(&offer);
    }

    // What a unit costs; who has no fund that would pay gives nothing.
    void add_cost(const StatedOffer& offer) {
        if (!offer.body.cost) return;
        const auto own = places_in_.find(ref_to(offer));
        if (own == places_in_.end()) return;
        const std::string& ref = offer.body.cost->fund;
        const auto at = places_in_.find(ref);
        std::string why;
        if (at == places_in_.end()) {
            why = fmt::format("its fund {} is not there", ref);
        } else {
            const StatedOffer& fund = *offer_bodies_[at->second];
            if (fund.body.terms.kind != "funding") why = fmt::format("its fund {} is no funding", ref);
            if (fund.author != offer.author && !std::ranges::binary_search(fund.body.pays, offer.author))
                why = fmt::format("its fund {} does not pay for {}", ref, offer.author);
        }
        PlanOffer& one = out_.problem.offers[own->second];
        if (!why.empty()) {
            leave_out("offer", one.id, why);
            unpaid_.insert(own->second);
            return;
        }
        one.price = offer.body.cost->amount;
        one.fund = at->second;
    }

    void add_pairs() {
        std::set<std::pair<std::string, std::string>> closed;
        for (const PairChoice& pair : pair_choices(circle_))
            if (pair.chosen != PairStand::kOpen) closed.emplace(pair.need, pair.offer);
        // Only offers of a need's kind and unit can fit it.
        std::map<std::pair<std::string_view, std::string_view>, std::vector<std::uint32_t>> alike;
        for (std::uint32_t o = 0; o < offer_bodies_.size(); ++o)
            alike[{offer_bodies_[o]->body.terms.kind, offer_bodies_[o]->body.terms.unit}].push_back(o);
        for (std::uint32_t n = 0; n < need_bodies_.size(); ++n) {
            const Terms& terms = need_bodies_[n]->body.terms;
            for (const std::uint32_t o : alike[{terms.kind, terms.unit}]) {
                if (unpaid_.contains(o)) continue;
                const Fitting fit = fit_of(*need_bodies_[n], *offer_bodies_[o]);
                if (fit.unfit) continue;
                if (!closed.empty() && closed.contains({out_.problem.needs[n].id, out_.problem.offers[o].id}))
                    continue;
                out_.problem.pairs.push_back({n, o, fit.part});
            }
        }
    }

    // Offers that fit nothing and pay for nothing take no part.
    void drop_unused() {
        std::set<std::uint32_t> used, met;
        for (const PlanPair& pair : out_.problem.pairs) {
            met.insert(pair.need);
            used.insert(pair.offer);
            if (const auto& fund = out_.problem.offers[pair.offer].fund) used.insert(*fund);
        }
        std::vector<PlanOffer> kept;
        std::vector<std::uint32_t> place(out_.problem.offers.size(), 0);
        for (std::uint32_t o = 0; o < out_.problem.offers.size(); ++o) {
            if (!used.contains(o)) {
                if (!unpaid_.contains(o)) leave_out("offer", out_.problem.offers[o].id, "fits no need");
                continue;
            }
            place[o] = static_cast<std::uint32_t>(kept.size());
            kept.push_back(out_.problem.offers[o]);
        }
        for (PlanOffer& offer : kept)
            if (offer.fund) offer.fund = place[*offer.fund];
        for (PlanPair& pair : out_.problem.pairs) pair.offer = place[pair.offer];
        out_.problem.offers = std::move(kept);
        for (std::uint32_t n = 0; n < out_.problem.needs.size(); ++n)
            if (!met.contains(n)) leave_out("need", out_.problem.needs[n].id, "no offer fits it");
        std::ranges::sort(out_.left_out, {}, [](const LeftOut& l) { return std::tie(l.what, l.ref); });
    }

    static double taken(const std::map<std::string, double>& of, const std::string& ref) {
        const auto at = of.find(ref);
        return at == of.end() ? 0 : at->second;
    }

    const std::vector<StatedNeed>& needs_;
    const std::vector<StatedOffer>& offers_;
    const Circle& circle_;
    const PlanPolicy& policy_;
    Planning out_;
    std::map<std::string, std::uint32_t> places_of_;  // of groups
    std::vector<double> priority_;                    // of each group
    std::map<std::string, double> need_taken_, offer_taken_;
    std::map<std::string, std::uint32_t> places_in_;  // of offers
    std::vector<const StatedNeed*> need_bodies_;
    std::vector<const StatedOffer*> offer_bodies_;
    std::set<std::uint32_t> unpaid_;
};

}  // namespace

Result<Planning> planning_of(const std::vector<StatedNeed>& needs, const std::vector<StatedOffer>& offers,
                             const Circle& circle, const PlanPolicy& policy) {
    return Planner(needs, offers, circle, policy).plan();
}

}  // namespace comity::development
