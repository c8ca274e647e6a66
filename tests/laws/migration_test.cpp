// A store that an earlier version of this program has made: opened by this one, all is there, in its place
// and proved, and writing goes on.
#include "opened.h"
#include "testing/database.h"

namespace comity::laws {
namespace {

class MigrationLaw : public testing::DatabaseTest {
  protected:
    // The store as version 2 of the ledger's tables had it: an index over a column of the statements, and the
    // log's last tiles among the others.
    static constexpr std::string_view kBack[] = {
        "ALTER TABLE statements ADD COLUMN prefix INTEGER NOT NULL DEFAULT 0",
        "UPDATE statements SET prefix = (SELECT i.prefix FROM ledger_ids i WHERE i.statement = "
        "statements.seq)",
        "CREATE INDEX statements_prefix ON statements(prefix)",
        "INSERT INTO ledger_tiles(place, data) SELECT size / 256, frontier FROM ledger_log",
        "INSERT INTO ledger_tiles(place, data) SELECT size / 256 + 72057594037927936, frontier FROM "
        "ledger_log",
        "DROP TABLE ledger_ids",
        "DROP TABLE ledger_entries",
        "DROP TABLE ledger_closed",
        "DROP TABLE ledger_erased",
        "DROP TABLE ledger_holes",
        "DROP TABLE ledger_fills",
        "DROP TABLE ledger_erased_apart",
        "DELETE FROM migrations WHERE room = 'ledger' AND version > 2"};

    void open() { opened_ = open_ledger(database().url(), identity_, clock_); }
    Digest share(unsigned n) {
        const auto receipt = opened_->submit(community_.share("ke", {testing::indicator(n)}));
        EXPECT_TRUE(receipt) << receipt.error().message();
        return receipt ? receipt->id : Digest{};
    }

    // So many shares are there, all of them proved, and more come.
    void expect_kept(unsigned shares) {
        open();
        ASSERT_TRUE(opened_.ledger);
        ASSERT_TRUE(opened_->submit(submission(community_.charter())));
        std::vector<Digest> ids;
        for (unsigned n = 0; n < shares; ++n) ids.push_back(share(n));
        const log::Checkpoint before = newest(*opened_);
        const Digest view = views(*opened_);
        {
            const auto tx = opened_.database->begin();
            ASSERT_TRUE(tx);
            for (const std::string_view sql : kBack) {
                const auto done = (*tx)->run(sql);
                ASSERT_TRUE(done) << done.error().message();
            }
            ASSERT_TRUE((*tx)->commit());
        }
        opened_ = {};
        open();
        ASSERT_TRUE(opened_.ledger);
        expect_sound(*opened_);
        EXPECT_EQ(views(*opened_), view);
        expect_continues(*opened_, before.size, before.root);
        for (const Digest& id : ids) {
            expect_proved(*opened_, id);
            EXPECT_TRUE(opened_->find({}, id));
        }
        expect_proved(*opened_, share(1000));
        expect_continues(*opened_, before.size, before.root);
        expect_sound(*opened_);
    }

    testing::TestClock clock_;
    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("migration.example/log");
    Opened opened_;
};

TEST_P(MigrationLaw, KeepsASmallStore) {
    expect_kept(10);
}
TEST_P(MigrationLaw, KeepsAStoreWhoseLastTileIsFull) {
    expect_kept(255);
}
TEST_P(MigrationLaw, KeepsAStoreWhoseLastTileHasBegun) {
    expect_kept(290);
}

INSTANTIATE_TEST_SUITE_P(Engines, MigrationLaw, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
