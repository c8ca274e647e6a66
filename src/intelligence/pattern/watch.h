// Many patterns held against one stream of observations: which concern an observation is looked up, so that
// the cost does not grow with the patterns that it has nothing to do with; and what comes a little out of
// order is put in order.
//
//     PatternWatch watch(skew);
//     COMITY_TRY(const std::size_t index, watch.add(pattern));
//     watch.see(observation, number, tell); ... watch.finish(tell);
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "intelligence/pattern/match.h"
#include "intelligence/pattern/rolling.h"

namespace comity::intelligence {

inline constexpr std::size_t kMaxUnordered = 200'000;  // observations that wait to be put in order

struct Watched {
    Rolled rolled;           // of all patterns together
    std::uint64_t late = 0;  // observations that came later than `skew` allows: what they would have matched
                             // may have been gone
};

// What comes before an observation that is late: of logs that are read whole it waits to be put in order, of
// what happens now nothing waits (rolling.h's slack).
enum class Arrival : std::uint8_t { kInOrder, kAsItHappens };

class PatternWatch {
  public:
    using Tell = std::function<void(std::size_t pattern, std::vector<BoundObservation>&&)>;

    // Observations may come as many microseconds after later ones.
    explicit PatternWatch(std::int64_t skew_micros, std::size_t most_kept = kMaxKept,
                          Arrival arrival = Arrival::kInOrder)
        : skew_(skew_micros), most_kept_(most_kept), arrival_(arrival) {}

    // Its number: 0, 1, ... kInvalid where a regular expression is not taken; kTooLarge as rolling.h.
    Result<std::size_t> add(Pattern pattern);

    // Of the observation nothing is kept but its time (first) and what holds for it. Its references lead to
    // its own objects.
    void see(const Observation& observation, std::uint64_t number, const Tell& tell);
    // Nothing more comes.
    void finish(const Tell& tell);

    std::size_t size() const { return matchers_.size(); }

    // Of what happens now: the last time that was seen, and of each pattern what is kept for it. With both a
    // watch of the same pattern goes on where this one is.
    std::optional<Time> newest() const { return newest_; }
    const std::deque<RollingMatcher::Kept>& kept(std::size_t pattern) const {
        return rolling_[pattern].observations();
    }
    void restore_newest(Time newest) { newest_ = newest; }
    Result<void> restore(std::size_t pattern, std::vector<RollingMatcher::Kept> kept) {
        return rolling_[pattern].restore(std::move(kept), newest_.value_or(Time{}));
    }
    Watched watched() const;

  private:
    struct Leaf {
        std::uint32_t pattern = 0;
        std::uint32_t expression = 0;
    };
    struct Waiting {
        std::uint64_t number = 0;
        std::vector<Leaf> leaves;
    };

    void strings_of(const json::Value& value, std::vector<Leaf>& out) const;
    void release(const Tell& tell, const Time* before);
    void pass(Time at, std::uint64_t number, const std::vector<Leaf>& leaves, const Tell& tell);

    const std::int64_t skew_;
    const std::size_t most_kept_;
    const Arrival arrival_;
    std::vector<Matcher> matchers_;
    std::vector<RollingMatcher> rolling_;
    // Leaves that hold only where one of some texts stands; the others, by an object's type.
    std::unordered_map<std::string, std::vector<Leaf>> by_text_;
    std::unordered_map<std::string, std::vector<Leaf>> by_type_;
    std::multimap<Time, Waiting> waiting_;
    std::optional<Time> newest_;    // that was seen
    std::optional<Time> released_;  // last
    std::uint64_t late_ = 0;
};

}  // namespace comity::intelligence
