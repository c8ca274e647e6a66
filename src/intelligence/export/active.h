// Which indicators are good for defence now, each reduced to the values that a firewall, a resolver or a
// sensor compares: what the exports (formats.h) are made of.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/database.h"
#include "intelligence/indicator/classify.h"
#include "intelligence/stix/object.h"
#include "ledger/access.h"

namespace comity::intelligence {

// One value, from the indicator that speaks for it: of several, the one with the highest confidence, then the
// one modified last, then the one with the smallest id.
struct ActiveValue {
    Indicator indicator;
    std::string id;    // the STIX indicator's
    std::string name;  // its own; may be empty
    std::optional<int> confidence;
    Time modified{};
    Time valid_from{};
    std::optional<Time> valid_until;
    std::string data;  // the object, as submitted

    friend bool operator==(const ActiveValue&, const ActiveValue&) = default;
};
// An indicator, or one of its values, that is in no export, and why.
struct NotExported {
    std::string id;
    std::string value;  // empty: the whole indicator
    std::string why;

    friend auto operator<=>(const NotExported&, const NotExported&) = default;
};

struct ActiveQuery {
    Time now{};
    std::vector<IndicatorKind> kinds;          // empty: all
    std::optional<int> min_confidence;         // stated; what states none has none
    std::optional<std::int64_t> max_age_days;  // since it was modified last
};
struct Active {
    std::vector<ActiveValue> values;  // each value once; sorted by kind and value
    std::vector<NotExported> left;    // sorted
};

// The values that a pattern is about, where it says no more than that one of them is seen: comparisons for
// equality (=, IN) or containment (ISSUBSET) joined by OR. Of a file, a sum with a name besides is the sum.
// kInvalid says what else it asks.
Result<std::vector<Indicator>> simple_values(std::string_view pattern, Spec spec);

// The newest versions of all indicators that the reader may read, valid now and not revoked.
Result<Active> find_active(db::Session& session, const ledger::Readable& readable, const ActiveQuery& query);

// The same of objects at hand: pure, and independent of their order.
Active active_of(std::span<const std::string> objects, const ActiveQuery& query);

}  // namespace comity::intelligence
