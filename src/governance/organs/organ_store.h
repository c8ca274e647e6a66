// The bodies of the community out of a node's store: what is answered of them, and what is refused at the
// door because it would come to nothing. Public, as governance is.
#pragma once

#include "governance/organs/organs.h"
#include "governance/rules/guard.h"

namespace comity::governance {

struct OrganQuery {
    ledger::Witnessed now = 0;            // the caller's clock
    std::optional<ledger::Witnessed> at;  // as of then; nothing: now. What is to come is not told.
    std::string language = "en";          // of the names, where there is a mandate in it
    bool all = false;                     // those too that have ended
};
// With all that has closed by `now`.
Result<OrganBook> load_organ_book(db::Session& session, ledger::QuorumTime& quorum, ledger::Witnessed now);
// {"id","name","kind","state","seats",...} of each, by id.
Result<json::Array> organs_answer(db::Session& session, ledger::QuorumTime& quorum, const OrganQuery& query);
// One, with its mandate, its procedure as it is with the seats as they are, the bodies under it, every act on
// it, and the votes that were put to it. kNotFound.
Result<json::Object> organ_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view id,
                                  const OrganQuery& query);

// Refuses what is proposed or opened here and would have no effect: a mandate that goes round, a body that is
// not there, a seat for one who is no member, a vote put to a body that cannot decide it. As to what comes
// from other nodes the book says the same (law 1).
class OrganDoor {
  public:
    explicit OrganDoor(Keeping keeping) : keeping_(keeping) {}
    // Thread-safe.
    Result<void> check(const ledger::Statement& statement, const ledger::Roll& roll) const;

  private:
    const Keeping keeping_;
};

}  // namespace comity::governance
