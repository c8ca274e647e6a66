// The open market out of the view: processes with their releases, calls, what was bid, replies to red flags.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "development/market/flags.h"
#include "development/tender/open_bids.h"

namespace comity::development {

struct PublishedRelease {
    Stated<ReleaseBody> stated;
    ledger::Witnessed witnessed = 0;
    // Another of the process has the same id and was witnessed before: this one does not count.
    bool doubled = false;
    // It is dated before one that was witnessed earlier: merging puts it before what was known already.
    bool backdated = false;
};

// A process is its author's: what another publishes under the same ocid is another process.
struct PublishedProcess {
    std::string author;
    std::string ocid;
    std::vector<PublishedRelease> releases;  // by the second in which they were witnessed, then by id
    json::Object compiled;
};

// By author and ocid; only that of `ref` ("cert-rw/ocds-213czf-1") where it is not empty.
Result<std::vector<PublishedProcess>> find_processes(db::Session& session, const ledger::Readable& readable,
                                                     std::string_view ref = {});
std::string ref_to(const PublishedProcess& process);

// By author, id and statement.
Result<std::vector<StatedCall>> find_calls(db::Session& session, const ledger::Readable& readable);
// By "member/id" or the beginning of the statement's id (8 digits or more). kNotFound, kInvalid where several
// are meant.
Result<StatedCall> find_call(db::Session& session, const ledger::Readable& readable, std::string_view name);

// What sealed bids of a call come to, as of `as_of`, of what the reader may read.
struct CallBids {
    std::vector<StatedBid> bids;
    std::vector<StatedOpening> openings;
    std::map<Digest, ledger::Witnessed> witnessed;
};
Result<CallBids> find_bids(db::Session& session, const ledger::Readable& readable, const Digest& call);

// Those that count, also where they take back what was said; by process, flag and author.
Result<std::vector<Stated<ReplyBody>>> find_replies(db::Session& session, const ledger::Readable& readable);

// Red flags over all processes. In the answers a process is called by its ref, so that two members' processes
// of one ocid stay apart.
Flags flags_of(const std::vector<PublishedProcess>& processes, const FlagSettings& settings);
// Who answers: "buyer" (whose process it is), "tenderer" (named in it), "other".
std::string_view role_in(const PublishedProcess& process, std::string_view member);

}  // namespace comity::development
