// Patterns held against observations (STIX 2.1 sections 9.3 to 9.8).
//
//     COMITY_TRY(const Matcher matcher, Matcher::compile(pattern));
//     COMITY_TRY(const ObservedData data, ObservedData::parse(bundle));
//     COMITY_TRY(const auto match, matcher.match(data.observations()));
//     if (match) ...                                    // (*match)[i].observation, .times: what was bound
//
// A pattern matches where its observation expressions can be bound to observations, each observation as often
// as number_observed says and no more, so that the operators and qualifiers hold for times chosen between
// first_observed and last_observed. All comparisons of one [ ] are about one and the same object.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "intelligence/pattern/compare.h"
#include "intelligence/pattern/observation.h"
#include "intelligence/pattern/pattern.h"

namespace comity::intelligence {

// Bindings tried before a search is given up: finding REPEATS of ANDs is as hard as packing sets.
inline constexpr std::size_t kMaxBindingsTried = 1'000'000;

struct Binding {
    std::size_t observation = 0;  // index
    std::int64_t times = 1;       // instances of it
};

class Matcher {
  public:
    // kInvalid where a regular expression of MATCHES is not taken.
    static Result<Matcher> compile(Pattern pattern);

    // One binding that matches, in the pattern's order; nothing where there is none. kTooLarge where
    // kMaxBindingsTried did not suffice. Thread-safe.
    Result<std::optional<std::vector<Binding>>> match(std::span<const Observation> observations) const;

    // Does the observation expression at that index (of kind kObservation) hold for this observation alone?
    // What a stream asks of each observation as it comes.
    bool holds(const Expression& expression, const Observation& observation) const;

    const Pattern& pattern() const { return pattern_; }

  private:
    bool holds_for(const Expression& expression, const Observation& observation,
                   const ObservedObject& object) const;
    bool test(const Comparison& comparison, std::size_t index, const Observation& observation,
              const json::Value& object) const;

    Pattern pattern_;
    std::vector<std::optional<Expectation>> expectations_;  // one a comparison
};

}  // namespace comity::intelligence
