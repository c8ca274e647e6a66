#include "intelligence/indicator/disarmed.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace comity::intelligence {
namespace {

constexpr std::array kMarks = {
    Disarmed{"[://]", "://"}, Disarmed{"[dot]", "."}, Disarmed{"(dot)", "."}, Disarmed{"{dot}", "."},
    Disarmed{"<dot>", "."},   Disarmed{"[at]", "@"},  Disarmed{"(at)", "@"},  Disarmed{"{at}", "@"},
    Disarmed{"[.]", "."},     Disarmed{"(.)", "."},   Disarmed{"{.}", "."},   Disarmed{"<.>", "."},
    Disarmed{"[@]", "@"},     Disarmed{"(@)", "@"},   Disarmed{"{@}", "@"},   Disarmed{"[:]", ":"},
    Disarmed{"(:)", ":"},     Disarmed{"[/]", "/"},
};
constexpr std::array kDisarmedSchemes = {
    Disarmed{"hxxxp", "http"},  Disarmed{"hxxps", "https"}, Disarmed{"h**ps", "https"},
    Disarmed{"h__ps", "https"}, Disarmed{"meows", "https"}, Disarmed{"hxxp", "http"},
    Disarmed{"h**p", "http"},   Disarmed{"h__p", "http"},   Disarmed{"meow", "http"},
    Disarmed{"htxp", "http"},   Disarmed{"fxps", "ftps"},   Disarmed{"fxp", "ftp"},
};

// The end of scheme and authority.
std::size_t authority_end(std::string_view text) {
    const auto after = [&](std::string_view mark) {
        const std::size_t at = text.find(mark);
        return at == std::string_view::npos ? std::string_view::npos : at + mark.size();
    };
    const std::size_t begin = std::min({after("://"), after("[:]//"), after("(:)//"), after("[://]")});
    if (begin == std::string_view::npos) return text.size();
    const std::size_t end = text.find_first_of("/?#", begin);
    if (end == std::string_view::npos) return text.size();
    const bool marked = end > 0 && text.substr(end - 1).starts_with("[/]");  // which is to be read, too
    return marked ? end + 2 : end;
}

}  // namespace

std::span<const Disarmed> disarmed_marks() {
    return kMarks;
}
std::span<const Disarmed> disarmed_schemes() {
    return kDisarmedSchemes;
}

bool starts_with_word(std::string_view text, std::string_view word) {
    return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, {}, lower);
}

std::string rearmed(std::string_view value) {
    // Nothing is disarmed without one of these, or a scheme that is.
    if (value.find_first_of("[({<") == std::string_view::npos) {
        const bool plain = std::ranges::none_of(kDisarmedSchemes, [&](const Disarmed& scheme) {
            return starts_with_word(value, scheme.spelling);
        });
        if (plain) return std::string(value);
    }
    const std::size_t end = authority_end(value);
    std::string out;
    out.reserve(value.size());
    for (std::string_view left = value.substr(0, end); !left.empty();) {
        const auto* const found = std::ranges::find_if(
            kMarks, [&](const Disarmed& each) { return starts_with_word(left, each.spelling); });
        if (found != kMarks.end()) {
            out += found->meant;
            left.remove_prefix(found->spelling.size());
        } else {
            out.push_back(left.front());
            left.remove_prefix(1);
        }
    }
    out += value.substr(end);
    for (const Disarmed& scheme : kDisarmedSchemes) {
        if (starts_with_word(out, scheme.spelling) &&
            std::string_view(out).substr(scheme.spelling.size()).starts_with("://")) {
            out.replace(0, scheme.spelling.size(), scheme.meant);
            break;
        }
    }
    return out;
}

}  // namespace comity::intelligence
