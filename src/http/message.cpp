#include "http/message.h"

#include <boost/json.hpp>

#include "base/logging.h"
#include "http/parse.h"
#include "http/status.h"

namespace comity::http {

namespace {

// How long a client should wait before it asks again, in seconds.
constexpr std::string_view kRetryTooMany = "60";
constexpr std::string_view kRetryUnavailable = "5";

template <typename Headers>
std::optional<std::string_view> first(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Method method) {
    switch (method) {
        case Method::kGet:
            return "GET";
        case Method::kHead:
            return "HEAD";
        case Method::kPost:
            return "POST";
        case Method::kPut:
            return "PUT";
        case Method::kPatch:
            return "PATCH";
        case Method::kDelete:
            return "DELETE";
        case Method::kOptions:
            return "OPTIONS";
    }
    return "GET";
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    return first(headers, name);
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (!equal_ignoring_case(key, "Cookie")) continue;
        if (const auto found = find_cookie(value, name)) return found;
    }
    return std::nullopt;
}

std::string_view Request::capture(std::string_view name) const {
    const auto found = captures.find(name);
    return found == captures.end() ? std::string_view() : found->second;
}

std::optional<std::string_view> Response::find(std::string_view name) const {
    return first(headers, name);
}

Response& Response::header(std::string_view name, std::string_view value) {
    headers.emplace_back(name, value);
    return *this;
}

Response Response::text(int status, std::string body, std::string_view type) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.header("Content-Type", type);
    return response;
}

Response Response::events(std::shared_ptr<EventStream> stream) {
    Response response;
    response.stream = std::move(stream);
    response.header("Content-Type", "text/event-stream");
    response.header("Cache-Control", "no-store");
    response.header("X-Accel-Buffering", "no");  // nginx would hold events back
    return response;
}

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::kInvalid:
            return 400;
        case ErrorKind::kUnauthenticated:
            return 401;
        case ErrorKind::kRefused:
            return 403;
        case ErrorKind::kNotFound:
            return 404;
        case ErrorKind::kConflict:
            return 409;
        case ErrorKind::kTooLarge:
            return 413;
        case ErrorKind::kTooMany:
            return 429;
        case ErrorKind::kUnavailable:
            return 503;
        case ErrorKind::kCorrupt:
        case ErrorKind::kInternal:
            return 500;
    }
    return 500;
}

Response problem(const Error& error, const Request& request) {
    return problem(error, status_of(error.kind), request);
}

Response problem(const Error& error, int status, const Request& request) {
    const bool ours = error.kind == ErrorKind::kInternal || error.kind == ErrorKind::kCorrupt;
    if (ours) {
        logging::error("request failed", {{"request", request.id},
                                          {"method", std::string(to_string(request.method))},
                                          {"path", request.path},
                                          {"error", error.message()}});
    }
    boost::json::object body{{"type", "about:blank"},
                             {"title", reason(status)},
                             {"status", status},
                             {"kind", to_string(error.kind)}};
    if (ours) {
        body["detail"] = "this is a fault of the server; its log has the details under the instance";
    } else {
        body["detail"] = error.mend.empty() ? error.what : error.what + ": " + error.mend;
        if (!error.where.empty()) body["where"] = error.where;
    }
    body["instance"] = request.id;
    Response response = Response::text(status, boost::json::serialize(body), "application/problem+json");
    response.header("Cache-Control", "no-store");
    if (error.kind == ErrorKind::kTooMany) response.header("Retry-After", kRetryTooMany);
    if (error.kind == ErrorKind::kUnavailable) response.header("Retry-After", kRetryUnavailable);
    return response;
}

}  // namespace comity::http
