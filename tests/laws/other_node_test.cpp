// Law 6: a statement counts by who signed it, not by the node it came through. And law 5: what a node hands
// out as a proof convinces whoever holds the keys, and nothing else does.
#include <algorithm>
#include <random>

#include "opened.h"
#include "testing/database.h"

namespace comity::laws {
namespace {

class OtherNode : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        second_ = std::make_unique<testing::TestDatabase>(GetParam());
        third_ = std::make_unique<testing::TestDatabase>(GetParam());
        nodes_.push_back(open_ledger(database().url(), testing::make_identity("one.example/log"), clock_));
        nodes_.push_back(open_ledger(second_->url(), testing::make_identity("two.example/log"), clock_));
        nodes_.push_back(open_ledger(third_->url(), testing::make_identity("three.example/log"), clock_));
        for (const Opened& node : nodes_) ASSERT_TRUE(node.ledger);
    }
    struct Logged {
        ledger::Submission submission;
        ledger::Receipt receipt;
    };
    Logged submit(std::size_t node, ledger::Submission item) {
        const auto receipt = nodes_[node]->submit(item);
        EXPECT_TRUE(receipt) << receipt.error().message();
        return {std::move(item), receipt.value_or(ledger::Receipt{})};
    }
    void ingest(std::size_t node, const Logged& logged) {
        const auto taken = nodes_[node]->ingest(logged.submission, logged.receipt.witnessed);
        EXPECT_TRUE(taken) << taken.error().message();
    }

    testing::TestClock clock_;
    testing::Community community_{{"ke", "fr", "no"}};
    std::unique_ptr<testing::TestDatabase> second_;
    std::unique_ptr<testing::TestDatabase> third_;
    std::vector<Opened> nodes_;
};

TEST_P(OtherNode, TheSameStatementsThroughAnyNodesMakeTheSameViews) {
    std::mt19937 random(6);
    for (std::size_t node = 0; node < 2; ++node) submit(node, submission(community_.charter()));
    std::vector<Logged> logged = {submit(0, submission(community_.charter()))};
    std::vector<std::string> members = {"ke", "fr", "no"};
    for (unsigned n = 0; n < 40; ++n) {
        if (random() % 3 == 0) clock_.advance_seconds(static_cast<std::int64_t>(random() % 3));
        const std::string author = members[random() % members.size()];
        ledger::Submission item;
        switch (random() % 6) {
            case 0:
                members.push_back(fmt::format("m{}", n));
                item = submission(community_.admission(author, members.back()));
                break;
            case 1:
                item = submission(community_.group(author, "team", {members[random() % members.size()]}));
                break;
            default:
                item = community_.share(author, {testing::indicator(n), testing::indicator(1000 + n)});
        }
        // By one node or by both, in any order; the other node hears of it from that log before the next act.
        const std::size_t node = random() % 2;
        logged.push_back(submit(node, item));
        if (random() % 3 == 0) {
            clock_.advance_seconds(static_cast<std::int64_t>(random() % 2));
            logged.push_back(submit(1 - node, item));
            if (random() % 2 == 0) ingest(1 - node, logged[logged.size() - 2]);
        } else {
            ingest(1 - node, logged.back());
        }
    }
    for (const Logged& one : logged) {
        ingest(0, one);
        ingest(1, one);
    }
    EXPECT_EQ(views(*nodes_[0]), views(*nodes_[1]));
    // A node that took nothing itself and hears of all in another order.
    std::ranges::shuffle(logged, random);
    for (const Logged& one : logged) ingest(2, one);
    EXPECT_EQ(views(*nodes_[2]), views(*nodes_[0]));
    EXPECT_EQ(newest(*nodes_[2]).size, 0U) << "what stands in others' logs does not stand in its own";
    for (const Opened& node : nodes_) expect_sound(*node);
}

TEST_P(OtherNode, WhatCameFromAnotherLogMayEnterThisOneTooAndKeepsItsTime) {
    const Logged charter = submit(0, submission(community_.charter()));
    ingest(1, charter);
    const Logged share = submit(0, community_.share("ke", {testing::indicator(1)}));
    ingest(1, share);
    EXPECT_EQ(nodes_[1]->prove(share.receipt.id).error().kind, ErrorKind::kNotFound);
    clock_.advance_seconds(10);
    const Logged again = submit(1, share.submission);
    EXPECT_EQ(again.receipt.index, 0U);
    EXPECT_EQ(again.receipt.witnessed, share.receipt.witnessed + 10) << "by the log that answers";
    expect_proved(*nodes_[1], share.receipt.id);
    EXPECT_EQ(nodes_[1]->find({}, share.receipt.id)->witnessed, share.receipt.witnessed)
        << "by the first of all";
    EXPECT_EQ(nodes_[1]->submit(share.submission), again.receipt) << "and so ever after";
    EXPECT_EQ(views(*nodes_[0]), views(*nodes_[1]));
    expect_sound(*nodes_[1]);
}

TEST_P(OtherNode, AProofHoldsWithTheKeysAloneAndNoOtherBytesProveAnythingElse) {
    submit(0, submission(community_.charter()));
    std::vector<Logged> logged;
    for (unsigned n = 0; n < 300; ++n) {  // over one tile
        const auto done = [&](Result<ledger::Receipt> receipt) { EXPECT_TRUE(receipt); };
        if (n % 100 == 99) {
            logged.push_back(submit(0, community_.share("ke", {testing::indicator(n)})));
        } else {
            nodes_[0]->submit(community_.share("fr", {testing::indicator(n)}), done);
        }
    }
    const crypto::NamedKey log_key = nodes_[0]->identity().key.public_part();
    const std::vector<crypto::NamedKey> witnesses{nodes_[0]->identity().cosigner.public_part()};
    const crypto::NamedKey author = community_.key("ke").public_part();
    for (const Logged& one : logged) {
        const Digest id = one.receipt.id;
        const auto proof = nodes_[0]->prove(id);
        ASSERT_TRUE(proof) << proof.error().message();
        const std::string text = proof->write();
        const auto honest = log::verify_proof(*proof, id.view(), log_key, witnesses);
        ASSERT_TRUE(honest) << honest.error().message();
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const int flip : {1, 2, 32, 128}) {
                std::string forged = text;
                forged[at] = static_cast<char>(forged[at] ^ flip);
                const auto parsed = log::Proof::parse(forged);
                if (!parsed) continue;
                const auto verdict = log::verify_proof(*parsed, id.view(), log_key, witnesses);
                if (!verdict) continue;
                EXPECT_EQ(parsed->index, proof->index) << "byte " << at;
                EXPECT_EQ(verdict->checkpoint, honest->checkpoint) << "byte " << at;
                for (const auto& [witness, time] : verdict->cosigned)
                    EXPECT_EQ(time, honest->cosigned.front().second) << "byte " << at;
            }
        }
        const std::string& envelope = one.submission.envelope;
        for (std::size_t at = 0; at < envelope.size(); ++at) {
            for (const int flip : {1, 2, 32, 128}) {
                std::string forged = envelope;
                forged[at] = static_cast<char>(forged[at] ^ flip);
                const auto parsed = crypto::parse_envelope(forged);
                if (!parsed || !crypto::signed_by(*parsed, author)) continue;
                EXPECT_EQ(parsed->digest(), id)
                    << "byte " << at << " is the author's word and another statement";
                const auto verdict = log::verify_proof(*proof, parsed->digest().view(), log_key, witnesses);
                EXPECT_TRUE(verdict);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, OtherNode, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
