// What is asked of an object in a search, read from its bytes. Pure: the index keeps a part of it, and what
// is not yet in the index is read again from the object, so both give the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::search {

struct Reference {
    std::string property;  // "created_by_ref", "object_refs", "extensions....src_ref"
    std::string id;        // what it refers to, as it stands
};

struct Facts {
    std::vector<std::string> terms;   // sorted, each once (search/term.h)
    std::vector<std::string> values;  // of these, what two objects can have in common: addresses, names, sums
    std::vector<Reference> references;  // every *_ref and *_refs but those to markings, in their order
    std::optional<int> confidence;      // 0 to 100
    std::optional<Time> valid_from;
    std::optional<Time> valid_until;
    bool revoked = false;
    std::optional<int> count;  // a sighting's; it means 1 where it is absent
    std::optional<Time> seen;  // a sighting's last_seen, or else first_seen
    std::string opinion;       // an opinion's: "strongly-disagree", ...
    std::string name;
    std::string relationship;  // a relationship's type
};

// `source` is the member that shared it. Nothing where the bytes are no JSON object. Thread-safe.
std::optional<Facts> facts_of(std::string_view object, std::string_view source);

// The values that a STIX pattern compares for equality or containment: each matches the pattern by itself or
// with others. Nothing from what is negated.
std::vector<std::string> values_of_pattern(std::string_view pattern);

// Is the property (a path with dots: "external_references.external_id"; any element of a list) that text,
// number or truth value? A number that is no whole one by its value: 2.5 is 2.50.
bool property_is(std::string_view object, std::string_view path, std::string_view value);

// The terms of all properties of an object, sorted, each once.
std::vector<std::string> property_terms(std::string_view object);
// Every object that has the property (property_is) has a term in one of these.
std::vector<TermRange> property_ranges(std::string_view path, std::string_view value);

}  // namespace comity::intelligence::search
