#include "api/taxii/media.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace comity::api::taxii {
namespace {

// Takes what stands before the next `mark` that is not inside quotes off the front of `rest`.
std::string_view take_until(std::string_view& rest, char mark) {
    bool quoted = false;
    std::size_t i = 0;
    for (; i < rest.size(); ++i) {
        if (rest[i] == '\\' && quoted) {
            ++i;
        } else if (rest[i] == '"') {
            quoted = !quoted;
        } else if (rest[i] == mark && !quoted) {
            break;
        }
    }
    i = std::min(i, rest.size());
    const std::string_view part = rest.substr(0, i);
    rest.remove_prefix(std::min(i + 1, rest.size()));
    return trimmed(part);
}

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

std::optional<double> quality(std::string_view text) {
    double q = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), q, std::chars_format::fixed);
    if (error != std::errc() || end != text.data() + text.size() || q < 0 || q > 1) return std::nullopt;
    return q;
}

struct Range {
    int exactness = 0;  // 0: does not fit; 1: */*, 2: application/*, 3: the type, 4: with its version
    double q = 1;
};

Range read_range(std::string_view text) {
    const std::string_view type = take_until(text, ';');
    Range range;
    if (type == "*/*") {
        range.exactness = 1;
    } else if (same_word(type, "application/*")) {
        range.exactness = 2;
    } else if (same_word(type, "application/taxii+json")) {
        range.exactness = 3;
    } else {
        return {};
    }
    while (!text.empty()) {
        std::string_view parameter = take_until(text, ';');
        const std::string_view name = take_until(parameter, '=');
        const std::string_view value = unquoted(trimmed(parameter));
        if (same_word(name, "q")) {
            const auto q = quality(value);
            if (!q) return {};
            range.q = *q;
        } else if (same_word(name, "version")) {
            if (value != "2.1") return {};
            range.exactness = std::max(range.exactness, 4);
        }
    }
    return range;
}

}  // namespace

bool accepts_taxii(std::string_view accept) {
    if (trimmed(accept).empty()) return true;
    Range best;
    while (!accept.empty()) {
        const Range range = read_range(take_until(accept, ','));
        if (range.exactness > best.exactness) best = range;
    }
    return best.exactness > 0 && best.q > 0;
}

}  // namespace comity::api::taxii
