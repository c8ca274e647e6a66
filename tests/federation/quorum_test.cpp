// Time that decides: by what a quorum of witnesses has seen, all nodes say the same of every statement,
// whatever came in which order; what is once said does not turn round; and whom a close waits for is told.
// The random ones name their seed: COMITY_SEED=n plays one again.
#include <gmock/gmock.h>

#include <cstdlib>
#include <random>
#include <set>

#include "base/logging.h"
#include "federation/pillar.h"
#include "federation/quorum.h"
#include "federation/timekeeper.h"
#include "test_witness.h"

namespace comity::federation::testing {
namespace {

using comity::testing::indicator;
using ledger::Stand;

[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

constexpr std::int64_t kNow = 1'760'000'000;  // where the nodes' clocks begin
constexpr std::int64_t kClose = kNow + 30;

class QuorumTime : public ::testing::Test {
  protected:
    QuorumTime() {
        a_.submit(community_.charter());
        a_.submit(announce(community_, "ke", a_));
        b_.must_sync_with(a_);
        c_.must_sync_with(a_);
        b_.submit(announce(community_, "fr", b_));
        c_.submit(announce(community_, "no", c_));
        std::string logs;
        for (NetNode* node : nodes_) logs += "log " + node->log_key().text() + "\n";
        for (int i = 0; i < 3; ++i) {
            const std::string name = "w" + std::to_string(i);
            witnesses_.push_back(std::make_unique<TestWitness>(name, 40 + i, logs + "quorum none\n", kNow));
            logs_and_witnesses_ +=
                "witness " + name + " " + witnesses_.back()->secret.public_part().text() + "\n";
        }
        logs_and_witnesses_ = logs + logs_and_witnesses_;
        policy_ = log::Policy::parse(logs_and_witnesses_ + "group two 2 w0 w1 w2\nquorum two\n").value();
    }

    void advance(std::int64_t seconds) {
        for (NetNode* node : nodes_) node->clock().advance_seconds(seconds);
        for (auto& witness : witnesses_) witness->clock.advance_seconds(seconds);
    }
    void sync_all() {
        for (int round = 0; round < 2; ++round) {
            for (NetNode* one : nodes_) {
                for (NetNode* other : nodes_) {
                    if (one != other) one->must_sync_with(*other);
                }
            }
        }
    }
    Digest share(NetNode& node) { return node.submit(community_.share("ke", {indicator(objects_++)})).id; }
    void bring(NetNode& to, const TestWitness::Cosigned& cosigned) {
        std::vector<crypto::NamedKey> keys;
        for (const auto& witness : witnesses_) keys.push_back(witness->secret.public_part());
        const auto body = cosigned_json(cosigned.node->log_key(), cosigned.note, keys);
        ASSERT_TRUE(body) << body.error().message();
        ASSERT_TRUE(*body);
        to.submit(community_.statement("fr", kCosigned, **body));
    }
    void bring_seal(NetNode& to, TestWitness& witness) {
        const auto seal = witness.witness->seal(community_.id(), kClose);
        ASSERT_TRUE(seal) << seal.error().message();
        to.submit(community_.statement("no", kSeal, seal->json()));
    }
    ledger::ClosedAt closed(NetNode& node, const std::vector<Digest>& ids) {
        return closed(node, ids, policy_);
    }
    ledger::ClosedAt closed(NetNode& node, const std::vector<Digest>& ids, const log::Policy& policy) {
        Quorum quorum(node.log_key());
        const auto session = node.node().database().snapshot();
        const auto answer = quorum.closed_at(**session, policy, kClose, ids, ledger::Liars::kCount);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer.value_or(ledger::ClosedAt{});
    }
    std::vector<std::optional<ledger::Witnessed>> times(NetNode& node, const std::vector<Digest>& ids) {
        Quorum quorum(node.log_key());
        const auto session = node.node().database().snapshot();
        const auto answer = quorum.times(**session, policy_, ids);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer.value_or(std::vector<std::optional<ledger::Witnessed>>(ids.size()));
    }

    Community community_{{"ke", "fr", "no"}};
    NetNode a_{"a.example/log"};
    NetNode b_{"b.example/log"};
    NetNode c_{"c.example/log"};
    NetNode* const nodes_[3] = {&a_, &b_, &c_};
    std::vector<std::unique_ptr<TestWitness>> witnesses_;
    std::string logs_and_witnesses_;
    log::Policy policy_;
    unsigned objects_ = 0;
};

TEST_F(QuorumTime, IsWhenTheSecondOfTwoHadSeenIt) {
    const Digest early = share(a_);
    EXPECT_EQ(times(a_, {early}), std::vector<std::optional<ledger::Witnessed>>{std::nullopt});
    bring(a_, witnesses_[0]->cosign(a_));
    EXPECT_EQ(times(a_, {early}).front(), std::nullopt) << "one is not enough";
    advance(7);
    const Digest later = share(a_);
    bring(b_, witnesses_[1]->cosign(a_));  // it enters elsewhere
    EXPECT_EQ(times(a_, {early}).front(), std::nullopt) << "it is not known here yet";
    sync_all();
    for (NetNode* node : nodes_) {
        const auto known = times(*node, {early, later});
        EXPECT_EQ(known[0], kNow + 7);
        EXPECT_EQ(known[1], std::nullopt);
    }
}

TEST_F(QuorumTime, TellsWhomACloseWaitsFor) {
    const Digest by_all = share(a_);
    witnesses_[0]->cosign(a_);
    witnesses_[1]->cosign(a_);
    const Digest by_one = share(a_);
    witnesses_[0]->cosign(a_);
    advance(31);
    const Digest late = share(a_);
    witnesses_[1]->cosign(a_);
    const std::vector<Digest> all{by_all, by_one, late};

    auto now = closed(a_, all);
    EXPECT_FALSE(now.settled);
    EXPECT_EQ(now.waits, (std::vector<std::string>{"w0", "w1", "w2"}));
    EXPECT_EQ(now.stands, (std::vector<Stand>{Stand::kOpen, Stand::kOpen, Stand::kOpen}));

    bring_seal(a_, *witnesses_[0]);
    bring_seal(b_, *witnesses_[1]);
    sync_all();
    now = closed(c_, all);
    EXPECT_EQ(now.stands, (std::vector<Stand>{Stand::kIn, Stand::kOpen, Stand::kOut}));
    EXPECT_EQ(now.waits, std::vector<std::string>{"w2"});
    EXPECT_FALSE(now.settled) << "the second one is open";
    EXPECT_TRUE(closed(c_, {by_all, late}).settled) << "nothing else can come in: one alone is no quorum";

    bring_seal(c_, *witnesses_[2]);
    sync_all();
    for (NetNode* node : nodes_) {
        now = closed(*node, all);
        EXPECT_EQ(now.stands, (std::vector<Stand>{Stand::kIn, Stand::kOut, Stand::kOut}));
        EXPECT_TRUE(now.settled);
        EXPECT_TRUE(now.waits.empty());
        EXPECT_TRUE(now.behind.empty());
        EXPECT_TRUE(now.faults.empty());
        node->expect_sound();
    }
    EXPECT_EQ(b_.views(), a_.views());
    EXPECT_EQ(c_.views(), a_.views());
}

TEST_F(QuorumTime, WaitsForALogThatIsNotHereAsFarAsTheWitnessesSawIt) {
    const Digest id = share(b_);
    for (auto& witness : witnesses_) witness->cosign(b_);
    advance(31);
    bring_seal(a_, *witnesses_[0]);
    bring_seal(a_, *witnesses_[1]);
    auto now = closed(a_, {id});
    EXPECT_FALSE(now.settled);
    EXPECT_EQ(now.stands.front(), Stand::kOpen) << "a does not know of it at all";
    ASSERT_EQ(now.behind.size(), 1U);
    EXPECT_EQ(now.behind.front().sealed, 2U);
    a_.must_sync_with(b_);
    now = closed(a_, {id});
    EXPECT_TRUE(now.settled);
    EXPECT_EQ(now.stands.front(), Stand::kIn);
}

TEST_F(QuorumTime, AWitnessOfAnotherHistoryIsNoWitnessOfThisOne) {
    const Digest id = share(a_);
    const log::Checkpoint real =
        log::open_checkpoint(a_.node().ledger().checkpoint().value(), a_.log_key()).value().checkpoint;
    log::Checkpoint forged = real;
    forged.root = log::leaf_hash(as_bytes("another history"));
    for (int i = 0; i < 2; ++i) {
        crypto::Note note{forged.text(), {}};
        note.signatures.push_back(crypto::sign_note(note.text, a_.identity().key));
        note.signatures.push_back(log::cosign(note.text, witnesses_[i]->secret, Time::from_seconds(kNow)));
        bring(b_, {&a_, real.size, kNow, note.write()});
    }
    a_.must_sync_with(b_);
    EXPECT_EQ(times(a_, {id}).front(), std::nullopt);
    const auto now = closed(a_, {id});
    EXPECT_EQ(now.stands.front(), Stand::kOpen);
    EXPECT_EQ(now.faults.size(), 2U);
}

// The log of a shows two histories. Two witnesses saw the one in which the ballot is, in time; here the other
// is held, and the ballot came by b, too late. Whoever holds the first says that it was in.
TEST_F(QuorumTime, WhatAnotherHistoryHeldIsNeverCalledOut) {
    share(a_);
    log::Checkpoint other =
        log::open_checkpoint(a_.node().ledger().checkpoint().value(), a_.log_key()).value().checkpoint;
    other.root = log::leaf_hash(as_bytes("another history"));
    advance(31);
    const Digest late = share(b_);
    for (int i = 0; i < 2; ++i) {
        Seal seal{community_.id(),
                  witnesses_[i]->secret.public_part(),
                  kClose,
                  {{a_.log_key(), other.size, other.root}},
                  {}};
        seal.signature = witnesses_[i]->secret.key.sign(as_bytes(seal.text()));
        b_.submit(community_.statement("fr", kSeal, seal.json()));
    }
    bring_seal(b_, *witnesses_[2]);
    sync_all();
    for (NetNode* node : nodes_) {
        const auto now = closed(*node, {late});
        EXPECT_EQ(now.stands.front(), Stand::kOpen);
        EXPECT_FALSE(now.settled);
        EXPECT_TRUE(now.waits.empty());
        ASSERT_EQ(now.faults.size(), 2U);
        EXPECT_THAT(now.faults.front(), ::testing::HasSubstr("another history of a.example/log"));
    }
}

TEST_F(QuorumTime, ASealedSecondStaysAsItIsWhateverTheClockDoes) {
    share(a_);
    witnesses_[0]->cosign(a_);
    EXPECT_EQ(witnesses_[0]->witness->seal(community_.id(), kClose).error().kind, ErrorKind::kConflict);
    advance(31);
    const auto first = witnesses_[0]->witness->seal(community_.id(), kClose);
    ASSERT_TRUE(first);
    ASSERT_EQ(first->logs.size(), 1U);
    EXPECT_EQ(first->logs.front().size, 3U);
    witnesses_[0]->clock.set(Time::from_seconds(kNow));  // back before the close
    share(a_);
    EXPECT_GT(witnesses_[0]->cosign(a_).time, kClose);
    share(b_);
    EXPECT_GT(witnesses_[0]->cosign(b_).time, kClose) << "a log that it had never cosigned";
    const auto again = witnesses_[0]->witness->seal(community_.id(), kClose);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->text(), first->text());
    EXPECT_EQ(witnesses_[0]->witness->seal(community_.id(), kClose - 1)->logs, first->logs);
    EXPECT_TRUE(witnesses_[0]->witness->seal(community_.id(), kNow - 1)->logs.empty());
}

TEST_F(QuorumTime, WhoContradictsItsSealIsNamed) {
    const Digest id = share(a_);
    const auto& cosigned = witnesses_[0]->cosign(a_);
    Seal lie{community_.id(), witnesses_[0]->secret.public_part(), kClose, {}, {}};
    lie.signature = witnesses_[0]->secret.key.sign(as_bytes(lie.text()));
    a_.submit(community_.statement("fr", kSeal, lie.json()));
    EXPECT_TRUE(closed(a_, {id}).faults.empty());
    bring(a_, cosigned);
    ASSERT_EQ(closed(a_, {id}).faults.size(), 1U);
    EXPECT_THAT(closed(a_, {id}).faults.front(), ::testing::HasSubstr("w0 has cosigned more"));
    // And a seal that says otherwise.
    advance(31);
    bring_seal(a_, *witnesses_[0]);
    ASSERT_EQ(closed(a_, {id}).faults.size(), 1U) << "the larger counts";
    EXPECT_THAT(closed(a_, {id}).faults.front(), ::testing::HasSubstr("w0 has sealed that second twice"));
}

TEST_F(QuorumTime, WhatProvesNothingIsRefusedAtTheDoor) {
    share(a_);
    const auto& cosigned = witnesses_[0]->cosign(a_);
    const std::vector<crypto::NamedKey> keys{witnesses_[0]->secret.public_part()};
    json::Object body = *cosigned_json(a_.log_key(), cosigned.note, keys).value();
    const auto submit = [&](std::string_view type, json::Object said) {
        return a_.node().ledger().submit({community_.statement("ke", type, std::move(said)).write(), {}, {}});
    };
    json::Object other = body;
    other["witnesses"] = json::Array{witnesses_[1]->secret.public_part().text()};
    EXPECT_EQ(submit(kCosigned, other).error().where, "body.witnesses[0]");
    other = body;
    other["log"] = b_.log_key().text();
    EXPECT_EQ(submit(kCosigned, other).error().where.substr(0, 15), "body.checkpoint");
    advance(31);
    Seal seal = witnesses_[0]->witness->seal(community_.id(), kClose).value();
    seal.logs.front().size += 1;
    EXPECT_EQ(submit(kSeal, seal.json()).error().where, "body.signature");
    seal.community = {};
    seal.signature = witnesses_[0]->secret.key.sign(as_bytes(seal.text()));
    EXPECT_EQ(submit(kSeal, seal.json()).error().where, "body.community");
    EXPECT_TRUE(submit(kCosigned, body));
}

TEST_F(QuorumTime, WithoutAQuorumTheLogsOwnSecondDecides) {
    const auto nobody = log::Policy::parse("quorum none\n").value();
    const Digest early = share(a_);
    advance(31);
    const Digest late = share(a_);
    const auto now = closed(a_, {early, late}, nobody);
    EXPECT_TRUE(now.settled);
    EXPECT_EQ(now.stands, (std::vector<Stand>{Stand::kIn, Stand::kOut}));
}

// Statements come in anywhere, witnesses see what they get to see, before the close and after it, by clocks
// that differ, and what they say travels as it may.
TEST_F(QuorumTime, SaysTheSameEverywhereAndNeverTurnsRound) {
    const char* given = std::getenv("COMITY_SEED");
    const auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                       : std::random_device()() % 1'000'000;
    SCOPED_TRACE("COMITY_SEED=" + std::to_string(seed));
    std::mt19937 random(seed);
    const auto one_of = [&](auto& list) -> auto& { return list[random() % std::size(list)]; };
    for (auto& witness : witnesses_) witness->clock.advance_seconds(static_cast<int>(random() % 7) - 3);

    std::map<Digest, std::vector<std::pair<NetNode*, std::uint64_t>>> places;
    std::vector<Digest> ids;
    std::vector<ledger::Submission> submissions;
    std::set<const TestWitness*> sealed;
    std::map<Digest, Stand> told;              // what some node has said for good
    std::vector<std::set<Digest>> settled_by;  // what a node counted when it said that all is settled
    const auto take = [&](NetNode& node, const ledger::Submission& submission) {
        const ledger::Receipt receipt = node.submit(submission);
        auto& stands = places[receipt.id];
        if (stands.empty()) ids.push_back(receipt.id);
        stands.emplace_back(&node, receipt.index);
    };
    const auto ask = [&](NetNode& node) {
        const ledger::ClosedAt now = closed(node, ids);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (now.stands[i] == Stand::kOpen) continue;
            const auto [before, fresh] = told.emplace(ids[i], now.stands[i]);
            EXPECT_TRUE(fresh || before->second == now.stands[i]) << "it turned round";
        }
        if (!now.settled) return;
        std::set<Digest> in;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (now.stands[i] == Stand::kIn) in.insert(ids[i]);
        }
        settled_by.push_back(std::move(in));
    };
    for (int step = 0; step < 160; ++step) {
        switch (random() % 9) {
            case 0:
            case 1:
                submissions.push_back(community_.share("ke", {indicator(objects_++)}));
                take(one_of(nodes_)[0], submissions.back());
                break;
            case 2:  // once more, elsewhere
                if (!submissions.empty()) take(one_of(nodes_)[0], one_of(submissions));
                break;
            case 3:
            case 4: {
                const auto& cosigned = one_of(witnesses_)->cosign(one_of(nodes_)[0]);
                if (random() % 3 == 0) bring(one_of(nodes_)[0], cosigned);
                break;
            }
            case 5:
                advance(static_cast<std::int64_t>(1 + random() % 5));
                break;
            case 6: {
                TestWitness& witness = *one_of(witnesses_);
                if (witness.clock.now().seconds() <= kClose) break;
                if (random() % 4 == 0) bring_seal(one_of(nodes_)[0], witness);
                break;
            }
            case 7:
                ask(one_of(nodes_)[0]);
                break;
            default: {
                NetNode& one = one_of(nodes_)[0];
                NetNode& other = one_of(nodes_)[0];
                if (&one != &other) one.must_sync_with(other);
            }
        }
        if (HasFailure()) return;
    }
    advance(40);
    for (auto& witness : witnesses_) {
        bring_seal(one_of(nodes_)[0], *witness);
        for (const auto& cosigned : witness->said) bring(one_of(nodes_)[0], cosigned);
        ask(one_of(nodes_)[0]);
    }
    sync_all();

