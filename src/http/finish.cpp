#include "http/finish.h"

#include <algorithm>

#include "base/logging.h"
#include "http/gzip.h"
#include "http/parse.h"

namespace comity::http {

namespace {

void drop_header(Response& response, std::string_view name) {
    std::erase_if(response.headers,
                  [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

void make_conditional(const Request& request, Response& response) {
    if (response.status != 200 || (request.method != Method::kGet && request.method != Method::kHead)) return;
    const auto etag = response.find("ETag");
    if (!etag) return;
    const bool listed = std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
        return equal_ignoring_case(header.first, "If-None-Match") && etag_listed(header.second, *etag);
    });
    if (!listed) return;
    response.status = 304;
    response.body.clear();
    response.shared_body.reset();
    drop_header(response, "Content-Type");
    drop_header(response, "Content-Encoding");
}

void compress(const Request& request, Response& response) {
    if (!response.compressible || response.status == 206 || response.bytes().size() < kSmallestToCompress)
        return;
    const auto type = response.find("Content-Type");
    if (!type || !is_text_like(*type) || response.find("Content-Encoding")) return;
    const auto vary = response.find("Vary");
    if (!vary || vary->find("Accept-Encoding") == std::string_view::npos)
        response.header("Vary", "Accept-Encoding");
    if (!takes_gzip(request)) return;
    auto packed = gzip(response.bytes());
    if (!packed) return;
    response.body = *std::move(packed);
    response.shared_body.reset();
    response.header("Content-Encoding", "gzip");
    // The bytes differ now, so the tag may no longer promise equality byte for byte.
    for (auto& [name, value] : response.headers) {
        if (equal_ignoring_case(name, "ETag") && !value.starts_with("W/")) value.insert(0, "W/");
    }
}

}  // namespace

bool takes_gzip(const Request& request) {
    return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
        return equal_ignoring_case(header.first, "Accept-Encoding") &&
               encoding_quality(header.second, "gzip") > 0;
    });
}

bool is_text_like(std::string_view content_type) {
    const auto media = parse_media_type(content_type);
    if (!media) return false;
    if (media->type == "text") return media->subtype != "event-stream";
    const std::string_view subtype = media->subtype;
    if (subtype.ends_with("+json") || subtype.ends_with("+xml")) return true;
    if (media->type != "application") return false;
    return subtype == "json" || subtype == "xml" || subtype == "javascript" || subtype == "x-ndjson";
}

void finish(const Router::Table& table, const Request& request, Response& response) {
    if (response.status < 200 || response.status > 599) {
        logging::error(
            "a handler answered with no status of an answer",
            {{"request", request.id}, {"path", request.path}, {"status", std::to_string(response.status)}});
        response = problem(Error{ErrorKind::kInternal, {}, "no such status", {}}, request);
    }
    make_conditional(request, response);
    compress(request, response);
    for (const Router::Filter& filter : table.filters) {
        try {
            filter(request, response);
        } catch (const std::exception& fault) {
            logging::error("a filter threw", {{"request", request.id}, {"error", fault.what()}});
        }
    }
}

}  // namespace comity::http
