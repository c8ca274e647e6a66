#include "intelligence/collection.h"

#include <algorithm>
#include <random>

#include "intelligence/queries.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Tlp;
using testing::test_indicator;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};
const std::string kId = "11111111-1111-4111-8111-111111111111";
const std::string kOther = "22222222-2222-4222-8222-222222222222";

std::string place(const std::string& more, const std::string& id = kId) {
    const auto parsed =
        parse_collection(*json::parse(R"({"id":")" + id + R"(","root":"drills","title":"T")" + more + "}"));
    return parsed ? "(taken)" : parsed.error().where;
}

TEST(CollectionStatement, SaysWhatIsInItAndWhoMayPost) {
    EXPECT_EQ(place(""), "(taken)");
    EXPECT_EQ(place(R"(,"alias":"a","description":"d","filter":{"types":["tool"],"authors":["cert-ke"]},
        "audience":{"tlp":"green"},"posting":{"members":["cert-ke"],"groups":["cert-ke/x"]},"removed":true)"),
              "(taken)");
    EXPECT_EQ(place("", "11111111-1111-1111-8111-111111111111"), "body.id");  // version 1
    EXPECT_EQ(place(R"(,"alias":"A B")"), "body.alias");
    EXPECT_EQ(place(R"(,"filter":{"types":["T!"]})"), "body.filter.types");
    EXPECT_EQ(place(R"(,"filter":{"authors":["-"]})"), "body.filter.authors");
    EXPECT_EQ(place(R"(,"filter":{"tlp":"red"})"), "body.filter.tlp");
    EXPECT_EQ(place(R"(,"posting":{"groups":["x"]})"), "body.posting.groups");
    EXPECT_EQ(place(R"(,"audience":{"tlp":"pink"})"), "body.audience: tlp");
    EXPECT_EQ(place(R"(,"colour":"red")"), "body.colour");
}

TEST(CollectionStatement, IsWrittenAsItIsRead) {
    const std::string text =
        R"({"id":")" + kId +
        R"(","root":"drills","alias":"a","title":"T","description":"d","filter":{"types":["tool"]},)" +
        R"("audience":{"tlp":"green"},"posting":{"groups":["cert-ke/x"]},"removed":true})";
    EXPECT_EQ(json::write(collection_json(*parse_collection(*json::parse(text)))), text);
}

TEST(CollectionStatement, MadeIdsAreOfVersion4) {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(parse_collection_id(new_collection_id().text(), "id"));
}

struct Said {
    std::string author;
    std::string title;
    std::int64_t witnessed = 0;
    bool removed = false;
    ledger::Audience audience = kClear;
    std::string id = kId;
};

class Collections : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (!IsSkipped()) view_ = std::make_unique<testing::IntelligenceView>(database());
    }
    void say(const Said& said, const std::string& more = {}) {
        ledger::Statement statement;
        statement.type = kCollection;
        statement.author = said.author;
        statement.audience = said.audience;
        statement.body = *json::parse(R"({"id":")" + said.id + R"(","root":"drills","title":")" + said.title +
                                      "\"" + more + (said.removed ? R"(,"removed":true)" : "") + "}");
        view_->apply(std::move(statement), {}, Time{added_ += 100}, said.witnessed);
    }
    void share(const std::string& author, const std::string& uuid, const std::string& collection = {}) {
        ledger::Statement statement;
        statement.type = "intelligence.share";
        statement.author = author;
        statement.audience = kClear;
        if (!collection.empty())
            statement.body = json::Object{{"collection", collection}, {"objects", json::Object{}}};
        view_->apply(std::move(statement), {test_indicator(uuid, "2026-01-01T00:00:00Z")},
                     Time{added_ += 100});
    }
    std::vector<std::string> titles(const ledger::Viewer& viewer = {}) {
        auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, viewer);
        const auto found = find_collections(**session, *readable);
        EXPECT_TRUE(found) << found.error().message();
        std::vector<std::string> out;
        for (const Collection& each : *found) out.push_back(each.body.title);
        return out;
    }
    // The first digits of the objects in the one collection.
    std::string objects(const ledger::Roll& roll = {}, const VersionChoice& versions = {}) {
        auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, {});
        const auto found = find_collection(**session, *readable, *Uuid::parse(kId));
        EXPECT_TRUE(found) << found.error().message();
        ObjectFilter filter;
        filter.versions = versions;
        filter.collection = found->scope(roll);
        std::string out;
        PageRequest request{.limit = 2};
        for (bool more = true; more;) {
            const auto page = find_objects(**session, *readable, filter, request);
            EXPECT_TRUE(page) << page.error().message();
            for (const auto& object : page->objects) out += object.row.id.uuid.text()[0];
            more = page->more;
            if (more) request.after = page->objects.back().row.added;
        }
        return out;
    }

    std::unique_ptr<testing::IntelligenceView> view_;
    std::int64_t added_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Collections, testing::each_engine(), testing::engine_name);

