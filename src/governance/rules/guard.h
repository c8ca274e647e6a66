// The rules that act, asked of every act that is submitted at this node, by whatever door: command line,
// REST, TAXII, MISP, a pull (Pillar::check_effect on the one path). What another node has taken into its log
// is in the set and is not refused here (law 1); that it went against a rule is for all to see (impact.h).
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "base/time.h"
#include "governance/rules/rule_store.h"

namespace comity::governance {

// What governance needs of its node to keep rules. Must outlive the pillar.
struct Keeping {
    db::Database& database;
    ledger::QuorumTime& quorum;
    Clock& clock;
};

class RuleGuard {
  public:
    explicit RuleGuard(Keeping keeping) : keeping_(keeping) {}

    // kRefused names the rule and its clause. A rule acts from the very second that it takes force; of what
    // came in since (an accession, a suspension) it knows after two seconds. Thread-safe.
    Result<void> check(const ledger::Statement& statement, const ledger::Roll& roll);

  private:
    Result<std::shared_ptr<const KnownRules>> known(ledger::Witnessed now);

    const Keeping keeping_;
    std::mutex mutex_;  // guards what follows
    std::shared_ptr<const KnownRules> known_;
    std::int64_t newest_ = -1;        // governance's last act when it was read
    ledger::Witnessed read_at_ = 0;   // when
    ledger::Witnessed asked_at_ = 0;  // when it was last found to be new enough
};

// What `book` says of the act at that second. `by`: the rule that refuses it, or that permits it; null: none.
struct Judged {
    Ruling ruling;
    const RuleVersion* by = nullptr;
};
Judged judge(const Rulebook& book, const ActRequest& request);
// "forbids intelligence.share: ...": of one that was refused.
std::string refusal_text(const Judged& judged, std::string_view action);

}  // namespace comity::governance
