// What the release schema of OCDS 1.1.5 holds its fields to, compiled in our own form: types, required
// fields, closed codelists, lists that are not empty or hold nothing twice, dates. A test walks the schema
// itself and breaks every rule of it (schema_test.cpp).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace comity::development {

struct OcdsKind;

struct OcdsField {
    std::string_view name;
    std::string types;  // of "sinboaz": text, integer, number, boolean, object, list, null
    bool required = false;
    bool not_empty = false;  // a text
    bool has_item = false;   // a list
    bool unique = false;     // a list
    bool date = false;
    bool languages = false;           // "title_fr" is a text or null too
    bool of_texts = false;            // a list
    const OcdsKind* inner = nullptr;  // what an object, or a list's objects, are held to
    std::string_view inner_name;
    std::string_view codelist;            // a closed one: of the text, or of the list's texts
    std::vector<std::string_view> codes;  // sorted
};

struct OcdsKind {
    std::string_view name;
    std::vector<OcdsField> fields;                        // by name
    const OcdsField* find(std::string_view field) const;  // null: the schema does not know it
};

const OcdsKind& ocds_release();

}  // namespace comity::development
