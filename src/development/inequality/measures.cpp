#include "development/inequality/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace comity::development {
namespace {

// Neumaier's sum: what is lost at each step is kept apart.
class Sum {
  public:
    void add(double x) {
        const double next = total_ + x;
        lost_ += std::abs(total_) >= std::abs(x) ? (total_ - next) + x : (x - next) + total_;
        total_ = next;
    }
    double value() const { return total_ + lost_; }

  private:
    double total_ = 0;
    double lost_ = 0;
};

Result<std::vector<Sample>> sorted(std::span<const Sample> samples) {
    if (samples.empty()) return invalid("values", "there are none", "choose a year and places with figures");
    for (const Sample& each : samples) {
        if (!std::isfinite(each.value) || each.value < 0)
            return invalid("values", fmt::format("{} is no figure that inequality is told of", each.value),
                           "it takes figures of 0 and more");
        if (!std::isfinite(each.weight) || each.weight <= 0)
            return invalid("weights", fmt::format("{} is no weight", each.weight), "weights are above 0");
    }
    std::vector<Sample> all(samples.begin(), samples.end());
    std::ranges::sort(all, {}, [](const Sample& s) { return std::tuple(s.value, s.weight, s.group); });
    return all;
}

struct Moments {
    double weight = 0;
    double mean = 0;
};

Moments moments(std::span<const Sample> samples) {
    Sum weight, total;
    for (const Sample& each : samples) {
        weight.add(each.weight);
        total.add(each.weight * each.value);
    }
    return {weight.value(), total.value() / weight.value()};
}

double gini(std::span<const Sample> samples, const Moments& all) {
    Sum area, share;
    const double whole = all.weight * all.mean;
    double before = 0;
    for (const Sample& each : samples) {
        share.add(each.weight * each.value / whole);
        const double now = share.value();
        area.add(each.weight / all.weight * (now + before));
        before = now;
    }
    return 1 - area.value();
}

double theil_t(std::span<const Sample> samples, const Moments& all) {
    Sum sum;
    for (const Sample& each : samples) {
        const double ratio = each.value / all.mean;
        if (ratio > 0) sum.add(each.weight / all.weight * ratio * std::log(ratio));
    }
    return sum.value();
}

double theil_l(std::span<const Sample> samples, const Moments& all) {
    Sum sum;
    for (const Sample& each : samples) sum.add(each.weight / all.weight * std::log(all.mean / each.value));
    return sum.value();
}

double atkinson(std::span<const Sample> samples, const Moments& all, double aversion) {
    Sum sum;
    for (const Sample& each : samples)
        sum.add(each.weight / all.weight * std::pow(each.value / all.mean, 1 - aversion));
    return 1 - std::pow(sum.value(), 1 / (1 - aversion));
}

double quantile_of(std::span<const Sample> samples, double weight, double p) {
    Sum reached;
    // The last bits of a sum must not decide: an equal share counts as reached.
    const double wanted = p * weight * (1 - 1e-12);
    for (const Sample& each : samples) {
        reached.add(each.weight);
        if (reached.value() >= wanted) return each.value;
    }
    return samples.back().value;
}

std::vector<std::vector<Sample>> by_group(std::span<const Sample> samples) {
    std::vector<Sample> all(samples.begin(), samples.end());
    std::ranges::sort(all, {}, [](const Sample& s) { return std::tuple(s.group, s.value, s.weight); });
    std::vector<std::vector<Sample>> groups;
    for (const Sample& each : all) {
        if (groups.empty() || groups.back().front().group != each.group) groups.emplace_back();
        groups.back().push_back(each);
    }
    return groups;
}

}  // namespace

Result<Inequality> measure(std::span<const Sample> samples) {
    COMITY_TRY(const std::vector<Sample> all, sorted(samples));
    const Moments whole = moments(all);
    if (whole.mean <= 0) return invalid("values", "are all 0: nothing is spread", "choose another year");
    Inequality out;
    out.places = all.size();
    out.at_zero = static_cast<std::size_t>(std::ranges::count(all, 0.0, &Sample::value));
    out.weight = whole.weight;
    out.mean = whole.mean;
    out.gini = gini(all, whole);
    out.theil_t = theil_t(all, whole);
    out.atkinson_half = atkinson(all, whole, 0.5);
    out.atkinson_one = 1;
    out.atkinson_two = 1;
    if (out.at_zero == 0) {
        out.theil_l = theil_l(all, whole);
        out.atkinson_one = 1 - std::exp(-*out.theil_l);
        out.atkinson_two = atkinson(all, whole, 2);
    }
    out.p10 = quantile_of(all, whole.weight, 0.1);
    out.p90 = quantile_of(all, whole.weight, 0.9);
    if (out.p10 > 0) out.ratio = out.p90 / out.p10;
    Sum t_within, t_between, l_within, l_between;
    for (const std::vector<Sample>& group : by_group(samples)) {
        const Moments of = moments(group);
        const double people = of.weight / whole.weight;
        const double share = people * of.mean / whole.mean;
        if (share > 0) {
            t_within.add(share * theil_t(group, of));
            t_between.add(share * std::log(of.mean / whole.mean));
        }
        if (out.theil_l) {
            l_within.add(people * theil_l(group, of));
            l_between.add(people * std::log(whole.mean / of.mean));
        }
    }
    out.theil_t_parts = {t_within.value(), t_between.value()};
    if (out.theil_l) out.theil_l_parts = Parts{l_within.value(), l_between.value()};
    return out;
}

Result<double> quantile(std::span<const Sample> samples, double p) {
    COMITY_TRY(const std::vector<Sample> all, sorted(samples));
    return quantile_of(all, moments(all).weight, p);
}

std::vector<GroupMean> group_means(std::span<const Sample> samples) {
    std::vector<GroupMean> means;
    for (const std::vector<Sample>& group : by_group(samples)) {
        const Moments of = moments(group);
        means.push_back({group.front().group, group.size(), of.weight, of.mean});
    }
    return means;
}

}  // namespace comity::development
