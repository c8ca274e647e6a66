#include "intelligence/import/plan.h"

#include <gmock/gmock.h>

#include "intelligence/import/understand.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Audience;
using ledger::Tlp;

const Time kFirst = Time::from_seconds(1'760'000'000);
const Time kLater = Time::from_seconds(1'760'100'000);
const Audience kGreen{Tlp::kGreen, {}, {}, {}};

Sharer sharer() {
    return {.community = std::string(64, 'a'), .member = "cert-ke", .name = "CERT", .since = kFirst};
}
std::vector<std::string> objects(std::string_view list, Time at, Tlp label = Tlp::kGreen) {
    auto out = understand(list, {.sharer = sharer(), .label = label, .at = at, .kind = {}, .columns = {}});
    EXPECT_TRUE(out) << out.error().message();
    return out ? out->objects : std::vector<std::string>();
}

// A view in which the plan's statements are shared, one after the other.
class Shared : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (!IsSkipped()) view_ = std::make_unique<testing::IntelligenceView>(database());
    }
    SharePlan plan(std::vector<std::string> what, const Audience& audience = kGreen,
                   InputKind kind = InputKind::kList) {
        const auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, {"cert-ke", "", true, {}});
        const auto ids = ids_of(what);
        EXPECT_TRUE(ids);
        const auto earlier = find_earlier(**session, *readable, *ids);
        EXPECT_TRUE(earlier) << earlier.error().message();
        auto out = plan_share(std::move(what), kind, audience, *earlier);
        EXPECT_TRUE(out) << out.error().message();
        return out.value_or(SharePlan{});
    }
    void share(const SharePlan& plan) {
        for (const Portion& portion : plan.portions) {
            added_.micros += 1'000'000;
            view_->share("cert-ke", portion.audience, portion.objects, added_);
        }
    }
    std::unique_ptr<testing::IntelligenceView> view_;
    Time added_ = kFirst;
};

TEST_P(Shared, ABundleSharedAgainSaysWhatIsNewForThatAudience) {
    const std::string_view uuid = "00000001-0000-4000-8000-000000000000";
    const std::string first = testing::test_indicator(uuid, "2020-01-01T00:00:00Z");
    const std::string later = testing::test_indicator(uuid, "2020-02-01T00:00:00Z");
    share(plan({first}, kGreen, InputKind::kStix));
    const SharePlan again = plan({first, later}, kGreen, InputKind::kStix);
    EXPECT_EQ(again.unchanged, 1u);
    ASSERT_EQ(again.portions.size(), 1u);
    EXPECT_EQ(again.portions[0].objects, std::vector<std::string>{later});
    const SharePlan others = plan({first}, {Tlp::kClear, {}, {}, {}}, InputKind::kStix);
    EXPECT_EQ(others.unchanged, 0u);
    ASSERT_EQ(others.portions.size(), 1u);
    EXPECT_TRUE(plan({first}, kGreen, InputKind::kStix).portions.empty());
}

TEST_P(Shared, AListSharedAgainSaysNothingNew) {
    const SharePlan first = plan(objects("evil.com\n45.1.2.3\n", kFirst));
    ASSERT_EQ(first.portions.size(), 1u);
    EXPECT_EQ(first.portions[0].objects.size(), 3u);
    share(first);
    const SharePlan again = plan(objects("45.1.2.3\nevil.com\n", kLater));
    EXPECT_TRUE(again.portions.empty());
    EXPECT_EQ(again.unchanged, 2u);
    const SharePlan more = plan(objects("45.1.2.3\nevil.net\n", kLater));
    ASSERT_EQ(more.portions.size(), 1u);
    EXPECT_EQ(more.unchanged, 1u);
    EXPECT_EQ(more.portions[0].objects.size(), 1u) << "the identity is known";
}

