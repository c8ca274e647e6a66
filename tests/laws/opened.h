// A ledger with all of the program's pillars, opened on a database as one process would: what the tests of
// the laws put under strain. And the questions that all of them ask of it afterwards.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "db/database.h"
#include "ledger/ledger.h"
#include "log/proof.h"
#include "node/pillars.h"
#include "testing/clock.h"
#include "testing/community.h"

namespace comity::laws {

// The database goes after the ledger.
struct Opened {
    std::unique_ptr<db::Database> database;
    std::unique_ptr<ledger::Ledger> ledger;

    ledger::Ledger* operator->() const { return ledger.get(); }
    ledger::Ledger& operator*() const { return *ledger; }
};

inline Opened open_ledger(const db::Options& options, const ledger::LogIdentity& identity,
                          Clock& clock = system_clock()) {
    Opened opened;
    auto database = db::Database::open(options);
    EXPECT_TRUE(database) << database.error().message();
    if (!database) return opened;
    opened.database = *std::move(database);
    ledger::LedgerOptions ledger_options{identity};
    ledger_options.clock = &clock;
    auto made = ledger::Ledger::open(*opened.database, std::move(ledger_options), node::make_pillars());
    EXPECT_TRUE(made) << made.error().message();
    if (made) opened.ledger = *std::move(made);
    return opened;
}
inline Opened open_ledger(const std::string& url, const ledger::LogIdentity& identity,
                          Clock& clock = system_clock()) {
    return open_ledger(db::Options{.url = url}, identity, clock);
}

inline ledger::Submission submission(const crypto::Envelope& envelope) {
    return {envelope.write(), {}, {}};
}

// As the log's own key signs it.
inline log::Checkpoint newest(ledger::Ledger& ledger) {
    const auto note = ledger.checkpoint();
    EXPECT_TRUE(note) << note.error().message();
    const auto opened = log::open_checkpoint(note.value_or(""), ledger.identity().key.public_part());
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? opened->checkpoint : log::Checkpoint{};
}

// Its proof holds, with nothing but the keys in hand. The place in the log.
inline std::uint64_t expect_proved(ledger::Ledger& ledger, const Digest& id) {
    const auto proof = ledger.prove(id);
    EXPECT_TRUE(proof) << proof.error().message();
    if (!proof) return 0;
    const auto& identity = ledger.identity();
    const std::vector<crypto::NamedKey> witnesses{identity.cosigner.public_part()};
    const auto verdict = log::verify_proof(*proof, id.view(), identity.key.public_part(), witnesses);
    EXPECT_TRUE(verdict) << verdict.error().message();
    return proof->index;
}

// The log of today begins with the log that the checkpoint was of.
inline void expect_continues(ledger::Ledger& ledger, std::uint64_t size, const Digest& root) {
    const log::Checkpoint now = newest(ledger);
    ASSERT_LE(size, now.size) << "the log has become shorter";
    const auto proof = ledger.consistency(size, now.size);
    ASSERT_TRUE(proof) << proof.error().message();
    const auto held = log::verify_consistency(size, root, now.size, now.root, *proof);
    EXPECT_TRUE(held) << held.error().message();
}

inline void expect_sound(ledger::Ledger& ledger) {
    const auto report = ledger.check({});
    ASSERT_TRUE(report) << report.error().message();
    for (const std::string& fault : report->faults) ADD_FAILURE() << fault;
}

inline std::int64_t count(ledger::Ledger& ledger, std::string_view query) {
    const auto session = ledger.database().reader();
    EXPECT_TRUE(session) << session.error().message();
    if (!session) return -1;
    const auto number = (*session)->integer(query);
    EXPECT_TRUE(number) << number.error().message();
    return number ? number->value_or(-1) : -1;
}

// What the views hold, or all zero where they cannot be read.
inline Digest views(ledger::Ledger& ledger) {
    const auto digest = ledger.view_digest();
    EXPECT_TRUE(digest) << digest.error().message();
    return digest.value_or(Digest{});
}

}  // namespace comity::laws
