// What shows something: a title, and where it can be seen: on the web, or another statement. Bodies of
// several pillars name such.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "json/fields.h"

namespace comity::ledger {

struct Exhibit {
    std::string title{};
    std::string url{};                  // or
    std::optional<Digest> statement{};  // a statement that shows it
    friend bool operator==(const Exhibit&, const Exhibit&) = default;
};

// The list of that name, 50 at the most; empty where there is none. kInvalid: one shows nothing.
Result<std::vector<Exhibit>> exhibits_of(json::Fields& fields, std::string_view name);
json::Array exhibits_json(const std::vector<Exhibit>& exhibits);

}  // namespace comity::ledger
