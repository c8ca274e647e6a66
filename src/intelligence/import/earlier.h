// What is shared again is no new object: it keeps its `created`, and is a new version only where something
// changed (STIX 2.1 section 3.6).
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "db/database.h"
#include "intelligence/stix/identifier.h"
#include "ledger/access.h"
#include "ledger/audience.h"

namespace comity::intelligence {

// The newest version of an object that a reader may read, and who may read its copies.
struct Earlier {
    std::string data;
    std::vector<ledger::Audience> audiences;  // each once
};
// By the objects' ids; those that the reader may not know of are missing.
using EarlierVersions = std::map<std::string, Earlier, std::less<>>;

// `readable` and the rows must be of one state.
Result<EarlierVersions> find_earlier(db::Session& session, const ledger::Readable& readable,
                                     std::span<const ObjectId> ids);

struct Renewed {
    std::vector<std::string> objects;  // to be shared
    std::size_t unchanged = 0;         // shared with that audience before, just so
    std::size_t renewed = 0;           // new versions of what is there
    std::vector<std::string> revoked;  // ids of objects that were revoked, which cannot be undone: left out
};
// Of objects made now (each of one line of a list, say), those that say something new, with the `created`
// (and, where the source states none, the valid_from) of their earlier versions. `audience` is the
// statement's that they will be in: the same version for others than before is shared as it was, byte for
// byte.
Result<Renewed> renew(std::vector<std::string> objects, const EarlierVersions& earlier,
                      const ledger::Audience& audience);

// The ids of the objects, in order. kInvalid where one is no object.
Result<std::vector<ObjectId>> ids_of(std::span<const std::string> objects);

}  // namespace comity::intelligence
