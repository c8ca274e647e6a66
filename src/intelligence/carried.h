// Objects by the statement that carries them: what REST and the command line show of a share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "db/database.h"
#include "ledger/access.h"
#include "ledger/ledger.h"

namespace comity::intelligence {

struct CarriedObject {
    std::uint64_t position = 0;  // in the statement, from 0
    std::string data;            // as submitted
};

// Of any statement that carries objects, another pillar's too. Those of a statement's objects from `first` on
// that the reader may read, `limit` at the most, in their order. `readable` and the rows must be of one
// state.
Result<std::vector<CarriedObject>> find_carried(db::Session& session, const ledger::Readable& readable,
                                                const ledger::Kept& kept, std::uint64_t first,
                                                std::size_t limit);

// Which statement carries the object that was added then; nothing where the reader may not read that (its
// author may show the object to more than the statement: marking_change.h). kNotFound.
struct Carrier {
    Digest statement;
    std::uint64_t position = 0;
};
Result<std::optional<Carrier>> find_carrier(db::Session& session, const ledger::Readable& readable,
                                            Time added);

}  // namespace comity::intelligence
