// Whom one trusts (C2SP tlog-policy): which logs, which witnesses, and how many of which kind must have
// cosigned a checkpoint before it counts. One group a stakeholder class, and the quorum over the groups.
//
//     log cert-ke.example/log+038a72cb+AYE5... https://cert-ke.example
//     witness ke cert-ke.example/witness+fb2d890f+BO1J... https://cert-ke.example/witness
//     group governments 2 ke ug tz
//     group civil any ngo-1 ngo-2
//     group community all governments civil
//     quorum community
//
// Names are bytes, compared as such. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "log/checkpoint.h"

namespace comity::log {

inline constexpr std::size_t kMaxPolicySize = 1u << 20;
inline constexpr std::size_t kMaxPolicyNames = 1024;  // of logs, of witnesses, of groups, each

struct Policy {
    struct Log {
        crypto::NamedKey key;  // kEd25519; its name is the log's origin
        std::string url;       // of the node: https://cert-ke.example; may be empty
        friend bool operator==(const Log&, const Log&) = default;
    };
    struct Witness {
        std::string name;
        crypto::NamedKey key;  // kEd25519Cosignature
        std::string url;       // its submission prefix; may be empty
        friend bool operator==(const Witness&, const Witness&) = default;
    };
    struct Group {
        std::string name;
        std::size_t threshold = 1;         // 1 to members.size()
        std::vector<std::string> members;  // witnesses and groups defined before it
        friend bool operator==(const Group&, const Group&) = default;
    };
    std::vector<Log> logs;
    std::vector<Witness> witnesses;
    std::vector<Group> groups;    // each after those it names
    std::string quorum = "none";  // a witness or a group

    // kInvalid with the line and what to do about it. A last line without a line feed is taken.
    static Result<Policy> parse(std::string_view text);
    std::string write() const;  // without comments; parses to the same policy

    const Witness* find_witness(std::string_view name) const;  // null: there is none of that name
    const Group* find_group(std::string_view name) const;
    std::vector<crypto::NamedKey> log_keys(std::string_view origin) const;
    std::vector<crypto::NamedKey> witness_keys() const;
    friend bool operator==(const Policy&, const Policy&) = default;
};

// What a policy says of one checkpoint.
struct PolicyVerdict {
    struct WitnessState {
        std::string name;
        std::optional<Time> cosigned;  // the earliest of its cosignatures
    };
    struct GroupState {
        std::string name;
        std::size_t threshold = 1;
        std::size_t have = 0;            // members that have witnessed it
        std::optional<Time> met;         // since when; nothing: not met
        std::vector<std::string> waits;  // where not met, the witnesses that could still make it so
    };
    std::vector<WitnessState> witnesses;  // in the policy's order
    std::vector<GroupState> groups;       // likewise
    bool met = false;                     // the quorum
    std::optional<Time> since;            // when it was met; nothing where it is not, or is `none`
    std::vector<std::string> waits;       // the witnesses whom it waits for, one of which may do
};

// Judges a checkpoint by the witnesses' cosignatures on it. The log's own signature is the caller's to check
// (open_checkpoint). Those of unknown keys are passed over; a bad one in a known witness' name refuses the
// whole note (kRefused), as C2SP signed-note has it. The time of a group is that at which the last member
// that it needed cosigned: what the k-th earliest of its members states.
Result<PolicyVerdict> judge(const Policy& policy, const crypto::Note& checkpoint);
// The same of anything that witnesses have seen, each at the time given, or not: one for each witness of the
// policy, in its order.
PolicyVerdict judge_times(const Policy& policy, std::span<const std::optional<Time>> seen);

}  // namespace comity::log
