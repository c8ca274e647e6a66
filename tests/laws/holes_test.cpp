// A share with a hole: a statement is kept without the objects that its reader may not have, and no lie comes
// in by that way. What is filled later is as if it had been there from the start, and what is erased goes.
#include "federation/erasing.h"
#include "intelligence/search/index.h"
#include "node.h"

namespace comity::laws {
namespace {

using testing::indicator;

class HoleLaw : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        opened_ = open_ledger(database().url(), identity_, clock_);
        ASSERT_TRUE(opened_.ledger);
        must_ingest({submission(community_.charter()), kStart});
    }
    Result<void> ingest(const Item& item) { return opened_->ingest(item.submission, item.witnessed); }
    void must_ingest(const Item& item) {
        const auto taken = ingest(item);
        EXPECT_TRUE(taken) << taken.error().message();
    }
    Item share(unsigned count, const std::string& author = "ke") {
        std::vector<std::string> objects;
        for (unsigned n = 0; n < count; ++n) objects.push_back(indicator(next_++));
        return {community_.share(author, std::move(objects)), kStart};
    }
    Digest id_of(const Item& item) { return crypto::parse_envelope(item.submission.envelope)->digest(); }
    std::int64_t rows(const std::string& table) { return count(*opened_, "SELECT COUNT(*) FROM " + table); }
    void expect_refused(const Item& item, std::string_view word) {
        const auto taken = ingest(item);
        ASSERT_FALSE(taken) << word;
        EXPECT_NE(taken.error().message().find(word), std::string::npos) << taken.error().message();
        EXPECT_EQ(rows("ledger_waiting"), 0);
        expect_sound(*opened_);
    }
    void expect_steady() {
        expect_sound(*opened_);
        const Digest before = views(*opened_);
        ASSERT_TRUE(opened_->rebuild({}));
        EXPECT_EQ(views(*opened_), before);
        expect_sound(*opened_);
    }

    testing::TestClock clock_;
    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("holes.example/log");
    Opened opened_;
    unsigned next_ = 0;
};

TEST_P(HoleLaw, IsNoObjectOfTheView) {
    const Item item = share(5);
    must_ingest(without(item, {false, true, false, false, true}));
    EXPECT_EQ(rows("objects"), 3);
    EXPECT_EQ(rows("intelligence_objects"), 3);
    EXPECT_EQ(rows("ledger_holes"), 2);
    const auto report = opened_->check({});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->objects, 3U);
    EXPECT_EQ(report->holes, 2U);
    expect_steady();
    const auto objects = opened_->objects(id_of(item));
    ASSERT_TRUE(objects);
    EXPECT_EQ(objects->data[0], item.submission.objects[0]);
    EXPECT_EQ(objects->data[1], "");
    ASSERT_EQ(objects->holes.size(), 2U);
    EXPECT_EQ(objects->holes[1].position, 4U);
    EXPECT_EQ(objects->holes[1].hash, log::leaf_hash(as_bytes(item.submission.objects[4])));
}

TEST_P(HoleLaw, AllOfAShareMayBeWithheld) {
    const Item item = share(3);
    must_ingest(without(item, {true, true, true}));
    EXPECT_EQ(rows("objects"), 0);
    expect_steady();
    must_ingest(item);
    EXPECT_EQ(rows("intelligence_objects"), 3);
    expect_steady();
}

TEST_P(HoleLaw, IsFilledByWhateverBringsItAndComesAsNewToThoseWhoHaveReadOn) {
    const Item item = share(4);
    must_ingest(without(item, {false, true, true, false}));
    const Item after = share(1);
    must_ingest(after);
    const auto newest_before = count(*opened_, "SELECT MAX(added) FROM objects");
    must_ingest(without(item, {true, false, true, true}));
    EXPECT_EQ(rows("ledger_holes"), 1);
    EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM intelligence_objects WHERE added > " +
                                  std::to_string(newest_before)),
              1);
    expect_steady();
    must_ingest(without(item, {true, false, true, true}));  // nothing new
    EXPECT_EQ(rows("objects"), 4);
    must_ingest(item);
    EXPECT_EQ(rows("ledger_holes"), 0);
    expect_steady();
    Node whole(GetParam());
    whole.ingest({submission(community_.charter()), kStart});
    whole.ingest(after);
    whole.ingest(item);
    EXPECT_EQ(views(*opened_), views(whole.ledger()));
    EXPECT_EQ(shown(*opened_), shown(whole.ledger()));
    EXPECT_EQ(opened_->objects(id_of(item))->data, item.submission.objects);
}

TEST_P(HoleLaw, LetsNoLieIn) {
    const Item item = share(4);
    Item lie = without(item, {false, true, false, false});
    lie.submission.holes[0].hash.bytes[0] ^= 1;
    expect_refused(lie, "root");
    lie = without(item, {false, true, false, false});
    lie.submission.objects[2] = indicator(77);
    expect_refused(lie, "root");
    lie = without(item, {false, true, false, false});
    lie.submission.holes[0].position = 2;
    expect_refused(lie, "objects");
    lie = without(item, {false, true, false, false});
    lie.submission.holes.push_back({3, log::leaf_hash(as_bytes(item.submission.objects[3]))});
    expect_refused(lie, "objects");
    lie = without(item, {false, true, false, false});
    lie.submission.holes.clear();
    expect_refused(lie, "objects");
    lie = without(item, {false, true, false, false});
    lie.submission.objects.pop_back();
    expect_refused(lie, "count");
    // And none into what is here already.
    must_ingest(without(item, {false, true, true, false}));
    lie = item;
    lie.submission.objects[1] = indicator(78);
    expect_refused(lie, "root");
    EXPECT_EQ(rows("ledger_holes"), 2);
    must_ingest(item);
    expect_steady();
}

