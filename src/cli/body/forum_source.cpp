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

Result<json::Object> tell_forum(Source& source, const std::string& path, const json::Object& body) {
    auto* answering = dynamic_cast<ForumSource*>(&source);
    if (answering == nullptr) return internal("source", "takes nothing in");
    return answering->forum_post(path, body);
}

}  // namespace comity::cli
