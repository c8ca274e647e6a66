// What is read of the intelligence view: pages of objects as one reader may see them. A page's time depends
// on the page, not on how many objects there are (as long as most of what is passed over may be read).
//
// Law 4: rows that the reader may not read take part in nothing: not in the page, not in `more`, not in which
// version is the last, not in which copy came first.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "intelligence/selection.h"
#include "ledger/access.h"

namespace comity::intelligence {

struct PageRequest {
    Time after{
        std::numeric_limits<std::int64_t>::min()};  // where the last page ended: only what was added after it
    std::size_t limit = 100;                        // at least 1
    std::size_t max_bytes =
        8u << 20;  // of the objects together; a page ends early rather than hold more, but has at least one
    std::string_view before{};  // what `bytes` begins with
};

struct FoundObject {
    ObjectRow row;
    std::string_view data{};  // as submitted; inside the page's `bytes`
};

struct ObjectPage {
    std::vector<FoundObject> objects;  // rising by `added`
    bool more = false;                 // there is at least one after the last of these
    // The objects as they follow each other in a list, with a comma between them: an answer is made of it
    // without copying. What is added to it may move it, and with it every `data`.
    std::shared_ptr<std::string> bytes = std::make_shared<std::string>();
};

// `readable` and the rows must be of one state: use a snapshot session for both.
Result<ObjectPage> find_objects(db::Session& session, const ledger::Readable& readable,
                                const ObjectFilter& filter, const PageRequest& page);

// May the reader know of any version of the object? Of the filter, the collection alone counts.
Result<bool> has_object(db::Session& session, const ledger::Readable& readable, const ObjectFilter& filter,
                        const ObjectId& id);

// The rows of one object that the filter is for, without their bytes.
Result<std::vector<ObjectRow>> find_rows(db::Session& session, const ledger::Readable& readable,
                                         const ObjectFilter& filter, const ObjectId& id);

}  // namespace comity::intelligence