    // What is true: by what each has cosigned.
    std::vector<Stand> expected;
    std::vector<std::optional<ledger::Witnessed>> expected_times;
    for (const Digest& id : ids) {
        std::vector<std::int64_t> seen;
        for (const auto& witness : witnesses_) {
            std::optional<std::int64_t> first;
            for (const auto& cosigned : witness->said) {
                for (const auto& [node, index] : places[id]) {
                    if (cosigned.node == node && index < cosigned.size)
                        first = std::min(first.value_or(cosigned.time), cosigned.time);
                }
            }
            if (first) seen.push_back(*first);
        }
        std::ranges::sort(seen);
        expected_times.push_back(seen.size() >= 2 ? std::optional(seen[1]) : std::nullopt);
        expected.push_back(seen.size() >= 2 && seen[1] <= kClose ? Stand::kIn : Stand::kOut);
    }
    std::set<Digest> in;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (expected[i] == Stand::kIn) in.insert(ids[i]);
        if (const auto said = told.find(ids[i]); said != told.end()) {
            EXPECT_EQ(said->second, expected[i]) << "said too early";
        }
    }
    for (NetNode* node : nodes_) {
        const ledger::ClosedAt now = closed(*node, ids);
        EXPECT_TRUE(now.settled);
        EXPECT_TRUE(now.faults.empty()) << now.faults.front();
        EXPECT_EQ(now.stands, expected);
        EXPECT_EQ(times(*node, ids), expected_times);
    }
    for (const std::set<Digest>& counted : settled_by) EXPECT_EQ(counted, in) << "settled too early";
    EXPECT_EQ(b_.views(), a_.views());
    EXPECT_EQ(c_.views(), a_.views());
}

