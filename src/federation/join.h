// How a new node finds its community with nothing in hand but the charter's digest: from any node that
// mirrors it. The charter is known by its digest and its founders' signatures; from it, and from what the
// members signed since, follows whose keys are whose; a log is followed when one of the members'
// announcements names its key. What was only shown for this is not taken into the ledger: the logs bring all
// of it, with its times.
#pragma once

#include "federation/announcement.h"
#include "federation/http_source.h"
#include "federation/mirror_store.h"
#include "ledger/ledger.h"

namespace comity::federation {

struct Joined {
    std::string community;             // its name
    crypto::NamedKey log;              // the node's own
    std::vector<std::string> origins;  // the community's logs that the node has, and that are followed now
};

// Puts the charter into the ledger and the logs that the node offers into the store. kRefused where charter,
// signatures or announcements do not hold; kConflict where the ledger belongs to another community.
Result<Joined> join(ledger::Ledger& ledger, MirrorStore& store, HttpSource& source, const Digest& charter,
                    Clock& clock);

// What a member has announced of that log, as the source shows it, by the keys that the roll knows now: for
// who is to follow a log in which alone its announcement stands. Nothing: nobody that the roll knows has.
Result<std::optional<Announcement>> shown_announcement(HttpSource& source, const ledger::Roll& roll,
                                                       const crypto::NamedKey& log, ledger::Witnessed now);

}  // namespace comity::federation
