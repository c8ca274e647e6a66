// What a source (source.h) tells of the digital divide, of needs and offers, of the market. An interface of
// its own: who asks nothing of these need not know of it. Both kinds of source have it.
#pragma once

#include "cli/source.h"

namespace comity::cli {

class DivideSource {
  public:
    virtual ~DivideSource() = default;
    // The answer of GET /api/v1/divide/{what} ("" for what there is), from a data folder or over the network.
    virtual Result<json::Object> divide(std::string_view what, const Asked& asked) = 0;
    // The answer of GET /api/v1/clearing/{what}.
    virtual Result<json::Object> clearing(std::string_view what, const Asked& asked) = 0;
    // The answer of GET /api/v1/market/{what}.
    virtual Result<json::Object> market(std::string_view what, const Asked& asked) = 0;
};

Result<json::Object> ask_divide(Source& source, std::string_view what, const Asked& asked);
Result<json::Object> ask_clearing(Source& source, std::string_view what, const Asked& asked);
Result<json::Object> ask_market(Source& source, std::string_view what, const Asked& asked);

}  // namespace comity::cli
