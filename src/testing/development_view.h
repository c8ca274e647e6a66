// The development view in a test: the ledger's tables and the pillar's own, filled without a log.
#pragma once

#include "development/pillar.h"
#include "ledger/access.h"
#include "testing/pillar_view.h"

namespace comity::testing {

class DevelopmentView : public PillarView {
  public:
    explicit DevelopmentView(const TestDatabase& database)
        : PillarView(database, development::make_pillar()) {}

    // A statement that is valid, accepted and applied, in a transaction of its own. Its id depends on `seed`
    // alone, so that the same statements in another order are the same.
    Digest say(std::string_view type, std::string author, ledger::Audience audience, json::Object body,
               const std::vector<std::string>& objects, std::string_view seed) {
        ledger::Statement statement;
        statement.type = type;
        statement.author = std::move(author);
        statement.audience = std::move(audience);
        statement.body = std::move(body);
        const std::vector<std::string_view> views(objects.begin(), objects.end());
        const auto valid = pillar().validate(statement, views);
        EXPECT_TRUE(valid) << (valid ? "" : valid.error().message());
        apply(std::move(statement), objects, Time{next_}, seed);
        next_ += static_cast<std::int64_t>(objects.size()) + 1;
        return crypto::sha256(as_bytes(seed));
    }

    // What the view's canonical queries yield, as text.
    std::string canonical() {
        std::string out;
        const auto session = database().reader();
        for (const auto& table : pillar().view()) {
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

  private:
    std::int64_t next_ = 1;
};

}  // namespace comity::testing
