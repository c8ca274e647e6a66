#include "ledger/queries.h"

#include <gtest/gtest.h>
#include <random>

#include "crypto/sha256.h"
#include "db/migration.h"
#include "ledger/audience_book.h"
#include "ledger/id_index.h"
#include "ledger/tables.h"
#include "testing/database.h"

namespace comity::ledger {
namespace {

const Viewer kNobody;
const Viewer kKe{"ke", "", true, {}};
const Viewer kFr{"fr", "", true, {}};
const Audience kClear{Tlp::kClear, {}, {}, {}};
const Audience kGreen{Tlp::kGreen, {}, {}, {}};
const Audience kOwn{Tlp::kAmberStrict, {}, {}, {}};  // for the author's own people

class Queries : public testing::DatabaseTest {
  protected:
    struct Row {
        Digest id;
        std::string type;
        std::string author;
        Audience audience;
        bool effective = true;
    };

    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        ASSERT_TRUE(db::migrate(*db_, "ledger", ledger_migrations()));
    }
    void add(std::vector<Row> rows) {
        const auto tx = db_->begin();
        ASSERT_TRUE(tx);
        for (Row& row : rows) {
            const auto number = audiences_.id(**tx, row.author, row.audience);
            ASSERT_TRUE(number) << number.error().message();
            rows_.push_back(row);
            const auto seq = static_cast<std::int64_t>(rows_.size());
            const auto added = (*tx)->run(
                "INSERT INTO statements(seq, id, idx, type, author, issued, added, witnessed, audience, "
                "effective, envelope) VALUES($1, $2, $3, $4, $5, 0, $1, 7, $6, $7, '')",
                seq, row.id, seq - 1, row.type, row.author, *number, row.effective);
            ASSERT_TRUE(added) << added.error().message();
            ASSERT_TRUE(index_id(**tx, db_->engine(), row.id, seq));
        }
        ASSERT_TRUE((*tx)->commit());
    }
    void add_id(const std::string& hex, const Audience& audience = kClear, const std::string& author = "ke") {
        std::string whole = hex;
        whole.resize(64, '0');
        add({{*Digest::from_hex(whole), "a.b", author, audience}});
    }
    Result<Digest> resolve(const Viewer& viewer, std::string_view text) {
        const auto session = db_->snapshot();
        return resolve_id(**session, viewer, text);
    }
    Result<ListPage> list(const Viewer& viewer, const ListQuery& query) {
        const auto session = db_->snapshot();
        return list_statements(**session, viewer, query);
    }

