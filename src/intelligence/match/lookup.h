// What a catalogue lists of one value that somebody asks for, rather than one that is met in a log.
//
// Told is everything that says something of the value: itself; of an address or network every network that
// holds it; of a name every name above it; of a URL and an e-mail address also their host. A host is not
// listed because a URL on it is. Any spelling, as in search/term.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/match/catalog.h"

namespace comity::intelligence::match {

inline constexpr std::size_t kMaxAskedValue = 8192;  // bytes

// A value as it is looked up.
struct AskedKeys {
    enum class Only { kAny, kDomain, kFileName };  // of names: what counts
    struct Key {
        KeyClass key_class = KeyClass::kName;
        std::string text;
        Only only = Only::kAny;
        friend bool operator==(const Key&, const Key&) = default;
    };
    std::vector<Key> keys;
    std::vector<Network> networks;  // the address or network itself
};
AskedKeys asked_keys(std::string_view value);

// Is a value of that kind, found under that key, about what was asked?
bool is_about(const AskedKeys::Key& key, ValueKind kind);

// Adds what the catalogue lists, each once.
void look_up(const Catalog& catalog, const AskedKeys& asked, std::vector<Listed>& out);

// The key that a listed value is kept under, where it is no address or network.
AskedKeys::Key listed_key(const Value& value);

}  // namespace comity::intelligence::match
