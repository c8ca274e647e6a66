// Answers to what is asked of objects, as JSON: the same words from REST and from the command line on a data
// folder. Each is a function of what the reader may read and of nothing else (law 4); what may not be read is
// kNotFound, in the words of what does not exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.h"
#include "ledger/access.h"
#include "ledger/roll.h"

namespace comity::intelligence {

// Who asks, of which state.
struct Asking {
    db::Session& session;  // sees one state
    const ledger::Readable& readable;
    std::vector<ledger::Viewer> viewers;  // one on REST; all whose keys are at hand on a data folder
    const ledger::Roll& roll;
    Time now;
};

// A request's parameters: name and value, decoded, in their order. A name that nobody knows is passed over.
using Parameters = std::vector<std::pair<std::string, std::string>>;

// The objects that were found, the newest first.
//     q             a value in any spelling, a network, an id; or words, all of which must be there
//     value, text   the same, told apart: an object with that value; with these words
//     type          repeated: any of them
//     source        the member that shared it
//     label         one of its labels or types
//     tlp           who may read it: clear, green, amber, amber+strict, red
//     confidence    stated, at least
//     since, until  when this node took it in (RFC 3339)
//     property      repeated: "name=value", a path with dots; all of them
//     versions      "all": not the last of each alone
//     limit, cursor
// {"items":[...],"next":"..."|null}. kInvalid names the parameter.
Result<std::string> answer_search(const Asking& asking, const Parameters& parameters);

// One object: its versions that the reader may read, who shared each, in which statement (null where the
// reader may not read that), how far it is believed, and what has values in common with it.
Result<std::string> answer_object(const Asking& asking, std::string_view id);

// What is related to it, to `depth` steps (1 to 5, 1 if not given), `limit` objects at the most (100):
// {"root","nodes":[{"id","type","name","distance","known"}],"edges":[{"from","to","kind","via"}],"more"}
Result<std::string> answer_related(const Asking& asking, std::string_view id, const Parameters& parameters);

// Who can see it, copy by copy, and why: everybody's case for the author's own people, else the reader's own.
// `for` (a member, or person@member): that one's case, for the author's people and for itself. kRefused for
// others who may read the object.
Result<std::string> answer_readers(const Asking& asking, std::string_view id, const Parameters& parameters);

}  // namespace comity::intelligence
