// The rulebook out of a node's store, and what is answered of it. Public, as governance is.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "governance/rules/rulebook.h"
#include "ledger/quorum_time.h"

namespace comity::governance {

// The book as of `now`: only votes that have closed by then have adopted anything.
struct KnownRules {
    Rulebook book;
    ledger::Roll roll;
    ledger::Witnessed changes = ledger::kNever;  // the next close that can change it
    bool waits = false;                          // for the witnesses of a vote that has closed
};
Result<KnownRules> load_rules(db::Session& session, ledger::QuorumTime& quorum, ledger::Witnessed now);

struct RuleQuery {
    ledger::Witnessed now = 0;            // the caller's clock
    std::optional<ledger::Witnessed> at;  // as of then; nothing: now
    std::string topic;                    // empty: any
    std::string language = "en";          // of the titles, where there is a text in it
    bool all = false;                     // those too that are to come or have ended
};
// {"number","version","title","topics","state",...} of each, by number.
Result<json::Array> rules_answer(db::Session& session, ledger::QuorumTime& quorum, const RuleQuery& query);
// One by its number: the version in force then (else the last before, else the first to come), its texts, its
// policy, what members say of keeping it, and all its versions. kNotFound.
Result<json::Object> rule_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view number,
                                 const RuleQuery& query);
// The same as an Akoma Ntoso document (OASIS LegalDocML 1.0) in the query's language.
Result<std::string> rule_document(db::Session& session, ledger::QuorumTime& quorum, std::string_view number,
                                  const RuleQuery& query);
// The statement that adopted the version in force now, for who accedes to it, conforms to it or suspends it.
Result<const RuleVersion*> find_rule(const Rulebook& book, std::string_view number, ledger::Witnessed at);

}  // namespace comity::governance
