#include "development/observatory/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxName = 64;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

Result<void> check_name(std::string_view name, std::string where) {
    const auto fits = [](char c) { return is_plain(c) || c == '.' || c == '_' || c == '-'; };
    if (name.empty() || name.size() > kMaxName || !is_plain(name.front()) || !std::ranges::all_of(name, fits))
        return invalid(std::move(where), fmt::format("'{}' is no name", shown(name, kMaxName)),
                       "use 1 to 64 letters, digits, '.', '_' and '-'");
    return {};
}

std::string name_from(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool kept = is_plain(c) || ((c == '.' || c == '-') && !out.empty());
        if (kept) {
            out += c;
        } else if (!out.empty() && out.back() != '_') {
            out += '_';
        }
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out.substr(0, kMaxName);
}

}  // namespace comity::development
