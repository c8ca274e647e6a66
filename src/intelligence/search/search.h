// Searching what one reader may read, the newest first. The index (search/index.h) gives candidates; whether
// one is found is decided by its own bytes and row, so the answer is the same however much is indexed.
//
// An object stands for itself once: in the version, and the copy of it, that TAXII would give by default
// (selection.h). Law 4: rows that may not be read take part in nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/database.h"
#include "intelligence/queries.h"
#include "intelligence/search/facts.h"
#include "intelligence/search/term.h"
#include "ledger/access.h"

namespace comity::intelligence::search {

struct Query {
    // All must be met, each by any of its ranges.
    std::vector<std::vector<TermRange>> needs;
    std::optional<ObjectId> id;
    std::vector<std::string> types;                               // empty: any
    std::optional<ledger::Tlp> marking;                           // who may read it, by its label
    std::optional<int> confidence;                                // stated, at least
    std::optional<Time> since;                                    // taken in by this node then or later,
    std::optional<Time> until;                                    // and then or earlier
    std::vector<std::pair<std::string, std::string>> properties;  // as property_is has them
    bool all_versions = false;
    bool every_copy = false;  // with an id: all its rows, not those that stand for the others alone

    void need(std::string term) { needs.push_back({{term, term}}); }
};

struct Page {
    std::optional<Time> before;  // where the last page ended
    std::size_t limit = 100;
    std::size_t max_bytes = 8u << 20;  // of the objects together; at least one is given
};

struct Hit {
    ObjectRow row;
    ledger::AudienceId audience = 0;
    std::string source;  // the member that shared it
    std::string data;    // as submitted
    Facts facts;
};

struct Hits {
    std::vector<Hit> found;  // falling by `added`
    bool more = false;
};

// `session` sees one state, and `readable` is of it.
Result<Hits> find(db::Session& session, const ledger::Readable& readable, const Query& query,
                  const Page& page);

}  // namespace comity::intelligence::search
