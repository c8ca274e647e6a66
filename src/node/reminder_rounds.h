// Members are reminded of what waits for them (the agenda), by those of their channels on this node that ask
// for it. Each letter is written once, whatever dies when and however many servers share a database: its id
// is made of what it is about.
#pragma once

#include "node/node.h"

namespace comity::node {

// One thread.
class ReminderRounds {
  public:
    // The database's tables are there (AlertRules::prepare).
    explicit ReminderRounds(Node& node) : node_(node) {}

    // Writes what is due; looks every few minutes, and between them does nothing.
    Result<void> look();

  private:
    Node& node_;
    Time next_{};
};

}  // namespace comity::node
