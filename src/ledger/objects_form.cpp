#include "ledger/objects_form.h"

#include <vector>

#include "log/tree.h"

namespace comity::ledger {

json::Object objects_form(std::span<const std::string> objects) {
    std::vector<Digest> leaves;
    leaves.reserve(objects.size());
    for (const std::string& object : objects) leaves.push_back(log::leaf_hash(as_bytes(object)));
    return {{"count", objects.size()}, {"root", log::root_of(leaves).hex()}};
}

}  // namespace comity::ledger
