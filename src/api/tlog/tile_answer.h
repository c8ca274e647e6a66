// A tile as it is answered, of this node's log or of one that it mirrors: it never changes, and a page
// elsewhere may read it (C2SP tlog-tiles).
#pragma once

#include <memory>
#include <string>

#include "http/message.h"

namespace comity::api::tlog {

inline http::Response tile_answer(std::shared_ptr<const std::string> bytes) {
    http::Response response;
    response.shared_body = std::move(bytes);
    response.compressible = false;  // hashes
    response.header("Content-Type", "application/octet-stream");
    response.header("Cache-Control", "public, max-age=31536000, immutable");
    response.header("Access-Control-Allow-Origin", "*");
    return response;
}

}  // namespace comity::api::tlog
