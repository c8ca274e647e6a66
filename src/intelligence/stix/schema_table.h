// What STIX 2.0 and 2.1 say of each type, extension and embedded object: its properties and the rules among
// them, in a short hand that schema.cpp reads once.
//
// Properties, "name[!][+21] kind" with commas between:
//     !      required; !20 and !21: by that version only
//     +20    known to STIX 2.0 only; +21: to STIX 2.1 only
//     s      string                         b      boolean
//     i      integer                        n      integer, not negative
//     f      number                         (a..b) the range of i or f, either end may lack
//     t      timestamp (3.2)                x      hexadecimal (2.8)
//     y      base64 (2.1)                   d      dictionary (2.4)
//     h      hashes (2.7)                   l      language, RFC 5646
//     e:NAME a word of a closed vocabulary  v:NAME should be a word of an open one
//     r:A|B  identifier of an A or a B; sdo, sco, sro: of that class; any: of anything but a bundle;
//            related: of what a relationship may have at its ends
//     o:NAME an embedded object             c      the objects container of 2.0
//     m      anything; a rule of its own looks at it
//     [k]    a list of k, not empty
//
// Rules, with "; " between, "@21" behind the first word where they are of 2.1 only:
//     a<b a<=b   the first time is before (not after) the second
//     any a|b    at least one of them          one a|b   exactly one of them
//     with a b   a only together with b        some      at least one property of its own
#pragma once

#include <span>
#include <string_view>

namespace comity::intelligence {

struct SchemaRow {
    std::string_view name;
    std::string_view section;  // of STIX 2.1
    std::string_view rules;
    std::string_view properties;
};

std::span<const SchemaRow> schema_table();

}  // namespace comity::intelligence
