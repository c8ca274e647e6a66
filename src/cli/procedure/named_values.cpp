#include "cli/procedure/named_values.h"

#include <fmt/format.h>

#include <charconv>

namespace comity::cli {

Result<std::pair<std::string, std::string>> name_and_value(const std::string& text,
                                                           const std::string& option) {
    const std::size_t equal = text.find('=');
    if (equal == std::string::npos || equal == 0)
        return invalid(option, fmt::format("\"{}\" is no NAME=VALUE", text));
    return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

Result<void> add_parameters(const std::vector<std::string>& said,
                            std::map<std::string, std::int64_t, std::less<>>& parameters) {
    for (const std::string& text : said) {
        COMITY_TRY(const auto given, name_and_value(text, "--parameter"));
        std::int64_t n = 0;
        const char* end = given.second.data() + given.second.size();
        const auto [at, error] = std::from_chars(given.second.data(), end, n);
        if (error != std::errc{} || at != end)
            return invalid("--parameter", fmt::format("\"{}\" is no number", given.second));
        parameters[given.first] = n;
    }
    return {};
}

}  // namespace comity::cli
