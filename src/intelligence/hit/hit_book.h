// What members' own scans met, and what becomes of it: local tables of the node, no statements. Nothing in
// them says where in a log something stood; a scan tells its member's node which indicator was met, how often
// and when (comity scan --report), and the member's policy says who hears of it:
//     automatic   a sighting is said at once, in the member's name
//     approval    it waits until one of the member's people approves or discards it
//     counted     no one hears of it; it takes part in counts over several members: those of this node
//                 (private_count.h) or, where the policy says so, those of all nodes (count_round.h)
//
// Tables:
//     hit_policies(member, policy)                      JSON; none: approval
//     hit_reports(member, id, at)                       what was reported already
//     hits(member, object, day, count, first, last, state)
//         day: days since 1970 (UTC) of the last of them; state: HitState
//     hit_sightings(member, object, created, modified)  the sighting that the member's hits of it are told by
//     hit_counts(object, week, members)                 see private_count.h
//     hit_rounds(...)                                   see count_part.h
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "json/value.h"
#include "ledger/audience.h"

namespace comity::intelligence {

enum class HitMode { kAutomatic, kApproval, kCounted };
std::string_view to_string(HitMode mode);  // "automatic", ...

struct HitPolicy {
    HitMode mode = HitMode::kApproval;
    // Who may read the member's sightings, as far as they may read what was sighted; nothing: all of them.
    std::optional<ledger::Audience> audience;
    bool together = false;  // kCounted: with the members of all nodes (count_round.h)
};
// {"mode":"approval","audience"?:{...},"together"?:false}; kInvalid with the field.
Result<HitPolicy> parse_hit_policy(const json::Value& form);
json::Object hit_policy_json(const HitPolicy& policy);

enum class HitState { kCounted = 0, kWaits = 1, kToTell = 2, kTold = 3, kDiscarded = 4 };
std::string_view to_string(HitState state);  // "counted", "waiting", "telling", "told", "discarded"

struct ReportedHit {
    std::string object;  // the indicator's STIX id
    std::int64_t count = 1;
    Time first{};
    Time last{};
};
inline constexpr std::size_t kMaxReportedHits = 5000;  // of one report
struct HitReport {
    std::string id;  // its own: what is sent twice counts once
    std::vector<ReportedHit> hits;
};
// {"id","items":[{"object","count","first_seen","last_seen"}]}; kInvalid with the field, also where one was
// seen later than `now`.
Result<HitReport> parse_hit_report(const json::Value& form, Time now);

struct KeptHit {
    std::string object;
    std::int64_t day = 0;
    std::int64_t count = 0;
    Time first{};
    Time last{};
    HitState state = HitState::kWaits;
};

Result<void> prepare_hits(db::Database& database);

Result<HitPolicy> read_hit_policy(db::Session& session, std::string_view member);
Result<void> write_hit_policy(db::Transaction& tx, std::string_view member, const HitPolicy& policy);
// Those whose policy is to be counted with the members of all nodes, in order.
Result<std::vector<std::string>> members_together(db::Session& session);
// The indicators of a member's hits that are only to be counted, each once: of days in [first, end).
Result<std::vector<std::string>> counted_objects(db::Session& session, std::string_view member,
                                                 std::int64_t first, std::int64_t end);

// False: it was there already.
Result<bool> take_report(db::Transaction& tx, std::string_view member, const HitReport& report, Time now);
// Adds to the day's hits of the object.
Result<void> add_hit(db::Transaction& tx, std::string_view member, const ReportedHit& hit, HitState state);
// The newest first; of all states where none is named.
Result<std::vector<KeptHit>> read_hits(db::Session& session, std::string_view member,
                                       std::optional<HitState> state, std::size_t limit);
Result<std::vector<KeptHit>> read_hits_of(db::Session& session, std::string_view member,
                                          std::string_view object);
// Hits that wait: of one object, or of all where it is empty. Returns how many rows.
Result<std::int64_t> decide_hits(db::Transaction& tx, std::string_view member, std::string_view object,
                                 HitState to);

// An object that is to be told of, with everything that is or will be told.
struct SightingToTell {
    std::string object;
    std::int64_t count = 0;
    Time first{};
    Time last{};
    std::optional<Time> created;  // of the sighting, if it was said before
    Time modified{};
};
Result<std::vector<SightingToTell>> sightings_to_tell(db::Session& session, std::string_view member,
                                                      std::size_t limit);
// It was said, with these times.
Result<void> sighting_told(db::Transaction& tx, std::string_view member, const SightingToTell& sighting,
                           Time created, Time modified);

}  // namespace comity::intelligence
