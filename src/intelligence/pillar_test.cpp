#include "intelligence/pillar.h"

#include <fmt/format.h>
#include "intelligence/stix/marking.h"

#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Tlp;
using testing::test_indicator;

const std::string kA = "11111111-1111-4111-8111-111111111111";
const std::string kB = "22222222-2222-4222-8222-222222222222";

ledger::Statement share(std::string_view body) {
    ledger::Statement statement;
    statement.type = "intelligence.share";
    statement.body = *json::parse(body);
    return statement;
}

std::string place(std::string_view body, const std::vector<std::string>& objects) {
    const std::vector<std::string_view> views(objects.begin(), objects.end());
    const auto checked = make_pillar()->validate(share(body), views);
    return checked ? "(taken)" : checked.error().where;
}

TEST(IntelligenceShare, TakesObjectsWithTitleAndDescription) {
    const std::vector<std::string> objects = {test_indicator(kA, "2020-01-01T00:00:00Z")};
    const std::string with = R"({"objects":{"count":1,"root":"00"})";
    EXPECT_EQ(place(with + "}", objects), "(taken)");
    EXPECT_EQ(place(with + R"(,"title":"C2","description":"Seen."})", objects), "(taken)");
    EXPECT_EQ(place(with + R"(,"title":""})", objects), "body.title");
    EXPECT_EQ(place(with + R"(,"title":7})", objects), "body.title");
    EXPECT_EQ(place(with + R"(,"description":")" + std::string(4001, 'a') + "\"}", objects),
              "body.description");
    EXPECT_EQ(place(with + R"(,"note":"?"})", objects), "body.note");
    EXPECT_EQ(place("{}", objects), "body.objects");
    EXPECT_EQ(place(with + "}", {}), "body.objects.count");
}

TEST(IntelligenceShare, NamesTheObjectThatIsWrong) {
    const std::string body = R"({"objects":{"count":2,"root":"00"}})";
    const std::string good = test_indicator(kA, "2020-01-01T00:00:00Z");
    EXPECT_TRUE(place(body, {good, test_indicator(kB, "yesterday")}).starts_with("objects[1]"));
    EXPECT_EQ(place(body, {good, "{}"}).substr(0, 10), "objects[1]");
    EXPECT_EQ(place(body, {good, good}), "objects[1]");  // one object in one version twice
    EXPECT_EQ(place(body, {good, test_indicator(kA, "2021-01-01T00:00:00Z")}), "(taken)");
}

class ViewOfIntelligence : public testing::DatabaseTest {};
INSTANTIATE_TEST_SUITE_P(Engines, ViewOfIntelligence, testing::each_engine(), testing::engine_name);

TEST_P(ViewOfIntelligence, HasARowForEachObjectWithWhoMayReadIt) {
    testing::IntelligenceView view(database());
    const ledger::Audience amber{Tlp::kAmber, {"cert-ug"}, {}, {}};
    view.share(
        "cert-ke", amber,
        {test_indicator(kA, "2020-01-01T00:00:00Z"),
         test_indicator(kB, "2020-01-02T00:00:00.000001Z", marking_id(Tlp::kRed)),
         R"({"type":"ipv4-addr","id":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd","value":"8.8.8.8"})"},
        Time{1000});
    const auto session = view.database().reader();
    ASSERT_TRUE(session);
    std::vector<std::string> rows;
    ASSERT_TRUE((*session)->each(view.pillar().view()[0].canonical_query, {}, [&](const db::Row& row) {
        rows.push_back(fmt::format("{} {} {} {} {} {} {}", row.integer(1), row.text(3), row.integer(4),
                                   row.null(5) ? std::string("-") : std::to_string(row.integer(5)),
                                   row.integer(6), row.text(7), row.text(8)));
        return true;
    }));
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0], R"(0 indicator 21 1577836800000000 0 cert-ke {"tlp":"amber","members":["cert-ug"]})");
    EXPECT_EQ(rows[1], R"(1 indicator 21 1577923200000001 0 cert-ke {"tlp":"red"})");
    EXPECT_EQ(rows[2], R"(2 ipv4-addr 21 - 0 cert-ke {"tlp":"amber","members":["cert-ug"]})");
}

}  // namespace
}  // namespace comity::intelligence