// What a node does by itself.
TEST_F(QuorumTime, ANodePublishesWhatItsWitnessesSaidAndGathersSeals) {
    const log::Policy own = log::Policy::parse(logs_and_witnesses_ + "quorum w0\n").value();
    const auto cosignatures = Cosignatures::open(a_.node().database(), own).value();
    const auto count = [&](NetNode& node, const std::string& table) {
        const auto session = node.node().database().reader();
        return (*session)->integer("SELECT COUNT(*) FROM " + table)->value_or(-1);
    };
    int said = 0;
    Timekeeper keeper(a_.node().ledger(), *cosignatures, a_.node().witness(),
                      [&](std::string_view type, json::Object body) -> Result<void> {
                          ++said;
                          COMITY_CHECK(a_.node().ledger().submit(
                              {community_.statement("ke", type, std::move(body)).write(), {}, {}}));
                          return {};
                      },
                      a_.clock(), {.poll = std::chrono::milliseconds(0)});
    ASSERT_TRUE(keeper.publish_cosigned());
    EXPECT_EQ(said, 0) << "no witness has said anything";
    const auto cosign = [&] {
        const auto cosigned = witnesses_[0]->cosign(a_);
        const auto note = crypto::parse_note(cosigned.note).value();
        const auto checkpoint = log::Checkpoint::parse(note.text).value();
        ASSERT_TRUE(cosignatures->keep(checkpoint, witnesses_[0]->secret.public_part(),
                                       note.signatures.back(), Time::from_seconds(cosigned.time)));
    };
    const Digest id = share(a_);
    cosign();
    ASSERT_TRUE(keeper.publish_cosigned());
    EXPECT_EQ(said, 1);
    const auto known = [&] {
        Quorum quorum(a_.log_key());
        const auto session = a_.node().database().snapshot();
        return quorum.times(**session, own, std::vector{id})->front();
    };
    EXPECT_EQ(known(), kNow);
    // Its own word about its own word is nothing new.
    advance(700);
    cosign();
    ASSERT_TRUE(keeper.publish_cosigned());
    EXPECT_EQ(said, 1);
    share(a_);
    cosign();
    ASSERT_TRUE(keeper.publish_cosigned());
    EXPECT_EQ(said, 2);
    share(a_);
    cosign();
    ASSERT_TRUE(keeper.publish_cosigned());
    EXPECT_EQ(said, 2) << "not so soon again";

    // Its own witness seals at once; another's seal is asked for after a while.
    const auto line = [](const std::string& name, NetNode& node) {
        return fmt::format("witness {} {} {}/witness\n", name, node.node().witness().key().text(),
                           node.address());
    };
    const std::vector<ledger::Close> closes{
        {a_.clock().now().seconds(),
         log::Policy::parse(line("a", a_) + line("b", b_) + "group both all a b\nquorum both\n").value()}};
    ASSERT_TRUE(keeper.publish_seals(closes));
    EXPECT_EQ(count(a_, "federation_seals"), 0) << "that second has not passed";
    advance(1);
    ASSERT_TRUE(keeper.publish_seals(closes));
    EXPECT_EQ(count(a_, "federation_seals"), 1);
    advance(31);
    ASSERT_TRUE(keeper.publish_seals(closes));
    ASSERT_TRUE(keeper.publish_seals(closes));
    EXPECT_EQ(count(a_, "federation_seals"), 2);
    Quorum quorum(a_.log_key());
    const auto session = a_.node().database().snapshot();
    EXPECT_TRUE(
        quorum.closed_at(**session, closes[0].policy, closes[0].at, {}, ledger::Liars::kCount)->settled);
}