    std::unique_ptr<db::Database> db_;
    AudienceBook audiences_;
    std::vector<Row> rows_;  // rows_[i] has the seq i + 1
};

TEST_P(Queries, APrefixFindsTheOneThatBeginsSo) {
    add_id("0000000000000000");
    add_id("7fffffffffffffff");
    add_id("8000000000000000");  // where a signed number turns over
    add_id("ffffffffffffffffff");
    add_id("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    for (const Row& row : rows_) {
        for (std::size_t size = 8; size <= 64; ++size) {
            const auto found = resolve(kNobody, row.id.hex().substr(0, size));
            ASSERT_TRUE(found) << found.error().message();
            EXPECT_EQ(*found, row.id);
        }
    }
    EXPECT_EQ(resolve(kNobody, "01234568").error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(resolve(kNobody, "7ffffffe").error().kind, ErrorKind::kNotFound);
}

TEST_P(Queries, AnAmbiguousPrefixIsToldUntilItIsLongEnough) {
    const std::string common = "abcdef0123456789abcd";  // longer than the number it is looked up by
    add_id(common + "1");
    add_id(common + "2");
    for (std::size_t size = 8; size <= common.size(); ++size)
        EXPECT_EQ(resolve(kNobody, common.substr(0, size)).error().kind, ErrorKind::kConflict) << size;
    EXPECT_EQ(resolve(kNobody, common + "1"), rows_[0].id);
    EXPECT_EQ(resolve(kNobody, common + "2"), rows_[1].id);
    EXPECT_EQ(resolve(kNobody, common + "3").error().kind, ErrorKind::kNotFound);
}

TEST_P(Queries, WhatOneMayNotReadMakesNothingAmbiguous) {
    add_id("abcdef01234567891");
    add_id("abcdef01234567892", kOwn, "fr");
    EXPECT_EQ(resolve(kNobody, "abcdef01"), rows_[0].id);
    EXPECT_EQ(resolve(kKe, "abcdef01"), rows_[0].id);
    EXPECT_EQ(resolve(kFr, "abcdef01").error().kind, ErrorKind::kConflict);
    // And where nothing else begins so, it is as if there were nothing.
    Error hidden = resolve(kKe, rows_[1].id.hex()).error();
    Error absent = resolve(kKe, std::string(64, '9')).error();
    EXPECT_EQ(hidden.kind, absent.kind);
    EXPECT_EQ(hidden.what.size(), absent.what.size());
    EXPECT_EQ(hidden.mend, absent.mend);
}

TEST_P(Queries, WhatIsNoIdIsToldWhoeverAsks) {
    add_id("abcdef0123456789");
    for (const std::string& text : {std::string(), std::string("abcdef0"), std::string("ABCDEF01"),
                                    std::string("abcdefg1"), std::string(65, 'a'), std::string("abcdef0%"),
                                    std::string("abcdef01 "), std::string("abcdef\0001", 8)}) {
        EXPECT_EQ(resolve(kNobody, text).error().kind, ErrorKind::kInvalid) << text;
    }
}

// Against the plain definition: those that count, that the viewer may read and the query asks for, in order.
TEST_P(Queries, PagesPutTogetherAreTheListForEveryViewerFilterAndSize) {
    std::mt19937 random(7);
    const auto one_of = [&](const auto& list) { return list[random() % list.size()]; };
    const std::vector<std::string> types = {"a.b", "c.d"};
    const std::vector<std::string> authors = {"ke", "fr", "no"};
    const std::vector<Audience> audiences = {kClear, kGreen, kOwn, kOwn, {Tlp::kAmber, {"fr"}, {}, {}}};
    std::vector<Row> rows;
    for (unsigned i = 0; i < 400; ++i) {
        rows.push_back({crypto::sha256(as_bytes(std::to_string(i))), one_of(types), one_of(authors),
                        one_of(audiences), random() % 8 != 0});
    }
    // A long stretch that most may not read: more than any page.
    for (unsigned i = 400; i < 600; ++i)
        rows.push_back({crypto::sha256(as_bytes(std::to_string(i))), "a.b", "no", kOwn});
    rows.push_back({crypto::sha256(as_bytes("last")), "a.b", "ke", kClear});
    add(rows);

    for (const Viewer& viewer : {kNobody, kKe, kFr}) {
        for (const std::string type : {"", "a.b", "c.d", "e.f"}) {
            for (const std::string author : {"", "ke", "no", "xx"}) {
                for (const bool newest : {true, false}) {
                    std::vector<Digest> expected;
                    for (const Row& row : rows_) {
                        if (row.effective && may_read(viewer, row.audience, row.author) &&
                            (type.empty() || row.type == type) && (author.empty() || row.author == author)) {
                            expected.push_back(row.id);
                        }
                    }
                    if (newest) std::ranges::reverse(expected);
                    const std::size_t limit = 1 + random() % 120;
                    std::vector<Digest> listed;
                    ListQuery query{type, author, newest, 0, limit};
                    for (bool more = true; more;) {
                        const auto page = list(viewer, query);
                        ASSERT_TRUE(page) << page.error().message();
                        ASSERT_TRUE(page->items.size() == limit || !page->more);
                        for (const ListItem& item : page->items) {
                            const Row& row = rows_[static_cast<std::size_t>(item.seq) - 1];
                            EXPECT_EQ(item.id, row.id);
                            EXPECT_EQ(item.type, row.type);
                            EXPECT_EQ(item.author, row.author);
                            EXPECT_EQ(item.audience, row.audience);
                            EXPECT_EQ(item.index, static_cast<std::uint64_t>(item.seq) - 1);
                            listed.push_back(item.id);
                        }
                        more = page->more;
                        if (more) query.after = page->items.back().seq;
                    }
                    EXPECT_EQ(listed, expected) << type << " " << author << " " << newest << " " << limit;
                }
            }
        }
    }
}

TEST_P(Queries, APageHasOneToAThousand) {
    EXPECT_EQ(list(kNobody, ListQuery{"", "", true, 0, 0}).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(list(kNobody, ListQuery{"", "", true, 0, 1001}).error().kind, ErrorKind::kInvalid);
    const auto page = list(kNobody, ListQuery{"", "", true, 0, 1000});
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->items.empty());
    EXPECT_FALSE(page->more);
}

TEST_P(Queries, EnvelopesComeWithTheirPlacesAndOnlyForThoseWhoMayRead) {
    add_id("aaaaaaaa01");
    add_id("aaaaaaaa02", kOwn, "fr");
    add_id("aaaaaaaa03", kGreen);
    std::vector<Digest> ids{crypto::sha256(as_bytes("nobody's"))};
    for (const Row& row : rows_) ids.push_back(row.id);
    const auto session = db_->snapshot();
    const auto places = [&](const Viewer& viewer) {
        std::vector<std::size_t> found;
        const auto envelopes = find_envelopes(**session, viewer, ids);
        EXPECT_TRUE(envelopes);
        for (const auto& [at, envelope] : *envelopes) found.push_back(at);
        return found;
    };
    EXPECT_EQ(places(kNobody), (std::vector<std::size_t>{1}));
    EXPECT_EQ(places(kKe), (std::vector<std::size_t>{1, 3}));
    EXPECT_EQ(places(kFr), (std::vector<std::size_t>{1, 2, 3}));
}

INSTANTIATE_TEST_SUITE_P(Engines, Queries, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::ledger
