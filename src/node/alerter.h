// Members' rules at work (intelligence/alert/): what the ledger accepts is held to them, and what meets one
// is said as an alert in the member's name, with the key that this node holds for it.
//
// Nothing is said twice, nor lost, whatever dies when and however many servers share a database: evidence and
// alert are written in one transaction, under keys that the second finds there; the alert's envelope is among
// them, signed already, and is submitted until it is accepted.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "intelligence/alert/gather.h"
#include "node/alert_body.h"
#include "node/node.h"

namespace comity::node {

// One that this node says or has said: a row of alert_said (rule_book.h).
struct SaidAlert {
    Digest id;
    std::string rule;
    std::string member;
    std::string envelope;
    Digest root;
    std::int64_t level = 0;
};

// What a server does at each look. One thread.
class AlertRounds {
  public:
    // The database's tables are there (AlertRules::prepare).
    explicit AlertRounds(Node& node);

    // Looks at what came since, says what follows, escalates what nobody has acknowledged in time.
    // kUnavailable and the like: the next look goes on where this one was.
    Result<void> look();

  private:
    Result<bool> gather();  // false: there is nothing more to look at
    Result<void> read_rules(db::Session& session);
    Result<std::int64_t> begin_at(db::Session& session) const;
    Result<void> keep(const intelligence::Gathered& gathered);
    Result<void> answer_drill(db::Transaction& tx, const intelligence::FoundDrill& drill);
    Result<void> look_again();
    Result<void> say_open(db::Transaction& tx);
    Result<void> say_open_of(db::Transaction& tx, const intelligence::Watch& watch);
    Result<void> escalate();
    Result<void> say_louder(const std::vector<SaidAlert>& due, Time now);
    Result<void> submit();
    Result<void> post(db::Transaction& tx, const std::string& member, const intelligence::AlertBody& body,
                      const SignedAlert& alert, Time now);

    Node& node_;
    intelligence::Watches watches_;
    std::optional<std::int64_t> mark_;  // statements up to it were looked at
    std::int64_t kept_mark_ = 0;
    Time mark_kept_{};
    std::map<std::string, Time> resting_;  // members whose alerts cannot be said, and until when
};

// Looks whenever the ledger has taken something, and once a second, from a thread of its own, until it goes,
// and at what members are to be reminded of (reminder_rounds.h).
// Calls `said` after each look: there may be letters to deliver (deliverer.h). May be empty.
class Alerter {
  public:
    explicit Alerter(Node& node, std::function<void()> said = {});
    ~Alerter();
    Alerter(const Alerter&) = delete;
    Alerter& operator=(const Alerter&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::node
