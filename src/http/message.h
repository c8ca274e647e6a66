// Requests and responses as handlers see them.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace comity::http {

class EventStream;

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view to_string(Method method);

// A request, complete with its body. Header names compare without case. Immutable and safe to move to another
// thread.
struct Request {
    Method method = Method::kGet;
    std::string path;  // percent-decoded, starts with "/", no "." or ".." segment, no NUL
    std::string raw_query;
    std::vector<std::pair<std::string, std::string>> query;  // decoded, in order, duplicates kept
    std::vector<std::pair<std::string, std::string>> headers;
    std::map<std::string, std::string, std::less<>> captures;  // what the route's {names} matched
    std::string body;
    std::string client;  // the peer's address, "127.0.0.1" or "::1"
    std::string id;      // unique in this process: stands in logs and in problem answers
    bool tls = false;
    std::chrono::steady_clock::time_point received{};  // when its head had come

    std::optional<std::string_view> header(std::string_view name) const;  // the first of that name
    std::optional<std::string_view> parameter(std::string_view name) const;
    std::optional<std::string_view> cookie(std::string_view name) const;
    std::string_view capture(std::string_view name) const;  // empty where the route has none such
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers{};
    // One of the three: bytes of its own, bytes that it shares (static files, cached tiles),
    // or a stream.
    std::string body{};
    std::shared_ptr<const std::string> shared_body{};
    std::shared_ptr<EventStream> stream{};
    bool compressible = true;  // gzip it where the client takes it and it is text-like and over 1 KiB

    Response& header(std::string_view name, std::string_view value);    // adds one
    std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
    std::string_view bytes() const {
        return shared_body ? std::string_view(*shared_body) : std::string_view(body);
    }

    static Response text(int status, std::string body, std::string_view type = "text/plain; charset=utf-8");
    static Response json(int status, std::string body) {
        return text(status, std::move(body), "application/json");
    }
    static Response events(std::shared_ptr<EventStream> stream);  // text/event-stream, kept by no cache
};

// RFC 9457: "application/problem+json" with type, title, status, detail, instance (the request's id), kind
// (the error's) and, where the error has a place, `where`; kTooMany and kUnavailable carry Retry-After. What
// is the program's own fault (kInternal, kCorrupt) is logged under the request's id, and its text is not
// shown.
int status_of(ErrorKind kind);
Response problem(const Error& error, const Request& request);
Response problem(const Error& error, int status,
                 const Request& request);  // where the status is not the kind's (405)

// How an answer is given: once, from any thread, now or later.
using Respond = std::move_only_function<void(Response)>;

}  // namespace comity::http
