// The tally: a pure function of the set of statements, of their witnessed seconds, and of nothing else. Who
// has them, from whatever node or mirror, gets the same, to the byte.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "governance/organs/organs.h"
#include "governance/voting/acts.h"
#include "governance/voting/bodies.h"
#include "ledger/quorum_time.h"

namespace comity::governance {

// Of several acts of one member the last counts: by witnessed second, then by its own time, then by id.
inline auto order_of(const Act& act) {
    return std::tuple(act.witnessed, act.statement->issued, act.statement->id);
}

// What an elector did, as it counts.
struct RollCallLine {
    std::string member;
    std::string name;
    ledger::StakeholderClass stakeholder_class = ledger::StakeholderClass::kCitizen;
    Choice choice = Choice::kAbsent;
    std::optional<Digest> ballot;
    std::string by;  // the member whose ballot stands for it, by proxy; empty: its own
    std::string reason;
    bool objects = false;
    bool addressed = false;
    bool recused = false;
    ledger::Witnessed at = 0;
    int changes = 0;  // ballots of before, which this one replaces
};

// A ballot that does not count, and why.
struct Disregarded {
    enum class Why {
        kReplaced,      // by a later one of the same member
        kLate,          // witnessed after the close
        kEarly,         // witnessed before the opening
        kForeign,       // its author is not of the electorate
        kWrongVersion,  // it is about another text
        kRevokedKey,    // its key did not count any more
        kForged,        // no key of its author has signed it
        kNoPower,       // its key is a delegate's that may not vote
        kOutsideTerm,   // its key is a delegate's, or a new one, and did not count then
        kOpen,          // the witnesses have not said yet whether it was in by the close
    };
    Digest ballot;
    std::string author;
    Why why = Why::kReplaced;
    std::string text;
    ledger::Witnessed at = 0;
};
std::string_view to_string(Disregarded::Why why);  // "replaced", "late", ...
// In words, where it is the key's fault: kRevokedKey, kNoPower, kOutsideTerm.
std::string_view why_key_counts_not(Disregarded::Why why);

// Is that why a tally fails: the vote is void, or not there? It binds nobody then, and keeps nobody waiting.
bool makes_void(const Error& error);

struct Tally {
    Digest proposal;               // its first version
    Digest version;                // or amendment: what was voted on
    std::optional<Digest> amends;  // of an amendment: the version that it amends
    Digest opening;
    std::string author;  // of the opening: it is in the chair
    OpeningBody body;
    ledger::Witnessed opened = 0;
    ledger::Witnessed closes = 0;
    Circumstances circumstances;
    std::vector<RollCallLine> roll_call;                                    // by member
    std::vector<Disregarded> disregarded;                                   // by ballot
    std::vector<std::pair<std::string, bool>> proxies;                      // "from -> to": counted?
    std::vector<std::pair<std::string, ledger::Witnessed>> acceded;         // by whom, since when
    std::vector<std::pair<std::string, CertificationBody>> certifications;  // by whom, as they count
    std::uint64_t counted = 0;                                              // ballots
    std::optional<PutTo> put_to;                                            // the body that it was put to
    // Of a text that is a rule or an act on a body: why it binds nobody, though the vote may have adopted it
    // (charter/procedures.h).
    std::optional<Error> unbinding;
    // SHA-256 over the ids of the ballots that count, in ascending order.
    Digest ballots_digest;
    Verdict verdict;
    // Where the procedure names witnesses, what they have said of the close. As long as it is not settled the
    // outcome is provisional.
    std::optional<ledger::ClosedAt> closed;
    // Of a text that could bind everybody: a vote on the charter closed before this one was opened, and its
    // witnesses have still to speak.
    bool charter_waits = false;
    bool settled() const { return (!closed || closed->settled) && !charter_waits; }
};

// Asks the witnesses' word on a close (ledger::QuorumTime::closed_at).
using CloseWord =
    std::function<Result<ledger::ClosedAt>(const log::Policy& policy, ledger::Witnessed close,
                                           std::span<const Digest> ballots, ledger::Liars liars)>;

// Nothing that counts is believed: `check` verifies signatures. `acts` are all of governance's statements
// that are at hand, in any order, those included that no key makes count (they are listed). `word` is asked
// where the procedure names witnesses; without it such a vote cannot be counted (kUnavailable). kNotFound
// where the opening is not among the acts or does not count; kRefused where it is void, with the reason: a
// period that the procedure does not allow, an electorate that cannot decide, an earlier vote that is
// missing, open or not settled, a body that did not stand or has other seats.
Result<Tally> tally(std::span<const Act> acts, const Digest& opening, const SignatureCheck& check,
                    const CloseWord& word = {});
// Of several votes over the same acts, which are read once.
std::vector<Result<Tally>> tally_all(std::span<const Act> acts, std::span<const Digest> openings,
                                     const SignatureCheck& check, const CloseWord& word = {});

// Does a key of its author make it count, by that roll and at the act's witnessed second?
bool counts_by(const ledger::Roll& roll, const Act& act);

// What a certification says against what was counted; kRefused names the first difference.
Result<void> check_certification(const CertificationBody& certification, const Tally& tally);
CertificationBody certification_of(const Tally& tally);
json::Object certification_json(const CertificationBody& certification);

json::Object tally_json(const Tally& tally);

}  // namespace comity::governance
