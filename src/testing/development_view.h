// The development view in a test: the ledger's tables and the pillar's own, filled without a log.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "crypto/sha256.h"
#include "db/migration.h"
#include "development/pillar.h"
#include "ledger/access.h"
#include "ledger/audience_book.h"
#include "ledger/tables.h"
#include "testing/database.h"

namespace comity::testing {

class DevelopmentView {
  public:
    explicit DevelopmentView(const TestDatabase& database)
        : db_(database.open()), pillar_(development::make_pillar()) {
        EXPECT_TRUE(db::migrate(*db_, "ledger", ledger::ledger_migrations()));
        EXPECT_TRUE(db::migrate(*db_, "development", pillar_->migrations()));
    }

    // A statement that is valid, accepted and applied, in a transaction of its own. Its id depends on `seed`
    // alone, so that the same statements in another order are the same.
    Digest say(std::string_view type, std::string author, ledger::Audience audience, json::Object body,
               const std::vector<std::string>& objects, std::string_view seed) {
        ledger::Statement statement;
        statement.type = type;
        statement.author = std::move(author);
        statement.audience = std::move(audience);
        statement.body = std::move(body);
        statement.id = crypto::sha256(as_bytes(seed));
        const std::vector<std::string_view> views(objects.begin(), objects.end());
        const auto valid = pillar_->validate(statement, views);
        EXPECT_TRUE(valid) << (valid ? "" : valid.error().message());
        ++seq_;
        auto tx = db_->begin();
        EXPECT_TRUE(tx);
        const auto number = audiences_.id(**tx, statement.author, statement.audience);
        EXPECT_TRUE(number);
        EXPECT_TRUE((*tx)->run(
            "INSERT INTO statements(seq, id, idx, type, author, issued, added, witnessed, audience, "
            "effective, envelope) VALUES($1, $2, $1, $3, $4, 0, $1, 0, $5, 1, '')",
            seq_, statement.id, statement.type, statement.author, *number));
        const auto applied = pillar_->apply(**tx, {statement, seq_, Time{seq_}, views}, audiences_);
        EXPECT_TRUE(applied) << (applied ? "" : applied.error().message());
        EXPECT_TRUE((*tx)->commit());
        return statement.id;
    }

    // What the view's canonical queries yield, as text.
    std::string canonical() {
        std::string out;
        const auto session = db_->reader();
        for (const auto& table : pillar_->view()) {
            EXPECT_TRUE((*session)->each(table.canonical_query, {}, [&](const db::Row& row) {
                for (int i = 0; i < row.columns(); ++i) {
                    out += row.type(i) == db::Row::Type::kBlob   ? as_text(row.blob(i))
                           : row.type(i) == db::Row::Type::kText ? row.text(i)
                                                                 : std::string_view("n");
                    if (row.type(i) == db::Row::Type::kInteger) out += std::to_string(row.integer(i));
                    out += '|';
                }
                out += '\n';
                return true;
            }));
        }
        return out;
    }

    db::Database& database() { return *db_; }
    ledger::Pillar& pillar() { return *pillar_; }

  private:
    std::unique_ptr<db::Database> db_;
    std::unique_ptr<ledger::Pillar> pillar_;
    ledger::AudienceBook audiences_;
    std::int64_t seq_ = 0;
};

}  // namespace comity::testing
