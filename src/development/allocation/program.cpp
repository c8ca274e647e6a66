#include "development/allocation/program.h"

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <algorithm>
#include <cmath>
#include <functional>

namespace comity::development {
namespace {

constexpr int kMostCuts = 200;
constexpr double kCutSlack = 1e-10;
constexpr int kFirstCuts = 14;
constexpr double kLittle = 1e-3;
constexpr double kHair = 1e-9;

struct Entry {
    int row;
    double value;
};

}  // namespace

// A column a pair: which part of the need it serves. Rows: each need (at most all of it), each offer (at most
// all of it), each group (at least its floor). All is scaled so that numbers are near 1: the solver's
// tolerances are absolute.
class Program::Solver {
  public:
    explicit Solver(const PlanProblem& problem)
        : problem_(problem),
          needs_(static_cast<int>(problem.needs.size())),
          offers_(static_cast<int>(problem.offers.size())),
          groups_(static_cast<int>(problem.groups.size())),
          group_values_(problem.groups.size(), 0) {
        for (const PlanNeed& need : problem.needs)
            for (const std::uint32_t g : need.groups) group_values_[g] += need.value;
        for (double& value : group_values_) value = value > 0 ? value : 1;
        build();
    }

    Result<Fractions> best(const std::vector<double>& factors, const std::vector<double>& floors) {
        double scale = 0;
        for (std::size_t p = 0; p < problem_.pairs.size(); ++p)
            scale = std::max(scale, people(p) * factors[problem_.pairs[p].need]);
        if (scale == 0) scale = 1;
        for (std::size_t p = 0; p < problem_.pairs.size(); ++p)
            model_.setObjectiveCoefficient(static_cast<int>(p),
                                           -people(p) * factors[problem_.pairs[p].need] / scale);
        for (int g = 0; g < groups_; ++g) {
            const auto at = static_cast<std::size_t>(g);
            model_.setRowLower(needs_ + offers_ + g, floors.empty() ? 0 : floors[at] / group_values_[at]);
        }
        // With floors alone that moved, the last answer of this kind is a step away for the dual simplex.
        const bool again = !status_.empty() && factors == factors_;
        if (again) model_.copyinStatus(status_.data());
        COMITY_TRY(Fractions found, solved(scale, again));
        factors_ = factors;
        const int statuses = model_.numberColumns() + model_.numberRows();
        status_.assign(model_.statusArray(), model_.statusArray() + statuses);
        return found;
    }

    Result<std::vector<LevelProof>> levels() {
        std::vector<bool> free = groups_with_pairs(problem_);
        double scale = 0;  // of the level: no group can be above it
        for (std::size_t g = 0; g < free.size(); ++g)
            if (free[g]) scale = std::max(scale, group_values_[g] / problem_.groups[g].size);
        std::vector<int> rows;
        std::vector<double> values;
        for (std::size_t g = 0; g < free.size(); ++g) {
            if (!free[g]) continue;
            rows.push_back(row_of(g));
            values.push_back(-problem_.groups[g].size * scale / group_values_[g]);
        }
        std::vector<double> floors(free.size(), 0);
        std::vector<LevelProof> out;
        if (rows.empty()) return out;
        // From the plan with most people: a level alone leaves the solver too many ways that are alike.
        COMITY_CHECK(best(factors_of(problem_, {}), {}));
        model_.addColumn(static_cast<int>(rows.size()), rows.data(), values.data(), 0, COIN_DBL_MAX, -1);
        // People still count a little at first, then not at all.
        const int column = static_cast<int>(problem_.pairs.size());
        for (int p = 0; p < column; ++p) model_.setObjectiveCoefficient(p, model_.objective()[p] * kLittle);
        Result<Fractions> found = solved(scale);
        for (int p = 0; p < column; ++p) model_.setObjectiveCoefficient(p, 0);
        while (found && std::ranges::any_of(free, std::identity{})) {
            found = solved(scale);
            if (found) settle(*found, free, floors, out);
        }
        model_.deleteColumns(1, &column);
        if (!found) return std::unexpected(std::move(found).error());
        return out;
    }

    Result<Fractions> balanced() {
        const std::vector<bool> counted = groups_with_pairs(problem_);
        COMITY_CHECK(best(std::vector<double>(problem_.needs.size(), 1), {}));
        for (std::size_t p = 0; p < problem_.pairs.size(); ++p)
            model_.setObjectiveCoefficient(static_cast<int>(p), 0);
        // For each group what it reaches, u (as a part of all its needs), and the logarithm of that, from
        // below its tangents.
        const int first = static_cast<int>(problem_.pairs.size());
        std::vector<std::size_t> shown;
        for (std::size_t g = 0; g < counted.size(); ++g) {
            if (!counted[g]) continue;
            const int row = needs_ + offers_ + static_cast<int>(g);
            const double minus = -1;
            model_.addColumn(1, &row, &minus, 0, 1, 0);
            model_.addColumn(0, nullptr, nullptr, -60, 0, -problem_.groups[g].weight);
            shown.push_back(g);
        }
        const auto reach_of = [&](std::size_t i) { return first + 2 * static_cast<int>(i); };
        const auto cut = [&](std::size_t i, double at) {
            const int columns[] = {reach_of(i) + 1, reach_of(i)};
            const double values[] = {1, -1 / at};
            model_.addRow(2, columns, values, -COIN_DBL_MAX, std::log(at) - 1);
        };
        for (std::size_t i = 0; i < shown.size(); ++i)
            for (int k = 0; k < kFirstCuts; ++k) cut(i, std::ldexp(1.0, -k));
        Result<Fractions> found = solved(1);
        for (int round = 0; round < kMostCuts && found; ++round) {
            bool cuts = false;
            for (std::size_t i = 0; i < shown.size(); ++i) {
                const double reach = model_.primalColumnSolution()[reach_of(i)];
                const double told = model_.primalColumnSolution()[reach_of(i) + 1];
                if (reach > 1e-12 && told - std::log(reach) > kCutSlack) {
                    cut(i, reach);
                    cuts = true;
                }
            }
            if (!cuts) break;
            found = solved(1);
        }
        std::vector<int> rows, columns;
        for (int row = needs_ + offers_ + groups_; row < model_.numberRows(); ++row) rows.push_back(row);
        for (int column = first; column < model_.numberColumns(); ++column) columns.push_back(column);
        model_.deleteRows(static_cast<int>(rows.size()), rows.data());
        model_.deleteColumns(static_cast<int>(columns.size()), columns.data());
        return found;
    }