TEST_F(QuorumTime, ANodeGivesItsSealToWhoeverAsks) {
    const std::string path = fmt::format("/witness/seals/{}/", community_.id().hex());
    const auto answer = a_.send(http::Method::kGet, path + std::to_string(kNow - 1));
    EXPECT_EQ(answer.status, 200);
    const auto seal = Seal::parse(json::parse(answer.bytes()).value(), "seal");
    ASSERT_TRUE(seal) << seal.error().message();
    EXPECT_EQ(seal->witness, a_.node().witness().key());
    EXPECT_EQ(a_.send(http::Method::kGet, path + std::to_string(kNow + 10)).status, 409);
    for (const char* wrong : {"x", "-1", "99999999999999999999", "17600000000000000"})
        EXPECT_THAT(a_.send(http::Method::kGet, path + wrong).status, ::testing::AnyOf(404, 409));
    EXPECT_EQ(a_.send(http::Method::kGet, fmt::format("/witness/seals/{}/1", Digest{}.hex())).status, 404);
}

// Places of a log that was mirrored before they were kept are found when the store is opened.
TEST_F(QuorumTime, APlaceIsKnownOfALogThatWasMirroredBefore) {
    const Digest id = share(a_);
    for (unsigned n = 0; n < 600; ++n)
        a_.node().ledger().submit(community_.share("ke", {indicator(objects_++)}), [](auto) {});
    const Digest last = share(a_);
    b_.must_sync_with(a_);
    {
        auto tx = b_.node().database().begin().value();
        ASSERT_TRUE(tx->run("DELETE FROM federation_places"));
        ASSERT_TRUE(tx->run("UPDATE federation_logs SET placed = 0"));
        ASSERT_TRUE(tx->commit());
    }
    bring(a_, witnesses_[0]->cosign(a_));
    bring(a_, witnesses_[1]->cosign(a_));
    ASSERT_TRUE(MirrorStore::open(b_.node().database()));
    b_.must_sync_with(a_);
    EXPECT_EQ(times(b_, {id, last}), times(a_, {id, last}));
    EXPECT_EQ(times(b_, {id}).front(), kNow);
}

}  // namespace
}  // namespace comity::federation::testing
