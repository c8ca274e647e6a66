#include "development/market/exact.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace comity::development {
namespace {

constexpr double kTied = 1e-7;         // as R compares likelihoods
constexpr double kWidestLogOdds = 60;  // beyond that an odds ratio is as good as 0 or infinite

double log_choose(std::int64_t n, std::int64_t k) {
    const auto real = [](std::int64_t x) { return static_cast<double>(x); };
    return std::lgamma(real(n) + 1) - std::lgamma(real(k) + 1) - std::lgamma(real(n - k) + 1);
}

// How likely each sum of `chosen` is where the odds are equal: logarithms, of weights that begin at `from`;
// so that what is all but impossible then is still told apart where the odds are far from equal.
struct SumWeights {
    std::int64_t from = 0;
    std::vector<double> logs{0.0};

    void add(const TwoByTwo& table) {
        const std::int64_t first = table.chosen + table.passed;
        const std::int64_t second = table.other_chosen + table.other_passed;
        const std::int64_t chosen = table.chosen + table.other_chosen;
        const std::int64_t low = std::max<std::int64_t>(0, chosen - second);
        const std::int64_t high = std::min(first, chosen);
        std::vector<double> one;
        for (std::int64_t k = low; k <= high; ++k)
            one.push_back(log_choose(first, k) + log_choose(second, chosen - k));
        std::vector<double> sum(logs.size() + one.size() - 1, -INFINITY);
        for (std::size_t i = 0; i < logs.size(); ++i)
            for (std::size_t k = 0; k < one.size(); ++k) sum[i + k] = std::max(sum[i + k], logs[i] + one[k]);
        const std::vector<double> most = sum;
        std::vector<double> parts(sum.size(), 0.0);
        for (std::size_t i = 0; i < logs.size(); ++i)
            for (std::size_t k = 0; k < one.size(); ++k)
                parts[i + k] += std::exp(logs[i] + one[k] - most[i + k]);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = most[i] + std::log(parts[i]);
        logs = std::move(sum);
        from += low;
    }
};

// Of the sums under an odds ratio: what is asked of them, over their probabilities.
class Tilted {
  public:
    explicit Tilted(const SumWeights& sums) : sums_(sums) {}

    double mean(double log_odds) const {
        return over(log_odds, [](std::size_t i) { return static_cast<double>(i); });
    }
    double at_least(double log_odds, std::size_t seen) const {
        return over(log_odds, [&](std::size_t i) { return i >= seen ? 1.0 : 0.0; });
    }
    double at_most(double log_odds, std::size_t seen) const {
        return over(log_odds, [&](std::size_t i) { return i <= seen ? 1.0 : 0.0; });
    }

  private:
    template <typename Ask>
    double over(double log_odds, const Ask& ask) const {
        double most = -INFINITY;
        std::vector<double> logs;
        for (std::size_t i = 0; i < sums_.logs.size(); ++i) {
            logs.push_back(sums_.logs[i] + log_odds * static_cast<double>(i));
            most = std::max(most, logs.back());
        }
        double all = 0, asked = 0;
        for (std::size_t i = 0; i < logs.size(); ++i) {
            const double p = std::exp(logs[i] - most);
            all += p;
            asked += p * ask(i);
        }
        return asked / all;
    }
    const SumWeights& sums_;
};

// Where a rising function passes a level.
double crossing(const std::function<double(double)>& rising, double level) {
    double low = -kWidestLogOdds, high = kWidestLogOdds;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (rising(middle) < level ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace

ExactTest exact_test(std::span<const TwoByTwo> tables, double level) {
    ExactTest out;
    SumWeights sums;
    std::int64_t seen = 0;
    for (const TwoByTwo& table : tables) {
        if (table.chosen + table.passed == 0 || table.other_chosen + table.other_passed == 0 ||
            table.chosen + table.other_chosen == 0 || table.passed + table.other_passed == 0)
            continue;
        ++out.tables;
        seen += table.chosen;
        sums.add(table);
    }
    if (out.tables == 0) return out;
    const auto at = static_cast<std::size_t>(seen - sums.from);
    const double most = *std::ranges::max_element(sums.logs);
    double all = 0, unlikely = 0;
    for (const double each : sums.logs) {
        const double weight = std::exp(each - most);
        all += weight;
        if (each <= sums.logs[at] + kTied) unlikely += weight;
    }
    out.p = std::min(1.0, unlikely / all);
    const Tilted tilted(sums);
    const double tail = (1 - level) / 2;
    const std::size_t last = sums.logs.size() - 1;
    if (at == 0) {
        out.odds_ratio = 0;
    } else if (at < last) {
        out.odds_ratio =
            std::exp(crossing([&](double x) { return tilted.mean(x); }, static_cast<double>(at)));
    }
    if (at > 0) out.low = std::exp(crossing([&](double x) { return tilted.at_least(x, at); }, tail));
    if (at < last) out.high = std::exp(crossing([&](double x) { return -tilted.at_most(x, at); }, -tail));
    return out;
}

}  // namespace comity::development
