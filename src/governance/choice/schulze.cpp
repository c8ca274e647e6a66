// Schulze's method with winning votes: one option beats another directly by the ballots that rank it before,
// where they are more; of two beats the stronger has more votes for it, then fewer against it. The strength
// of a path is its weakest beat; who has the stronger path to the other is ranked before it.
#include <algorithm>

#include "governance/choice/choice.h"

namespace comity::governance {
namespace {

struct Beat {
    std::int64_t for_it = 0;
    std::int64_t against = 0;
    bool stronger_than(const Beat& other) const {
        return for_it != other.for_it ? for_it > other.for_it : against < other.against;
    }
};

template <typename T>
using Matrix = std::vector<std::vector<T>>;

Matrix<std::int64_t> preferences(std::size_t options, std::span<const ChoiceBallot> ballots) {
    Matrix<std::int64_t> prefer(options, std::vector<std::int64_t>(options));
    for (const ChoiceBallot& ballot : ballots) {
        for (std::size_t i = 0; i < options; ++i) {
            for (std::size_t j = 0; j < options; ++j) {
                if (ballot[i] != 0 && (ballot[j] == 0 || ballot[i] < ballot[j])) ++prefer[i][j];
            }
        }
    }
    return prefer;
}

Matrix<Beat> strongest_paths(const Matrix<std::int64_t>& prefer) {
    const std::size_t n = prefer.size();
    Matrix<Beat> path(n, std::vector<Beat>(n));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            if (prefer[i][j] > prefer[j][i]) path[i][j] = {prefer[i][j], prefer[j][i]};
        }
    }
    for (std::size_t via = 0; via < n; ++via) {
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                const Beat& weaker = path[i][via].stronger_than(path[via][j]) ? path[via][j] : path[i][via];
                if (weaker.stronger_than(path[i][j])) path[i][j] = weaker;
            }
        }
    }
    return path;
}

}  // namespace

ChoiceCount count_schulze(std::span<const std::string> options, std::span<const ChoiceBallot> ballots) {
    const Matrix<std::int64_t> prefer = preferences(options.size(), ballots);
    const Matrix<Beat> path = strongest_paths(prefer);
    ChoiceCount count;
    std::vector<bool> ranked(options.size());
    for (std::size_t done = 0; done < options.size();) {
        std::vector<std::size_t> unbeaten;
        for (std::size_t i = 0; i < options.size(); ++i) {
            if (ranked[i]) continue;
            bool beaten = false;
            for (std::size_t j = 0; j < options.size(); ++j)
                beaten = beaten || (!ranked[j] && path[j][i].stronger_than(path[i][j]));
            if (!beaten) unbeaten.push_back(i);
        }
        for (const std::size_t i : unbeaten) ranked[i] = true;
        done += unbeaten.size();
        count.ranking.push_back(std::move(unbeaten));
    }
    json::Array matrix;
    for (const auto& row : prefer) matrix.push_back(json::Array(row.begin(), row.end()));
    count.figures = {{"prefer", std::move(matrix)}};
    return count;
}

}  // namespace comity::governance
