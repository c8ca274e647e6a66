// The right to be forgotten, whichever comes first: what an author erases goes from the store and from every
// view, its digest keeps its place in the log and its proof, and nothing brings it back. Nobody erases what
// is another's, and nobody erases an act that others' acts rest on.
#include "crypto/sha256.h"
#include "federation/erasing.h"
#include "opened.h"
#include "testing/database.h"

namespace comity::laws {
namespace {

using testing::indicator;

class ErasureLaw : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        opened_ = open_ledger(database().url(), identity_, clock_);
        ASSERT_TRUE(opened_.ledger);
        must_submit(submission(community_.charter()));
    }
    ledger::Receipt must_submit(ledger::Submission item) {
        const auto receipt = opened_->submit(std::move(item));
        EXPECT_TRUE(receipt) << receipt.error().message();
        return receipt.value_or(ledger::Receipt{});
    }
    void must_ingest(ledger::Ledger& ledger, ledger::Submission item) {
        const auto taken = ledger.ingest(std::move(item), 1'760'000'000);
        EXPECT_TRUE(taken) << taken.error().message();
    }
    ledger::Submission erasure(const std::string& author, const Digest& target) {
        return submission(community_.statement(author, federation::kErasure,
                                               federation::ErasureBody{.statement = target}.json()));
    }
    Digest id_of(const ledger::Submission& item) { return crypto::parse_envelope(item.envelope)->digest(); }
    void expect_gone(ledger::Ledger& ledger, const Digest& id) {
        const auto found = ledger.find({}, id);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().kind, ErrorKind::kNotFound);
        EXPECT_NE(found.error().message().find("erased by its author"), std::string::npos)
            << found.error().message();
        EXPECT_EQ(count(ledger, "SELECT COUNT(*) FROM objects"), 0);
        EXPECT_EQ(count(ledger, "SELECT COUNT(*) FROM intelligence_objects"), 0);
        EXPECT_EQ(count(ledger, "SELECT COUNT(*) FROM ledger_waiting"), 0);
        expect_sound(ledger);
        const Digest before = views(ledger);
        ASSERT_TRUE(ledger.rebuild({}));
        EXPECT_EQ(views(ledger), before);
    }

    testing::TestClock clock_;
    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("erasing.example/log");
    Opened opened_;
};

TEST_P(ErasureLaw, WhatItsAuthorErasesIsGoneAndKeepsItsPlaceAndProof) {
    const auto share = community_.share("ke", {indicator(1), indicator(2)});
    const ledger::Receipt taken = must_submit(share);
    const auto before = newest(*opened_);
    must_submit(erasure("ke", taken.id));
    expect_gone(*opened_, taken.id);
    EXPECT_EQ(expect_proved(*opened_, taken.id), taken.index);
    expect_continues(*opened_, before.size, before.root);
    EXPECT_EQ(opened_->resolve({}, taken.id.hex()).value_or(Digest{}), taken.id);
    // Nothing brings it back: not its author, not another's log, not a second erasure or another process.
    const auto again = opened_->submit(share);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::kConflict) << again.error().message();
    must_ingest(*opened_, share);
    must_submit(erasure("ke", taken.id));
    opened_ = {};
    opened_ = open_ledger(database().url(), identity_, clock_);
    must_ingest(*opened_, share);
    expect_gone(*opened_, taken.id);
    const auto envelopes = opened_->envelopes({}, 0);
    ASSERT_TRUE(envelopes);
    for (const auto& [index, envelope] : *envelopes) EXPECT_NE(index, taken.index);
}

TEST_P(ErasureLaw, WhicheverComesFirstTheSameIsLeft) {
    const auto share = community_.share("ke", {indicator(1)});
    const auto erases = erasure("ke", id_of(share));
    testing::TestDatabase second(GetParam());
    testing::TestDatabase third(GetParam());
    Opened after = open_ledger(second.url(), testing::make_identity("after.example/log"), clock_);
    Opened together = open_ledger(third.url(), testing::make_identity("together.example/log"), clock_);
    for (Opened* other : {&after, &together}) must_ingest(**other, submission(community_.charter()));
    must_ingest(*opened_, share);
    must_ingest(*opened_, erases);
    must_ingest(*after, erases);
    EXPECT_FALSE(after->find({}, id_of(share)));
    must_ingest(*after, share);
    for (const auto& answer : together->ingest(std::vector<ledger::Foreign>{
             {id_of(erases), erases, 1'760'000'000}, {id_of(share), share, 1'760'000'000}}))
        EXPECT_TRUE(answer);
    for (Opened* each : {&opened_, &after, &together}) {
        expect_gone(**each, id_of(share));
        EXPECT_EQ(views(**each), views(*opened_));
    }
}

TEST_P(ErasureLaw, NobodyErasesWhatIsAnothersWhicheverComesFirst) {
    const auto early = community_.share("ke", {indicator(1)});
    const auto late = community_.share("ke", {indicator(2)});
    must_submit(early);
    must_submit(erasure("fr", id_of(early)));
    must_submit(erasure("fr", id_of(late)));
    must_submit(late);
    EXPECT_TRUE(opened_->find({}, id_of(early)));
    EXPECT_TRUE(opened_->find({}, id_of(late)));
    EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM objects"), 2);
    expect_sound(*opened_);
    // Its author's own counts all the same, beside the other's.
    must_submit(erasure("ke", id_of(early)));
    must_submit(erasure("ke", id_of(late)));
    expect_gone(*opened_, id_of(early));
    expect_gone(*opened_, id_of(late));
}

TEST_P(ErasureLaw, AnActThatOthersRestOnStays) {
    const auto admission = must_submit(submission(community_.admission("ke", "newcomer")));
    must_submit(erasure("ke", admission.id));
    must_submit(erasure("ke", community_.id()));
    EXPECT_TRUE(opened_->find({}, admission.id));
    EXPECT_TRUE(opened_->find({}, community_.id()));
    must_submit(community_.share("newcomer", {indicator(1)}));
    expect_sound(*opened_);
}

TEST_P(ErasureLaw, OfItsAttachmentsThoseStayThatAnotherHas) {
    const auto with = [&](std::initializer_list<std::string> texts) {
        ledger::Draft draft{community_.id(), "development.plan-file", "ke", testing::Community::clear(), {}};
        ledger::Submission item;
        for (const std::string& text : texts) {
            draft.attachments.push_back({crypto::sha256(as_bytes(text)), text.size(), "text/plain", "a"});
            item.attachments.push_back(text);
        }
        item.envelope =
            ledger::sign_statement(draft, Time::from_seconds(1'760'000'000), community_.key("ke")).write();
        return item;
    };
    const auto first = with({"one", "both"});
    const auto second = with({"both"});
    must_ingest(*opened_, first);  // of a type that nobody here knows, as from a newer node
    must_ingest(*opened_, second);
    must_submit(erasure("ke", id_of(first)));
    EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM attachments"), 1);
    expect_sound(*opened_);
    must_submit(erasure("ke", id_of(second)));
    EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM attachments"), 0);
    expect_sound(*opened_);
}

INSTANTIATE_TEST_SUITE_P(Engines, ErasureLaw, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
