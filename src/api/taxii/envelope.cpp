#include "api/taxii/envelope.h"

#include <algorithm>

#include "api/taxii/media.h"
#include "base/text.h"
#include "http/gzip.h"
#include "json/alone.h"

namespace comity::api::taxii {
namespace {

std::unexpected<Untaken> untaken(int status, const Failure& failure) {
    return std::unexpected(Untaken{status, failure.error()});
}

}  // namespace

bool is_taxii(std::string_view content_type) {
    // A range and a list are no type, which a Content-Type is.
    return !content_type.empty() && content_type.find_first_of("*,") == std::string_view::npos &&
           accepts_taxii(content_type);
}

std::expected<std::vector<std::string_view>, Untaken> read_envelope(const http::Request& request,
                                                                    std::size_t limit, std::string& decoded) {
    if (!is_taxii(request.header("Content-Type").value_or(""))) {
        return untaken(
            415, invalid("Content-Type", "is not what is taken here", "send " + std::string(kTaxiiType)));
    }
    std::string_view body = request.body;
    const std::string_view coding = request.header("Content-Encoding").value_or("identity");
    if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) {
        auto unpacked = http::gunzip(body, limit);
        if (!unpacked) {
            const int status = unpacked.error().kind == ErrorKind::kTooLarge      ? 413
                               : unpacked.error().kind == ErrorKind::kUnavailable ? 503
                                                                                  : 400;
            return untaken(status, within("body", std::move(unpacked).error()));
        }
        decoded = *std::move(unpacked);
        body = decoded;
    } else if (!same_word(coding, "identity")) {
        return untaken(415, invalid("Content-Encoding", "is not known here", "send gzip or none"));
    }
    auto objects = json::array_elements_alone(body, "objects");
    if (!objects) {
        Error error = std::move(objects).error();
        const bool shape = error.kind == ErrorKind::kNotFound || error.where == "objects";
        if (!shape) return untaken(400, within("body", std::move(error)));
        return untaken(422, invalid("objects", "is no list of objects in the body",
                                    R"(send an envelope, {"objects":[...]})"));
    }
    if (objects->empty()) {
        return untaken(422, invalid("objects", "is an empty list", "send at least one object"));
    }
    return *std::move(objects);
}

}  // namespace comity::api::taxii
