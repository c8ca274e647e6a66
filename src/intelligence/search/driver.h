// By what a question's objects are found: the part of it that the fewest objects meet, as terms of the index,
// and a walk through the objects that have them, the newest first. Candidates alone: whether one is found is
// for search.h to say, by its own bytes and row.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "db/database.h"
#include "intelligence/search/search.h"
#include "ledger/pillar.h"

namespace comity::intelligence::search {

// A row of the view.
struct Candidate {
    ObjectRow row;
    ledger::AudienceId audience = 0;
};

struct Driver {
    std::vector<TermRange> ranges;   // what is in the index and meets it has a term in one of these
    std::vector<Candidate> besides;  // and these may; the newest first
};

// The best one; nothing where no part of the question is in the index, or none of those that are can be
// followed. `audiences`: where it asks for a marking, those that have it and that the reader may read.
Result<std::optional<Driver>> choose_driver(db::Session& session, const Query& query,
                                            const std::set<ledger::AudienceId>& audiences);

// Gives candidates that were added before `before`, then or later than `floor`, in portions, each and all of
// them the newest first and each once, until `take` returns false. False, before the first was given, where
// there are too many to be put in order: then they are so common that a page of them is found by going
// through all.
using TakeCandidates = std::function<Result<bool>(std::vector<Candidate>& candidates)>;
Result<bool> follow(db::Session& session, const Driver& driver, std::int64_t before, std::int64_t floor,
                    const TakeCandidates& take);

Candidate read_candidate(const db::Row& row);  // added, uuid, type, spec, version, audience

}  // namespace comity::intelligence::search
