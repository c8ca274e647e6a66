// What this node fetches from elsewhere on a schedule: remote TAXII collections, MISP feeds, MISP servers.
// Local to the node: no statements, but what is fetched is shared as such.
//
// Table: pulls(name, config, state, holder, held_until), config and state JSON. The state says how far a pull
// is and is written after each page that was durably shared, so that a pull broken off goes on where it was.
//
// Several servers on one database: who runs a pull holds it for a time, and renews that with each page. One
// that dies in between leaves it to the others when the time is over. Their clocks may differ by less than
// kHold, less what one page takes (a minute, by the client's limits).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "json/value.h"
#include "ledger/audience.h"

namespace comity::intelligence::pull {

enum class SourceKind {
    kTaxii,     // a TAXII 2.1 collection, by its URL
    kMispFeed,  // a MISP feed, by the URL of its folder
    kMisp,      // a MISP server's events/restSearch
};
std::string_view to_string(SourceKind kind);  // "taxii", "misp-feed", "misp"

struct PullConfig {
    std::string name;  // as a member's id: a-z, 0-9 and "-"
    std::string url;   // without a user's name in it
    SourceKind kind = SourceKind::kTaxii;
    std::int64_t every = 900;   // seconds
    std::string user;           // HTTP Basic; empty: the secret is a token (TAXII: Bearer, MISP: its key)
    std::string secret_file;    // whose first line is password or token; empty: none
    std::string ca_file;        // PEM; certificates to trust besides the system's
    std::string member;         // in whose name it is shared: a key of it is in this node's custody
    ledger::Audience audience;  // of what is fetched; objects may be stricter
};

struct PullState {
    std::string after;                          // TAXII: added_after; MISP: the newest event's timestamp
    std::string next;                           // TAXII: within a walk; MISP: the page
    std::string seen;                           // the newest of this walk: `after` of the next
    std::map<std::string, std::string> events;  // of a feed: UUID -> timestamp of what was taken
    std::string etag;                           // of the feed's manifest, once all of it was taken
    std::int64_t shared = 0;                    // objects, in all
    std::int64_t rejected = 0;                  // objects that were none, or none that may be shared
    std::int64_t backlog = 0;   // what is known to wait: events of a feed, 1 where there is more
    std::int64_t failures = 0;  // in a row
    std::string last_error;     // empty: the last run went well
    std::string last_rejected;
    std::optional<Time> last_run;
    std::optional<Time> last_success;
    Time next_run{};  // not before
};

inline constexpr std::int64_t kHold = 300;  // seconds

struct Pull {
    PullConfig config;
    PullState state;
    std::string holder;  // the run that holds it, as "HOST/PROCESS/..."; empty: none
    Time held_until{};
};

// kInvalid with the field: name, URL, audience, interval of at least a minute.
Result<void> check_config(const PullConfig& config);
// For people and programs; no secret is in it. `now` tells whether it is being run.
json::Object pull_json(const Pull& pull, Time now);

class Pulls {
  public:
    // Makes the table where it is not there.
    static Result<void> prepare(db::Database& database);

    explicit Pulls(db::Database& database) : database_(&database) {}
    Result<void> add(const PullConfig& config, Time now);  // kConflict where there is one of that name
    Result<void> remove(std::string_view name);            // kNotFound
    Result<std::vector<Pull>> list();                      // by name
    Result<Pull> find(std::string_view name);              // kNotFound
    // Takes it for that run, and returns it as it stands then. kConflict while another run holds it.
    Result<Pull> hold(std::string_view name, std::string_view holder, Time now);
    // Keeps the state, and holds the pull for longer. kNotFound where it was removed meanwhile, kConflict
    // where another run has taken it, as the time was over: then nothing is kept.
    Result<void> save(std::string_view name, std::string_view holder, const PullState& state, Time now);
    // Leaves it to others. Nothing happens where it is not held by that run.
    Result<void> release(std::string_view name, std::string_view holder);

  private:
    db::Database* database_;
};

// When to try again after so many failures in a row: the interval, doubled with each, a day at the most.
std::int64_t wait_after(std::int64_t every, std::int64_t failures);

}  // namespace comity::intelligence::pull
