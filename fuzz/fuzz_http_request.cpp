// What the HTTP room reads of a request: the first line of the input is the target, each further one a
// header. Every parser also sees every value, whatever its header's name.
#include <algorithm>

#include "base/encoding.h"
#include "fuzz/target.h"
#include "http/parse.h"
#include "http/request_head.h"
#include "http/routes.h"

using namespace comity;
using fuzz::hold;

namespace {

void check_target(std::string_view text) {
    const auto target = http::parse_target(text);
    if (!target) return;
    const std::string& path = target->path;
    hold(path.starts_with('/'), "a path begins with a slash");
    hold(http::is_utf8(path), "a path is UTF-8");
    hold(std::ranges::none_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
         "a path has no control character");
    const std::string closed = path + "/";
    hold(closed.find("/../") == std::string::npos && closed.find("/./") == std::string::npos,
         "a path leads nowhere but down");
    std::string again = "/";  // the slashes as they are: they part the segments, "%2F" included
    for (const char c : path.substr(1))
        again += c == '/' ? "/" : http::percent_encode(std::string_view(&c, 1));
    if (!target->raw_query.empty()) again += "?" + target->raw_query;
    const auto back = http::parse_target(again);
    hold(back && back->path == path && back->query == target->query, "a path encodes and decodes to itself");
}

void check_query(std::string_view text) {
    const auto pairs = http::parse_query(text);
    if (!pairs) return;
    std::string again;
    for (const auto& [name, value] : *pairs) {
        again += "&" + http::percent_encode(name) + "=" + http::percent_encode(value);
    }
    hold(http::parse_query(again) == *pairs, "a query encodes and decodes to itself");
}

void check_media_type(std::string_view text) {
    const auto media = http::parse_media_type(text);
    if (!media) return;
    hold(http::is_token(media->type) && http::is_token(media->subtype), "a media type's parts are tokens");
    std::string again = media->essence();
    for (const auto& [name, value] : media->parameters) {
        again += ";" + name + "=\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') again += '\\';
            again += c;
        }
        again += '"';
    }
    hold(http::parse_media_type(again) == *media, "a media type is written and read as itself");
}

void check_value(std::string_view value) {
    check_query(value);
    check_media_type(value);
    if (const auto ranges = http::parse_accept(value)) {
        for (const char* type : {"text/html", "application/json", "application/taxii+json;version=2.1"}) {
            const int quality = http::media_quality(*ranges, *http::parse_media_type(type));
            hold(quality >= 0 && quality <= 1000, "a quality is from 0 to 1000");
        }
    }
    for (const char* coding : {"gzip", "identity"}) {
        const int quality = http::encoding_quality(value, coding);
        hold(quality >= 0 && quality <= 1000, "a coding's quality is from 0 to 1000");
    }
    if (const auto basic = http::parse_basic(value)) {
        hold(basic->user.find(':') == std::string::npos, "a user's name has no colon");
        const std::string again = "Basic " + base64_encode(as_bytes(basic->user + ":" + basic->password));
        const auto back = http::parse_basic(again);
        hold(back && back->user == basic->user && back->password == basic->password,
             "credentials encode to themselves");
    }
    if (const auto token = http::parse_bearer(value); token && !token->empty()) {
        hold(http::parse_bearer("Bearer " + std::string(*token)) == token, "a token is read as itself");
    }
    if (const auto cookie = http::find_cookie(value, "comity_session")) {
        hold(value.find(*cookie) != std::string_view::npos, "a cookie's value stands in its header");
    }
    http::etag_listed(value, "\"abc\"");
    if (const auto decoded = http::percent_decode(value)) {
        hold(http::percent_decode(http::percent_encode(*decoded)) == *decoded,
             "what is encoded decodes to itself");
    }
}

const http::Router& router() {
    static const http::Router* const made = [] {
        auto* router = new http::Router;  // as long as the program
        const auto handler = [](const http::Request&) { return http::Response(); };
        for (const char* pattern :
             {"/", "/log/checkpoint", "/log/tile/{level}/{rest*}", "/api/v1/statements/{id}",
              "/api/v1/statements/first", "/api/{version}/{rest*}", "/{page*}"}) {
            router->get(pattern, handler);
        }
        return router;
    }();
    return *made;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    const auto line = [&rest] {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view out = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return out;
    };
    const std::string_view target = line();
    check_target(target);
    check_value(target);
    if (const auto parsed = http::parse_target(target)) {
        const auto match = router().table().find(http::Method::kGet, parsed->path);
        if (match.route != nullptr) {
            hold(match.captures.size() == match.route->names.size(), "a route captures what it names");
        }
    }
    http::Request request;
    while (!rest.empty()) {
        const std::string_view header = line();
        const std::size_t colon = std::min(header.find(':'), header.size());
        std::string_view value = header.substr(std::min(colon + 1, header.size()));
        while (value.starts_with(' ')) value.remove_prefix(1);
        request.headers.emplace_back(header.substr(0, colon), value);
        check_value(value);
    }
    if (const auto framing = http::read_framing(request)) {
        hold(framing->has_body || framing->length == 0, "what has a length has a body");
        const bool both = request.header("Content-Length") && request.header("Transfer-Encoding");
        hold(!both, "no request has two lengths");
    }
    request.cookie("comity_session");
    return 0;
}
