// Which indicators are good for defence now, each reduced to the values that a firewall, a resolver or a
// sensor compares: what the exports (formats.h) are made of.
#pragma once

#include <map>
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
    Indicator indicator;  // names in their own scripts in punycode, as devices see them
    std::string id;       // the STIX indicator's
    std::string name;     // its own; may be empty
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
    std::vector<IndicatorKind> kinds{};                 // empty: all but file names alone
    std::optional<int> min_confidence{};                // as far as it is believed now (search/standing.h)
    std::optional<std::int64_t> max_age_days{};         // since it was modified last
    std::optional<std::int64_t> min_sighted_by{};       // so many members have sighted it
    std::optional<std::int64_t> sighted_within_days{};  // one of them saw it in that time
    std::optional<std::int64_t> max_false_by{};         // so many members at the most report it to be false

    bool asks_members() const {
        return min_confidence || min_sighted_by || sighted_within_days || max_false_by;
    }
};
// What members say of an indicator, and what follows from it; asked for where the query asks_members().
struct Believed {
    int confidence = 0;  // 0 to 100
    std::int64_t sighted_by = 0;
    std::int64_t false_by = 0;
    std::optional<Time> last_sighted;
};
struct Active {
    std::vector<ActiveValue> values;  // each value once; sorted by kind and value
    std::vector<NotExported> left;    // sorted
};

// The newest versions of all indicators that the reader may read, valid now and not revoked; members'
// sightings and opinions count as far as the reader may read them, too.
Result<Active> find_active(db::Session& session, const ledger::Readable& readable, const ActiveQuery& query);

// The same of objects at hand: pure, and independent of their order. `believed` by their ids; of one that is
// not there nobody has said anything.
Active active_of(std::span<const std::string> objects, const ActiveQuery& query,
                 const std::map<std::string, Believed>& believed = {});

}  // namespace comity::intelligence
