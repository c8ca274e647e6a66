#include "cli/divide/divide_source.h"

namespace comity::cli {

Result<json::Object> ask_divide(Source& source, std::string_view what, const Asked& asked) {
    auto* answering = dynamic_cast<DivideSource*>(&source);
    if (answering == nullptr) return internal("source", "tells nothing of the divide");
    return answering->divide(what, asked);
}

Result<json::Object> ask_clearing(Source& source, std::string_view what, const Asked& asked) {
    auto* answering = dynamic_cast<DivideSource*>(&source);
    if (answering == nullptr) return internal("source", "tells nothing of needs and offers");
    return answering->clearing(what, asked);
}

Result<json::Object> ask_market(Source& source, std::string_view what, const Asked& asked) {
    auto* answering = dynamic_cast<DivideSource*>(&source);
    if (answering == nullptr) return internal("source", "tells nothing of the market");
    return answering->market(what, asked);
}

}  // namespace comity::cli
