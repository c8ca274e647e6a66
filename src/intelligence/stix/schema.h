// The rules of schema_table.h, made ready to hold objects to: properties found by name at once, vocabularies
// and embedded objects looked up.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/stix/object.h"
#include "intelligence/stix/rules.h"

namespace comity::intelligence {

struct Schema;

enum class Kind : std::uint8_t {
    kString,
    kBoolean,
    kInteger,
    kNumber,
    kTime,
    kHex,
    kBinary,
    kDictionary,
    kHashes,
    kLanguage,
    kEnumeration,
    kOpenVocabulary,
    kReference,
    kObject,
    kContainer,
    kAnything,
};

// What a reference may lead to.
struct Targets {
    std::vector<std::string_view> types{};
    bool observables = false;
    bool domain_objects = false;
    bool relationships = false;
    bool anything = false;  // but a bundle
    bool related = false;   // what a relationship may have at its ends (section 5.1)

    bool allow(std::string_view type) const;
    std::string text() const;  // "file or directory"
};

struct Property {
    std::string_view name;
    Kind kind = Kind::kString;
    bool list = false;
    bool required = false;
    bool own = true;  // not one that all objects of the class have
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    std::string_view vocabulary{};  // its name
    std::string_view words{};
    const Schema* object = nullptr;
    Targets targets{};
};

struct SchemaRule {
    enum class Kind : std::uint8_t { kBefore, kNotAfter, kAny, kOne, kWith, kSome };
    Kind kind = Kind::kSome;
    std::uint64_t properties = 0;  // bits of those it names
    std::uint8_t first = 0;        // indices, of kBefore, kNotAfter and kWith
    std::uint8_t second = 0;
};

struct Schema {
    static constexpr std::uint8_t kNone = 0xff;
    static constexpr std::size_t kSlots = 256;

    std::string_view name;
    std::string_view section;
    std::vector<Property> properties;  // 64 at most
    std::vector<SchemaRule> rules;
    std::uint64_t required = 0;
    std::uint64_t own = 0;
    std::array<std::uint8_t, kSlots> slots{};

    std::uint8_t find(std::string_view property) const;  // its index; kNone
};

// Of a type of the specification as that version has it; of other types the properties that all objects have.
// Observables of 2.0 stand in the container and have neither id nor markings.
const Schema& schema_of(std::string_view type, Spec spec);
bool is_only_21(std::string_view type);  // of the specification, and unknown to STIX 2.0
// Of an extension that the specification defines ("archive-ext"), or of an embedded object; null where there
// is none.
const Schema* part_schema(std::string_view name, Spec spec);

}  // namespace comity::intelligence
