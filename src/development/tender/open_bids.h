// What sealed bids come to: a pure function of the statements about a call, of the seconds in which they were
// witnessed, and of nothing else. Whoever has them, from whatever node or mirror, gets the same, to the byte.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "development/observatory/stated.h"
#include "development/tender/sealed_bid.h"
#include "ledger/quorum_time.h"

namespace comity::development {

using StatedCall = Stated<CallBody>;
using StatedBid = Stated<BidBody>;
using StatedOpening = Stated<OpeningBody>;

// Asks the witnesses' word on a second (ledger::QuorumTime::closed_at).
using SecondWord = std::function<Result<ledger::ClosedAt>(const log::Policy& policy, ledger::Witnessed second,
                                                          std::span<const Digest> statements)>;

// How a bid stands, and why it does not count where it does not.
enum class BidStand {
    kValid,      // opened, and what it says fits
    kSealed,     // in time and not opened so far
    kWaits,      // the witnesses have not said yet whether it was in by the deadline
    kLate,       // it was not
    kReplaced,   // by another of the same member
    kWithdrawn,  // by its member, in time
    kUnopened,   // open_by has passed, and nobody has said its key in time
    kRevealed,   // its own bidder said its key before the deadline
    kAltered,    // what was sealed does not open with the bid's own key
    kCopied,     // it opens as a bid of another member, or to another call
    kUnfit,      // it opens, and is no bid of this call: no amount, another currency
    kUnshared,   // the call has openers, and it holds no shares for them
};
std::string_view to_string(BidStand stand);  // "valid", "sealed", ...

struct BidOutcome {
    const StatedBid* bid = nullptr;
    ledger::Witnessed at = 0;
    BidStand stand = BidStand::kSealed;
    std::string why{};
    std::optional<BidContent> content{};
    std::string opened_by{};  // "key": somebody said it; "shares": the openers
};

struct BidOpening {
    std::vector<BidOutcome> bids;     // by author, the one that counts first, then by id
    std::vector<std::size_t> ranked;  // those that are valid, the lowest amount first, then by id
    std::vector<std::string> faults;  // who said what does not fit, a line each, sorted
    // Whether everything that was in by deadline and open_by is known; without witnesses, whether open_by has
    // passed at `as_of`. Before, the outcome is provisional.
    bool settled = false;
    bool closed = false;             // the same of the deadline alone
    std::vector<std::string> waits;  // the witnesses that it waits for
};

struct OpeningFacts {
    const StatedCall& call;
    std::span<const StatedBid> bids;          // of the call, in any order
    std::span<const StatedOpening> openings;  // likewise
    // By statement; one that is not there was witnessed at 0.
    const std::map<Digest, ledger::Witnessed>& witnessed;
    ledger::Witnessed as_of = 0;
    SecondWord word{};  // needed where the call names witnesses
};
// What is referred to must outlive the answer. kUnavailable where the call names witnesses and nobody's word
// can be asked.
Result<BidOpening> open_bids(const OpeningFacts& facts);

// {"call":...,"bids":[...],"ranked":[...],"faults":[...],"settled","closed","waits"}: the same from a node
// and from a recount.
json::Object bid_opening_json(const StatedCall& call, const BidOpening& opening);

}  // namespace comity::development
