// What patterns are held against: observed-data objects with the observables that they tell of (STIX 2.1
// section 4.14 with object_refs, STIX 2.0 with `objects` inside).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "json/value.h"

namespace comity::intelligence {

// An observable by the name that references call it: its id, or in an `objects` container its key.
struct ObservedObject {
    std::string name;
    const json::Value* object = nullptr;  // a JSON object
};

using ObjectsByName = std::unordered_map<std::string_view, const json::Value*>;

struct Observation {
    std::string id;
    Time first;                           // first_observed
    Time last;                            // last_observed; not before first
    std::int64_t count = 1;               // number_observed: what was seen that often can be bound that often
    std::vector<ObservedObject> objects;  // what it tells of
    const ObjectsByName* at_hand = nullptr;  // what references may lead to beside these; null: nothing

    // What a reference in one of its objects leads to; null where there is none.
    const json::Value* find(std::string_view name) const;
};

// Observations and the JSON that they point into.
class ObservedData {
  public:
    // A bundle, an observed-data object, or an array of objects. Those of 2.1 find their observables in the
    // same document; references that lead out of it are left out. kInvalid names what is wrong.
    static Result<ObservedData> parse(std::string_view document);

    const std::vector<Observation>& observations() const { return observations_; }

  private:
    struct Source {
        json::Value document;
        ObjectsByName at_hand;
    };
    std::unique_ptr<Source> source_;  // stays where it is when this moves
    std::vector<Observation> observations_;
};

}  // namespace comity::intelligence
