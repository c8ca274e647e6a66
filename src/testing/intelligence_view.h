// The intelligence view in a test: the ledger's tables and the pillar's own, filled without a log.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "crypto/sha256.h"
#include "db/migration.h"
#include "intelligence/pillar.h"
#include "ledger/audience_book.h"
#include "ledger/tables.h"
#include "testing/database.h"

namespace comity::testing {

class IntelligenceView {
  public:
    explicit IntelligenceView(const TestDatabase& database)
        : db_(database.open()), pillar_(intelligence::make_pillar()) {
        EXPECT_TRUE(db::migrate(*db_, "ledger", ledger::ledger_migrations()));
        EXPECT_TRUE(db::migrate(*db_, "intelligence", pillar_->migrations()));
    }

    // A statement that is accepted and applied, in a transaction of its own. `added` must rise.
    void share(std::string author, ledger::Audience audience, const std::vector<std::string>& objects,
               Time added) {
        ledger::Statement statement;
        statement.type = "intelligence.share";
        statement.author = std::move(author);
        statement.audience = std::move(audience);
        apply(std::move(statement), objects, added);
    }
    // The same of any type; returns its id.
    Digest say(std::string_view type, std::string author, ledger::Audience audience, json::Object body,
               const std::vector<std::string>& objects, Time added, ledger::Witnessed witnessed = 0) {
        ledger::Statement statement;
        statement.type = type;
        statement.author = std::move(author);
        statement.audience = std::move(audience);
        statement.body = std::move(body);
        apply(std::move(statement), objects, added, witnessed);
        return crypto::sha256(as_bytes(std::to_string(seq_)));
    }
    // Any statement of the pillar's, its id set here.
    void apply(ledger::Statement statement, const std::vector<std::string>& objects, Time added,
               ledger::Witnessed witnessed = 0) {
        statement.id = crypto::sha256(as_bytes(std::to_string(++seq_)));
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

  private:
    std::unique_ptr<db::Database> db_;
    std::unique_ptr<ledger::Pillar> pillar_;
    ledger::AudienceBook audiences_;
    std::int64_t seq_ = 0;
};

// A small indicator in one version; `label` is a TLP marking's id, or empty.
inline std::string test_indicator(std::string_view uuid, std::string_view modified,
                                  std::string_view label = {}, std::string_view name = "x") {
    std::string out = R"({"type":"indicator","spec_version":"2.1","id":"indicator--)";
    out.append(uuid).append(R"(","created":"2020-01-01T00:00:00Z","modified":")").append(modified);
    out.append(R"(","name":")").append(name);
    out.append(
        R"(","pattern":"[domain-name:value = 'evil.com']","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z")");
    if (!label.empty()) out.append(R"(,"object_marking_refs":[")").append(label).append(R"("])");
    return out + "}";
}

}  // namespace comity::testing
