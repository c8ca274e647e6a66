// What members say of indicators decides what is exported of them: as far as the reader may read it.
#include "intelligence/export/active.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "intelligence/search/index.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Tlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Time kNow = Time::from_seconds(1'780'000'000);  // 2026-05-28
const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};
const ledger::Audience kGreen{Tlp::kGreen, {}, {}, {}};

std::string id(std::string_view type, unsigned n) {
    return fmt::format("{}--{:08x}-0000-4000-8000-000000000000", type, n);
}
std::string indicator(unsigned n) {
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-01-01T00:00:00Z",)"
        R"("modified":"2026-01-01T00:00:00Z","pattern":"[domain-name:value = 'n{}.com']",)"
        R"("pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z","valid_until":"2036-01-01T00:00:00Z"}})",
        id("indicator", n), n);
}
std::string sighting(unsigned n, unsigned of, std::string_view seen) {
    return fmt::format(
        R"({{"type":"sighting","spec_version":"2.1","id":"{}","created":"2026-05-20T00:00:00Z",)"
        R"("modified":"2026-05-20T00:00:00Z","sighting_of_ref":"{}"{}}})",
        id("sighting", n), id("indicator", of),
        seen.empty() ? "" : fmt::format(R"(,"last_seen":"{}")", seen));
}
std::string opinion(unsigned n, unsigned of, std::string_view what) {
    return fmt::format(
        R"({{"type":"opinion","spec_version":"2.1","id":"{}","created":"2026-05-20T00:00:00Z",)"
        R"("modified":"2026-05-20T00:00:00Z","opinion":"{}","object_refs":["{}"]}})",
        id("opinion", n), what, id("indicator", of));
}

class ActiveByMembers : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        view_ = std::make_unique<testing::IntelligenceView>(database());
        ASSERT_TRUE(search::prepare_index(view_->database()));
    }
    void share(std::string author, const ledger::Audience& audience,
               const std::vector<std::string>& objects) {
        view_->share(std::move(author), audience, objects, Time{added_ += 1000});
    }
    Active active(const ActiveQuery& query, const ledger::Viewer& viewer = {}) {
        auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, viewer);
        auto found = find_active(**session, *readable, query);
        EXPECT_TRUE(found) << found.error().message();
        return found ? *std::move(found) : Active{};
    }
    std::vector<std::string> values(const ActiveQuery& query, const ledger::Viewer& viewer = {}) {
        std::vector<std::string> out;
        for (const ActiveValue& value : active(query, viewer).values) out.push_back(value.indicator.value);
        return out;
    }
    std::unique_ptr<testing::IntelligenceView> view_;
    std::int64_t added_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, ActiveByMembers, testing::each_engine(), testing::engine_name);

TEST_P(ActiveByMembers, SightingsAndFalseReportsDecide) {
    share("cert-ke", kClear, {indicator(1), indicator(2), indicator(3), indicator(4)});
    share("cert-ug", kClear,
          {sighting(1, 1, "2026-05-27T00:00:00Z"), sighting(2, 2, "2026-01-02T00:00:00Z")});
    share("bank", kClear,
          {sighting(3, 1, "2026-03-01T00:00:00Z"), opinion(4, 3, "strongly-disagree"),
           sighting(5, 3, "2026-05-27T00:00:00Z")});
    share("noc", kClear, {opinion(6, 3, "disagree"), opinion(7, 2, "disagree"), opinion(8, 1, "agree")});
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(values({.now = kNow}), ElementsAre("n1.com", "n2.com", "n3.com", "n4.com"));
        EXPECT_THAT(values({.now = kNow, .min_sighted_by = 1}), ElementsAre("n1.com", "n2.com"))
            << "who reports it false does not sight it";
        EXPECT_THAT(values({.now = kNow, .min_sighted_by = 2}), ElementsAre("n1.com"));
        EXPECT_THAT(values({.now = kNow, .sighted_within_days = 30}), ElementsAre("n1.com"));
        EXPECT_THAT(values({.now = kNow, .sighted_within_days = 365}), ElementsAre("n1.com", "n2.com"));
        EXPECT_THAT(values({.now = kNow, .max_false_by = 0}), ElementsAre("n1.com", "n4.com"));
        EXPECT_THAT(values({.now = kNow, .max_false_by = 1}), ElementsAre("n1.com", "n2.com", "n4.com"));
        EXPECT_THAT(values({.now = kNow, .min_confidence = 45}), ElementsAre("n1.com", "n4.com"))
            << "of 48 each, two sightings raise one, false reports lower two";
        EXPECT_THAT(values({.now = kNow, .min_confidence = 60}), ElementsAre("n1.com"));
        EXPECT_THAT(active({.now = kNow, .max_false_by = 0}).left.front().why,
                    HasSubstr("false by 1 member"));
        ASSERT_TRUE(search::advance_index(view_->database(), 1000));
    }
}

