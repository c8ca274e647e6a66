// Time that decides, as ledger/quorum_time.h has it, from what witnesses said (seal.h) and from where
// statements stand in the logs that this node holds, its own and those that it mirrors. What a witness says
// of a log counts only where the log that is held here has that root at that size.
#pragma once

#include "ledger/ledger.h"
#include "ledger/log_reader.h"
#include "ledger/quorum_time.h"

namespace comity::federation {

class Quorum final : public ledger::QuorumTime {
  public:
    // `own`: the key of this node's log. The database has the tables of MirrorStore and of the pillar.
    explicit Quorum(const crypto::NamedKey& own) : own_(own.text()), tiles_(kCachedTiles) {}

    Result<std::vector<std::optional<ledger::Witnessed>>> times(db::Session& session,
                                                                const log::Policy& policy,
                                                                std::span<const Digest> statements) override;
    Result<ledger::ClosedAt> closed_at(db::Session& session, const log::Policy& policy,
                                       ledger::Witnessed close, std::span<const Digest> statements,
                                       ledger::Liars liars) override;

  private:
    static constexpr std::size_t kCachedTiles = 256;  // 8 KiB each
    const std::string own_;
    ledger::TileCache tiles_;  // of the own log
};

}  // namespace comity::federation
