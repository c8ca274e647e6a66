// Views as a whole: made again from the statements (law 2), compared (law 1).
#pragma once

#include "ledger/door.h"
#include "ledger/ledger.h"

namespace comity::ledger {

// A statement and its envelope, kept together.
struct Act {
    Statement statement;
    crypto::Envelope envelope;
    Witnessed witnessed = 0;
};
// All kept statements that make the roll.
Result<std::vector<std::unique_ptr<Act>>> load_acts(db::Session& session, const RollMaker& maker,
                                                    const Pillars& pillars);
Roll make_roll(RollMaker& maker, std::span<const std::unique_ptr<Act>> acts);

// A row of `statements`, parsed again from its envelope.
Result<Act> parse_kept(std::string_view envelope);

// Empties the views of all pillars and applies every statement that counts, in the order of seq.
Result<void> rebuild_views(db::Transaction& tx, const Pillars& pillars, Audiences& audiences,
                           const Progress& progress);

// Over the canonical rows of all views.
Result<Digest> digest_views(db::Session& session, const Pillars& pillars);

}  // namespace comity::ledger
