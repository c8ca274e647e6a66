// What meets a rule, for whom, and as which evidence: on both engines.
#include "intelligence/alert/gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <set>

#include "intelligence/search/index.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Audience;
using ledger::Tlp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Audience kGreen{Tlp::kGreen, {}, {}, {}};

class GatherTest : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        view_ = std::make_unique<testing::IntelligenceView>(database());
        for (const char* id : {"cert-ke", "cert-ug", "kenic"}) roll_.members[id].id = id;
        roll_.groups["cert-ug/friends"] = {"cert-ke"};
    }

    void watch(const std::string& member, std::string_view watched, std::int64_t after = 0) {
        const auto form = json::parse(R"({"name":"r)" + std::to_string(watches_.size()) + R"(",)" +
                                      std::string(watched) + "}");
        auto rule = parse_rule(*form, member);
        ASSERT_TRUE(rule) << rule.error().message();
        rule->id = member + std::to_string(watches_.size());
        rule->after = after;
        watches_.push_back(std::make_shared<const Watch>(*std::move(rule)));
    }
    Gathered gather(std::int64_t after = 0, std::size_t most = 100, bool ignore_age = false) {
        auto session = view_->database().snapshot();
        EXPECT_TRUE(session);
        auto gathered = gather_evidence(**session, roll_, watches_, after, most, now_, ignore_age);
        EXPECT_TRUE(gathered) << gathered.error().message();
        return gathered.value_or(Gathered{});
    }
    Time later() { return added_ = Time{added_.micros + 1'000'000}; }
    static std::string uuid(unsigned n) { return fmt::format("8e2e2d2b-17d4-4cbf-938f-{:012x}", n); }
    static std::string indicator(unsigned n, std::string_view modified = "2026-01-01T00:00:00Z",
                                 std::string_view label = {}) {
        return testing::test_indicator(uuid(n), modified, label, "C2");
    }
    std::vector<std::string> objects(const Gathered& gathered) {
        std::vector<std::string> out;
        for (const FoundEvidence& each : gathered.found) {
            const std::string number = each.object.substr(each.object.size() - 12);
            out.push_back(each.rule + " " + number.substr(number.find_first_not_of('0')));
        }
        return out;
    }

    std::unique_ptr<testing::IntelligenceView> view_;
    ledger::Roll roll_;
    Watches watches_;
    Time added_ = Time::from_seconds(1'770'000'000);
    Time now_ = Time::from_seconds(1'770'100'000);
};

constexpr std::string_view kEvil = R"("domains":["evil.com"])";

TEST_P(GatherTest, FindsWhatMeetsARule) {
    watch("cert-ke", kEvil);
    watch("cert-ke", R"("domains":["good.com"])");
    view_->share("cert-ug", kGreen, {indicator(1), indicator(2)}, later());
    const Gathered gathered = gather();
    ASSERT_THAT(gathered.found, SizeIs(2));
    const FoundEvidence& first = gathered.found.front();
    EXPECT_EQ(first.rule, "cert-ke0");
    EXPECT_EQ(first.object, "indicator--" + uuid(1));
    EXPECT_EQ(first.title, "evil.com (C2), shared by cert-ug");
    EXPECT_THAT(first.values, ElementsAre("evil.com"));
    EXPECT_EQ(gathered.upto, 1);
    EXPECT_FALSE(gathered.more);
    EXPECT_THAT(gather(1).found, IsEmpty());
}

// Law 4: what a member may not read is no evidence to it, whatever its rules ask for.
TEST_P(GatherTest, FindsForNobodyWhatItMayNotRead) {
    for (const char* member : {"cert-ke", "kenic"}) watch(member, kEvil);
    const auto share = [&](Audience audience, unsigned n, std::string_view label = {}) {
        view_->share("cert-ug", std::move(audience), {indicator(n, "2026-01-01T00:00:00Z", label)}, later());
    };
    share({Tlp::kAmber, {"kenic"}, {}, {}}, 1);
    share({Tlp::kAmberStrict, {}, {"cert-ug/friends"}, {}}, 2);
    share({Tlp::kRed, {}, {}, {"amina@cert-ke"}}, 3);
    share(kGreen, 4, "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1");  // TLP:RED inside it
    share({Tlp::kClear, {}, {}, {}}, 5);
    EXPECT_THAT(objects(gather()), ElementsAre("kenic1 1", "cert-ke0 2", "cert-ke0 5", "kenic1 5"));
}

TEST_P(GatherTest, KnowsTheSameEvidenceByItsObjectAndValues) {
    watch("cert-ke", kEvil);
    view_->share("cert-ug", kGreen, {indicator(1)}, later());
    view_->share("kenic", kGreen, {indicator(1)}, later());
    view_->share("cert-ug", kGreen, {indicator(1, "2026-01-02T00:00:00Z")}, later());
    view_->share("cert-ug", kGreen, {indicator(2)}, later());
    std::set<Digest> keys;
    const Gathered gathered = gather();
    for (const FoundEvidence& each : gathered.found) keys.insert(each.key);
    EXPECT_THAT(gathered.found, SizeIs(4));
    EXPECT_THAT(keys, SizeIs(2));
}

TEST_P(GatherTest, HoldsARuleToWhatCameAfterIt) {
    view_->share("cert-ug", kGreen, {indicator(1)}, later());
    view_->share("cert-ug", kGreen, {indicator(2)}, later());
    watch("cert-ke", kEvil, 1);
    EXPECT_THAT(objects(gather()), ElementsAre("cert-ke0 2"));
    EXPECT_THAT(objects(gather(0, 100, true)), ElementsAre("cert-ke0 1", "cert-ke0 2")) << "a dry run";
}

TEST_P(GatherTest, LooksAtEveryStatementOnceInAnyPortions) {
    watch("cert-ke", kEvil);
    for (unsigned n = 1; n <= 7; ++n)
        view_->share("cert-ug", kGreen, {indicator(n), indicator(100 + n)}, later());
    const auto all = objects(gather());
    EXPECT_THAT(all, SizeIs(14));
    for (const std::size_t most : {1u, 2u, 3u, 7u, 8u}) {
        std::vector<std::string> found;
        Gathered gathered;
        do {
            gathered = gather(gathered.upto, most);
            for (const std::string& each : objects(gathered)) found.push_back(each);
        } while (gathered.more);
        EXPECT_EQ(found, all) << most;
    }
}

TEST_P(GatherTest, LeavesOutWhatIsWithdrawnRevokedOrOver) {
    watch("cert-ke", kEvil);
    view_->share("cert-ug", kGreen, {indicator(1)}, later());
    view_->say("intelligence.withdrawal", "cert-ug", kGreen,
               {{"withdrawn", json::Array{json::Object{{"id", "indicator--" + uuid(1)}}}}}, {}, later(), 9);
    std::string revoked = indicator(2);
    revoked.insert(revoked.size() - 1, R"(,"revoked":true)");
    std::string over = indicator(3);
    over.insert(over.size() - 1, R"(,"valid_until":"2026-01-02T00:00:00Z")");
    view_->share("cert-ug", kGreen, {revoked, over}, later());
    EXPECT_THAT(gather().found, IsEmpty());
}

// A change of a marking opens an object to members: it is new to them, and told of by the statement that
// they may read.
TEST_P(GatherTest, FindsWhatAChangeOfItsMarkingOpens) {
    watch("cert-ke", kEvil);
    view_->share("cert-ug", {Tlp::kAmberStrict, {"kenic"}, {}, {}}, {indicator(1)}, later());
    EXPECT_THAT(gather().found, IsEmpty());
    const json::Value audience = ledger::audience_json({Tlp::kAmber, {"cert-ke", "kenic"}, {}, {}});
    const Digest change =
        view_->say("intelligence.marking", "cert-ug", {Tlp::kAmber, {"cert-ke", "kenic"}, {}, {}},
                   {{"object", "indicator--" + uuid(1)}, {"audience", audience}}, {}, later(), 9);
    const Gathered gathered = gather(1);
    ASSERT_THAT(gathered.found, SizeIs(1));
    EXPECT_EQ(gathered.found.front().statement, change) << "the share is none of its business";
}

// What members say lifts an object over a threshold; each that sights it is told of where that is asked for.
TEST_P(GatherTest, HearsWhatMembersSayOfIt) {
    std::string weak = indicator(1, "2026-01-31T00:00:00Z");
    weak.insert(weak.size() - 1, R"(,"confidence":10)");
    weak.replace(weak.find("\"valid_from\":\"2020"), 18, "\"valid_from\":\"2026");
    const auto sighting = [&](unsigned n) {
        return fmt::format(
            R"({{"type":"sighting","spec_version":"2.1","id":"sighting--{}","created":"2026-02-01T00:00:00Z",)"
            R"("modified":"2026-02-01T00:00:00Z","sighting_of_ref":"indicator--{}"}})",
            uuid(n), uuid(1));
    };
    ASSERT_TRUE(search::prepare_index(view_->database()));
    watch("cert-ke", R"("domains":["evil.com"],"min_confidence":20)");
    watch("kenic", R"("domains":["evil.com"],"sightings":true)");
    view_->share("cert-ug", kGreen, {weak}, later());
    EXPECT_THAT(objects(gather()), ElementsAre("kenic1 1"));
    view_->share("bank", kGreen, {sighting(50)}, later());
    const Gathered gathered = gather(1);
    ASSERT_THAT(objects(gathered), ElementsAre("cert-ke0 32", "kenic1 32"));
    EXPECT_EQ(gathered.found.front().title, "evil.com (C2), confirmed by bank");
    EXPECT_EQ(gathered.found.back().title, "evil.com (C2), sighted by bank");
}

TEST_P(GatherTest, NamesCoursesOfActionThatCameAlong) {
    watch("cert-ke", kEvil);
    const std::string action =
        R"({"type":"course-of-action","spec_version":"2.1","id":"course-of-action--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",)"
        R"("created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","name":"Block it"})";
    view_->share("cert-ug", kGreen, {indicator(1), action}, later());
    const Gathered gathered = gather();
    ASSERT_THAT(gathered.found, SizeIs(1));
    EXPECT_THAT(gathered.found.front().advice, ElementsAre("Block it"));
}

INSTANTIATE_TEST_SUITE_P(Engines, GatherTest, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::intelligence
