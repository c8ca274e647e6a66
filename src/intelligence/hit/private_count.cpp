#include "intelligence/hit/private_count.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "intelligence/hit/count_week.h"
#include "intelligence/hit/hit_book.h"

namespace comity::intelligence {
namespace {

constexpr std::int64_t kNotTold = -1;
constexpr double kUnits = 9007199254740992.0;  // 2^53

double unit(const RandomBits& random) {  // above 0, to 1
    return (static_cast<double>(random() >> 11) + 1) / kUnits;
}

// How often a coin of that ratio falls on its one side before it falls on the other.
std::int64_t geometric(double ratio, const RandomBits& random) {
    return static_cast<std::int64_t>(std::floor(std::log(unit(random)) / std::log(ratio)));
}

// From the logarithmic distribution of that ratio: 1, 2, ...
std::int64_t logarithmic(double ratio, const RandomBits& random) {
    double left = unit(random);
    double likely = -ratio / std::log1p(-ratio);
    std::int64_t number = 1;
    // What lies so far out that it adds nothing any more ends it.
    for (; left > likely && likely > 0; ++number) {
        left -= likely;
        likely *= ratio * static_cast<double>(number) / static_cast<double>(number + 1);
    }
    return number;
}

// From the negative binomial distribution of that size and ratio: so many logarithmic numbers as Poisson's
// distribution says. Of the size 1 it is the geometric one.
std::int64_t negative_binomial(double size, double ratio, const RandomBits& random) {
    const double none = std::exp(size * std::log1p(-ratio));
    std::int64_t sum = 0;
    for (double product = unit(random); product > none; product *= unit(random))
        sum += logarithmic(ratio, random);
    return sum;
}

}  // namespace

std::int64_t count_noise(std::int64_t scale, const RandomBits& random) {
    if (scale <= 0) return 0;
    const double ratio = std::exp(-1.0 / static_cast<double>(scale));
    const std::int64_t more = geometric(ratio, random);
    return more - geometric(ratio, random);
}

std::int64_t count_noise_share(std::int64_t scale, double shares, const RandomBits& random) {
    if (scale <= 0) return 0;
    const double ratio = std::exp(-1.0 / static_cast<double>(scale));
    const std::int64_t more = negative_binomial(1 / shares, ratio, random);
    return more - negative_binomial(1 / shares, ratio, random);
}

Result<std::vector<WeekCount>> private_counts(db::Database& database, std::string_view object,
                                              const CountRule& rule, Time now, std::size_t weeks,
                                              const RandomBits& random) {
    const std::int64_t this_week = CountWeek::of(now).number;
    const std::int64_t first_week = this_week - static_cast<std::int64_t>(weeks);
    const auto day_of = [](std::int64_t week) { return CountWeek{week}.first_day(); };
    std::map<std::int64_t, std::int64_t> kept, counted;
    {
        COMITY_TRY(const auto session, database.snapshot());
        COMITY_CHECK(session->each("SELECT week, members FROM hit_counts WHERE object = $1 AND week >= $2",
                                   {object, first_week}, [&](const db::Row& row) {
                                       kept[row.integer(0)] = row.integer(1);
                                       return true;
                                   }));
        // Each is in one number alone: two would tell more of it than one may.
        COMITY_TRY(const auto together, members_together(*session));
        std::map<std::int64_t, std::vector<std::string>> members;
        COMITY_CHECK(session->each(
            "SELECT day, member FROM hits WHERE object = $1 AND day >= $2 AND day < $3 AND state = $4",
            {object, day_of(first_week), day_of(this_week), static_cast<int>(HitState::kCounted)},
            [&](const db::Row& row) {
                const std::string member(row.text(1));
                if (std::ranges::binary_search(together, member)) return true;
                auto& list = members[CountWeek::of_day(row.integer(0)).number];
                if (std::ranges::find(list, member) == list.end()) list.push_back(member);
                return true;
            }));
        for (const auto& [week, list] : members) counted[week] = static_cast<std::int64_t>(list.size());
    }
    std::map<std::int64_t, std::int64_t> drawn;
    for (const auto& [week, members] : counted) {
        if (members < rule.least || kept.contains(week)) continue;
        const std::int64_t noisy = members + count_noise(rule.noise, random);
        drawn[week] = noisy < rule.least ? kNotTold : noisy;
    }
    if (!drawn.empty()) {
        COMITY_TRY(const auto tx, database.begin());
        for (const auto& [week, members] : drawn) {
            COMITY_CHECK(tx->run(
                "INSERT INTO hit_counts(object, week, members) VALUES($1, $2, $3) ON CONFLICT(object, "
                "week) DO NOTHING",
                object, week, members));
            // Another may have drawn first.
            COMITY_TRY(const auto there,
                       tx->integer("SELECT members FROM hit_counts WHERE object = $1 AND week = $2",
                                   {object, week}));
            kept[week] = there.value_or(kNotTold);
        }
        COMITY_CHECK(tx->commit());
    }
    std::vector<WeekCount> out;
    for (std::int64_t week = first_week; week < this_week; ++week) {
        WeekCount one{CountWeek{week}.begin(), std::nullopt};
        if (const auto known = kept.find(week); known != kept.end() && known->second >= rule.least)
            one.members = known->second;
        out.push_back(one);
    }
    return out;
}

}  // namespace comity::intelligence
