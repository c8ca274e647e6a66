// A pattern held against observations as they pass (STIX 2.1 sections 9.3 to 9.8): the verdict of match.h, of
// a stream that nobody keeps.
//
//     COMITY_TRY(RollingMatcher rolling, RollingMatcher::make(pattern));
//     rolling.pass(at, {{number, leaves}}, tell);      // all observations of one moment, moments in order
//
// An observation is an instant here, seen once; of it only its number, its time and the observation
// expressions ("leaves") that hold for it are kept, and no longer than a match may still need it:
//     - a pattern all of whose bindings lie within W of each other (WITHIN, START and STOP) needs nothing
//       that is older than W;
//     - what stands to the right of FOLLOWEDBY is not kept where there is nothing yet that it could follow;
//     - where no time tells observations apart, or only in one direction, as many are kept as one match
//       binds: the first of what something is to follow, the last of what is to follow something.
// So it keeps nothing that does not matter, and a match is told exactly where match.h would find one, except
// where more than `most` would have to be kept: then the oldest is let go of the part of the pattern that
// most are kept for, and rolled().let_go says how many.
//
// A match is told as soon as it is whole; what it bound is bound no more, and the next one is looked for.
//
// Where observations come as they happen and not in order, nothing waits for those that are late (`slack`):
// what one of these may still need is kept as long as it may come, and a match is told when the last of its
// observations comes, in whatever order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "intelligence/pattern/pattern.h"

namespace comity::intelligence {

inline constexpr std::size_t kMaxKept = 10'000;  // observations of one pattern

struct PassingObservation {
    std::uint64_t number = 0;           // whatever it is known by
    std::vector<std::uint32_t> leaves;  // expressions of kind kObservation that hold for it
};

struct BoundObservation {
    std::uint64_t number = 0;
    Time at{};

    friend bool operator==(const BoundObservation&, const BoundObservation&) = default;
};

// What it cost that memory is bounded.
struct Rolled {
    std::uint64_t let_go = 0;    // observations that might have become part of a match
    std::uint64_t given_up = 0;  // searches that did not come to an end (kMaxBindingsTried)
};

class RollingMatcher {
  public:
    // What was bound, the earliest first.
    using Tell = std::function<void(std::vector<BoundObservation>&&)>;

    // kTooLarge where a search of search.h would refuse to bind as many as one match needs. `slack`: so many
    // microseconds observations may come behind later ones; nothing: all of one moment come at once, and
    // moments in order.
    static Result<RollingMatcher> make(Pattern pattern, std::size_t most = kMaxKept,
                                       std::optional<std::int64_t> slack = std::nullopt);

    // All that was observed at that moment (with `slack`: some of it). One that is earlier than that is taken
    // too, but what it would have matched may be gone.
    void pass(Time at, std::span<const PassingObservation> observations, const Tell& tell);

    const Pattern& pattern() const { return pattern_; }
    const Rolled& rolled() const { return rolled_; }
    std::size_t kept() const { return kept_.size(); }

    // What is kept, by time: with it another one of the same pattern goes on where this one is.
    struct Kept {
        Time at;
        std::uint64_t number = 0;
        std::vector<std::uint32_t> leaves;

        friend bool operator==(const Kept&, const Kept&) = default;
    };
    const std::deque<Kept>& observations() const { return kept_; }
    // Into one that nothing has passed. `newest`: what passed last. kInvalid where it can't be this
    // pattern's.
    Result<void> restore(std::vector<Kept> kept, Time newest);

  private:
    enum class Need : std::uint8_t { kAll, kFirst, kLast };
    struct Leaf {
        Need need = Need::kAll;
        std::vector<std::uint32_t> spans;     // the START/STOP around it
        std::vector<std::uint32_t> followed;  // the FOLLOWEDBY that it is to the right of
    };

    void place(std::uint32_t index, Leaf around, bool windowed, bool left, bool one_window);
    bool possible(std::uint32_t index) const;
    void forget(std::size_t position);
    void forget_leaf(std::uint32_t leaf, bool first);
    bool follows(std::uint32_t leaf) const;
    std::size_t insert(Time at, std::span<const PassingObservation> observations, std::size_t where);
    bool drop_unfollowing(std::size_t from, std::size_t to);
    void settle(Time until);
    void look(bool any, const Tell& tell);
    bool search(const Tell& tell);

    Pattern pattern_;
    std::size_t most_ = kMaxKept;
    std::optional<std::int64_t> slack_;
    std::optional<Time> newest_;          // with slack_
    std::optional<Time> settled_;         // likewise: what is earlier can't be followed by what comes late
    std::int64_t binds_ = 0;              // observations that a match binds at the most
    std::optional<std::int64_t> extent_;  // microseconds between the first and last of them
    std::vector<Leaf> leaves_;            // by expression
    std::vector<std::int64_t> counts_;    // kept, by leaf
    std::deque<Kept> kept_;               // by time
    Rolled rolled_;
};

}  // namespace comity::intelligence
