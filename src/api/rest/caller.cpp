#include "api/rest/caller.h"

#include <fmt/format.h>
#include <charconv>

#include "base/text.h"
#include "json/fields.h"

namespace comity::api::rest {

constexpr std::size_t kDefaultPage = 100;
constexpr std::size_t kMaxPage = 1000;

http::Response refusal(const Error& error, const http::Request& request) {
    http::Response response = http::problem(error, request);
    if (error.kind == ErrorKind::kUnauthenticated)
        response.header("WWW-Authenticate", "Bearer realm=\"comity\"");
    return response;
}

http::Router::Handler guarded(node::Node& node, Handler handler) {
    return [&node, handler = std::move(handler)](const http::Request& request) {
        auto answer = [&]() -> Answer {
            COMITY_TRY(auto principal, node::authenticate(node, request));
            const bool reads = request.method == http::Method::kGet || request.method == http::Method::kHead;
            if (principal && reads && !principal->has(accounts::Scope::kRead)) {
                return refused("Authorization", "the token does not have the scope 'read'",
                               "make one that has");
            }
            ledger::Viewer viewer = node::viewer_of(node, principal);
            return handler(request, {std::move(principal), std::move(viewer)});
        }();
        if (!answer) return refusal(answer.error(), request);
        http::Response response = *std::move(answer);
        if (!response.find("Cache-Control")) response.header("Cache-Control", "no-store");
        return response;
    };
}

Result<const accounts::Principal*> logged_in(const Caller& caller) {
    if (!caller.principal) return unauthenticated("this needs an account", "log in, or send a token");
    return &*caller.principal;
}

Result<std::string> own_people(const Caller& caller, accounts::Scope scope, std::string_view what) {
    COMITY_TRY(const accounts::Principal* principal, logged_in(caller));
    if (!caller.viewer.staff || caller.viewer.member.empty())
        return refused("account", fmt::format("{} are for a member's own people", what));
    if (!principal->has(scope))
        return refused("Authorization",
                       "the token does not have the scope '" + std::string(to_string(scope)) + "'",
                       "make one that has");
    return caller.viewer.member;
}

Failure bad_cursor() {
    return invalid("cursor", "is none of this list's", "take it from the last page's 'next'");
}

Result<std::uint64_t> number_of(std::string_view text, std::string where, std::uint64_t max) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || number > max) {
        return invalid(std::move(where),
                       fmt::format("'{}' is not a number from 0 to {}", shown(text, 40), max));
    }
    return number;
}

Result<std::size_t> limit_of(const http::Request& request) {
    const auto text = request.parameter("limit");
    if (!text) return kDefaultPage;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc() || end != text->data() + text->size() || limit < 1 || limit > kMaxPage) {
        return invalid("limit", "'" + shown(*text, 40) + "' is not a number from 1 to 1000");
    }
    return limit;
}

Result<json::Value> body_of(const http::Request& request) {
    auto value = json::parse(request.body);
    if (!value) return within("body", std::move(value).error());
    return value;
}

http::Response page_of(const std::vector<std::string>& items, const std::optional<std::string>& next) {
    std::string body = "{\"items\":[";
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) body += ',';
        body += items[i];
    }
    body += "],\"next\":" + (next ? json::write(json::Value(*next)) : std::string("null")) + "}";
    return http::Response::json(200, std::move(body));
}

std::string time_of(ledger::Witnessed seconds) {
    std::string text = format_time_millis(Time::from_seconds(seconds));
    return text.substr(0, 19) + "Z";
}

json::Value end_of(ledger::Witnessed seconds) {
    if (seconds == ledger::kNever) return nullptr;
    return json::Value(time_of(seconds));
}

}  // namespace comity::api::rest
