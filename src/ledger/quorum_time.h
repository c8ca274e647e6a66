// Time that decides. A statement's own witnessed second (roll.h) is the word of one node, whose operator may
// have set it. Where something hangs on it (was the ballot in before the close?) a quorum of witnesses says
// it, as a policy (C2SP tlog-policy, log/policy.h) names them; the procedure that is followed carries the
// policy's text, so that it is part of the set as the ballots are.
//
// All answers are functions of the set: of statements, of the logs that hold them, and of what witnesses said
// (the statements federation.cosigned and federation.seal, docs/formats.md), whatever the order in which they
// came (law 1). What is known of a node's own policy file or from its own talks with witnesses does not
// count.
//
// How a vote is closed (governance):
//
//     1. Pillar::closes() tells of the close and of the policy. As soon as the second has passed, nodes ask
//        the witnesses for their seals: a witness that has sealed a second has said how much of each log it
//        had seen by then, and from there on states later seconds only.
//     2. closed_at(session, policy, close, ballots) at any time: `stands` says of each ballot whether it was
//        in. kIn and kOut never turn into each other any more, whatever still comes; kOpen waits.
//     3. Where `settled`, the tally over those that are kIn is final: none is open, and no statement that is
//        not known here can still turn out to have been in. Where not, `waits` and `behind` say whom and what
//        it waits for; the tally so far is provisional.
//
// A witness that says two things counts with the larger of them and is named in `faults`: that alone can
// change what was settled, and its two statements are the evidence. Where a statement that carried a seal
// ceases to count (its author's key turns out to have been revoked before), what hung on it is open until
// anybody else brings the same seal.
//
// Evidence that a witness, or the log of its node, has lied (federation.evidence) drops the witness where a
// rule says so (Liars::kDrop): of evidence that was itself in by the close, by the same quorum. So it hangs
// on nobody's clock, and evidence that is brought out later changes no vote that is settled; until all is
// settled kIn may turn round here. Where the quorum could not be met any more without those that are to be
// dropped, none is: else a rule could leave the community without a way to decide, even on the rule.
//
// A policy whose quorum is `none` takes the statement's own witnessed second, and nothing is waited for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "db/database.h"
#include "ledger/roll.h"
#include "log/policy.h"

namespace comity::ledger {

// A second that decides something, and whose word it is.
struct Close {
    Witnessed at = 0;  // that second is in time
    log::Policy policy;
};

// What follows for the policy's witnesses from evidence against them.
enum class Liars {
    kCount,  // nothing
    kDrop,   // they do not count
};

enum class Stand {
    kIn,    // the quorum had seen it by then
    kOut,   // it had not, and no witness that is still to speak can change that
    kOpen,  // it depends on those
};

struct ClosedAt {
    std::vector<Stand> stands;  // of the statements asked for, in their order
    bool settled = false;       // see above
    std::vector<std::string>
        waits;                   // the policy's witnesses that have not sealed that second, by their names
    struct Behind {              // a log that witnesses had seen further than it is held here
        std::string origin;      // its name; the vkey where the log is not known here at all
        std::uint64_t held = 0;  // entries
        std::uint64_t sealed = 0;
    };
    std::vector<Behind> behind;
    struct Dropped {  // a witness that does not count
        std::string witness;
        Digest evidence;  // the statement federation.evidence, the first by its id where there are several
    };
    std::vector<Dropped> dropped;
    std::vector<std::string> faults;  // witnesses that contradict themselves or the log, a line each
};

// The logs that count are those that the policy names (`log` lines); where it names none, those that members
// have announced (federation.node). Then a log that a witness told of and nobody has announced may still turn
// out to count, and keeps things open: a policy whose witnesses serve other communities too names the logs.
//
// Thread-safe. Each call reads the session's state: give a snapshot where several belong together.
class QuorumTime {
  public:
    virtual ~QuorumTime() = default;

    // The second by which the quorum had seen each of the statements; nothing: it has not, so far as is known
    // here. It can become earlier yet, never later.
    virtual Result<std::vector<std::optional<Witnessed>>> times(db::Session& session,
                                                                const log::Policy& policy,
                                                                std::span<const Digest> statements) = 0;
    virtual Result<ClosedAt> closed_at(db::Session& session, const log::Policy& policy, Witnessed close,
                                       std::span<const Digest> statements, Liars liars) = 0;
};

}  // namespace comity::ledger
