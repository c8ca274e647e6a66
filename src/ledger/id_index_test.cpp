#include "ledger/id_index.h"

#include <gtest/gtest.h>
#include <random>

#include "crypto/sha256.h"
#include "db/migration.h"
#include "ledger/tables.h"
#include "testing/database.h"

namespace comity::ledger {
namespace {

class IdIndex : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        ASSERT_TRUE(db::migrate(*db_, "ledger", ledger_migrations()));
    }
    static Digest id(std::int64_t seq) { return crypto::sha256(as_bytes("id " + std::to_string(seq))); }
    // So many more, in one transaction.
    void add(std::int64_t count) {
        const auto tx = db_->begin();
        ASSERT_TRUE(tx);
        for (std::int64_t seq = last_ + 1; seq <= last_ + count; ++seq)
            ASSERT_TRUE(index_id(**tx, db_->engine(), id(seq), seq));
        const auto aged = age_ids(**tx, db_->engine(), last_, last_ + count);
        ASSERT_TRUE(aged) << aged.error().message();
        ASSERT_TRUE((*tx)->commit());
        last_ += count;
    }
    std::int64_t count(db::Session& session, int age) {
        return session.integer("SELECT COUNT(*) FROM ledger_ids WHERE age = $1", {age}).value().value();
    }
    void expect_all_once() {
        const auto session = db_->snapshot();
        std::int64_t expected = 0;
        ASSERT_TRUE((*session)->each("SELECT statement, prefix FROM ledger_ids ORDER BY statement", {},
                                     [&](const db::Row& row) {
                                         EXPECT_EQ(row.integer(0), ++expected);
                                         EXPECT_EQ(row.integer(1), id_prefix(id(expected)));
                                         return row.integer(0) == expected;
                                     }));
        EXPECT_EQ(expected, last_);
    }

    std::unique_ptr<db::Database> db_;
    std::int64_t last_ = 0;
};

TEST_P(IdIndex, HoldsEachOnceWhateverItsAge) {
    std::mt19937 random(5);
    const bool ages = db_->engine() == db::Database::Engine::kSqlite;
    while (last_ < 70'000) {
        add(1 + static_cast<std::int64_t>(random() % 3000));
        if (random() % 8 != 0) continue;
        const auto session = db_->snapshot();
        EXPECT_LE(count(**session, 0), ages ? last_ % 1024 : 0);
        EXPECT_EQ(count(**session, 2) > 0, !ages || last_ >= 65'536);
    }
    expect_all_once();
}

TEST_P(IdIndex, FindsStatementsByPrefixesAndRanges) {
    const auto tx = db_->begin();
    ASSERT_TRUE(tx);
    const Digest low = Digest::from_hex(std::string(16, '7') + std::string(48, '0')).value();
    const Digest high = Digest::from_hex(std::string(16, '7') + std::string(48, 'f')).value();
    const Digest above = Digest::from_hex(std::string(15, '7') + std::string(49, '8')).value();
    std::int64_t seq = 0;
    for (const Digest& one : {low, high, above}) {
        ASSERT_TRUE(
            (*tx)->run("INSERT INTO statements(seq, id, type, author, issued, added, witnessed, audience, "
                       "effective, envelope) VALUES($1, $2, 'a.b', 'ke', 0, $1, 0, 1, 1, '')",
                       ++seq, one));
        ASSERT_TRUE(index_id(**tx, db_->engine(), one, seq));
        if (seq == 1) {
            ASSERT_TRUE(age_ids(**tx, db_->engine(), 1023, 1024));
        }
        if (seq == 2) {
            ASSERT_TRUE(age_ids(**tx, db_->engine(), 65'535, 65'536));
        }
    }
    const auto found = [&](const std::string& sql, std::vector<db::Param> params) {
        std::set<Digest> ids;
        EXPECT_TRUE(
            (*tx)->each(sql, params, [&](const db::Row& row) { return ids.insert(row.digest(0)).second; }));
        return ids;
    };
    EXPECT_EQ(found(of_prefix("SELECT id"), {id_prefix(low)}), (std::set{low, high}));
    EXPECT_EQ(found(of_prefixes("SELECT id", 2), {id_prefix(above), id_prefix(low)}),
              (std::set{low, high, above}));
    EXPECT_EQ(found(of_prefix_range("SELECT id"), {id_prefix(low) + 1, id_prefix(above)}), (std::set{above}));
    EXPECT_EQ(found(of_prefix("SELECT id"), {id_prefix(low) - 1}), std::set<Digest>());
}

INSTANTIATE_TEST_SUITE_P(Engines, IdIndex, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::ledger
