// From what a community shares to what a scan looks for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "intelligence/indicator/simple_values.h"
#include "intelligence/match/builder.h"
#include "intelligence/match/catalog.h"
#include "intelligence/match/recipe.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence::match {

// An indicator as a reader found it.
struct SharedIndicator {
    std::string_view object;         // STIX, as submitted
    std::string source;              // the member that shared it
    int confidence = 0;              // as far as it is believed now (search/standing.h)
    std::optional<ledger::Tlp> tlp;  // who may read it
};
// The values that a pattern is about, as simple_values() has them, in the spelling of an index.
struct PatternValues {
    std::vector<Value> values;  // at least one
    std::vector<SimpleValues::Worthless> worthless;
};
Result<PatternValues> pattern_values(std::string_view pattern, Spec spec);

// An indicator whose pattern is held against records as they pass (pattern_scan.h).
struct ScanPattern {
    About about;  // without an id where it was given as a text
    std::string text;
    PatternGrammar grammar = PatternGrammar::k21;
};

struct Gathering {
    Time now{};
    std::optional<int> min_confidence;
    bool file_names = false;  // they are met in many harmless logs
    // Takes what asks for more than one of some values; without it that is left. An error says why it is left
    // after all.
    std::function<Result<void>(ScanPattern&&)> compound{};
};

// The patterns of index files, one for each indicator that says it, as far as they are valid and believed:
// given to `gathering.compound`. An error of it ends this.
Result<void> take_patterns(const Catalog& catalog, const Gathering& gathering);

// Puts indicators into a builder, and says what is not taken.
class Gatherer {
  public:
    Gatherer(Builder& builder, const Gathering& gathering) : builder_(builder), gathering_(gathering) {}

    Result<void> take(const SharedIndicator& indicator);
    // A list: an entry a line (value.h), "#" begins a comment.
    Result<void> take_list(std::string_view text, const std::string& source, std::optional<int> confidence);

    std::uint64_t indicators() const { return indicators_; }
    std::uint64_t values() const { return values_; }
    const LeftOut& not_now() const { return not_now_; }      // revoked, expired, not valid yet, not believed
    const LeftOut& unwatched() const { return unwatched_; }  // valid, and looked for by nothing

  private:
    Builder& builder_;
    const Gathering gathering_;
    std::uint64_t indicators_ = 0;
    std::uint64_t values_ = 0;
    LeftOut not_now_;
    LeftOut unwatched_;
};

}  // namespace comity::intelligence::match
