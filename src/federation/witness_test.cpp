#include "federation/witness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include "base/logging.h"
#include "crypto/sha256.h"
#include "testing/clock.h"
#include "testing/database.h"
#include "testing/forged_log.h"

namespace comity::federation {
namespace {

using testing::ForgedLog;
using History = ForgedLog::History;

crypto::NamedSecret witness_key() {
    return {"test.example/witness", crypto::KeyType::kEd25519Cosignature,
            crypto::SecretKey::from_seed(Bytes(32, 9)).value()};
}

// What it logs of lies is not for the test's output.
[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

// A witness on a database of its own.
struct Opened {
    Opened(std::unique_ptr<db::Database> opened, const ForgedLog& log, Clock& clock)
        : database(std::move(opened)) {
        sightings = Sightings::open(*database, clock).value();
        const auto policy = log::Policy::parse(
            fmt::format("log {}\nwitness own {}\nquorum none\n", log.key().text(), log.cosigner().text()));
        witness = Witness::open(*database, witness_key(), policy.value(), *sightings, clock).value();
    }
    Witness::Answer ask(std::uint64_t old_size, const std::vector<Digest>& proof, const std::string& note) {
        return send(AddCheckpoint{old_size, proof, note}.write());
    }
    Witness::Answer send(std::string_view body) {
        const auto answer = witness->add_checkpoint(body);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer.value_or(Witness::Answer{0, ""});
    }
    std::size_t evidence_count() { return sightings->evidence(100).value().size(); }

    std::unique_ptr<db::Database> database;
    std::unique_ptr<Sightings> sightings;
    std::unique_ptr<Witness> witness;
};

class WitnessOn : public testing::DatabaseTest {
  protected:
    Opened open() { return Opened(database().open(), log_, clock_); }

    // The answer is a cosignature of the note by the witness, at the clock's time or later.
    void expect_cosigned(const Witness::Answer& answer, const std::string& note) {
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto cosigned = crypto::parse_note(note + answer.body);
        ASSERT_TRUE(cosigned) << answer.body;
        const auto time =
            log::verify_cosignature(cosigned->text, cosigned->signatures.back(), witness_key().public_part());
        ASSERT_TRUE(time) << time.error().message();
        EXPECT_GT(time->micros, 0);
    }

    const ForgedLog log_;
    const History history_ = History::of(64);
    testing::TestClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Engines, WitnessOn, testing::each_engine(), testing::engine_name);

TEST_P(WitnessOn, CosignsALogThatGrows) {
    Opened node = open();
    const std::string five = log_.note(history_, 5);
    expect_cosigned(node.ask(0, {}, five), five);
    const std::string nine = log_.note(history_, 9);
    expect_cosigned(node.ask(5, history_.consistency(5, 9), nine), nine);
    expect_cosigned(node.ask(9, {}, nine), nine);
    const auto served = node.witness->checkpoint(crypto::sha256(as_bytes(log_.origin())));
    ASSERT_TRUE(served);
    const auto open = log::open_checkpoint(*served, log_.key());
    ASSERT_TRUE(open) << open.error().message();
    EXPECT_EQ(open->checkpoint.size, 9U);
    EXPECT_TRUE(
        log::verify_cosignature(open->note.text, open->note.signatures.back(), witness_key().public_part()));
    EXPECT_EQ(node.evidence_count(), 0U);
}

TEST_P(WitnessOn, CosignsTheEmptyLogButNotWithAnotherRoot) {
    Opened node = open();
    const std::string empty = log_.note(history_, 0);
    expect_cosigned(node.ask(0, {}, empty), empty);
    expect_cosigned(node.ask(0, {}, empty), empty);
    EXPECT_EQ(node.ask(0, {}, log_.sign({log_.origin(), 0, history_.root(3), {}})).status, 422);
    EXPECT_EQ(node.ask(0, {}, log_.note(history_, 3)).status, 200);
}

TEST_P(WitnessOn, AnswersEachFaultWithTheStatusThatTheSpecificationHas) {
    Opened node = open();
    const std::string five = log_.note(history_, 5);
    const std::string nine = log_.note(history_, 9);
    EXPECT_EQ(node.witness->checkpoint(crypto::sha256(as_bytes(log_.origin()))).error().kind,
              ErrorKind::kNotFound);
    // A log that nobody named; a known name with another key; no signature that verifies.
    EXPECT_EQ(node.ask(0, {}, ForgedLog("stranger.example", 3).note(history_, 5)).status, 404);
    EXPECT_EQ(node.ask(0, {}, ForgedLog(log_.origin(), 3).note(history_, 5)).status, 403);
    std::string broken = five;
    broken[broken.find("\n5\n") + 1] = '6';
    EXPECT_EQ(node.ask(0, {}, broken).status, 403);
    EXPECT_EQ(node.ask(6, {}, five).status, 400) << "old over new";
    const Witness::Answer ahead = node.ask(3, history_.consistency(3, 5), five);
    EXPECT_EQ(ahead.status, 409);
    EXPECT_EQ(ahead.body, "0\n");
    EXPECT_EQ(ahead.content_type(), "text/x.tlog.size");
    EXPECT_EQ(node.ask(0, {history_.root(1)}, five).status, 422) << "a proof from nothing";
    ASSERT_EQ(node.ask(0, {}, five).status, 200);
    EXPECT_EQ(node.ask(0, {}, nine).body, "5\n");
    EXPECT_EQ(node.ask(0, {}, five).status, 409) << "the old size must be the stored one, also for the same";
    EXPECT_EQ(node.ask(5, {}, nine).status, 422) << "no proof";
    EXPECT_EQ(node.ask(5, history_.consistency(5, 10), nine).status, 422);
    EXPECT_EQ(node.ask(5, {history_.root(5)}, five).status, 422) << "a proof where none is needed";
    EXPECT_EQ(node.evidence_count(), 0U) << "a bad request proves nothing against the log";
}

TEST_P(WitnessOn, TakesNoMalformedBody) {
    Opened node = open();
    const std::string good = AddCheckpoint{0, {}, log_.note(history_, 5)}.write();
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_EQ(node.send(std::string_view(good).substr(0, size)).status, 400) << size;
    }
    const std::string note = log_.note(history_, 5);
    for (const char* first : {"old", "old ", "old -1", "old 00", "old 01", "old +1", "old 1 ", " old 1",
                              "Old 1", "old 18446744073709551616", "old 0\r"}) {
        EXPECT_EQ(node.send(fmt::format("{}\n\n{}", first, note)).status, 400) << first;
    }
    for (const char* line : {"AAAA", "x", "=", " ", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I"}) {
        EXPECT_EQ(node.send(fmt::format("old 0\n{}\n\n{}", line, note)).status, 400) << line;
    }
    const std::vector<Digest> most(kMaxProofLines, history_.root(1));
    EXPECT_EQ(node.ask(0, most, note).status, 422);
    const std::vector<Digest> too_many(kMaxProofLines + 1, history_.root(1));
    EXPECT_EQ(node.ask(0, too_many, note).status, 400);
    ASSERT_EQ(node.send(good).status, 200);
}

TEST_P(WitnessOn, KeepsTheTwoNotesOfASplitViewAsEvidence) {
    Opened node = open();
    const History other = history_.changed(2);
    ASSERT_EQ(node.ask(0, {}, log_.note(history_, 9)).status, 200);
    EXPECT_EQ(node.ask(9, {}, log_.note(other, 9)).status, 422);
    const auto found = node.sightings->evidence(10).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].evidence.lie, Lie::kSplitView);
    EXPECT_TRUE(check_evidence(found[0].evidence));
    EXPECT_EQ(node.sightings->find_evidence(found[0].id).value().evidence, found[0].evidence);
    EXPECT_EQ(node.ask(9, {}, log_.note(other, 9)).status, 422);
    EXPECT_EQ(node.evidence_count(), 1U) << "once";
}

TEST_P(WitnessOn, RefusesAHistoryThatDroppedAnEntryAndRemembersWhatTheLogSigned) {
    Opened node = open();
    const History without = history_.without(3);
    ASSERT_EQ(node.ask(0, {}, log_.note(history_, 9)).status, 200);
    EXPECT_EQ(node.ask(9, without.consistency(9, 20), log_.note(without, 20)).status, 422);
    const auto seen = node.sightings->newest(log_.origin(), 10).value();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].size, 20U);
    // Whoever holds the tree of 20 shows it.
    History tree = without;
    tree.leaves.resize(20);
    const auto evidence = compare_with_tree(seen[1].note, seen[0].note, log_.key(), tree.reader());
    ASSERT_TRUE(evidence && *evidence);
    EXPECT_EQ(node.sightings->keep(**evidence), true);
    EXPECT_EQ(node.sightings->keep(**evidence), false) << "known";
}