using Titles = std::vector<std::string>;

TEST_P(Collections, AreAsTheirFirstAuthorSaidLast) {
    say({"cert-ke", "second", 20});
    say({"cert-ke", "first", 10});
    say({"bank", "seized", 30});
    EXPECT_EQ(titles(), Titles{"second"});
    say({"bank", "backdated", 15});
    EXPECT_EQ(titles(), Titles{"second"});
    say({"cert-ke", "gone", 25, true});
    EXPECT_EQ(titles(), Titles{});
    say({"cert-ke", "back", 26});
    EXPECT_EQ(titles(), Titles{"back"});
}

TEST_P(Collections, AreThereForWhomTheirStatementsAre) {
    const ledger::Audience some{Tlp::kAmber, {"cert-ug"}, {}, {}};
    say({"cert-ke", "for some", 10, false, some});
    say({"cert-ke", "for all", 11, false, kClear, kOther});
    EXPECT_EQ(titles(), Titles{"for all"});
    EXPECT_EQ(titles({"cert-ug", "amina@cert-ug", true, {}}), (Titles{"for some", "for all"}));
}

TEST_P(Collections, HoldWhatIsPostedByWhoMayAndWhatTheirFilterTakesIn) {
    share("cert-ke", "a1111111-1111-4111-8111-111111111111");
    share("cert-ke", "b1111111-1111-4111-8111-111111111111", kId);
    share("bank", "c1111111-1111-4111-8111-111111111111", kId);
    share("bank", "d1111111-1111-4111-8111-111111111111", kOther);
    share("cert-ug", "e1111111-1111-4111-8111-111111111111", kId);
    say({"cert-ke", "open", 10});
    EXPECT_EQ(objects(), "bce");
    say({"cert-ke", "closed", 11}, R"(,"posting":{"members":["cert-ug"]})");
    EXPECT_EQ(objects(), "be");
    say({"cert-ke", "by group", 12}, R"(,"posting":{"groups":["cert-ke/banks"]})");
    EXPECT_EQ(objects(), "b");
    ledger::Roll roll;
    roll.groups["cert-ke/banks"] = {"bank"};
    EXPECT_EQ(objects(roll), "bc");
    say({"cert-ke", "filtered", 13}, R"(,"filter":{"authors":["cert-ke"]},"posting":{"members":["bank"]})");
    EXPECT_EQ(objects(), "abc");
    say({"cert-ke", "of no such type", 14}, R"(,"filter":{"types":["tool"]},"posting":{"members":[]})");
    EXPECT_EQ(objects(), "b");
    say({"cert-ke", "everything", 15}, R"(,"filter":{})");
    EXPECT_EQ(objects(), "abcde");
}

// A copy outside the collection takes no part in it.
TEST_P(Collections, ChooseVersionsAmongTheirOwn) {
    const std::string uuid = "a1111111-1111-4111-8111-111111111111";
    share("cert-ke", uuid);
    share("cert-ug", uuid, kId);
    say({"cert-ke", "open", 10});
    EXPECT_EQ(objects(), "a");
}

}  // namespace
}  // namespace comity::intelligence
