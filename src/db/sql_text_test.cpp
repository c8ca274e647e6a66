#include "db/sql_text.h"

#include <gmock/gmock.h>

namespace comity::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitStatements, EndsThemAtTheirSemicolons) {
    EXPECT_THAT(split_statements("CREATE TABLE a(x INTEGER);\n  INSERT INTO a VALUES(1) ;"),
                ElementsAre("CREATE TABLE a(x INTEGER)", "INSERT INTO a VALUES(1) "));
    EXPECT_THAT(split_statements("SELECT 1"), ElementsAre("SELECT 1"));
    EXPECT_THAT(split_statements(" ;; -- nothing\n; /* ; */ ;"), IsEmpty());
    EXPECT_THAT(split_statements(""), IsEmpty());
}

TEST(SplitStatements, LeavesSemicolonsInTextsNamesAndCommentsAlone) {
    EXPECT_THAT(split_statements("SELECT 'a;''b;' ; SELECT \"x;\"\"y\"; SELECT 1 -- ;\n; SELECT /* ; */ 2"),
                ElementsAre("SELECT 'a;''b;' ", "SELECT \"x;\"\"y\"", "SELECT 1 -- ;\n", "SELECT /* ; */ 2"));
}

TEST(SplitStatements, ReadsToTheEndWhatIsNotClosed) {
    for (const auto sql : {"SELECT 'a;", "SELECT \"a;", "SELECT 1 /* ;", "SELECT 1 -- ;", "SELECT '''"}) {
        EXPECT_EQ(split_statements(sql).size(), 1u) << sql;
    }
}

TEST(Tokens, AreWordsQuotesTextsAndSymbols) {
    Tokens tokens("select $1, \"a b\"='x'/**/--");
    EXPECT_TRUE(tokens.next().is("SELECT"));
    EXPECT_EQ(tokens.next().text, "$1");
    EXPECT_TRUE(tokens.next().is(','));
    EXPECT_EQ(tokens.next().kind, Token::Kind::kQuoted);
    EXPECT_TRUE(tokens.next().is('='));
    EXPECT_EQ(tokens.next().text, "'x'");
    EXPECT_EQ(tokens.next().kind, Token::Kind::kEnd);
    EXPECT_EQ(tokens.next().kind, Token::Kind::kEnd);
}

TEST(Tokens, QuotedWordsAreNoKeyWords) {
    EXPECT_FALSE(Tokens("\"SELECT\"").next().is("SELECT"));
}

}  // namespace
}  // namespace comity::db
