#include "intelligence/marking_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "intelligence/queries.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Audience;
using ledger::Tlp;

const Audience kClear{Tlp::kClear, {}, {}, {}};
const Audience kGreen{Tlp::kGreen, {}, {}, {}};
const Audience kNobody{Tlp::kRed, {}, {}, {}};
constexpr std::string_view kUuid = "00000001-0000-4000-8000-000000000000";
constexpr std::string_view kFirst = "2020-01-01T00:00:00Z";
constexpr std::string_view kSecond = "2020-02-01T00:00:00Z";

json::Object body(const Audience& audience, std::string_view version = {}) {
    MarkingChange change{*ObjectId::parse("indicator--" + std::string(kUuid)), {}, audience};
    if (!version.empty()) change.version = *parse_time(version);
    return marking_change_json(change);
}

class MarkingChanges : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (!IsSkipped()) view_ = std::make_unique<testing::IntelligenceView>(database());
    }
    void share(const std::string& author, std::string_view version, const Audience& audience = kClear) {
        view_->share(author, audience, {testing::test_indicator(kUuid, version)}, Time{added_ += 10});
    }
    void mark(const std::string& author, const json::Object& what, ledger::Witnessed witnessed,
              Time issued = {}) {
        ledger::Statement statement;
        statement.type = kMarkingChange;
        statement.author = author;
        statement.audience = kNobody;
        statement.body = what;
        statement.issued = issued;
        view_->apply(std::move(statement), {}, Time{added_ += 10}, witnessed);
    }
    std::size_t seen(const ledger::Viewer& viewer = {}) {
        auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, viewer);
        ObjectFilter filter;
        filter.versions.all = true;
        const auto page = find_objects(**session, *readable, filter, {});
        EXPECT_TRUE(page);
        return page ? page->objects.size() : 0;
    }
    std::unique_ptr<testing::IntelligenceView> view_;
    std::int64_t added_ = 1000;
};
INSTANTIATE_TEST_SUITE_P(Engines, MarkingChanges, testing::each_engine(), testing::engine_name);

TEST_P(MarkingChanges, CountForCopiesBeforeAndAfterAndForTheAuthorsAlone) {
    share("cert-ke", kFirst);
    EXPECT_EQ(seen(), 1U);
    mark("cert-ug", body(kNobody), 5);
    EXPECT_EQ(seen(), 1U);
    mark("cert-ke", body(kNobody), 5);
    EXPECT_EQ(seen(), 0U);
    share("cert-ke", kSecond);
    EXPECT_EQ(seen(), 0U);
    EXPECT_EQ(seen({"cert-ke", "", true, {}}), 2U);
    share("cert-tz", kSecond);
    EXPECT_EQ(seen(), 1U);
}

TEST_P(MarkingChanges, NameAVersionOrAll) {
    share("cert-ke", kFirst);
    share("cert-ke", kSecond);
    mark("cert-ke", body(kNobody, kFirst), 5);
    EXPECT_EQ(seen(), 1U);
    mark("cert-ke", body(kNobody), 6);
    EXPECT_EQ(seen(), 0U);
    mark("cert-ke", body(kClear, kSecond), 7);
    EXPECT_EQ(seen(), 1U);
    mark("cert-ke", body(kClear), 4);  // heard of late, and older than all of these
    EXPECT_EQ(seen(), 1U);
}

// Whatever their ids are: a member that corrects itself within a second is not left to chance.
TEST_P(MarkingChanges, OfOneSecondTheLastThatWasIssuedCounts) {
    share("cert-ke", kFirst);
    for (std::int64_t second = 5; second < 13; ++second) {
        mark("cert-ke", body(kNobody), second, Time{2});
        mark("cert-ke", body(kClear), second, Time{3});
        EXPECT_EQ(seen(), 1U) << second;
        mark("cert-ke", body(kNobody), second, Time{1});  // heard of last
        EXPECT_EQ(seen(), 1U) << second;
        mark("cert-ke", body(kNobody), second, Time{4});
        EXPECT_EQ(seen(), 0U) << second;
    }
}

TEST_P(MarkingChanges, MakeLaxerThanTheShareWas) {
    share("cert-ke", kFirst, kNobody);
    EXPECT_EQ(seen(), 0U);
    mark("cert-ke", body(kGreen), 5);
    EXPECT_EQ(seen(), 0U);
    EXPECT_EQ(seen({"bank", "", false, {}}), 1U);
}

TEST(MarkingChange, IsReadStrictlyAndWrittenAsItIsRead) {
    for (const auto& change :
         {body(kClear), body(kGreen, kFirst), body({Tlp::kAmber, {"bank"}, {"cert-ke/a"}, {}})}) {
        const auto read = parse_marking_change(change);
        ASSERT_TRUE(read) << read.error().message();
        EXPECT_EQ(marking_change_json(*read), change);
    }
    for (
        const std::string_view wrong :
        {R"({})", R"([])", R"({"object":"x","audience":{"tlp":"clear"}})",
         R"({"object":"indicator--00000001-0000-4000-8000-000000000000"})",
         R"({"object":"indicator--00000001-0000-4000-8000-000000000000","audience":{"tlp":"white"}})",
         R"({"object":"indicator--00000001-0000-4000-8000-000000000000","audience":{"tlp":"clear"},"version":"now"})",
         R"({"object":"indicator--00000001-0000-4000-8000-000000000000","audience":{"tlp":"clear"},"more":1})"})
        EXPECT_FALSE(parse_marking_change(*json::parse(wrong))) << wrong;
}

// Whoever may read by either of two audiences may read by the wider of them.
TEST(MarkingChange, TellsEverybodyWhomItConcerns) {
    std::mt19937 random(9);
    const std::vector<std::string> members = {"bank", "cert-ke", "noc"};
    const std::vector<std::string> persons = {"p@bank", "p@cert-ke", "p@noc"};
    const auto any = [&] {
        Audience audience{static_cast<Tlp>(random() % 5), {}, {}, {}};
        const auto some = [&](const std::vector<std::string>& all) {
            std::vector<std::string> out;
            for (const std::string& each : all) {
                if (random() % 2 == 0) out.push_back(each);
            }
            return out;
        };
        if (audience.label == Tlp::kRed) audience.persons = some(persons);
        if (audience.label == Tlp::kAmber || audience.label == Tlp::kAmberStrict) {
            audience.members = some(members);
            audience.groups = some({"bank/a", "noc/b"});
        }
        return audience;
    };
    for (int i = 0; i < 2000; ++i) {
        const Audience a = any();
        const Audience b = any();
        const Audience both = wider(a, b);
        EXPECT_TRUE(std::ranges::is_sorted(both.members) && std::ranges::is_sorted(both.persons));
        for (const std::string& member : members) {
            for (const bool staff : {true, false}) {
                const ledger::Viewer viewer{member, "p@" + member, staff, {"noc/b"}};
                const bool either = ledger::may_read(viewer, a, "x") || ledger::may_read(viewer, b, "x");
                // A client named in person is of an organisation that is named, its own people only.
                const bool lost = !staff && both.label == Tlp::kAmberStrict;
                if (either && !lost) {
                    EXPECT_TRUE(ledger::may_read(viewer, both, "x"));
                }
            }
        }
    }
}

}  // namespace
}  // namespace comity::intelligence
