// What of the statements that were accepted meets a member's rules, as far as the member's own people may
// read it (law 4): evidence for alerts. Reads only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "db/database.h"
#include "intelligence/alert/watch.h"
#include "intelligence/stix/identifier.h"
#include "ledger/access.h"
#include "ledger/roll.h"

namespace comity::intelligence {

// One object that met one rule.
struct FoundEvidence {
    std::string rule;  // the rule's id
    // The same object with the same values is the same evidence, whoever shares it and in whatever version.
    Digest key;
    std::int64_t seq = 0;  // of the statement that brought it
    Digest statement;      // one that the member may read
    std::string object;    // STIX id
    ledger::AudienceId audience = 0;
    std::string title;
    std::vector<std::string> values;
    std::vector<std::string> advice;  // courses of action that came in the same statement
};

// A drill that another member says and that reaches a member with rules here.
struct FoundDrill {
    std::string member;
    std::string author;
    Digest alert;
    ledger::AudienceId audience = 0;
    Time issued;
    AlertBody body;
};

using Watches = std::vector<std::shared_ptr<const Watch>>;

struct Gathered {
    std::vector<FoundEvidence> found;
    std::vector<FoundDrill> drills;
    std::vector<std::int64_t> waiting;  // statements looked at that do not count yet
    std::int64_t upto = 0;              // statements up to it were looked at
    bool more = false;                  // there are others behind them
};

// Looks at the statements behind `after`, `most` of them. A rule meets what came after it was made; with
// `ignore_age` anything, for a dry run. `session` sees one state.
Result<Gathered> gather_evidence(db::Session& session, const ledger::Roll& roll, const Watches& watches,
                                 std::int64_t after, std::size_t most, Time now, bool ignore_age = false);
// The same of one statement.
Result<std::vector<FoundEvidence>> gather_from(db::Session& session, const ledger::Roll& roll,
                                               const Watches& watches, std::int64_t seq, Time now);

// An object and what carried it.
struct Telling {
    Digest statement{};
    ledger::AudienceId audience = 0;  // the statement's
    std::string author{};
    Uuid uuid{};
};
// The statement that a reader of the object is told of: the one that carries it or, where that is closed to
// the reader, the change of a marking that opened the object.
Result<std::optional<Digest>> telling_statement(db::Session& session, const ledger::Readable& readable,
                                                const Telling& object);

}  // namespace comity::intelligence