  private:
    double people(std::size_t pair) const {
        return problem_.needs[problem_.pairs[pair].need].value * problem_.pairs[pair].fit;
    }

    int row_of(std::size_t group) const { return needs_ + offers_ + static_cast<int>(group); }

    // Those on which the level's prices lie stay where they are, a hair below, and the rest goes on without.
    // Where a floor is dear the hair is worth something: the level is what its prices prove of whole floors.
    void settle(const Fractions& found, std::vector<bool>& free, std::vector<double>& floors,
                std::vector<LevelProof>& out) {
        const double level = std::min(found.value, level_bound(problem_, found.prices, free, floors));
        const std::vector<bool> settled = settled_by(problem_, found.prices, free);
        for (std::size_t g = 0; g < free.size(); ++g) {
            if (!settled[g]) continue;
            free[g] = false;
            floors[g] = level * problem_.groups[g].size;
            model_.modifyCoefficient(row_of(g), static_cast<int>(problem_.pairs.size()), 0);
            model_.setRowLower(row_of(g), floors[g] / group_values_[g] * (1 - kHair));
        }
        out.push_back({level, found.prices});
    }

    void build() {
        model_.setLogLevel(0);
        const auto columns = static_cast<int>(problem_.pairs.size());
        std::vector<CoinBigIndex> starts{0};
        std::vector<int> rows;
        std::vector<double> values;
        std::vector<double> upper;
        for (std::size_t p = 0; p < problem_.pairs.size(); ++p) {
            const PlanPair& pair = problem_.pairs[p];
            const PlanNeed& need = problem_.needs[pair.need];
            const PlanOffer& offer = problem_.offers[pair.offer];
            const auto add = [&](int row, double value) {
                rows.push_back(row);
                values.push_back(value);
            };
            add(static_cast<int>(pair.need), 1);
            add(needs_ + static_cast<int>(pair.offer), need.amount / offer.amount);
            if (offer.fund && offer.price > 0)
                add(needs_ + static_cast<int>(*offer.fund),
                    offer.price * need.amount / problem_.offers[*offer.fund].amount);
            for (const std::uint32_t g : need.groups)
                add(needs_ + offers_ + static_cast<int>(g), people(p) / group_values_[g]);
            starts.push_back(static_cast<CoinBigIndex>(rows.size()));
            upper.push_back(most_of(problem_, pair) / need.amount);
        }
        std::vector<double> row_lower(problem_.needs.size() + problem_.offers.size(), -COIN_DBL_MAX);
        std::vector<double> row_upper(row_lower.size(), 1);
        row_lower.resize(row_lower.size() + problem_.groups.size(), 0);
        row_upper.resize(row_lower.size(), COIN_DBL_MAX);
        const std::vector<double> zero(problem_.pairs.size(), 0);
        model_.loadProblem(columns, needs_ + offers_ + groups_, starts.data(), rows.data(), values.data(),
                           zero.data(), upper.data(), zero.data(), row_lower.data(), row_upper.data());
    }

    // From where the last answer stood.
    Result<Fractions> solved(double scale, bool by_dual = false) {
        try {
            if (fresh_ || by_dual) {
                model_.dual();
            } else {
                model_.primal();
            }
            fresh_ = false;
        } catch (const CoinError& error) {
            return internal("solver", error.message());
        }
        if (model_.status() != 0) return internal("solver", "found no plan");
        Fractions out;
        out.value = -model_.objectiveValue() * scale;
        const double* x = model_.primalColumnSolution();
        for (std::size_t p = 0; p < problem_.pairs.size(); ++p)
            out.given.push_back(std::max(0.0, x[p]) * problem_.needs[problem_.pairs[p].need].amount);
        const double* y = model_.dualRowSolution();
        for (const PlanNeed& need : problem_.needs)
            out.prices.needs.push_back(std::max(0.0, -*y++) * scale / need.amount);
        for (const PlanOffer& offer : problem_.offers)
            out.prices.offers.push_back(std::max(0.0, -*y++) * scale / offer.amount);
        for (const double value : group_values_)
            out.prices.floors.push_back(std::max(0.0, *y++) * scale / value);
        return out;
    }

    const PlanProblem& problem_;
    int needs_, offers_, groups_;
    std::vector<double> group_values_;  // what all needs of a group are worth; 1 where nothing
    ClpSimplex model_;
    std::vector<double> factors_;  // of the last best(), and where it stood
    std::vector<unsigned char> status_;
    bool fresh_ = true;  // nothing was solved yet
};

Program::Program(const PlanProblem& problem) : solver_(std::make_unique<Solver>(problem)) {}
Program::~Program() = default;

Result<Fractions> Program::best(const std::vector<double>& factors, const std::vector<double>& floors) {
    return solver_->best(factors, floors);
}
Result<std::vector<LevelProof>> Program::levels() {
    return solver_->levels();
}
Result<Fractions> Program::balanced() {
    return solver_->balanced();
}

}  // namespace comity::development
