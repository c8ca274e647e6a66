// A node's rules and what became of them: local tables, no statements (rule.h says why). Several servers may
// use them at once; nothing is said twice, for every key below is written by one transaction.
//
// Tables:
//     alert_rules(id, member, name, rule, created, after)       rule: JSON
//     alert_mark(n, seq)          1: statements accepted up to it were looked at. It may lag: what is looked
//     at
//                                 twice is found there already.
//     alert_waiting(seq)          statements that did not count when they were looked at
//     alert_evidence(rule, key, open, found, seq, statement, object, audience, title, vals, advice, alert)
//         what met a rule; key: a digest of what makes it the same evidence; open: 1 until an alert tells it
//     alert_said(id, rule, member, made, envelope, state, root, level, due, error)
//         the node's alerts; id: the statement's; state: 0 to be submitted, 1 accepted, 2 refused; due: when
//         it is escalated unless somebody acknowledges it
//     alert_channels, alert_outbox: see outbox.h
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "intelligence/alert/rule.h"

namespace comity::intelligence {

class AlertRules {
  public:
    // Makes the tables where they are not there.
    static Result<void> prepare(db::Database& database);

    explicit AlertRules(db::Database& database) : database_(&database) {}
    // Keeps it under an id of its own: it is about what is accepted from now on. kConflict where the member
    // has one of that name, kTooMany where it has too many.
    Result<AlertRule> add(AlertRule rule, Time now);
    Result<void> remove(std::string_view member, std::string_view name);  // kNotFound
    Result<std::vector<AlertRule>> list(std::string_view member);         // by name

  private:
    db::Database* database_;
};

// All of them, by member and name.
Result<std::vector<AlertRule>> read_alert_rules(db::Session& session);

}  // namespace comity::intelligence
