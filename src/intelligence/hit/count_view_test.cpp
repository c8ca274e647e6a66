#include "intelligence/hit/count_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/encoding.h"
#include "crypto/sha256.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const CountWeek kSummed = *CountWeek::parse("2026-11-23");
constexpr std::string_view kSeenUuid = "abcd0000-0000-4000-8000-000000000001";
constexpr std::string_view kOlderUuid = "abcd0000-0000-4000-8000-000000000002";
constexpr std::string_view kElsewhere = "12340000-0000-4000-8000-000000000003";

ObjectId indicator_id(std::string_view uuid) {
    return *ObjectId::parse("indicator--" + std::string(uuid));
}

// A statement that comes to the view, with the seed of its id.
struct Act {
    ledger::Statement statement;
    std::vector<std::string> objects;
    std::string seed;
    ledger::Witnessed witnessed = 0;
};

class CountView : public testing::DatabaseTest {
  protected:
    // A key of the member's; returns its place in the round.
    Digest key(const std::string& member, ledger::Witnessed after = 3600, const std::string& which = "") {
        const auto secret = crypto::AgreementSecret::generate();
        Act act;
        act.statement.type = kCountKey;
        act.statement.body = count_key_json({kSummed, secret.public_key()});
        finish(act, member, "key of " + member + which, kSummed.end().seconds() + after);
        // Its author can say what it likes; when it was witnessed counts.
        act.statement.issued = Time::from_seconds(kSummed.end().seconds() + 3600);
        const Digest id = crypto::sha256(as_bytes(act.seed));
        secrets_.emplace(id, secret);
        keys_.push_back({id, member, secret.public_key()});
        acts_.push_back(std::move(act));
        return id;
    }
    // What the member has met, in a round of these keys.
    Act& count(const Digest& own, std::vector<CountKey> keys, const std::vector<std::size_t>& met,
               std::int64_t after = 0, const std::string& which = "", std::string author = "") {
        std::ranges::sort(keys, {}, &CountKey::id);
        CountBody body{kSummed, {}};
        for (const CountKey& each : keys) {
            body.keys.push_back(each.id);
            if (each.id == own && author.empty()) author = each.author;
        }
        Cells cells(kCountCells, 0);
        for (const std::size_t cell : met) cells[cell] = 1;
        EXPECT_TRUE(hide(cells, round_of(body), secrets_.at(own), own, keys, 0, [] { return 0U; }));
        Act act;
        act.statement.type = kCount;
        json::Object form = count_json(body);
        form["objects"] = json::Object{};
        act.statement.body = std::move(form);
        act.objects = {cells_text(cells)};
        finish(act, author, "count of " + author + which, counts_from(kSummed).seconds() + after);
        acts_.push_back(std::move(act));
        return acts_.back();
    }
    void share(std::string_view uuid, ledger::Audience audience, ledger::Witnessed witnessed,
               const std::string& label = "") {
        Act act;
        act.statement.type = "intelligence.share";
        act.statement.body = json::Object{};
        act.objects = {testing::test_indicator(uuid, "2026-01-01T00:00:00Z", label)};
        finish(act, "ke", "share " + std::string(uuid) + std::to_string(witnessed), witnessed);
        act.statement.audience = std::move(audience);
        acts_.push_back(std::move(act));
    }
    // All six have met what is in cell 0xabcd.
    void six() {
        for (const char* member : {"a", "b", "c", "d", "e", "f"}) key(member);
        for (const CountKey& each : keys_) count(each.id, keys_, {0xabcd});
        share(kSeenUuid, green(), 1000);
    }

    static ledger::Audience green() { return {ledger::Tlp::kGreen, {}, {}, {}}; }

