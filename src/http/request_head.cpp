#include "http/request_head.h"

#include <algorithm>
#include <charconv>

#include "http/parse.h"

namespace comity::http {

std::optional<Method> parse_method(std::string_view text) {
    for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch,
                                Method::kDelete, Method::kOptions}) {
        if (text == to_string(method)) return method;
    }
    return std::nullopt;
}

std::size_t read_headers(MHD_Connection* connection, std::vector<std::pair<std::string, std::string>>& out) {
    const auto add = [](void* to, MHD_ValueKind, const char* key, std::size_t key_size, const char* value,
                        std::size_t value_size) {
        try {
            auto& headers = *static_cast<std::vector<std::pair<std::string, std::string>>*>(to);
            headers.emplace_back(
                std::piecewise_construct, std::forward_as_tuple(key, key_size),
                std::forward_as_tuple(value == nullptr ? "" : value, value == nullptr ? 0 : value_size));
            return MHD_YES;
        } catch (const std::bad_alloc&) {
            return MHD_NO;
        }
    };
    out.reserve(8);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, add, &out);
    std::size_t bytes = 0;
    for (const auto& [name, value] : out) bytes += name.size() + value.size() + 4;  // ": " and the line's end
    return bytes;
}

Result<Framing> read_framing(const Request& request) {
    Framing out;
    bool chunked = false;
    bool has_length = false;
    bool has_host = false;
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return invalid("request", "a header's name is not a token");
        const bool control = std::any_of(value.begin(), value.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
        });
        if (control) return invalid(name, "it holds a control character");
        if (equal_ignoring_case(name, "Content-Length")) {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out.length);
            if (has_length || error != std::errc() || end != value.data() + value.size()) {
                return invalid(name, "it is not one number");
            }
            has_length = true;
        } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
            if (chunked || !equal_ignoring_case(value, "chunked"))
                return invalid(name, "it is not \"chunked\", once");
            chunked = true;
        } else if (equal_ignoring_case(name, "Host")) {
            if (has_host) return invalid(name, "it stands twice");
            has_host = true;
        } else if (equal_ignoring_case(name, "Expect")) {
            out.expects_continue = equal_ignoring_case(value, "100-continue");
        }
    }
    if (chunked && has_length) return invalid("Content-Length", "it stands beside Transfer-Encoding");
    out.has_body = chunked || out.length > 0;
    return out;
}

}  // namespace comity::http
