#include "intelligence/alert/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace comity::intelligence {
namespace {

using search::Kind;

constexpr std::size_t kLeastInside = 4;    // bytes of a word that is looked for inside names
constexpr std::size_t kValuesOfWords = 5;  // shown of an object that was met by its words
constexpr unsigned kWidestWatched4 = 8;    // prefix lengths
constexpr unsigned kWidestWatched6 = 16;

bool is_kind(std::string_view term, Kind kind) {
    return !term.empty() && term.front() == static_cast<char>(kind);
}
bool is_network_term(std::string_view term) {
    return is_kind(term, Kind::kAddress) || is_kind(term, Kind::kNetwork);
}

// Of a term of an address or network: 'a'|'n', '4'|'6', bytes, and a network's length.
unsigned prefix_length(std::string_view term) {
    if (is_kind(term, Kind::kNetwork)) return static_cast<unsigned char>(term.back());
    return term[1] == '6' ? 128 : 32;
}

bool overlap(std::string_view a, std::string_view b) {
    if (a[1] != b[1]) return false;
    const unsigned bits = std::min(prefix_length(a), prefix_length(b));
    const std::size_t whole = bits / 8;
    if (a.substr(2, whole) != b.substr(2, whole)) return false;
    if (bits % 8 == 0) return true;
    const auto mask = static_cast<unsigned char>(0xff << (8 - bits % 8));
    return ((static_cast<unsigned char>(a[2 + whole]) ^ static_cast<unsigned char>(b[2 + whole])) & mask) ==
           0;
}

bool is_below(std::string_view name, std::string_view domain) {
    return name.ends_with(domain) &&
           (name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.');
}

bool has_term(const search::Facts& facts, const std::string& term) {
    return std::ranges::binary_search(facts.terms, term);
}

bool label_is(std::string_view label, std::string_view sector) {
    if (!label.ends_with(sector) && !label.ends_with(std::string(sector) + "\"")) return false;
    std::string_view last = label.substr(0, label.ends_with('"') ? label.size() - 1 : label.size());
    if (!last.ends_with(sector)) return false;
    last.remove_suffix(sector.size());
    return last.empty() || last.ends_with(':') || last.ends_with('=') || last.ends_with("=\"");
}

}  // namespace

Watch::Phrase Watch::phrase_of(const std::string& text, bool brand) {
    Phrase phrase;
    std::string joined;
    std::string hyphenated;
    for (const std::string& word : search::words_of(text)) {
        phrase.terms.push_back(search::make_term(Kind::kWord, word));
        joined += word;
        hyphenated += (hyphenated.empty() ? "" : "-") + word;
    }
    if (brand) {
        if (joined.size() >= kLeastInside) phrase.inside.push_back(joined);
        if (hyphenated != joined) phrase.inside.push_back(hyphenated);
        return phrase;
    }
    phrase.values = search::value_terms(text);
    if (lowered(text).starts_with("cpe:")) phrase.cpe = search::make_term(Kind::kOther, search::folded(text));
    return phrase;
}

Watch::Watch(AlertRule rule) : rule_(std::move(rule)) {
    for (const std::string& text : rule_.networks) networks_.push_back(search::value_terms(text).front());
    for (const std::string& text : rule_.words) brands_.push_back(phrase_of(text, true));
    for (const std::string& text : rule_.technologies) technologies_.push_back(phrase_of(text, false));
}

bool Watch::watches_nothing() const {
    return networks_.empty() && rule_.domains.empty() && brands_.empty() && rule_.sectors.empty() &&
           technologies_.empty();
}

void Watch::look_at_values(const search::Facts& facts, std::vector<std::string>& met) const {
    for (const std::string& term : facts.terms) {
        bool hit = false;
        if (is_network_term(term)) {
            const unsigned length = prefix_length(term);
            if (length < (term[1] == '6' ? kWidestWatched6 : kWidestWatched4)) continue;
            hit = std::ranges::any_of(networks_, [&](const auto& network) { return overlap(network, term); });
        } else if (is_kind(term, Kind::kDomain)) {
            const auto name = std::string_view(term).substr(1);
            hit = std::ranges::any_of(rule_.domains, [&](const auto& d) { return is_below(name, d); });
        }
        if (!hit && (is_kind(term, Kind::kDomain) || is_kind(term, Kind::kUrl))) {
            hit = std::ranges::any_of(brands_, [&](const Phrase& brand) {
                return std::ranges::any_of(brand.inside,
                                           [&](const auto& inside) { return term.contains(inside); });
            });
        }
        if (hit) met.push_back(search::text_of_term(term));
    }
}

bool Watch::said_in_words(const search::Facts& facts, std::string_view object) const {
    const auto all_words = [&](const Phrase& phrase) {
        return !phrase.terms.empty() &&
               std::ranges::all_of(phrase.terms, [&](const auto& term) { return has_term(facts, term); });
    };
    if (std::ranges::any_of(brands_, all_words)) return true;
    for (const Phrase& technology : technologies_) {
        if (all_words(technology)) return true;
        if (std::ranges::any_of(technology.values, [&](const auto& term) { return has_term(facts, term); }))
            return true;
        if (technology.cpe.empty()) continue;
        const auto next = std::ranges::lower_bound(facts.terms, technology.cpe);
        if (next != facts.terms.end() && next->starts_with(technology.cpe)) return true;
    }
    for (const std::string& sector : rule_.sectors) {
        for (const std::string& term : facts.terms) {
            if (is_kind(term, Kind::kLabel) && label_is(std::string_view(term).substr(1), sector))
                return true;
        }
        if (search::property_is(object, "sectors", sector)) return true;
    }
    return false;
}

std::optional<WatchHit> Watch::look(const search::Facts& facts, std::string_view type,
                                    std::string_view source, std::string_view object) const {
    const auto among = [](const std::vector<std::string>& list, std::string_view one) {
        return list.empty() || std::ranges::find(list, one) != list.end();
    };
    if (facts.revoked || !among(rule_.types, type) || !among(rule_.sources, source)) return std::nullopt;
    WatchHit hit;
    look_at_values(facts, hit.values);
    if (hit.values.empty()) {
        if (!watches_nothing() && !said_in_words(facts, object)) return std::nullopt;
        for (const std::string& term : facts.values) {
            if (hit.values.size() < kValuesOfWords) hit.values.push_back(search::text_of_term(term));
        }
    }
    std::erase(hit.values, std::string());
    std::ranges::sort(hit.values);
    const auto repeated = std::ranges::unique(hit.values);
    hit.values.erase(repeated.begin(), repeated.end());
    return hit;
}

}  // namespace comity::intelligence
