#include "intelligence/withdrawal.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "intelligence/queries.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Tlp;
using testing::test_indicator;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};
const std::string kUuid = "11111111-1111-4111-8111-111111111111";
const std::string kId = "indicator--" + kUuid;

std::string place(std::string_view body) {
    const auto parsed = parse_withdrawal(*json::parse(body));
    return parsed ? "(taken)" : parsed.error().where;
}

TEST(Withdrawal, NamesObjectsAndPerhapsVersions) {
    EXPECT_EQ(place(R"({"withdrawn":[{"id":")" + kId + R"("}]})"), "(taken)");
    EXPECT_EQ(
        place(R"({"reason":"wrong","withdrawn":[{"id":")" + kId + R"(","version":"2026-01-01T00:00:00Z"}]})"),
        "(taken)");
    EXPECT_EQ(place("{}"), "body.withdrawn");
    EXPECT_EQ(place(R"({"withdrawn":[]})"), "body.withdrawn");
    EXPECT_EQ(place(R"({"withdrawn":[{"id":"x"}]})"), "body.withdrawn[0].id");
    EXPECT_EQ(place(R"({"withdrawn":[{"id":")" + kId + R"(","version":"2026-13-01T00:00:00Z"}]})"),
              "body.withdrawn[0].version: time");
    EXPECT_EQ(place(R"({"withdrawn":[{"id":")" + kId + R"("},{"id":")" + kId + R"("}]})"),
              "body.withdrawn[1]");
    EXPECT_EQ(place(R"({"withdrawn":[{"id":")" + kId + R"(","why":""}]})"), "body.withdrawn[0].why");
}

TEST(Withdrawal, IsWrittenAsItIsRead) {
    const std::string text =
        R"({"withdrawn":[{"id":")" + kId + R"(","version":"2026-01-01T00:00:00.000000Z"}],"reason":"r"})";
    EXPECT_EQ(json::write(withdrawal_json(*parse_withdrawal(*json::parse(text)))), text);
}

struct Act {
    std::string author;
    std::string type;
    std::string body;
    std::vector<std::string> objects;
    std::int64_t witnessed;
    std::int64_t issued;
};

class ViewWithWithdrawals : public testing::DatabaseTest {
  protected:
    // The names of the objects that everybody sees, when the acts come in that order.
    std::vector<std::string> shown(const std::vector<Act>& acts) {
        testing::TestDatabase database(GetParam());
        testing::IntelligenceView view(database);
        std::int64_t added = 1000;
        for (const Act& act : acts) {
            ledger::Statement statement;
            statement.type = act.type;
            statement.author = act.author;
            statement.audience = kClear;
            statement.issued = Time{act.issued};
            if (!act.body.empty()) statement.body = *json::parse(act.body);
            view.apply(std::move(statement), act.objects, Time{added}, act.witnessed);
            added += 100;
        }
        auto session = view.database().snapshot();
        const auto readable = ledger::readable_by(**session, {});
        ObjectFilter filter;
        filter.versions.all = true;
        const auto page = find_objects(**session, *readable, filter, {.limit = 100});
        EXPECT_TRUE(page) << page.error().message();
        std::vector<std::string> names;
        for (const auto& object : page->objects) names.push_back(parse_object(object.data)->name);
        std::ranges::sort(names);
        return names;
    }
    static Act share(std::string author, std::string_view name, std::int64_t witnessed,
                     std::int64_t issued = 0, std::string_view version = "2026-01-01T00:00:00Z") {
        return {std::move(author),
                "intelligence.share",
                {},
                {test_indicator(kUuid, version, {}, name)},
                witnessed,
                issued};
    }
    static Act withdrawal(std::string author, std::int64_t witnessed, std::int64_t issued = 0,
                          const std::string& version = {}) {
        const std::string of = version.empty() ? "" : R"(,"version":")" + version + "\"";
        return {std::move(author),
                std::string(kWithdrawal),
                R"({"withdrawn":[{"id":")" + kId + "\"" + of + "}]}",
                {},
                witnessed,
                issued};
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ViewWithWithdrawals, testing::each_engine(), testing::engine_name);

using Names = std::vector<std::string>;

TEST_P(ViewWithWithdrawals, HidesWhatItsAuthorHadSharedUntilThen) {
    EXPECT_EQ(shown({share("a", "x", 10)}), Names{"x"});
    EXPECT_EQ(shown({share("a", "x", 10), withdrawal("a", 11)}), Names{});
    EXPECT_EQ(shown({withdrawal("a", 11), share("a", "x", 10)}), Names{});  // it came here first
    EXPECT_EQ(shown({share("a", "x", 10), withdrawal("b", 11)}), Names{"x"});
    EXPECT_EQ(shown({share("a", "x", 10), withdrawal("a", 11), share("a", "again", 12)}), Names{"again"});
    EXPECT_EQ(shown({share("a", "x", 10), share("b", "y", 10), withdrawal("a", 11)}), Names{"y"});
}

TEST_P(ViewWithWithdrawals, KnowsTheLaterOfTwoActsInOneSecondByTheAuthorsOwnTimes) {
    EXPECT_EQ(shown({share("a", "x", 10, 5), withdrawal("a", 10, 5)}), Names{});
    EXPECT_EQ(shown({share("a", "x", 10, 6), withdrawal("a", 10, 5)}), Names{"x"});
    EXPECT_EQ(shown({withdrawal("a", 10, 5), share("a", "x", 10, 4)}), Names{});
}

TEST_P(ViewWithWithdrawals, HidesOneVersionWhereItNamesOne) {
    const Act first = share("a", "first", 10);
    const Act second = share("a", "second", 10, 0, "2026-02-01T00:00:00Z");
    EXPECT_EQ(shown({first, second, withdrawal("a", 11, 0, "2026-02-01T00:00:00.000Z")}), Names{"first"});
    EXPECT_EQ(shown({first, second, withdrawal("a", 11)}), Names{});
}

// Law 1.
TEST_P(ViewWithWithdrawals, IsTheSameInEveryOrder) {
    std::mt19937 random(3);
    for (int round = 0; round < 3; ++round) {
        std::vector<Act> acts;
        for (int i = 0; i < 8; ++i) {
            const std::string author(1, static_cast<char>('a' + random() % 2));
            const auto witnessed = static_cast<std::int64_t>(10 + random() % 3);
            const auto issued = static_cast<std::int64_t>(random() % 4);
            const std::string version = fmt::format("2026-0{}-01T00:00:00Z", 1 + random() % 2);
            if (random() % 3 == 0) {
                acts.push_back(withdrawal(author, witnessed, issued, random() % 2 == 0 ? version : ""));
            } else {
                // Of two authors' copies the one that came first is shown: what they say is the same.
                acts.push_back(share(author, version.substr(6, 1), witnessed, issued, version));
            }
        }
        const Names expected = shown(acts);
        for (int shuffle = 0; shuffle < 2; ++shuffle) {
            std::ranges::shuffle(acts, random);
            EXPECT_EQ(shown(acts), expected);
        }
    }
}

}  // namespace
}  // namespace comity::intelligence