TEST_P(ActiveByMembers, AreCountedAsFarAsTheReaderMayReadThem) {
    share("cert-ke", kClear, {indicator(1)});
    share("cert-ug", kGreen, {sighting(1, 1, "2026-05-27T00:00:00Z")});
    share("bank", {Tlp::kAmberStrict, {"noc"}, {}, {}}, {opinion(2, 1, "disagree")});
    const ledger::Viewer member{"cert-ke", "amina@cert-ke", true, {}};
    const ledger::Viewer named{"noc", "n@noc", true, {}};
    EXPECT_THAT(values({.now = kNow, .min_sighted_by = 1}), IsEmpty());
    EXPECT_THAT(values({.now = kNow, .min_sighted_by = 1}, member), ElementsAre("n1.com"));
    EXPECT_THAT(values({.now = kNow, .max_false_by = 0}, member), ElementsAre("n1.com"));
    EXPECT_THAT(values({.now = kNow, .max_false_by = 0}, named), IsEmpty());
    EXPECT_EQ(active({.now = kNow, .min_sighted_by = 1}).left.front().why, "was sighted by 0 members")
        << "not a word of those that may not be read";
}

// A model of three lines, over random members, sightings and opinions.
TEST_P(ActiveByMembers, AreWhatTheModelSays) {
    std::mt19937 random(11);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const std::vector<std::string> members = {"a1", "b1", "c1", "d1"};
    std::map<unsigned, std::map<std::string, bool>> sighted;
    std::map<unsigned, std::map<std::string, bool>> doubted;
    std::vector<std::string> indicators;
    for (unsigned n = 1; n <= 30; ++n) indicators.push_back(indicator(n));
    share("cert-ke", kClear, indicators);
    for (unsigned n = 100; n < 220; ++n) {
        const unsigned of = 1 + below(30);
        const std::string& by = members[below(4)];
        if (below(3) > 0) {
            share(by, kClear, {sighting(n, of, "")});
            sighted[of][by] = true;
        } else {
            share(by, kClear, {opinion(n, of, "disagree")});
            doubted[of][by] = true;
        }
        if (n == 160) {
            ASSERT_TRUE(search::advance_index(view_->database(), 70));
        }
    }
    for (std::int64_t least = 0; least < 4; ++least) {
        for (std::int64_t most = 0; most < 3; ++most) {
            std::vector<std::string> expected;
            for (unsigned n = 1; n <= 30; ++n) {
                const auto seen = std::ranges::count_if(
                    members, [&](const auto& m) { return sighted[n][m] && !doubted[n][m]; });
                const auto doubts =
                    std::ranges::count_if(members, [&](const auto& m) { return doubted[n][m]; });
                if (seen >= least && doubts <= most) expected.push_back(fmt::format("n{}.com", n));
            }
            std::ranges::sort(expected);
            EXPECT_EQ(values({.now = kNow, .min_sighted_by = least, .max_false_by = most}), expected);
        }
    }
}

// Devices compare with what is on the wire; one name is one value, however it was written.
TEST(Active, HasNamesOfOtherScriptsInPunycode) {
    const auto of = [](unsigned n, std::string_view pattern) {
        return fmt::format(
            R"({{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-01-01T00:00:00Z",)"
            R"("modified":"2026-01-01T00:00:00Z","pattern":"[{}]","pattern_type":"stix",)"
            R"("valid_from":"2026-01-01T00:00:00Z"}})",
            id("indicator", n), pattern);
    };
    const std::vector<std::string> shared = {of(1, "domain-name:value = 'b\u00fccher-evil.de'"),
                                             of(2, "domain-name:value = 'xn--bcher-evil-9db.de'"),
                                             of(3, "url:value = 'http://b\u00fccher-evil.de/\u00fc?a=1'"),
                                             of(4, "url:value = 'http://evil.com/\u00fc'"),
                                             of(5, "email-addr:value = 'a@b\u00fccher-evil.de'")};
    ActiveQuery query;
    query.now = kNow;
    const Active active = active_of(shared, query);
    std::vector<std::string> values;
    for (const ActiveValue& value : active.values) values.push_back(value.indicator.value);
    EXPECT_THAT(values, ::testing::UnorderedElementsAre(
                            "xn--bcher-evil-9db.de", "http://xn--bcher-evil-9db.de/\xc3\xbc?a=1",
                            "http://evil.com/\xc3\xbc", "a@xn--bcher-evil-9db.de"));
    EXPECT_THAT(active.left, IsEmpty());
}

}  // namespace
}  // namespace comity::intelligence
