// A node that hears of statements from others' logs only, for the tests of laws 1 and 2.
#pragma once

#include <atomic>
#include <thread>

#include "federation/quorum.h"
#include "governance/voting/store.h"
#include "intelligence/withdrawal.h"
#include "opened.h"
#include "testing/database.h"
#include "testing/fault_plan.h"
#include "testing/folder.h"

namespace comity::laws {

inline constexpr ledger::Witnessed kStart = 1'760'000'000;

// A statement in one of its envelopes, and when some log witnessed it.
struct Item {
    ledger::Submission submission;
    ledger::Witnessed witnessed = 0;
};

// The same as a node gives it to one that may not read the objects at those places.
inline Item without(const Item& item, const std::vector<bool>& lacks) {
    Item less = item;
    for (std::size_t i = 0; i < less.submission.objects.size(); ++i) {
        if (!lacks[i]) continue;
        less.submission.holes.push_back({i, log::leaf_hash(as_bytes(less.submission.objects[i]))});
        less.submission.objects[i].clear();
    }
    return less;
}

// A node of its own, empty at first.
class Node {
  public:
    explicit Node(db::Database::Engine engine, ledger::Witnessed now = kStart + 1000)
        : clock_(Time::from_seconds(now)) {
        if (engine == db::Database::Engine::kSqlite) {
            url_ = disk_.url(folder_ / "node.db");
        } else {
            database_ = std::make_unique<testing::TestDatabase>(engine);
            url_ = database_->url();
        }
        open();
    }
    void open() {
        opened_ = {};
        opened_ = open_ledger(url_, identity_, clock_);
    }
    ledger::Ledger& ledger() { return *opened_; }
    testing::TestClock& clock() { return clock_; }
    void ingest(const Item& item) {
        const auto taken = opened_->ingest(item.submission, item.witnessed);
        EXPECT_TRUE(taken) << taken.error().message();
    }
    // By several threads at once, so that several come in one batch.
    void ingest_together(const std::vector<Item>& items) {
        std::atomic<std::size_t> next = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 6; ++i) {
            threads.emplace_back([&] {
                for (std::size_t at; (at = next++) < items.size();) ingest(items[at]);
            });
        }
        for (std::thread& thread : threads) thread.join();
    }
    // Makes the views again in each way there is: they must not change.
    void expect_steady() {
        const Digest before = views(ledger());
        ASSERT_TRUE(opened_->rebuild({}));
        EXPECT_EQ(views(ledger()), before) << "other views after a rebuild";
        open();
        EXPECT_EQ(views(ledger()), before) << "other views after opening again";
        expect_sound(ledger());
    }

  private:
    testing::TemporaryFolder folder_;
    testing::FaultPlan disk_;  // which does not really sync: thousands of batches take their time otherwise
    std::unique_ptr<testing::TestDatabase> database_;
    std::string url_;
    testing::TestClock clock_;
    ledger::LogIdentity identity_ = testing::make_identity("order.example/log");
    Opened opened_;
};

// The objects that are shown at all: what is withdrawn depends on when it was witnessed, which no view keeps.
inline std::string shown(ledger::Ledger& ledger) {
    std::string text;
    const auto session = ledger.database().reader();
    EXPECT_TRUE(
        (*session)->each("SELECT s.id, o.position FROM intelligence_objects i JOIN statements s ON s.seq = "
                         "i.seq JOIN objects o ON o.added = i.added WHERE " +
                             std::string(intelligence::kNotWithdrawn) + " ORDER BY s.id, o.position",
                         {}, [&](const db::Row& row) {
                             text += row.digest(0).hex() + " " + std::to_string(row.integer(1)) + "\n";
                             return true;
                         }));
    return text;
}

// Proposals with how their votes stand.
inline std::string counted(ledger::Ledger& ledger) {
    federation::Quorum quorum(ledger.identity().key.public_part());
    const auto session = ledger.database().reader();
    const auto proposals = governance::proposals_answer(**session, "en");
    EXPECT_TRUE(proposals) << proposals.error().message();
    std::string text;
    for (const json::Value& proposal : *proposals) {
        const auto answer =
            governance::proposal_answer(**session, quorum, std::string(proposal.at("id").as_string()), "en");
        EXPECT_TRUE(answer) << answer.error().message();
        text += json::write(*answer) + "\n";
        for (const json::Value& vote : answer->at("votes").as_array()) {
            const auto tally =
                governance::tally_of(**session, quorum, std::string(vote.at("id").as_string()));
            text += (tally ? json::write(governance::tally_json(*tally)) : tally.error().message()) + "\n";
        }
    }
    return text;
}

// What differs, for whoever mends it.
inline std::string describe(ledger::Ledger& ledger) {
    std::string text;
    const auto session = ledger.database().reader();
    for (const auto& pillar : node::make_pillars()) {
        for (const auto& table : pillar->view()) {
            text += std::string(table.table) + "\n";
            EXPECT_TRUE((*session)->each(table.canonical_query, {}, [&](const db::Row& row) {
                for (int i = 0; i < row.columns(); ++i) {
                    switch (row.type(i)) {
                        case db::Row::Type::kInteger:
                            text += std::to_string(row.integer(i));
                            break;
                        case db::Row::Type::kBlob:
                            text += row.blob(i).size() == 32 ? row.digest(i).hex() : "bytes";
                            break;
                        default:
                            text += row.text(i);
                    }
                    text += "  ";
                }
                text += "\n";
                return true;
            }));
        }
    }
    return text;
}

inline void expect_same(Node& a, Node& b, std::string_view how) {
    EXPECT_EQ(shown(a.ledger()), shown(b.ledger())) << "other objects are shown: " << how;
    EXPECT_EQ(counted(a.ledger()), counted(b.ledger())) << "votes come to something else: " << how;
    if (views(a.ledger()) == views(b.ledger())) return;
    ADD_FAILURE() << "the views differ: " << how << "\n--- one\n"
                  << describe(a.ledger()) << "--- other\n"
                  << describe(b.ledger());
}

}  // namespace comity::laws
