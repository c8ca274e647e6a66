// A STIX object (STIX 2.0, 2.1): the part of it that this program reads, and the specification's rules that
// it is held to. The object itself is kept byte for byte; nothing here rewrites it.
//
//     COMITY_TRY(const Object object, parse_object(bytes));   // "indicator--8e2e....valid_from: is missing:
//     STIX 2.1 section 4.7 ..."
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "intelligence/stix/identifier.h"
#include "ledger/audience.h"

namespace comity::intelligence {

inline constexpr std::size_t kMaxObjectSize = 1u << 20;  // bytes
inline constexpr std::size_t kMaxObjectDepth = 64;       // arrays and objects within one another

enum class Spec { k20 = 20, k21 = 21 };  // the version of STIX an object is written in
std::string_view to_string(Spec spec);   // "2.0", "2.1"

struct Object {
    ObjectId id;
    Spec spec = Spec::k21;
    std::optional<Time> created;
    std::optional<Time> version;  // modified, else created; nothing for an observable: it has no versions
    std::string version_text;     // as it stands in the object, for those who compare texts
    bool revoked = false;
    // The strictest TLP label among its markings, granular ones included: a part that may not be read closes
    // the whole.
    std::optional<ledger::Tlp> marking;
    std::optional<ObjectId> created_by;
    std::string name;          // empty where it has none
    std::string pattern;       // an indicator's; empty otherwise
    std::string pattern_type;  // "stix", "snort", ...
};

// Something that the specification says SHOULD be otherwise.
struct Advice {
    std::string where;  // "indicator--8e2e....indicator_types[0]"
    std::string what;   // one clause
    std::string rule;   // "STIX 2.1 section 10"
};

// Holds the object to what the specification says MUST be (docs/stix.md): JSON in UTF-8 without a key twice;
// type name and identifier; the properties of its type, extensions and embedded objects, with their forms,
// ranges and closed vocabularies; what references may lead to; times in their order; an indicator's pattern;
// selectors of granular markings. Of STIX 2.0 where the object says so or has no spec_version. Bundles are
// refused, custom types and properties are taken. kInvalid and kTooLarge name the object, the property and
// the rule. With `advice`, what SHOULD be otherwise is added to it: open vocabularies, names of what is
// custom, versions of UUIDs, the specification's relationships. Thread-safe.
Result<Object> parse_object(std::string_view bytes, std::vector<Advice>* advice = nullptr);

}  // namespace comity::intelligence
