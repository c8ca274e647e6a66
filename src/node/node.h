// A node put together, without its network face: database, keys, ledger with all pillars, accounts. Commands
// that work on a data folder open one; `comity serve` gives it to the doors (api/).
//
// The data folder:
//     comity.toml        configuration (may be absent)
//     comity.db          the store, unless database.url says otherwise
//     policy.tlog        which logs it cosigns and which witnesses it asks (may be absent)
//     keys/log.key       the log's secret key; keys/cosigner.key, witness.key, mirror.key: made here, mode
//     0600 keys/<member>.key  secret keys of members that this node or its user holds
#pragma once

#include <memory>
#include <string_view>

#include "accounts/accounts.h"
#include "federation/cosignatures.h"
#include "federation/growth.h"
#include "federation/mirror_store.h"
#include "federation/neighbours.h"
#include "federation/quorum.h"
#include "federation/sightings.h"
#include "federation/tlog_mirror.h"
#include "federation/witness.h"
#include "ledger/ledger.h"
#include "node/config.h"

namespace comity::node {

class Node {
  public:
    // kNotFound where the folder holds no node, with what to do. A node and other commands may be open at the
    // same time.
    static Result<std::unique_ptr<Node>> open(Config config, Clock& clock = system_clock());
    // Makes folder, log keys and store where they are not there yet, then opens.
    static Result<std::unique_ptr<Node>> create(Config config, Clock& clock = system_clock());

    const Config& config() const { return config_; }
    db::Database& database() { return *database_; }
    ledger::Ledger& ledger() { return *ledger_; }
    accounts::Accounts& accounts() { return *accounts_; }
    federation::MirrorStore& mirrors() { return *mirrors_; }
    federation::GrowthWatch& growth() { return *growth_; }
    Clock& clock() { return *clock_; }
    // What it does for other logs, what others do for its own, and what it has seen of all.
    federation::Witness& witness() { return *witness_; }
    federation::TlogMirror& tlog_mirror() { return *tlog_mirror_; }
    federation::Cosignatures& cosignatures() { return *cosignatures_; }
    federation::Sightings& sightings() { return *sightings_; }
    // What other nodes say of themselves: nothing before `comity serve` has started it.
    federation::Neighbours& neighbours() { return *neighbours_; }
    const log::Policy& policy() const { return cosignatures_->policy(); }
    // By when a quorum had seen what, and what a close waits for.
    ledger::QuorumTime& quorum() { return *quorum_; }

  private:
    Node() = default;
    Config config_;
    Clock* clock_ = nullptr;
    std::unique_ptr<db::Database> database_;  // outlives what uses it
    std::unique_ptr<accounts::Accounts> accounts_;
    std::unique_ptr<federation::Quorum> quorum_;  // outlives the ledger, whose door asks it
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<federation::Sightings> sightings_;
    std::unique_ptr<federation::Cosignatures> cosignatures_;
    std::unique_ptr<federation::Witness> witness_;
    std::unique_ptr<federation::TlogMirror> tlog_mirror_;
    std::unique_ptr<federation::MirrorStore> mirrors_;
    std::unique_ptr<federation::GrowthWatch> growth_;
    std::unique_ptr<federation::Neighbours> neighbours_;
};

}  // namespace comity::node
