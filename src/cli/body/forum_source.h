// What a source (source.h) tells of bodies and of what goes on around decisions. An interface of its own: who
// asks nothing of these need not know of it. Both kinds of source have it.
#pragma once

#include "cli/source.h"

namespace comity::cli {

class ForumSource {
  public:
    virtual ~ForumSource() = default;
    // All items of GET /api/v1/{what}, and one, GET /api/v1/{what}/{id} (governance/answers.h).
    virtual Result<std::vector<json::Object>> forum(std::string_view what, const Asked& asked) = 0;
    virtual Result<json::Object> forum_item(std::string_view what, std::string_view id,
                                            const Asked& asked) = 0;
    // POST /api/v1/{path}: what a node takes in from people who sign nothing. kRefused without a node.
    virtual Result<json::Object> forum_post(const std::string& path, const json::Object& body) = 0;
};

Result<std::vector<json::Object>> ask_forum(Source& source, std::string_view what, const Asked& asked);
Result<json::Object> ask_forum_item(Source& source, std::string_view what, std::string_view id,
                                    const Asked& asked);
Result<json::Object> tell_forum(Source& source, const std::string& path, const json::Object& body);

}  // namespace comity::cli
