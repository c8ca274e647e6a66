#include "api/taxii/answer.h"

#include "api/taxii/media.h"
#include "json/value.h"

namespace comity::api::taxii {
namespace {

constexpr std::string_view kRetryAfterSeconds = "5";

std::string_view title_of(int status) {
    switch (status) {
        case 400:
            return "Bad request";
        case 401:
            return "Not authenticated";
        case 403:
            return "Forbidden";
        case 404:
            return "Not found";
        case 405:
            return "Method not allowed";
        case 406:
            return "Not acceptable";
        case 409:
            return "Conflict";
        case 413:
            return "Too large";
        case 415:
            return "Unsupported media type";
        case 422:
            return "Unprocessable content";
        case 429:
            return "Too many requests";
        case 501:
            return "Not implemented";
        case 503:
            return "Unavailable";
        default:
            return status < 500 ? "Bad request" : "Internal error";
    }
}

void finish(http::Response& response) {
    // What is in an answer depends on who asks.
    response.header("Cache-Control", "private, no-cache");
    response.header("Vary", "Accept, Authorization, Cookie");
}

}  // namespace

http::Response resource(std::string json) {
    http::Response response = http::Response::text(200, std::move(json), kTaxiiType);
    finish(response);
    return response;
}

http::Response error_answer(const Error& error, int status, const http::Request& request) {
    json::Object body;
    body["title"] = title_of(status);
    // An internal fault's details are for the operator's log, not for the one who asks.
    if (status != 500 && !error.message().empty()) body["description"] = error.message();
    if (!request.id.empty()) body["error_id"] = request.id;
    body["error_code"] = to_string(error.kind);
    body["http_status"] = std::to_string(status);
    http::Response response = http::Response::text(status, json::write(body), kTaxiiType);
    finish(response);
    if (status == 401) {
        response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Comity\", charset=\"UTF-8\"");
        response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Comity\"");
    }
    if (status == 429 || status == 503) response.header("Retry-After", kRetryAfterSeconds);
    return response;
}

void add_date_headers(http::Response& response, Time first, Time last) {
    response.header("X-TAXII-Date-Added-First", format_time_micros(first));
    response.header("X-TAXII-Date-Added-Last", format_time_micros(last));
}

std::string version_text(const intelligence::FoundObject& found) {
    if (!found.row.version) return format_time_micros(found.row.added);
    const auto object = intelligence::parse_object(found.data);
    return object ? object->version_text : format_time_micros(*found.row.version);
}

}  // namespace comity::api::taxii
