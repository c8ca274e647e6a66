#include "intelligence/lookup.h"

#include <fmt/format.h>

#include <map>
#include <random>
#include <set>

#include "intelligence/queries.h"
#include "intelligence/withdrawal.h"
#include "ledger/access.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

const ledger::Audience kClear{ledger::Tlp::kClear, {}, {}, {}};

std::string uuid_of(unsigned n) {
    return fmt::format("{:08x}-1111-4111-8111-{:012x}", n * 2654435761U, n);
}

class Lookups : public testing::DatabaseTest {};
INSTANTIATE_TEST_SUITE_P(Engines, Lookups, testing::each_engine(), testing::engine_name);

// Large statements and single objects, some in several versions, withdrawn or not, moved to their places at
// any time: which rows are contested, and what is found by an id, is what a model says.
TEST_P(Lookups, KnowWhichObjectsOthersHaveToo) {
    std::mt19937 random(11);
    testing::IntelligenceView view(database());
    std::map<unsigned, unsigned> rows;
    std::set<unsigned> withdrawn;
    std::int64_t added = 1000;
    unsigned version = 0;
    for (int step = 0; step < 60; ++step) {
        added += 1000;
        const unsigned what = random() % 6;
        if (what == 0) {
            const unsigned n = random() % 400;
            withdrawn.insert(n);
            // By another, so that what is withdrawn stays to be seen.
            view.say(kWithdrawal, "nobody", kClear,
                     *json::parse(fmt::format(R"({{"withdrawn":[{{"id":"indicator--{}"}}]}})", uuid_of(n)))
                          ->if_object(),
                     {}, Time{added});
        } else if (what == 1) {
            ASSERT_TRUE(settle_objects(view.database(), 1 + random() % 40));
        } else {
            std::vector<std::string> objects;
            const unsigned count = what == 2 ? 1 : 1 + random() % 90;
            for (unsigned i = 0; i < count; ++i) {
                const unsigned n = random() % 400;
                ++rows[n];
                objects.push_back(testing::test_indicator(
                    uuid_of(n), fmt::format("2026-01-01T{:02}:{:02}:{:02}Z", version / 3600,
                                            version / 60 % 60, version % 60)));
                ++version;
            }
            view.share(fmt::format("member-{}", random() % 3), kClear, objects, Time{added});
        }
    }
    const auto session = view.database().snapshot();
    ASSERT_TRUE(session);
    std::size_t contested = 0;
    ASSERT_TRUE((*session)->each(
        "SELECT uuid, contested, settled FROM intelligence_objects", {}, [&](const db::Row& row) {
            for (const auto& [n, count] : rows) {
                if (Uuid::parse(uuid_of(n))->view().size() != row.blob(0).size() ||
                    !std::ranges::equal(Uuid::parse(uuid_of(n))->view(), row.blob(0)))
                    continue;
                const bool expected = count > 1 || withdrawn.contains(n);
                EXPECT_EQ(row.integer(1) != 0, expected) << uuid_of(n);
                contested += expected ? 1 : 0;
            }
            return true;
        }));
    EXPECT_GT(contested, 100u);
    const auto readable = ledger::readable_by(**session, {});
    ASSERT_TRUE(readable);
    for (const auto& [n, count] : rows) {
        ObjectFilter filter;
        filter.versions.all = true;
        filter.ids = {*ObjectId::parse("indicator--" + uuid_of(n))};
        const auto page = find_objects(**session, *readable, filter, {.limit = 1000});
        ASSERT_TRUE(page) << page.error().message();
        EXPECT_EQ(page->objects.size(), count) << uuid_of(n);
    }
}

// PostgreSQL leaves all in front.
TEST_P(Lookups, MoveObjectsWhenEnoughHaveCome) {
    testing::IntelligenceView view(database());
    const auto in_front = [&] {
        return (*view.database().reader())
            ->integer("SELECT COUNT(*) FROM intelligence_objects WHERE settled = 0");
    };
    for (unsigned n = 0; n < 5; ++n)
        view.share("a", kClear, {testing::test_indicator(uuid_of(n), "2026-01-01T00:00:00Z")},
                   Time{1000 + n});
    ASSERT_TRUE(settle_objects(view.database(), 6));
    EXPECT_EQ(in_front(), 5);
    ASSERT_TRUE(settle_objects(view.database(), 5));
    EXPECT_EQ(in_front(), GetParam() == db::Database::Engine::kSqlite ? 0 : 5);
}

}  // namespace
}  // namespace comity::intelligence