TEST_P(WitnessOn, FindsARollbackByTheTimesThatTheLogsCosignerStated) {
    Opened node = open();
    ASSERT_EQ(node.ask(0, {}, log_.note(history_, 20, 5000)).status, 200);
    EXPECT_EQ(node.ask(12, {}, log_.note(history_, 12, 6000)).status, 409);
    const auto found = node.sightings->evidence(10).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].evidence.lie, Lie::kRollback);
}

TEST_P(WitnessOn, FindsABackdatedCheckpoint) {
    Opened node = open();
    ASSERT_EQ(node.ask(0, {}, log_.note(history_, 20, 5000)).status, 200);
    EXPECT_EQ(node.ask(20, history_.consistency(20, 21), log_.note(history_, 21, 4000)).status, 200)
        << "it does continue the log; the lie is in the time";
    ASSERT_EQ(node.evidence_count(), 1U);
}

TEST_P(WitnessOn, StatesNoEarlierTimeForALargerLogWhenItsClockGoesBack) {
    Opened node = open();
    const std::string five = log_.note(history_, 5);
    const auto first = node.ask(0, {}, five);
    clock_.set(Time::from_seconds(clock_.now().seconds() - 7200));
    const std::string nine = log_.note(history_, 9);
    const auto second = node.ask(5, history_.consistency(5, 9), nine);
    const std::vector<crypto::NamedKey> own{witness_key().public_part()};
    const auto none = compare_notes(five + first.body, nine + second.body, log_.key(), own);
    ASSERT_TRUE(none) << none.error().message();
    EXPECT_FALSE(*none);
}

