#include "development/allocation/rounding.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace comity::development {
namespace {

constexpr double kWhole = 1e-6;  // of a lot: what is so near to a whole one is one

class Rounding {
  public:
    Rounding(const PlanProblem& problem, const Fractions& fractions, const std::vector<double>& factors,
             const std::vector<double>& floors)
        : problem_(problem), factors_(factors), floors_(floors) {
        for (const PlanNeed& need : problem.needs)
            need_left_.push_back(std::floor(need.amount / need.lot + kWhole));
        for (const PlanOffer& offer : problem.offers) offer_left_.push_back(offer.amount);
        lots_.assign(problem.pairs.size(), 0);
        reached_.assign(problem.groups.size(), 0);
        of_offer_.resize(problem.offers.size());
        for (std::uint32_t p = 0; p < problem.pairs.size(); ++p) {
            const PlanPair& pair = problem.pairs[p];
            of_offer_[pair.offer].push_back(p);
            margin_.push_back(margin_of(problem, pair, without_needs(fractions.prices), factors[pair.need]) *
                              problem.needs[pair.need].lot);
        }
        for (std::uint32_t p = 0; p < problem.pairs.size(); ++p) {
            const PlanNeed& need = problem.needs[problem.pairs[p].need];
            double counted = factors[problem.pairs[p].need];
            for (const std::uint32_t g : need.groups)
                if (!fractions.prices.floors.empty()) counted += fractions.prices.floors[g];
            gain_.push_back(people(p) * counted);
        }
        order_.resize(problem.pairs.size());
        std::iota(order_.begin(), order_.end(), 0U);
        std::ranges::sort(order_, {}, [&](std::uint32_t p) { return std::pair(-margin_[p], p); });
        // Those that were cut first: the program wanted them.
        for (std::uint32_t p = 0; p < problem.pairs.size(); ++p)
            give(p, std::floor(lots_of(fractions, p) + kWhole));
        std::vector<std::uint32_t> cut;
        for (const std::uint32_t p : order_)
            if (lots_of(fractions, p) > lots_[p] + kWhole) cut.push_back(p);
        for (const std::uint32_t p : cut) give(p, 1);
    }

    std::vector<PlanAssignment> finish() {
        for (const std::uint32_t p : order_) give(p, most_lots());
        improve();
        mend();
        for (const std::uint32_t p : order_) give(p, most_lots());
        std::vector<PlanAssignment> out;
        for (std::uint32_t p = 0; p < lots_.size(); ++p)
            if (lots_[p] > 0) out.push_back({p, lots_[p] * problem_.needs[problem_.pairs[p].need].lot});
        return out;
    }

  private:
    static double most_lots() { return 1e15; }
    const Prices& without_needs(const Prices& prices) {
        if (kept_.offers.empty()) {
            kept_ = prices;
            kept_.needs.assign(prices.needs.size(), 0);
        }
        return kept_;
    }

    double lots_of(const Fractions& fractions, std::uint32_t p) const {
        return fractions.given[p] / problem_.needs[problem_.pairs[p].need].lot;
    }
    // People that a lot of this pair reaches.
    double people(std::uint32_t p) const {
        const PlanPair& pair = problem_.pairs[p];
        return worth_of(problem_, pair) * problem_.needs[pair.need].lot;
    }
    // What it counts: what its groups' floors are worth included.
    double gain(std::uint32_t p) const { return gain_[p]; }

    // By which part a group misses its floor; below 0: it is above.
    double miss(std::uint32_t g) const { return floors_[g] > 0 ? 1 - reached_[g] / floors_[g] : -1; }

    // As many lots as there is room for, at most `wanted`.
    double room(std::uint32_t p, double wanted) const {
        const PlanPair& pair = problem_.pairs[p];
        const PlanOffer& offer = problem_.offers[pair.offer];
        const double lot = problem_.needs[pair.need].lot;
        double lots = std::min(wanted, need_left_[pair.need]);
        lots = std::min(lots, std::floor(offer_left_[pair.offer] / lot + kWhole));
        if (offer.fund && offer.price > 0)
            lots = std::min(lots, std::floor(offer_left_[*offer.fund] / (lot * offer.price) + kWhole));
        return std::max(0.0, lots);
    }
    void move(std::uint32_t p, double lots) {
        const PlanPair& pair = problem_.pairs[p];
        const PlanOffer& offer = problem_.offers[pair.offer];
        const double amount = lots * problem_.needs[pair.need].lot;
        lots_[p] += lots;
        need_left_[pair.need] -= lots;
        offer_left_[pair.offer] -= amount;
        if (offer.fund) offer_left_[*offer.fund] -= amount * offer.price;
        for (const std::uint32_t g : problem_.needs[pair.need].groups) reached_[g] += people(p) * lots;
    }
    double give(std::uint32_t p, double wanted) {
        const double lots = room(p, wanted);
        if (lots > 0) move(p, lots);
        return lots;
    }

