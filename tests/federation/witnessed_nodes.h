// Two nodes of a community that follow each other, and three witnesses that a vote's procedure can name.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "federation/pillar.h"
#include "federation/seal.h"
#include "governance/voting/store.h"
#include "test_witness.h"

namespace comity::federation::testing {

inline constexpr std::int64_t kNow = 1'760'000'000;  // where the nodes' clocks begin

class WitnessedNodes : public ::testing::Test {
  protected:
    WitnessedNodes() {
        a_.submit(community_.charter());
        a_.submit(announce(community_, "ke", a_));
        b_.must_sync_with(a_);
        b_.submit(announce(community_, "fr", b_));
        sync();
        for (NetNode* node : nodes_) policy_ += "log " + node->log_key().text() + "\n";
        const std::string logs = policy_;
        for (int i = 0; i < 3; ++i) {
            const std::string name = "w" + std::to_string(i);
            witnesses_.push_back(std::make_unique<TestWitness>(name, 60 + i, logs + "quorum none\n", kNow));
            policy_ += "witness " + name + " " + witnesses_.back()->secret.public_part().text() + "\n";
        }
    }

    void advance(std::int64_t seconds) {
        for (NetNode* node : nodes_) node->clock().advance_seconds(seconds);
        for (auto& witness : witnesses_) witness->clock.advance_seconds(seconds);
    }
    void sync() {
        for (int round = 0; round < 2; ++round) {
            a_.must_sync_with(b_);
            b_.must_sync_with(a_);
        }
    }
    static Digest said(NetNode& node, const crypto::Envelope& envelope) {
        node.submit(envelope);
        return envelope.digest();
    }
    void bring(const TestWitness::Cosigned& cosigned) {
        std::vector<crypto::NamedKey> keys;
        for (const auto& witness : witnesses_) keys.push_back(witness->secret.public_part());
        const auto body = cosigned_json(cosigned.node->log_key(), cosigned.note, keys);
        ASSERT_TRUE(body && *body);
        a_.submit(community_.statement("fr", kCosigned, **body));
    }
    void seal(int i, std::int64_t close) {
        const auto seal = witnesses_[static_cast<std::size_t>(i)]->witness->seal(community_.id(), close);
        ASSERT_TRUE(seal) << seal.error().message();
        a_.submit(community_.statement("no", kSeal, seal->json()));
        sync();
    }
    static governance::Tally counted(NetNode& node, const Digest& opening) {
        const auto session = node.node().database().snapshot();
        auto tally = governance::tally_of(**session, node.node().quorum(), opening.hex());
        EXPECT_TRUE(tally) << tally.error().message();
        EXPECT_TRUE(tally && tally->closed);
        governance::Tally none;
        none.closed.emplace();
        return tally.value_or(none);
    }
    static std::vector<std::string> reasons(const governance::Tally& tally) {
        std::vector<std::string> all;
        for (const auto& one : tally.disregarded)
            all.push_back(one.author + " " + std::string(to_string(one.why)));
        std::ranges::sort(all);
        return all;
    }

    Community community_{{"ke", "fr", "no"}};
    NetNode a_{"a.example/log"};
    NetNode b_{"b.example/log"};
    NetNode* const nodes_[2] = {&a_, &b_};
    std::vector<std::unique_ptr<TestWitness>> witnesses_;
    std::string policy_;  // its logs and witnesses; without a quorum
};

}  // namespace comity::federation::testing
