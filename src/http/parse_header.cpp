#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "http/parse.h"

namespace comity::http {

namespace {

// Cuts off what stands before the first `separator` outside a quoted string, and the separator.
std::string_view take_until(std::string_view& rest, char separator) {
    bool quoted = false;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (quoted && rest[i] == '\\') {
            ++i;
        } else if (rest[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && rest[i] == separator) {
            const std::string_view piece = rest.substr(0, i);
            rest.remove_prefix(i + 1);
            return piece;
        }
    }
    return std::exchange(rest, {});
}

Result<std::string> parse_value(std::string_view text) {
    if (text.empty() || text.front() != '"') {
        if (!is_token(text)) return invalid({}, "a parameter's value is neither a token nor quoted");
        return std::string(text);
    }
    std::string out;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            if (i + 1 != text.size()) return invalid({}, "something follows a quoted value");
            return out;
        }
        if (text[i] == '\\') {
            ++i;
            if (i == text.size()) break;
        }
        if (text[i] != '\t' && (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7f)) {
            return invalid({}, "a quoted value holds a control character");
        }
        out.push_back(text[i]);
    }
    return invalid({}, "a quoted value does not end");
}

// RFC 9110 section 12.4.2: "0", "0.5", "1", at most three digits after the point.
std::optional<int> parse_quality(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    int thousandths = (text[0] - '0') * 1000;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int scale = 100;
    for (std::size_t i = 2; i < text.size(); ++i, scale /= 10) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        thousandths += (text[i] - '0') * scale;
    }
    if (thousandths > 1000) return std::nullopt;
    return thousandths;
}

bool is_subset(const Pairs& wanted, const MediaType& offered) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& parameter) {
        const auto value = offered.parameter(parameter.first);
        return value && equal_ignoring_case(*value, parameter.second);
    });
}

}  // namespace

std::optional<std::string_view> MediaType::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (equal_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

Result<MediaType> parse_media_type(std::string_view text) {
    const std::string_view essence = trimmed(take_until(text, ';'));
    const std::size_t slash = essence.find('/');
    if (slash == std::string_view::npos || !is_token(essence.substr(0, slash)) ||
        !is_token(essence.substr(slash + 1))) {
        return invalid("media type", "it is not of the form type/subtype");
    }
    MediaType out{lowered(essence.substr(0, slash)), lowered(essence.substr(slash + 1)), {}};
    while (!text.empty()) {
        const std::string_view piece = trimmed(take_until(text, ';'));
        if (piece.empty()) continue;
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos || !is_token(piece.substr(0, equals))) {
            return invalid("media type", "a parameter is not of the form name=value");
        }
        auto value = parse_value(piece.substr(equals + 1));
        if (!value) return within("media type", std::move(value).error());
        std::string name = lowered(piece.substr(0, equals));
        if (out.parameter(name)) return invalid("media type", "the parameter \"" + name + "\" stands twice");
        out.parameters.emplace_back(std::move(name), *std::move(value));
    }
    return out;
}

Result<std::vector<MediaRange>> parse_accept(std::string_view header) {
    std::vector<MediaRange> out;
    while (!header.empty()) {
        const std::string_view piece = trimmed(take_until(header, ','));
        if (piece.empty()) continue;
        auto media = parse_media_type(piece);
        if (!media) return within("Accept", std::move(media).error());
        if (media->type == "*" && media->subtype != "*")
            return invalid("Accept", "\"*\" is followed by a subtype");
        MediaRange range{*std::move(media), 1000};
        // What follows q is an extension that says nothing about the type.
        auto& parameters = range.media.parameters;
        const auto q =
            std::find_if(parameters.begin(), parameters.end(), [](const auto& p) { return p.first == "q"; });
        if (q != parameters.end()) {
            const auto quality = parse_quality(q->second);
            if (!quality)
                return invalid("Accept", "q is not a number from 0 to 1 with three digits at the most");
            range.quality = *quality;
            parameters.erase(q, parameters.end());
        }
        out.push_back(std::move(range));
    }
    return out;
}

int media_quality(const std::vector<MediaRange>& ranges, const MediaType& offered) {
    if (ranges.empty()) return 1000;
    std::size_t best = 0;  // how specific the best range is, 0: none matches
    int quality = 0;
    for (const auto& [media, q] : ranges) {
        std::size_t specific = 1;
        if (media.type != "*") {
            if (media.type != offered.type) continue;
            specific = 2;
            if (media.subtype != "*") {
                if (media.subtype != offered.subtype || !is_subset(media.parameters, offered)) continue;
                specific = 3 + media.parameters.size();
            }
        }
        if (specific > best) {
            best = specific;
            quality = q;
        } else if (specific == best) {
            quality = std::max(quality, q);
        }
    }
    return quality;
}

int encoding_quality(std::string_view accept_encoding, std::string_view coding) {
    int quality = 0;
    bool named = false;
    while (!accept_encoding.empty()) {
        std::string_view piece = trimmed(take_until(accept_encoding, ','));
        if (piece.empty()) continue;
        const std::string_view name = trimmed(take_until(piece, ';'));
        if (!is_token(name)) return 0;
        int q = 1000;
        if (const std::string_view weight = trimmed(piece); !weight.empty()) {
            const auto parsed =
                weight.size() > 2 && (weight[0] == 'q' || weight[0] == 'Q') && weight[1] == '='
                    ? parse_quality(weight.substr(2))
                    : std::nullopt;
            if (!parsed) return 0;
            q = *parsed;
        }
        if (equal_ignoring_case(name, coding)) {
            quality = named ? std::max(quality, q) : q;
            named = true;
        } else if (name == "*" && !named) {
            quality = q;
        }
    }
    return quality;
}

Result<BasicCredentials> parse_basic(std::string_view authorization) {
    constexpr std::string_view kScheme = "Basic ";
    if (!equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) {
        return invalid("Authorization", "it is not of the scheme Basic");
    }
    const auto bytes = base64_decode(trimmed(authorization.substr(kScheme.size())));
    if (!bytes) return invalid("Authorization", "the credentials are not base64");
    const std::string_view text = as_text(*bytes);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return invalid("Authorization", "the credentials have no colon");
    const bool control = std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (control || !is_utf8(text)) return invalid("Authorization", "the credentials are not UTF-8 text");
    return BasicCredentials{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::optional<std::string_view> parse_bearer(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    if (!equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
    const std::string_view token = trimmed(authorization.substr(kScheme.size()));
    const std::string_view body = token.substr(0, token.find_last_not_of('=') + 1);
    if (body.empty()) return std::nullopt;
    for (const char c : body) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || std::string_view("-._~+/").find(c) == std::string_view::npos))
            return std::nullopt;
    }
    return token;
}

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        const std::string_view piece = trimmed(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos || trimmed(piece.substr(0, equals)) != name) continue;
        std::string_view value = trimmed(piece.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return value;
    }
    return std::nullopt;
}

bool etag_listed(std::string_view if_none_match, std::string_view etag) {
    const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
    if (etag.empty()) return false;
    if (trimmed(if_none_match) == "*") return true;
    // An entity tag knows no escape: a backslash in it is a character like any other.
    for (std::size_t at = 0; at < if_none_match.size();) {
        const std::size_t open = if_none_match.find('"', at);
        if (open == std::string_view::npos) return false;
        const std::size_t close = if_none_match.find('"', open + 1);
        if (close == std::string_view::npos) return false;
        if (if_none_match.substr(open, close + 1 - open) == opaque(etag)) return true;
        at = close + 1;
    }
    return false;
}

}  // namespace comity::http
