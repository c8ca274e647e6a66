// The charter out of a node's store: what is answered of it, and what is refused at the door because it would
// lock the members out. Public, as governance is.
#pragma once

#include "governance/charter/charter.h"
#include "governance/rules/guard.h"

namespace comity::governance {

// With all that has closed by `now`.
Result<CharterBook> load_charter_book(db::Session& session, ledger::QuorumTime& quorum,
                                      const ledger::Roll& roll, ledger::Witnessed now);

struct CharterQuery {
    ledger::Witnessed now = 0;            // the caller's clock
    std::optional<ledger::Witnessed> at;  // which state is the one in force; nothing: now
    std::string language = "en";          // of the titles
};
// From the founding: {"version","state","since","name","purpose","procedures"?,...} as it is from then on,
// and of each amendment the vote, the text, and what it changes; one that has no effect says why in "void".
Result<json::Array> charter_answer(db::Session& session, ledger::QuorumTime& quorum,
                                   const CharterQuery& query);

// Puts what has been amended into a community's form (node/roll_json.h): its name, purpose and procedures as
// they are now, and as "charter" how manieth version that is, since when.
Result<void> add_charter_now(json::Object& community, db::Session& session, ledger::QuorumTime& quorum,
                             const ledger::Roll& roll, ledger::Witnessed now);

// Refuses an amendment by which the members who are there could decide nothing any more. As to what comes
// from other nodes the book says the same (law 1).
Result<void> check_charter_text(const ledger::Statement& statement, const ledger::Roll& roll,
                                ledger::Witnessed now);

}  // namespace comity::governance
