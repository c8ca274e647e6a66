#include "intelligence/queries.h"

#include <fmt/format.h>
#include <algorithm>
#include <random>
#include <set>

#include "intelligence/stix/marking.h"
#include "json/slices.h"
#include "testing/intelligence_view.h"
#include "testing/shared_data.h"

namespace comity::intelligence {
namespace {

using ledger::Tlp;
using testing::test_indicator;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};
const ledger::Viewer kPublic;
constexpr std::string_view kDay = "2020-01-01T00:00:00Z";

std::string uuid(unsigned n) {
    return fmt::format("{:08x}-0000-4000-8000-000000000000", n);
}
ObjectId indicator_id(unsigned n) {
    return *ObjectId::parse("indicator--" + uuid(n));
}

class IntelligenceQueries : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (!IsSkipped()) view_ = std::make_unique<testing::IntelligenceView>(database());
    }
    ObjectPage page(const ObjectFilter& filter = {}, const PageRequest& request = {},
                    const ledger::Viewer& viewer = kPublic) {
        auto session = view_->database().snapshot();
        EXPECT_TRUE(session);
        const auto readable = ledger::readable_by(**session, viewer);
        EXPECT_TRUE(readable);
        auto found = find_objects(**session, *readable, filter, request);
        EXPECT_TRUE(found) << found.error().message();
        return found ? *std::move(found) : ObjectPage{};
    }
    std::unique_ptr<testing::IntelligenceView> view_;
};
INSTANTIATE_TEST_SUITE_P(Engines, IntelligenceQueries, testing::each_engine(), testing::engine_name);

TEST_P(IntelligenceQueries, FindNothingInNothing) {
    EXPECT_TRUE(page().objects.empty());
    EXPECT_FALSE(page().more);
    ObjectFilter filter;
    filter.ids.emplace();
    EXPECT_TRUE(page(filter).objects.empty());
}

