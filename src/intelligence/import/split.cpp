#include "intelligence/import/split.h"

#include <map>

#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence {

Result<std::vector<Portion>> split_by_audience(std::vector<std::string> objects,
                                               const ledger::Audience& audience) {
    std::map<ledger::Audience, std::vector<std::string>>
        by_audience;  // an audience's label comes first in its order
    for (std::string& bytes : objects) {
        COMITY_TRY(const Object object, parse_object(bytes));
        by_audience[effective_audience(audience, object.marking)].push_back(std::move(bytes));
    }
    std::vector<Portion> portions;
    for (auto& [who, what] : by_audience) portions.push_back({who, std::move(what)});
    return portions;
}

}  // namespace comity::intelligence