TEST_P(WitnessOn, HoldsALogThatGrowsWithoutPauseToARate) {
    Opened node = open();
    const History history = History::of(400);
    int refused = 0;
    std::uint64_t size = 0;
    for (std::uint64_t next = 1; next < 400; ++next) {
        const auto answer = node.ask(size, history.consistency(size, next), log_.note(history, next));
        if (answer.status == 429) {
            ++refused;
        } else {
            ASSERT_EQ(answer.status, 200);
            size = next;
        }
    }
    EXPECT_GT(refused, 0);
    clock_.set(Time::from_seconds(clock_.now().seconds() + 60));
    EXPECT_EQ(node.ask(size, history.consistency(size, 400), log_.note(history, 400)).status, 200);
}

// The race that the specification gives: of requests at one time, what was cosigned last is never smaller
// than what was answered before, and of two histories one alone is cosigned.
TEST_P(WitnessOn, CosignsOneHistoryAloneHoweverRequestsRace) {
    const History other = history_.changed(0);
    std::array<Opened, 2> processes{open(), open()};  // two on one database
    ASSERT_EQ(processes[0].ask(0, {}, log_.note(history_, 0)).status, 200);
    std::atomic<int> of_true{0};
    std::atomic<int> of_other{0};
    std::array<std::atomic<std::uint64_t>, 4> largest{};
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                const History& mine = t % 2 == 0 ? history_ : other;
                Opened& node = processes[t / 2];
                std::uint64_t size = 0;
                for (int i = 0; i < 40; ++i) {
                    const std::uint64_t next = std::min<std::uint64_t>(64, size + 1 + t);
                    const auto answer = node.ask(size, mine.consistency(size, next), log_.note(mine, next));
                    if (answer.status == 200) {
                        if (next > 0) ++(t % 2 == 0 ? of_true : of_other);
                        size = next;
                        largest[t] = std::max(largest[t].load(), next);
                    } else if (answer.status == 409) {
                        size = std::stoull(answer.body);
                    } else if (answer.status == 422) {
                        break;  // the other history was cosigned
                    }
                }
            });
        }
    }
    EXPECT_TRUE((of_true == 0) != (of_other == 0)) << of_true << " and " << of_other;
    const auto served = processes[0].witness->checkpoint(crypto::sha256(as_bytes(log_.origin())));
    ASSERT_TRUE(served);
    const auto last = log::open_checkpoint(*served, log_.key());
    for (const auto& size : largest) EXPECT_LE(size, last->checkpoint.size);
}

// Killed at any moment: what was answered is what it knows afterwards.
TEST_P(WitnessOn, KnowsAfterAKillWhatItHasCosigned) {
    for (int round = 0; round < 4; ++round) {
        testing::TestDatabase fresh(GetParam());
        std::array<int, 2> pipe_ends{};
        ASSERT_EQ(pipe(pipe_ends.data()), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            close(pipe_ends[0]);
            Opened node(fresh.open(), log_, clock_);
            const History history = History::of(90);
            for (std::uint8_t size = 0; size < 90; ++size) {
                const std::uint64_t old_size = size == 0 ? 0 : size - 1U;
                const auto answer =
                    node.ask(old_size, history.consistency(old_size, size), log_.note(history, size));
                if (answer.status != 200 || write(pipe_ends[1], &size, 1) != 1) _exit(1);
            }
            _exit(0);
        }
        close(pipe_ends[1]);
        std::uint8_t answered = 0;
        const int wanted = 3 + round * 9;
        for (int i = 0; i < wanted; ++i) ASSERT_EQ(read(pipe_ends[0], &answered, 1), 1);
        kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        while (read(pipe_ends[0], &answered, 1) == 1) {
        }
        close(pipe_ends[0]);
        Opened node(fresh.open(), log_, clock_);
        const History forged = History::of(90).changed(0);
        const auto answer = node.ask(answered, forged.consistency(answered, 90), log_.note(forged, 90));
        if (answer.status == 409) {
            EXPECT_EQ(std::stoul(answer.body), answered + 1U) << "one more was under way";
        } else {
            EXPECT_EQ(answer.status, 422);
        }
    }
}

}  // namespace
}  // namespace comity::federation
