// The roll of nodes: which logs the community has, as the members' announcements say (announcement.h). Of a
// member's announcements of one log, the latest by witnessed second, then `issued`, then id, counts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/key_text.h"
#include "db/database.h"
#include "ledger/roll.h"

namespace comity::federation {

struct AnnouncedNode {
    std::string member;
    crypto::NamedKey log;
    crypto::NamedKey cosigner;
    std::optional<crypto::NamedKey> witness;
    std::string url;
    bool retired = false;
    ledger::Witnessed since = 0;  // when this was announced
    Digest statement;
};

// In the order of members and origins.
Result<std::vector<AnnouncedNode>> announced_nodes(db::Session& session);
// The one with that log key; nothing where no member has announced it.
Result<std::optional<AnnouncedNode>> announced_log(db::Session& session, const crypto::NamedKey& log);

// What is published (federation.cosigned) of who has cosigned a log, the newest of each witness; the largest
// first.
struct LogWitness {
    crypto::NamedKey witness;
    std::uint64_t size = 0;
    ledger::Witnessed time = 0;
};
Result<std::vector<LogWitness>> witnesses_of(db::Session& session, const crypto::NamedKey& log);

}  // namespace comity::federation
