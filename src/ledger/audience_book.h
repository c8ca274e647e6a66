// The stored audiences and their numbers. An audience is stored once for each author that uses it (for
// `clear` and `green`, where the author makes no difference, once altogether) and never changes, so the
// answers are remembered.
#pragma once

#include <map>
#include <string>

#include "ledger/pillar.h"

namespace comity::ledger {

// For the sequencer's transactions: one thread at a time. forget() after a transaction that was not
// committed.
class AudienceBook final : public Audiences {
  public:
    Result<AudienceId> id(db::Transaction& tx, std::string_view author, const Audience& audience) override;
    void forget() { known_.clear(); }

  private:
    std::map<std::pair<std::string, Audience>, AudienceId> known_;
};

}  // namespace comity::ledger