TEST_P(IntelligenceQueries, GiveTheBytesBackInTheOrderOfAcceptance) {
    std::vector<std::string> objects;
    for (unsigned i = 0; i < 100; ++i)
        objects.push_back(test_indicator(uuid(i), kDay, {}, std::string(i, 'n')));
    view_->share("cert-ke", kClear, objects, Time{1000});
    for (unsigned i = 100; i < 150; ++i) {  // far apart
        objects.push_back(test_indicator(uuid(i), kDay));
        view_->share("cert-ug", kClear, {objects.back()}, Time{i * 100'000});
    }
    const ObjectPage all = page({}, {.limit = 1000});
    ASSERT_EQ(all.objects.size(), 150u);
    EXPECT_FALSE(all.more);
    for (std::size_t i = 0; i < 150; ++i) EXPECT_EQ(all.objects[i].data, objects[i]);
    EXPECT_EQ(all.objects[7].row.added, Time{1007});
    const ObjectPage exact = page({}, {.limit = 150});
    EXPECT_FALSE(exact.more);
    const ObjectPage cut = page({}, {.limit = 149});
    EXPECT_TRUE(cut.more);
    EXPECT_EQ(cut.objects.size(), 149u);
    const ObjectPage rest = page({}, {.after = cut.objects.back().row.added, .limit = 149});
    ASSERT_EQ(rest.objects.size(), 1u);
    EXPECT_EQ(rest.objects[0].data, objects[149]);
}

TEST_P(IntelligenceQueries, EndAPageThatWouldBeTooLarge) {
    std::vector<std::string> objects;
    for (unsigned i = 0; i < 70; ++i)
        objects.push_back(test_indicator(uuid(i), kDay, {}, std::string(1000, 'n')));
    view_->share("cert-ke", kClear, objects, Time{1000});
    const ObjectPage two = page({}, {.limit = 100, .max_bytes = objects[0].size() * 2 + 1});
    EXPECT_EQ(two.objects.size(), 2u);
    EXPECT_TRUE(two.more);
    const ObjectPage one = page({}, {.limit = 100, .max_bytes = 1});
    EXPECT_EQ(one.objects.size(), 1u);
    const ObjectPage forty = page({}, {.limit = 50, .max_bytes = objects[0].size() * 40});
    EXPECT_EQ(forty.objects.size(), 40u);
    EXPECT_TRUE(forty.more);
    EXPECT_EQ(page({}, {.limit = 100, .max_bytes = objects[0].size() * 70}).more, false);
}

TEST_P(IntelligenceQueries, FilterByTypeIdVersionAndTime) {
    view_->share("cert-ke", kClear, {test_indicator(uuid(1), kDay), test_indicator(uuid(2), kDay)},
                 Time{1000});
    view_->share("cert-ug", kClear, {test_indicator(uuid(1), "2021-01-01T00:00:00Z")}, Time{2000});
    view_->share(
        "cert-tz", kClear,
        {R"({"type":"ipv4-addr","id":"ipv4-addr--00000001-0000-4000-8000-000000000000","value":"8.8.8.8"})"},
        Time{3000});
    const auto added = [&](const ObjectFilter& filter) {
        std::vector<std::int64_t> out;
        for (const auto& found : page(filter).objects) out.push_back(found.row.added.micros);
        return out;
    };
    using List = std::vector<std::int64_t>;
    EXPECT_EQ(added({}), (List{1001, 2000, 3000}));
    ObjectFilter filter;
    filter.types = {"ipv4-addr", "malware"};
    EXPECT_EQ(added(filter), (List{3000}));
    filter = {};
    filter.ids = {indicator_id(1), indicator_id(1), indicator_id(9),
                  *ObjectId::parse("ipv4-addr--" + uuid(1))};
    EXPECT_EQ(added(filter), (List{2000, 3000}));  // one UUID in two types: two objects
    filter.types = {"indicator"};
    filter.versions = {.all = true, .first = false, .last = false, .at = {}};
    EXPECT_EQ(added(filter), (List{1000, 2000}));
    filter = {};
    filter.versions = {.all = false, .first = true, .last = false, .at = {}};
    EXPECT_EQ(added(filter), (List{1000, 1001, 3000}));
    filter.added_after = Time{1000};
    EXPECT_EQ(added(filter), (List{1001, 2000, 3000}));
    filter.added_after = Time{3000};
    EXPECT_EQ(added(filter), (List{}));
    EXPECT_EQ(added({.added_after = Time{1001}, .ids = {}, .types = {}, .versions = {}, .specs = {}}),
              (List{2000, 3000}));
}

TEST_P(IntelligenceQueries, FindARareOneAmongMany) {
    std::vector<std::string> objects;
    for (unsigned i = 0; i < 5000; ++i) objects.push_back(test_indicator(uuid(i), kDay));
    view_->share("cert-ke", {Tlp::kRed, {}, {}, {}}, objects, Time{10});
    view_->share("cert-ke", kClear, {test_indicator(uuid(70000), kDay)}, Time{100000});
    view_->share("cert-ke", {Tlp::kRed, {}, {}, {}}, objects, Time{200000});
    view_->share("cert-ke", kClear, {test_indicator(uuid(70001), kDay)}, Time{300000});
    ObjectPage found = page({}, {.limit = 1});
    ASSERT_EQ(found.objects.size(), 1u);
    EXPECT_TRUE(found.more);
    found = page({}, {.after = found.objects[0].row.added, .limit = 1});
    ASSERT_EQ(found.objects.size(), 1u);
    EXPECT_FALSE(found.more);
    EXPECT_EQ(found.objects[0].row.id, indicator_id(70001));
}

// Law 4. What a reader gets is what it would get of a store that never held what it may not read: rows are
// taken out of a second view, and everything that can be asked is asked of both.
TEST_P(IntelligenceQueries, ShowNothingOfWhatMayNotBeRead) {
    const std::vector<ledger::Audience> audiences = {kClear,
                                                     {Tlp::kGreen, {}, {}, {}},
                                                     {Tlp::kAmber, {"cert-ug"}, {}, {}},
                                                     {Tlp::kAmberStrict, {"cert-tz", "cert-ug"}, {}, {}},
                                                     {Tlp::kAmber, {}, {"cert-ke/responders"}, {}},
                                                     {Tlp::kRed, {}, {}, {"amina@cert-ug"}}};
    const std::vector<ledger::Viewer> viewers = {kPublic,
                                                 {"cert-ke", "juma@cert-ke", true, {}},
                                                 {"cert-ug", "amina@cert-ug", true, {}},
                                                 {"cert-ug", "client@cert-ug", false, {}},
                                                 {"cert-tz", "neema@cert-tz", true, {"cert-ke/responders"}},
                                                 {"bank", "eve@bank", true, {}}};
    const std::vector<std::string_view> markings = {
        {}, marking_id(Tlp::kClear), marking_id(Tlp::kAmberStrict), marking_id(Tlp::kRed)};
    const std::vector<std::string_view> authors = {"cert-ke", "cert-ug", "cert-tz"};
    std::mt19937 random(11);
    const auto below = [&](std::size_t n) { return random() % n; };
    std::int64_t added = 1000;
    for (int statement = 0; statement < 60; ++statement) {
        std::vector<std::string> objects;
        std::set<std::string> ids;
        for (std::size_t i = below(5) + 1; i > 0; --i) {
            const std::string version = fmt::format("202{}-01-01T00:00:00Z", below(4));
            const std::string id = uuid(static_cast<unsigned>(below(25)));
            if (!ids.insert(id + version).second) continue;
            objects.push_back(test_indicator(id, version, markings[below(markings.size())]));
        }
        view_->share(std::string(authors[below(authors.size())]), audiences[below(audiences.size())], objects,
                     Time{added});
        added += static_cast<std::int64_t>(10 + below(100));
    }
    for (const ledger::Viewer& viewer : viewers) {
        auto session = view_->database().snapshot();
        ASSERT_TRUE(session);
        const auto readable = ledger::readable_by(**session, viewer);
        ASSERT_TRUE(readable);
        std::map<ObjectId, std::vector<ObjectRow>> rows;  // what it may read, and nothing else
        ASSERT_TRUE(
            (*session)->each("SELECT added, uuid, type, version, audience FROM intelligence_objects", {},
                             [&](const db::Row& row) {
                                 if (!readable->contains(row.integer(4))) return true;
                                 const ObjectId id{std::string(row.text(2)), *Uuid::from_bytes(row.blob(1))};
                                 rows[id].push_back({{row.integer(0)}, id, Spec::k21, Time{row.integer(3)}});
                                 return true;
                             }));
        for (int question = 0; question < 40; ++question) {
            ObjectFilter filter;
            if (below(2) == 0) filter.added_after = Time{1000 + static_cast<std::int64_t>(below(4000))};
            if (below(3) == 0)
                filter.ids = {indicator_id(static_cast<unsigned>(below(25))),
                              indicator_id(static_cast<unsigned>(below(25)))};
            filter.versions = {.all = below(3) == 0, .first = below(2) == 0, .last = below(3) != 0, .at = {}};
            std::vector<std::int64_t> expected;
            for (const auto& [id, of_one] : rows) {
                if (filter.ids && std::ranges::find(*filter.ids, id) == filter.ids->end()) continue;
                for (const Time time : choose(of_one, filter)) expected.push_back(time.micros);
            }
            std::ranges::sort(expected);
            // Walked with limits that change on the way.
            std::vector<std::int64_t> got;
            PageRequest request;
            for (bool more = true; more;) {
                request.limit = below(7) + 1;
                const auto found = find_objects(**session, *readable, filter, request);
                ASSERT_TRUE(found) << found.error().message();
                for (const auto& object : found->objects) got.push_back(object.row.added.micros);
                more = found->more;
                ASSERT_FALSE(more && found->objects.empty());
                EXPECT_EQ(more, got.size() < expected.size());
                if (more) request.after = found->objects.back().row.added;
            }
            EXPECT_EQ(got, expected);
        }
        for (unsigned i = 0; i < 30; ++i) {
            const auto known = has_object(**session, *readable, {}, indicator_id(i));
            ASSERT_TRUE(known);
            EXPECT_EQ(*known, rows.contains(indicator_id(i)));
        }
    }
}

TEST_P(IntelligenceQueries, HoldAllOfCapec) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const std::string bundle = testing::file_text(data / "stix/capec-2.1.json");
    const auto elements = json::array_elements(bundle, "objects");
    ASSERT_TRUE(elements);
    view_->share("cert-ke", kClear, {elements->begin(), elements->end()}, Time{1'000'000});
    std::size_t n = 0;
    PageRequest request{.limit = 500};
    for (bool more = true; more;) {
        const ObjectPage found = page({}, request);
        ASSERT_FALSE(found.objects.empty());
        for (const auto& object : found.objects) ASSERT_EQ(object.data, (*elements)[n++]);
        more = found.more;
        request.after = found.objects.back().row.added;
    }
    EXPECT_EQ(n, elements->size());
    ObjectFilter filter;
    filter.types = {"attack-pattern"};
    EXPECT_EQ(page(filter, {.limit = 5000}).objects.size(), 615u);
}

}  // namespace
}  // namespace comity::intelligence
