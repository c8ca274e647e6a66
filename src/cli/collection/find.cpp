#include "cli/collection/find.h"

#include <optional>

#include "cli/forms.h"

namespace comity::cli {

Result<json::Object> find_collection(Source& source, const std::string& name) {
    constexpr std::size_t kMinPrefix = 8;
    COMITY_TRY(auto collections, source.collections());
    std::optional<json::Object> found;
    for (json::Object& each : collections) {
        const std::string id = field(each, "id");
        const bool by_id = name.size() >= kMinPrefix && id.starts_with(name);
        if (!by_id && field(each, "alias") != name) continue;
        if (found) {
            return conflict(name, "is the name of more than one collection", "give the whole id");
        }
        found = std::move(each);
    }
    if (!found) {
        return not_found("there is no collection " + name + " that you may see",
                         "comity collection list shows them");
    }
    return *std::move(found);
}

}  // namespace comity::cli