    // The view of all of them, in an order.
    struct Seen {
        std::map<CountWeek, CountTogether> counts;
        std::optional<RoundState> state;
        std::vector<CountKey> electorate;
        std::string canonical;
    };
    Seen view(const std::vector<std::size_t>& order, std::string_view uuid = kSeenUuid) {
        const testing::TestDatabase fresh(GetParam());
        testing::IntelligenceView view{fresh};
        std::int64_t added = 1'000'000;
        for (const std::size_t i : order) {
            const Act& act = acts_[i];
            view.PillarView::apply(act.statement, act.objects, Time{added += 10}, act.seed, act.witnessed);
        }
        Seen seen;
        const auto session = view.database().reader();
        EXPECT_TRUE(session);
        const auto counts =
            counts_together(**session, indicator_id(uuid), {kSummed.number - 3}, {kSummed.number + 1});
        EXPECT_TRUE(counts) << counts.error().message();
        seen.counts = *counts;
        seen.state = *round_state(**session, kSummed);
        seen.electorate = *count_electorate(**session, kSummed);
        for (const auto& table : view.pillar().view()) {
            EXPECT_TRUE((*session)->each(table.canonical_query, {}, [&](const db::Row& row) {
                for (int i = 0; i < row.columns(); ++i)
                    seen.canonical += std::to_string(row.integer(i)) + hex_encode(row.blob(i)) + "|";
                return true;
            }));
        }
        seen.canonical = crypto::sha256(as_bytes(seen.canonical)).hex();
        return seen;
    }
    std::vector<std::size_t> in_order() const {
        std::vector<std::size_t> order(acts_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        return order;
    }

    std::map<Digest, crypto::AgreementSecret> secrets_;
    std::vector<CountKey> keys_;
    std::vector<Act> acts_;

  private:
    static void finish(Act& act, const std::string& author, const std::string& seed,
                       ledger::Witnessed witnessed) {
        act.statement.author = author;
        act.statement.issued = Time::from_seconds(witnessed);
        act.statement.audience = green();
        act.seed = seed;
        act.witnessed = witnessed;
    }
};

TEST_P(CountView, TellsTheSumOfAllAndNothingOfFewer) {
    six();
    auto order = in_order();
    const Seen whole = view(order);
    ASSERT_THAT(whole.counts, SizeIs(1));
    EXPECT_EQ(whole.counts.at(kSummed).members, 6);
    EXPECT_EQ(whole.counts.at(kSummed).among, 6);
    EXPECT_THAT(whole.state->awaited, IsEmpty());
    EXPECT_THAT(view(order, kElsewhere).counts, IsEmpty()) << "no such indicator";
    order.erase(order.begin() + 8);  // the contribution of c
    const Seen less = view(order);
    EXPECT_THAT(less.counts, IsEmpty());
    EXPECT_THAT(less.state->awaited, ElementsAre("c"));
    EXPECT_THAT(less.state->members, SizeIs(6));
    order.erase(order.begin());  // the key of a, which others may bring later
    EXPECT_THAT(view(order).counts, IsEmpty());
}

TEST_P(CountView, IsAFunctionOfTheSet) {
    six();
    // One contributes twice, one has two keys, one is no participant, and another round is made of some.
    count(keys_[1].id, keys_, {}, 50, " again");
    key("g", 3600, " first");
    key("g", 7200, " second");
    std::vector<CountKey> others(keys_.begin() + 2, keys_.begin() + 7);
    for (const CountKey& each : others) count(each.id, others, {0xabcd}, 100, " others");
    count(keys_[6].id, keys_, {}, 0, " stranger", "stranger");
    auto order = in_order();
    const Seen first = view(order);
    EXPECT_EQ(first.counts.at(kSummed).members, 6) << "the first of two counts, and the larger round";
    EXPECT_EQ(first.counts.at(kSummed).among, 6);
    std::mt19937 random(3);
    for (int round = 0; round < 3; ++round) {
        std::ranges::shuffle(order, random);
        const Seen again = view(order);
        EXPECT_EQ(again.canonical, first.canonical);
        EXPECT_EQ(again.counts.at(kSummed).members, 6);
    }
}

TEST_P(CountView, ARoundWithTwoKeysOfOneMemberIsNone) {
    for (const char* member : {"a", "b", "c", "d"}) key(member);
    key("d", 3600, " second");
    for (const CountKey& each : keys_) count(each.id, keys_, {0xabcd}, 0, each.id.hex());
    share(kSeenUuid, green(), 1000);
    EXPECT_THAT(view(in_order()).counts, IsEmpty());
}

TEST_P(CountView, ThoseTakePartWhoseKeysWereWitnessedInTheDayAndEachOnce) {
    key("a");
    const Digest later = key("b", 7200, " second");
    const Digest earlier = key("b", 3600, " first");
    key("late", 24 * 3600);
    key("early", -1);
    const Seen seen = view(in_order());
    ASSERT_THAT(seen.electorate, SizeIs(2));
    EXPECT_LT(seen.electorate[0].id, seen.electorate[1].id);
    for (const CountKey& each : seen.electorate) EXPECT_NE(each.id, later);
    EXPECT_TRUE(std::ranges::any_of(seen.electorate, [&](const auto& each) { return each.id == earlier; }));
}

TEST_P(CountView, ACellIsForTheNewestThatAllMayRead) {
    six();
    const auto end = kSummed.end().seconds();
    share(kOlderUuid, green(), 500);
    EXPECT_EQ(view(in_order()).counts.at(kSummed).members, 6);
    EXPECT_THAT(view(in_order(), kOlderUuid).counts, IsEmpty()) << "another has its cell";
    share(kOlderUuid, {ledger::Tlp::kAmberStrict, {"ke"}, {}, {}}, 2000);
    EXPECT_EQ(view(in_order()).counts.at(kSummed).members, 6) << "what not all hold takes no cell";
    share(kOlderUuid, green(), end);
    EXPECT_EQ(view(in_order()).counts.at(kSummed).members, 6) << "nor what came after the week";
    share(kOlderUuid, green(), end - 1);
    EXPECT_THAT(view(in_order()).counts, IsEmpty());
    EXPECT_EQ(view(in_order(), kOlderUuid).counts.at(kSummed).members, 6);
    // An object's own marking: it has the cell, and is not told of.
    share(kSeenUuid, green(), end - 1 + 0, "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421");
    const auto after = view(in_order(), kSeenUuid).counts;
    EXPECT_TRUE(after.empty() || view(in_order(), kOlderUuid).counts.empty());
}

TEST_P(CountView, NoiseTakesNoNumberOutOfItsBounds) {
    for (const char* member : {"a", "b", "c", "d", "e"}) key(member);
    for (const CountKey& each : keys_) count(each.id, keys_, {});
    // One of them says more than it may, and less in another cell.
    acts_.pop_back();
    Act& forged = count(keys_[4].id, keys_, {});
    Cells cells = *parse_cells(forged.objects[0]);
    cells[0xabcd] = static_cast<std::uint16_t>(cells[0xabcd] + 99);
    cells[0x1234] = static_cast<std::uint16_t>(cells[0x1234] - 99);
    forged.objects = {cells_text(cells)};
    share(kSeenUuid, green(), 1000);
    share(kElsewhere, green(), 1000);
    EXPECT_EQ(view(in_order()).counts.at(kSummed).members, 5);
    EXPECT_EQ(view(in_order(), kElsewhere).counts.at(kSummed).members, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, CountView, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::intelligence
