// Where a command reads and writes: the node in the data folder, also while a server runs on it, or one over
// the network (--node). Answers have the forms of REST (forms.h).
//
// In a data folder a command sees what its user may read (law 4): the member or person that --as names;
// otherwise what any of the members may read whose secret keys lie in DATA/keys; without any, what is for
// everybody. Over the network it sees what the token's account may.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "intelligence/export/active.h"
#include "intelligence/import/earlier.h"
#include "json/value.h"
#include "ledger/ledger.h"

namespace comity::cli {

struct ListFilter {
    std::string type;
    std::string author;
    bool newest_first = true;
    std::int64_t limit = 30;
};

struct Submitted {
    Digest id;
    std::uint64_t index = 0;
    std::string witnessed;
    std::string origin;  // the log that it stands in
};

// What is asked, as REST's parameters.
using Asked = std::vector<std::pair<std::string, std::string>>;

class Source {
  public:
    static Result<std::unique_ptr<Source>> open(Context& context);
    virtual ~Source() = default;

    virtual Result<json::Object> node() = 0;  // community (null: none founded), log, members
    virtual Result<std::vector<json::Object>> members(std::string_view stakeholder_class) = 0;  // empty: all
    virtual Result<json::Object> member(std::string_view id) = 0;
    virtual Result<std::vector<json::Object>> groups() = 0;
    virtual Result<std::vector<json::Object>> collections() = 0;
    virtual Result<std::vector<json::Object>> statements(const ListFilter& filter) = 0;
    // By id or a unique prefix of 8 or more digits.
    virtual Result<json::Object> statement(std::string_view id) = 0;
    virtual Result<std::string> envelope(std::string_view id) = 0;
    virtual Result<std::string> attachment(std::string_view id, const Digest& sha256) = 0;
    virtual Result<std::string> proof(std::string_view id) = 0;                  // the .tlog-proof file
    virtual Result<std::vector<json::Object>> objects(std::string_view id) = 0;  // {"position","object"}
    // What was found (GET /api/v1/intel/search), `limit` items at the most.
    virtual Result<std::vector<json::Object>> search(const Asked& asked, std::int64_t limit) = 0;
    // Of one object: "" itself, "related", "readers", "sightings" (GET /api/v1/intel/objects/{id}/...).
    virtual Result<json::Object> intel(std::string_view id, std::string_view what, const Asked& asked) = 0;
    virtual Result<json::Object> log() = 0;
    // What shows that the log of `size` entries begins with that of `old_size` (RFC 9162 section 2.1.4).
    virtual Result<std::vector<Digest>> consistency(std::uint64_t old_size, std::uint64_t size) = 0;
    // Of the objects with these ids, the newest versions that are there.
    virtual Result<intelligence::EarlierVersions> earlier(const std::vector<intelligence::ObjectId>& ids) = 0;
    // Evidence that a log has lied: each piece, and the file of one.
    virtual Result<std::vector<json::Object>> evidence() = 0;
    virtual Result<std::string> evidence_file(const Digest& id) = 0;
    // The indicators that are good for defence now.
    virtual Result<intelligence::Active> active(const intelligence::ActiveQuery& query) = 0;
    // Proposals, one of them, and the tally of a vote (GET /api/v1/proposals, .../{id}, /api/v1/votes/{id}).
    virtual Result<std::vector<json::Object>> proposals(std::string_view language) = 0;
    virtual Result<json::Object> proposal(std::string_view id, std::string_view language) = 0;
    virtual Result<json::Object> vote(std::string_view id) = 0;
    // What members have seen in the last days (GET /api/v1/sightings).
    virtual Result<json::Object> sightings(std::int64_t days) = 0;
    // Who took part in what (GET /api/v1/participation).
    virtual Result<json::Object> participation(const Asked& asked) = 0;
    // The rulebook (GET /api/v1/rules, .../{number}, .../{number}/document, /api/v1/proposals/{id}/impact).
    virtual Result<std::vector<json::Object>> rules(const Asked& asked) = 0;
    virtual Result<json::Object> rule(std::string_view number, const Asked& asked) = 0;
    virtual Result<std::string> rule_document(std::string_view number, const Asked& asked) = 0;
    virtual Result<json::Object> impact(std::string_view proposal, std::int64_t days) = 0;
    // GET /api/v1/proposals/{id}/discussion, .../diff, /api/v1/calendar.
    virtual Result<json::Object> discussion(std::string_view proposal) = 0;
    virtual Result<json::Object> diff(std::string_view proposal, const Asked& asked) = 0;
    virtual Result<std::string> calendar(std::string_view language) = 0;
    virtual Result<Submitted> submit(const ledger::Submission& submission) = 0;
    // The note in which the other node signed that it would not take the last one (federation/refusal.h);
    // empty where it signed none, or this is a data folder.
    virtual std::string signed_refusal() const { return {}; }
    // What is listed of these values, in their order (GET and POST /api/v1/intel/lookup); node::kMaxLookups
    // at the most.
    virtual Result<std::vector<json::Object>> look_up(const std::vector<std::string>& values) = 0;
    // What is proposed to change in a proposal (GET /api/v1/proposals/{id}/amendments).
    virtual Result<json::Object> amendments(std::string_view proposal) = 0;
    // Secret elections (GET /api/v1/elections, .../{id}).
    virtual Result<std::vector<json::Object>> elections() = 0;
    virtual Result<json::Object> election(std::string_view id) = 0;
};

// The two kinds.
Result<std::unique_ptr<Source>> open_local(Context& context);
Result<std::unique_ptr<Source>> open_remote(Context& context);

}  // namespace comity::cli
