// MISP's attribute types and what they are in STIX: patterns as misp-stix makes them, so that either reads
// what the other wrote (MISP core format: draft-dulaunoy-misp-core-format).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/indicator/classify.h"
#include "json/value.h"

namespace comity::intelligence::misp {

// The STIX pattern that an attribute of that type says, with its pattern_type ("stix", "yara", ...); nothing
// where STIX has none for it.
struct AttributePattern {
    std::string pattern;
    std::string type;
};
std::optional<AttributePattern> pattern_of(std::string_view type, std::string_view value);

// In MISP a JA4 fingerprint is a text of an object: what it is there (misp-objects, ja4-plus).
inline constexpr std::string_view kJa4Relation = "ja4-fingerprint";

// The other way: the value out of a pattern that pattern_of() made of that type; nothing where it is none.
std::optional<std::string> value_of(std::string_view type, std::string_view pattern);

// The observable (STIX 2.1 section 6) that an attribute tells of, with the id that is always its
// (section 2.9); nothing where it has none here.
std::optional<json::Object> observable_of(std::string_view type, std::string_view value);

// What attribute an indicator's value is in MISP, and in which category.
struct Attribute {
    std::string type;
    std::string category;
    std::string value;
};
// Nothing where MISP has none: JA4 fingerprints stand in objects, and of wallets it knows Bitcoin's and
// Monero's.
std::optional<Attribute> attribute_of(const Indicator& indicator);
// Of an observable; nothing where MISP has no attribute for it.
std::optional<Attribute> attribute_of(const json::Object& observable);

}  // namespace comity::intelligence::misp
