// intelligence.collection: objects that belong together, under an API root of TAXII's. A member makes one and
// says who may post into it; the last word of the member that named it first counts.
//
//     body {"id":"<UUID, version 4>", "root":"<id>", "alias"?:"<id>", "title": 1 to 200 bytes,
//           "description"?: 1 to 4000 bytes,
//           "filter"?: {"types"?:[...], "authors"?:[...]}     every share's objects that match are in it too
//           "audience"?: of what is posted through TAXII; left out: the statement's own
//           "posting"?: {"members"?:[...], "groups"?:[...]}   left out: every member may post
//           "removed"?: true}
//
// Who may read the statement sees the collection; its objects are shown to each reader as everywhere, by
// their own audiences. A share belongs to a collection by its body's field `collection`, if its author may
// post there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "db/database.h"
#include "intelligence/selection.h"
#include "intelligence/stix/identifier.h"
#include "json/value.h"
#include "ledger/access.h"
#include "ledger/roll.h"

namespace comity::intelligence {

inline constexpr std::string_view kCollection = "intelligence.collection";

struct CollectionBody {
    struct Filter {
        std::vector<std::string> types;    // empty: any
        std::vector<std::string> authors;  // empty: any
    };
    struct Posting {
        std::vector<std::string> members;
        std::vector<std::string> groups;  // "owner/name"
    };
    Uuid id;
    std::string root;
    std::string alias;  // empty: none
    std::string title;
    std::string description;
    std::optional<Filter> filter;
    std::optional<ledger::Audience> audience;
    std::optional<Posting> posting;
    bool removed = false;
};

// A collection as one reader sees it.
struct Collection {
    CollectionBody body;
    std::string owner;          // the member
    Digest statement;           // its last word
    ledger::Audience seen_by;   // who sees the collection
    ledger::Audience audience;  // of what is posted through TAXII

    bool may_post(const ledger::Roll& roll, std::string_view member) const;
    // What of the view is in it; the authors whose posts count are the roll's as it stands.
    CollectionScope scope(const ledger::Roll& roll) const;
};

// kInvalid with the field.
Result<CollectionBody> parse_collection(const json::Value& body);
json::Object collection_json(const CollectionBody& collection);
Result<Uuid> parse_collection_id(std::string_view text, std::string where);
Uuid new_collection_id();  // random

// A collection as REST and the command line show it: the body's fields, and `owner`, `statement`, `seen_by`.
json::Object collection_form(const Collection& collection);

// Those that are there for the reader, removed ones left out, in the order in which they were first named.
// What the reader may not read takes no part (law 4).
Result<std::vector<Collection>> find_collections(db::Session& session, const ledger::Readable& readable);
// One of them by its id; kNotFound.
Result<Collection> find_collection(db::Session& session, const ledger::Readable& readable, const Uuid& id);

}  // namespace comity::intelligence