TEST_P(Shared, WhatChangedIsANewVersionWithItsFirstCreated) {
    share(plan(objects("evil.com\n", kFirst)));
    const auto changed = objects("ioc,note\nevil.com,now a C2\n", kLater);
    const SharePlan out = plan(changed);
    ASSERT_EQ(out.portions.size(), 1u);
    EXPECT_EQ(out.renewed, 1u);
    const auto object = parse_object(out.portions[0].objects.back());
    ASSERT_TRUE(object);
    EXPECT_EQ(object->created, kFirst);
    EXPECT_EQ(object->version, kLater);
    share(out);
    EXPECT_TRUE(plan(changed).portions.empty());
}

TEST_P(Shared, TheSameForOthersIsSharedAsItWas) {
    const Audience amber{Tlp::kAmber, {"kenic"}, {}, {}};
    const Audience other{Tlp::kAmber, {"unima"}, {}, {}};
    const SharePlan first = plan(objects("evil.com\n", kFirst, Tlp::kAmber), amber);
    share(first);
    const SharePlan second = plan(objects("evil.com\n", kLater, Tlp::kAmber), other);
    ASSERT_EQ(second.portions.size(), 1u);
    EXPECT_EQ(second.portions[0].audience, other);
    EXPECT_EQ(second.portions[0].objects.back(), first.portions[0].objects.back());
    share(second);
    EXPECT_TRUE(plan(objects("evil.com\n", kLater, Tlp::kAmber), other).portions.empty());
    EXPECT_TRUE(plan(objects("evil.com\n", kLater, Tlp::kAmber), amber).portions.empty());
}

TEST_P(Shared, AClockThatIsBehindStillMakesLaterVersions) {
    share(plan(objects("evil.com\n", kLater)));
    const SharePlan out = plan(objects("ioc,note\nevil.com,x\n", kFirst));
    ASSERT_EQ(out.portions.size(), 1u);
    EXPECT_GT(*parse_object(out.portions[0].objects.back())->version, kLater);
}

TEST_P(Shared, WhatWasRevokedStaysSo) {
    auto what = objects("evil.com\n", kFirst);
    std::string revoked = what.back();
    revoked.insert(revoked.size() - 1, R"(,"revoked":true)");
    view_->share("cert-ke", kGreen, {revoked}, kFirst);
    const SharePlan out = plan(objects("evil.com\n", kLater));
    EXPECT_TRUE(out.portions.empty());
    EXPECT_EQ(out.revoked.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Engines, Shared, testing::each_engine(), testing::engine_name);

TEST(Split, StricterObjectsGoInStatementsOfTheirOwn) {
    const auto all = objects("ioc,tlp\na.com,green\nb.com,amber\nc.com,red\nd.com,clear\n", kFirst);
    const Audience audience{Tlp::kGreen, {}, {}, {}};
    const auto portions = split_by_audience(all, audience);
    ASSERT_TRUE(portions);
    ASSERT_EQ(portions->size(), 3u);
    EXPECT_EQ((*portions)[0].audience, audience);
    EXPECT_EQ((*portions)[0].objects.size(), 3u) << "the identity, and what is green or laxer";
    EXPECT_EQ((*portions)[1].audience.label, Tlp::kAmber);
    EXPECT_EQ((*portions)[2].audience.label, Tlp::kRed);
    for (const Portion& portion : *portions) {
        for (const std::string& bytes : portion.objects)
            EXPECT_EQ(effective_audience(portion.audience, parse_object(bytes)->marking), portion.audience);
    }
}

TEST(Plan, WhoSaysItGoesWithWhatIsSaid) {
    const auto all = objects("ioc,tlp\nb.com,amber\n", kFirst);
    const auto out = plan_share(all, InputKind::kCsv, kGreen, {});
    ASSERT_TRUE(out);
    ASSERT_EQ(out->portions.size(), 1u);
    EXPECT_EQ(out->portions[0].audience.label, Tlp::kAmber);
    EXPECT_EQ(out->portions[0].objects.size(), 2u);
}

}  // namespace
}  // namespace comity::intelligence