    // Would its groups, a lot of this pair less, still miss their floors by less than `most`?
    bool can_spare(std::uint32_t p, double most) const {
        return std::ranges::all_of(problem_.needs[problem_.pairs[p].need].groups, [&](std::uint32_t g) {
            return floors_[g] <= 0 || 1 - (reached_[g] - people(p)) / floors_[g] < most;
        });
    }

    // A lot to pair p by taking lots of the same offer from others, the cheapest first; taken back where it
    // does not come to it. For gain: only where less is lost. For a floor that is missed by a part, `most`:
    // only from those who then miss theirs by less.
    bool exchange(std::uint32_t p, std::optional<double> most) {
        const PlanPair& pair = problem_.pairs[p];
        if (need_left_[pair.need] < 1) return false;
        std::vector<std::uint32_t> takers;
        for (const std::uint32_t q : of_offer_[pair.offer])
            if (q != p && lots_[q] > 0 && problem_.pairs[q].need != pair.need) takers.push_back(q);
        std::ranges::sort(takers, {}, [&](std::uint32_t q) {
            return std::pair(gain(q) / problem_.needs[problem_.pairs[q].need].lot, q);
        });
        std::vector<std::uint32_t> taken;
        double lost = 0;
        for (const std::uint32_t q : takers) {
            while (lots_[q] > 0 && room(p, 1) < 1 && taken.size() < kMostTaken &&
                   (most ? can_spare(q, *most) : lost + gain(q) < gain(p))) {
                move(q, -1);
                taken.push_back(q);
                lost += gain(q);
            }
            if (room(p, 1) >= 1) break;
        }
        if (room(p, 1) >= 1) {
            move(p, 1);
            // Who lost may find the like elsewhere.
            for (const std::uint32_t q : taken) refill(problem_.pairs[q].need);
            return true;
        }
        while (!taken.empty()) {
            move(taken.back(), 1);
            taken.pop_back();
        }
        return false;
    }

    void refill(std::uint32_t need) {
        const auto first = std::ranges::lower_bound(problem_.pairs, need, {}, &PlanPair::need);
        std::uint32_t best = 0;
        bool any = false;
        for (auto at = first; at != problem_.pairs.end() && at->need == need; ++at) {
            const auto p = static_cast<std::uint32_t>(at - problem_.pairs.begin());
            if (room(p, 1) >= 1 && (!any || margin_[p] > margin_[best])) {
                best = p;
                any = true;
            }
        }
        if (any) give(best, most_lots());
    }

    // The group that is furthest below its floor first, until nothing can be done for it.
    void mend() {
        if (floors_.empty()) return;
        for (int round = 0; round < kMostRounds; ++round) {
            std::uint32_t worst = 0;
            for (std::uint32_t g = 1; g < floors_.size(); ++g)
                if (miss(g) > miss(worst)) worst = g;
            if (miss(worst) <= 1e-9 || !lift(worst)) return;
        }
    }
    bool lift(std::uint32_t g) {
        for (const std::uint32_t p : order_) {
            const auto& groups = problem_.needs[problem_.pairs[p].need].groups;
            if (std::ranges::find(groups, g) != groups.end() && exchange(p, miss(g))) return true;
        }
        return false;
    }

    void improve() {
        for (int round = 0; round < kImproveRounds; ++round) {
            bool moved = false;
            for (const std::uint32_t p : order_)
                if (need_left_[problem_.pairs[p].need] >= 1) moved = exchange(p, std::nullopt) || moved;
            if (!moved) break;
        }
    }

    static constexpr std::size_t kMostTaken = 8;
    static constexpr int kMostRounds = 500;
    static constexpr int kImproveRounds = 4;

    const PlanProblem& problem_;
    const std::vector<double>& factors_;
    const std::vector<double>& floors_;
    Prices kept_;  // the prices, those of needs left out
    std::vector<double> gain_;
    std::vector<double> margin_;        // of a lot of each pair after prices of offers
    std::vector<std::uint32_t> order_;  // pairs, the greatest margin first
    std::vector<std::vector<std::uint32_t>> of_offer_;
    std::vector<double> lots_;        // of each pair
    std::vector<double> need_left_;   // lots
    std::vector<double> offer_left_;  // amount
    std::vector<double> reached_;
};

}  // namespace

std::vector<PlanAssignment> round_to_lots(const PlanProblem& problem, const Fractions& fractions,
                                          const std::vector<double>& factors,
                                          const std::vector<double>& floors) {
    return Rounding(problem, fractions, factors, floors).finish();
}

}  // namespace comity::development
