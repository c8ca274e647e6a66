// A pillar's view in a test: the ledger's tables and the pillar's own, filled without a log.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "crypto/sha256.h"
#include "db/migration.h"
#include "ledger/audience_book.h"
#include "ledger/pillar.h"
#include "ledger/tables.h"
#include "testing/database.h"

namespace comity::testing {

class PillarView {
  public:
    PillarView(const TestDatabase& database, std::unique_ptr<ledger::Pillar> pillar)
        : db_(database.open()), pillar_(std::move(pillar)) {
        EXPECT_TRUE(db::migrate(*db_, "ledger", ledger::ledger_migrations()));
        EXPECT_TRUE(db::migrate(*db_, pillar_->name(), pillar_->migrations()));
    }

    // A statement that is accepted and applied, in a transaction of its own; its id is the hash of `seed`.
    // `added` must rise.
    void apply(ledger::Statement statement, const std::vector<std::string>& objects, Time added,
               std::string_view seed, ledger::Witnessed witnessed = 0) {
        statement.id = crypto::sha256(as_bytes(seed));
        ++seq_;
        const std::vector<std::string_view> views(objects.begin(), objects.end());
        auto tx = db_->begin();
        ASSERT_TRUE(tx) << tx.error().message();
        const auto number = audiences_.id(**tx, statement.author, statement.audience);
        ASSERT_TRUE(number) << number.error().message();
        const auto inserted = (*tx)->run(
            "INSERT INTO statements(seq, id, idx, type, author, issued, added, witnessed, audience, "
            "effective, envelope) "
            "VALUES($1, $2, $1, $3, $4, $7, $5, $8, $6, 1, '')",
            seq_, statement.id, statement.type, statement.author, added.micros, *number,
            statement.issued.micros, witnessed);
        ASSERT_TRUE(inserted) << inserted.error().message();
        for (std::size_t i = 0; i < objects.size(); ++i) {
            ASSERT_TRUE((*tx)->run("INSERT INTO objects(added, seq, position, data) VALUES($1, $2, $3, $4)",
                                   added.micros + static_cast<std::int64_t>(i), seq_, i,
                                   as_bytes(objects[i])));
        }
        const auto applied = pillar_->apply(**tx, {statement, seq_, added, views}, audiences_);
        ASSERT_TRUE(applied) << applied.error().message();
        ASSERT_TRUE((*tx)->commit());
    }

    db::Database& database() { return *db_; }
    ledger::Pillar& pillar() { return *pillar_; }
    std::int64_t count() const { return seq_; }

  private:
    std::unique_ptr<db::Database> db_;
    std::unique_ptr<ledger::Pillar> pillar_;
    ledger::AudienceBook audiences_;
    std::int64_t seq_ = 0;
};

}  // namespace comity::testing
