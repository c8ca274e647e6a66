#include "cli/body/forum_source.h"

namespace comity::cli {

Result<std::vector<json::Object>> ask_forum(Source& source, std::string_view what, const Asked& asked) {
    auto* answering = dynamic_cast<ForumSource*>(&source);
    if (answering == nullptr) return internal("source", "tells nothing of bodies");
    return answering->forum(what, asked);
}

Result<json::Object> ask_forum_item(Source& source, std::string_view what, std::string_view id,
                                    const Asked& asked) {
    auto* answering = dynamic_cast<ForumSource*>(&source);
    if (answering == nullptr) return internal("source", "tells nothing of bodies");
    return answering->forum_item(what, id, asked);
}

}  // namespace comity::cli
