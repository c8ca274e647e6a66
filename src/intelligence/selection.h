// Which of an object's rows a request is for: copies, specification versions, versions (TAXII 2.1
// section 3.4). Pure, so that what a reader gets depends on nothing but the rows that it may read.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "intelligence/stix/identifier.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence {

// match[version]: what is chosen adds up; `all` is everything.
struct VersionChoice {
    bool all = false;
    bool first = false;
    bool last = true;
    std::vector<Time> at;
};

// What is in a collection: what was posted into it by those who may, and what its filter takes in.
struct CollectionScope {
    Uuid id;
    bool filtered = false;                            // it has a filter
    std::vector<std::string> types;                   // the filter's; empty: any
    std::vector<std::string> authors;                 // likewise
    std::optional<std::vector<std::string>> posters;  // whose posts count, sorted; nothing: everybody's

    bool contains(std::string_view type, std::string_view author, bool posted) const;
};

struct ObjectFilter {
    std::optional<Time> added_after;           // strictly
    std::optional<std::vector<ObjectId>> ids;  // nothing: any
    std::vector<std::string> types;            // empty: any
    VersionChoice versions;
    std::optional<std::vector<Spec>> specs;       // nothing: the highest that there is of each object
    std::optional<CollectionScope> collection{};  // nothing: everything that was shared
};

// One row of the view: one object in one statement.
struct ObjectRow {
    Time added;
    ObjectId id;
    Spec spec = Spec::k21;
    std::optional<Time> version;  // as in Object

    // What TAXII calls the object's version: an observable's is when it was added.
    Time shown_version() const { return version.value_or(added); }
};

// The rows of one object that the filter is for, by their `added`, rising. `rows` are all of that object's
// that the reader may read, in any order. The same version shared again is not another object: the copy that
// came first stands for all.
std::vector<Time> choose(std::span<const ObjectRow> rows, const ObjectFilter& filter);

// The same of an object that has one row only: is the filter for it?
bool is_for(const ObjectRow& row, const ObjectFilter& filter);

}  // namespace comity::intelligence
