// STIX 2.1's types, as a table: class and section. Their properties are in schema_table.h.
#pragma once

#include <string_view>

namespace comity::intelligence {

enum class ObjectClass {
    kDomain,        // SDO: has created and modified
    kRelationship,  // SRO: likewise
    kObservable,    // SCO: has neither
    kMeta,          // language-content, extension-definition: likewise created and modified
    kMarking,       // marking-definition: created only
    kCustom,        // not in the specification: told by its properties
};

struct TypeRules {
    std::string_view type;
    ObjectClass object_class;
    std::string_view section;  // of STIX 2.1, "4.7"
};

// The rules of a type; kCustom where the specification has no such type.
const TypeRules& rules_of(std::string_view type);

}  // namespace comity::intelligence