TEST_P(HoleLaw, IsNotForWhatAllReadersOfAStatementMayRead) {
    const std::string series = R"({"place":"RWA","points":[[2021,30.4]]})";
    const Digest leaf = log::leaf_hash(as_bytes(series));
    const auto envelope = community_.statement(
        "ke", "development.dataset",
        {{"indicator", "internet_users"},
         {"unit", "% of population"},
         {"source", "wdi"},
         {"licence", "CC-BY-4.0"},
         {"edition", "2024-10"},
         {"objects", json::Object{{"count", 1}, {"root", log::root_of(std::vector{leaf}).hex()}}}});
    const Item item{{envelope.write(), {series}, {}}, kStart};
    expect_refused(without(item, {true}), "all of them");
    must_ingest(item);
    // Nor for what nobody here knows.
    const auto unknown = community_.statement(
        "ke", "exchange.work",
        {{"objects", json::Object{{"count", 1}, {"root", log::root_of(std::vector{leaf}).hex()}}}});
    expect_refused(without({{unknown.write(), {series}, {}}, kStart}, {true}), "all of them");
}

TEST_P(HoleLaw, ComesFromOtherNodesAloneUnlessTheStatementIsHere) {
    const Item item = share(3);
    const Item less = without(item, {false, true, false});
    const auto refused = opened_->submit(less.submission);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("not all there"), std::string::npos)
        << refused.error().message();
    must_ingest(less);
    const auto entered = opened_->submit(less.submission);  // into this node's log too (law 6)
    ASSERT_TRUE(entered) << entered.error().message();
    expect_proved(*opened_, id_of(item));
    const auto whole = opened_->submit(item.submission);
    ASSERT_TRUE(whole) << whole.error().message();
    EXPECT_EQ(rows("ledger_holes"), 0);
    expect_steady();
}

TEST_P(HoleLaw, WaitsForItsAuthorInPieces) {
    const Item item = share(3, "newcomer");
    must_ingest(without(item, {true, false, true}));
    must_ingest(without(item, {true, false, true}));
    must_ingest(without(item, {false, true, true}));
    EXPECT_EQ(rows("ledger_waiting"), 2);
    must_ingest({submission(community_.admission("ke", "newcomer")), kStart});
    EXPECT_EQ(rows("ledger_waiting"), 0);
    EXPECT_EQ(rows("intelligence_objects"), 2);
    EXPECT_EQ(rows("ledger_holes"), 1);
    expect_steady();
}

TEST_P(HoleLaw, OutlivesThatItsStatementCountsNoMoreAndCountsAgain) {
    const Item item = share(3);
    must_ingest(without(item, {false, true, true}));
    must_ingest(without(item, {true, false, true}));
    const crypto::NamedSecret second{"ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    must_ingest({submission(community_.key_addition("ke", second)), kStart});
    Item revocation{submission(community_.key_revocation("ke", community_.key("ke"))), kStart - 10};
    must_ingest(revocation);  // before the share: it counts no more
    EXPECT_EQ(rows("intelligence_objects"), 0);
    expect_sound(*opened_);
    must_ingest(item);  // filled while it does not count
    EXPECT_EQ(rows("ledger_holes"), 0);
    EXPECT_EQ(rows("objects"), 3);
    expect_sound(*opened_);
    Item earlier = item;
    earlier.witnessed = kStart - 20;  // another log had it first
    must_ingest(earlier);
    EXPECT_EQ(rows("intelligence_objects"), 3);
    EXPECT_EQ(rows("ledger_fills"), 0) << "it has come as new, all of it";
    EXPECT_EQ(opened_->objects(id_of(item))->data, item.submission.objects);
    expect_steady();
}

TEST_P(HoleLaw, GoesWithAStatementThatIsErasedAndWhatCameLaterDoesToo) {
    const Item item = share(3);
    must_ingest(without(item, {false, true, true}));
    const Item other = share(1);
    must_ingest(other);
    must_ingest(without(item, {true, false, true}));
    ASSERT_TRUE(intelligence::search::prepare_index(opened_->database()));
    ASSERT_TRUE(intelligence::search::advance_index(opened_->database(), 100));
    EXPECT_EQ(count(*opened_, "SELECT COUNT(DISTINCT added) FROM search_terms"), 3);
    must_ingest({submission(community_.statement("ke", federation::kErasure,
                                                 federation::ErasureBody{.statement = id_of(item)}.json())),
                 kStart});
    EXPECT_EQ(rows("objects"), 1);
    EXPECT_EQ(rows("intelligence_objects"), 1);
    EXPECT_EQ(rows("ledger_holes"), 0);
    EXPECT_EQ(rows("ledger_fills"), 0);
    must_ingest(item);
    EXPECT_EQ(rows("objects"), 1);
    ASSERT_TRUE(intelligence::search::advance_index(opened_->database(), 100));
    EXPECT_EQ(count(*opened_, "SELECT COUNT(DISTINCT added) FROM search_terms"), 1);
    expect_steady();
}

INSTANTIATE_TEST_SUITE_P(Engines, HoleLaw, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
