// What an author has shared already of the objects that it is about to share: for doors that take objects
// one by one and sign for the author.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "intelligence/selection.h"
#include "ledger/audience.h"

namespace comity::intelligence {

// An object about to be shared.
struct Offered {
    ObjectId id;
    std::optional<Time> version;
    std::string_view data;
    ledger::Audience audience;  // its own
};

enum class Standing {
    kNew,
    kThere,    // the author shared the same bytes, in that collection, for the same audience
    kDiffers,  // the author shared other bytes under the same id and version
};

// One for each of `offered`, in order. Withdrawn copies do not count. Nothing for `collection`: any.
Result<std::vector<Standing>> find_standing(db::Session& session, std::string_view author,
                                            std::optional<Uuid> collection, std::span<const Offered> offered);

// An author's copies of one object that stand, in one audience each.
struct Copy {
    ObjectRow row;
    ledger::Audience audience;
};
Result<std::vector<Copy>> find_copies(db::Session& session, std::string_view author, const ObjectId& id);

}  // namespace comity::intelligence
