#include "intelligence/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace comity::intelligence {
namespace {

const ObjectId kId = *ObjectId::parse("malware--c0931cc6-c75e-47e5-9036-78fabc95d4ec");

ObjectRow row(std::int64_t added, std::optional<std::int64_t> version, Spec spec = Spec::k21) {
    return {{added}, kId, spec, version ? std::optional(Time{*version}) : std::nullopt};
}

std::vector<std::int64_t> chosen(const std::vector<ObjectRow>& rows, const ObjectFilter& filter) {
    std::vector<std::int64_t> out;
    for (const Time time : choose(rows, filter)) out.push_back(time.micros);
    return out;
}

using List = std::vector<std::int64_t>;

TEST(Selection, TakesTheLastVersionUnlessAsked) {
    const std::vector<ObjectRow> rows = {row(1, 30), row(2, 10), row(3, 20)};  // they came out of order
    ObjectFilter filter;
    EXPECT_EQ(chosen(rows, filter), (List{1}));
    filter.versions = {.all = false, .first = true, .last = false, .at = {}};
    EXPECT_EQ(chosen(rows, filter), (List{2}));
    filter.versions.last = true;
    EXPECT_EQ(chosen(rows, filter), (List{1, 2}));
    filter.versions = {.all = false, .first = false, .last = false, .at = {Time{20}, Time{25}}};
    EXPECT_EQ(chosen(rows, filter), (List{3}));
    filter.versions.first = true;
    filter.versions.at.push_back(Time{10});  // the first again: once
    EXPECT_EQ(chosen(rows, filter), (List{2, 3}));
    filter.versions = {.all = true, .first = false, .last = false, .at = {}};
    EXPECT_EQ(chosen(rows, filter), (List{1, 2, 3}));
}

TEST(Selection, TakesACopySharedAgainForTheSameObject) {
    const std::vector<ObjectRow> rows = {row(5, 10), row(7, 10), row(6, 10), row(8, 20), row(9, 20)};
    ObjectFilter filter;
    EXPECT_EQ(chosen(rows, filter), (List{8}));
    filter.versions = {.all = true, .first = false, .last = false, .at = {}};
    EXPECT_EQ(chosen(rows, filter), (List{5, 8}));
    filter.added_after = Time{6};  // the first copy was added before: the object is not new
    EXPECT_EQ(chosen(rows, filter), (List{8}));
}

TEST(Selection, ChoosesVersionsAmongWhatTheRestOfTheRequestLeaves) {
    const std::vector<ObjectRow> rows = {row(1, 30), row(2, 10), row(3, 20)};
    ObjectFilter filter;
    filter.added_after = Time{1};
    EXPECT_EQ(chosen(rows, filter), (List{3}));
    filter.added_after = Time{3};
    EXPECT_EQ(chosen(rows, filter), (List{}));
}

TEST(Selection, PrefersTheHigherSpecificationToTheLaterVersion) {
    const std::vector<ObjectRow> rows = {row(1, 10, Spec::k21), row(2, 50, Spec::k20), row(3, 20, Spec::k21)};
    ObjectFilter filter;
    EXPECT_EQ(chosen(rows, filter), (List{3}));
    filter.specs = {Spec::k20};
    EXPECT_EQ(chosen(rows, filter), (List{2}));
    filter.specs = {Spec::k20, Spec::k21};
    EXPECT_EQ(chosen(rows, filter), (List{2}));  // "last" spans both
    filter.specs.emplace();                      // none that is known
    EXPECT_EQ(chosen(rows, filter), (List{}));
}

TEST(Selection, GivesAnObservableOneVersion) {
    const std::vector<ObjectRow> rows = {row(9, {}), row(4, {})};
    ObjectFilter filter;
    EXPECT_EQ(chosen(rows, filter), (List{4}));
    filter.versions = {.all = false, .first = false, .last = false, .at = {Time{4}}};
    EXPECT_EQ(chosen(rows, filter), (List{4}));
}

TEST(Selection, DependsOnTheRowsAndNotOnTheirOrder) {
    std::mt19937 random(7);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (int round = 0; round < 2000; ++round) {
        std::vector<ObjectRow> rows;
        for (int i = below(8); i >= 0; --i) {
            rows.push_back(row(i * 2 + 1, below(5) * 10, below(3) == 0 ? Spec::k20 : Spec::k21));
        }
        ObjectFilter filter;
        if (below(2) == 0) filter.added_after = Time{below(16)};
        if (below(3) == 0)
            filter.specs = below(2) == 0 ? std::vector{Spec::k20} : std::vector{Spec::k20, Spec::k21};
        filter.versions = {.all = below(4) == 0, .first = below(2) == 0, .last = below(2) == 0, .at = {}};
        if (below(2) == 0) filter.versions.at.push_back(Time{below(5) * 10});
        const List once = chosen(rows, filter);
        std::ranges::shuffle(rows, random);
        EXPECT_EQ(chosen(rows, filter), once);
        EXPECT_TRUE(std::ranges::is_sorted(once));
        EXPECT_EQ(std::set<std::int64_t>(once.begin(), once.end()).size(), once.size());
        for (const std::int64_t added : once) {
            const auto found = std::ranges::find(rows, Time{added}, &ObjectRow::added);
            ASSERT_NE(found, rows.end());
            EXPECT_GT(added, filter.added_after.value_or(Time{-1}).micros);
            // Nothing chosen has an earlier copy.
            for (const ObjectRow& other : rows) {
                EXPECT_FALSE(other.version == found->version && other.spec == found->spec &&
                             other.added < found->added);
            }
        }
    }
}

TEST(Selection, OfOneRowIsWhatItIsOfAListOfOne) {
    std::mt19937 random(4);
    const auto some = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<unsigned>(most));
    };
    for (int round = 0; round < 2000; ++round) {
        ObjectRow row{{some(3)}, {"tool", {}}, some(2) == 0 ? Spec::k20 : Spec::k21, std::nullopt};
        if (some(2) == 0) row.version = Time{some(3)};
        ObjectFilter filter;
        if (some(2) == 0) filter.added_after = Time{some(3)};
        if (some(2) == 0) filter.specs = {some(2) == 0 ? Spec::k20 : Spec::k21};
        filter.versions = {some(3) == 0, some(3) == 0, some(3) == 0, {}};
        if (some(2) == 0) filter.versions.at = {Time{some(3)}};
        EXPECT_EQ(is_for(row, filter), !choose({&row, 1}, filter).empty());
    }
}

}  // namespace
}  // namespace comity::intelligence
