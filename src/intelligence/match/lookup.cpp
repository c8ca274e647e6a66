#include "intelligence/match/lookup.h"

#include <algorithm>

#include "base/text.h"
#include "intelligence/indicator/disarmed.h"
#include "intelligence/match/networks4.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {
namespace {

using search::Kind;
using Only = AskedKeys::Only;

void add_asked(AskedKeys& out, KeyClass key_class, std::string_view text, Only only = Only::kAny) {
    if (text.empty() || text.size() > kMaxKey) return;
    AskedKeys::Key key{key_class, std::string(text), only};
    if (std::ranges::find(out.keys, key) == out.keys.end()) out.keys.push_back(std::move(key));
}

// It, and every name above it.
void add_asked_name(AskedKeys& out, std::string_view name, bool own) {
    for (Only only = own ? Only::kAny : Only::kDomain; !name.empty(); only = Only::kDomain) {
        add_asked(out, KeyClass::kName, name, only);
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) break;
        name.remove_prefix(dot + 1);
    }
}

// 4|6, so many bytes, and of a network its length.
void add_asked_network(AskedKeys& out, std::string_view term) {
    Network network;
    network.v6 = term.front() == '6';
    const std::size_t size = network.v6 ? 16 : 4;
    if (term.size() < 1 + size) return;
    std::ranges::copy(term.substr(1, size), network.bytes.begin());
    network.length =
        term.size() > 1 + size ? static_cast<std::uint8_t>(term[1 + size]) : static_cast<unsigned>(size * 8);
    out.networks.push_back(network);
}

// Longer than a term is whole (term.h), and spelled plainly.
bool is_long_name(std::string_view text) {
    return text.size() >= search::kMaxTerm - 1 && text.size() <= kMaxKey + 1 &&
           text.find('.') != std::string_view::npos && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' ||
                      c == '-' || c == '_';
           });
}

}  // namespace

AskedKeys asked_keys(std::string_view value) {
    AskedKeys out;
    value = trimmed(value, " \t\r\n\v\f");
    if (value.empty() || value.size() > kMaxAskedValue) return out;
    const std::string meant = rearmed(value);
    if (is_long_name(meant)) {
        std::string name = lowered(meant);
        if (name.ends_with('.')) name.pop_back();
        add_asked_name(out, name, true);
        return out;
    }
    const auto terms = search::value_terms(value);
    for (const std::string& term : terms) {
        const bool own = &term == &terms.front();
        const std::string_view text = std::string_view(term).substr(1);
        switch (static_cast<Kind>(term.front())) {
            case Kind::kAddress:
            case Kind::kNetwork:
                add_asked_network(out, text);
                break;
            case Kind::kDomain:
                add_asked_name(out, text, own);
                break;
            case Kind::kUrl:
                add_asked(out, KeyClass::kUrl, text);
                break;
            case Kind::kEmail:
                add_asked(out, KeyClass::kEmail, text);
                break;
            default:
                break;
        }
    }
    // Sums, fingerprints and wallets as they stand; a file's name without its folder.
    if (value.size() >= kMinWord)
        add_asked(out, KeyClass::kWord, is_ja4(value) ? lowered(value) : word_key(value));
    if (out.networks.empty())
        add_asked(out, KeyClass::kName, lowered(value.substr(value.find_last_of("/\\") + 1)),
                  Only::kFileName);
    return out;
}

bool is_about(const AskedKeys::Key& key, ValueKind kind) {
    if (key.key_class != class_of(kind)) return false;
    if (key.only == Only::kDomain) return kind == ValueKind::kDomain;
    return key.only == Only::kAny || kind == ValueKind::kFileName;
}

AskedKeys::Key listed_key(const Value& value) {
    return {class_of(value.kind), std::string(std::string_view(value.text).substr(0, kMaxKey))};
}

void look_up(const Catalog& catalog, const AskedKeys& asked, std::vector<Listed>& out) {
    std::vector<Listed> found;
    const auto take = [&](const auto& wanted) {
        for (const Listed& each : found) {
            if (each.listed() && wanted(each) && std::ranges::find(out, each) == out.end())
                out.push_back(each);
        }
        found.clear();
    };
    for (const Network& network : asked.networks) {
        if (network.v6)
            catalog.find6(network.bytes, found);
        else
            catalog.find4(address4(network), found);
        take([&](const Listed& each) { return each.length <= network.length; });
    }
    for (const AskedKeys::Key& key : asked.keys) {
        const std::uint64_t hash = hash_of(catalog.seed(), key.key_class, key.text);
        if (!catalog.maybe(hash)) continue;
        catalog.find(key.key_class, key.text, hash, found);
        take([&](const Listed& each) { return is_about(key, each.kind); });
    }
}

}  // namespace comity::intelligence::match
