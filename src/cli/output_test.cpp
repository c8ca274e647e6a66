#include "cli/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace comity::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Printable, LeavesWritingAlone) {
    for (const char* text : {"", "CERT Kenya", "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
                             "\xe4\xb8\xad\xe6\x96\x87", "\xf0\x9f\x8c\x8d", "a\xcc\x81"}) {
        EXPECT_EQ(printable(text), text);
    }
}

TEST(Printable, TakesTerminalsTheirControl) {
    EXPECT_EQ(printable("a\x1b[2Jb"), "a\xef\xbf\xbd[2Jb");
    EXPECT_EQ(printable("a\xc2\x9b"
                        "31mb"),
              "a\xef\xbf\xbd"
              "31mb")
        << "the one-character form of ESC [";
    EXPECT_EQ(printable("a\nb\tc\rd"), "a b c d");
    EXPECT_EQ(printable("\x7f\x07"), "\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(printable("a\xe2\x80\xae"
                        "b"),
              "a\xef\xbf\xbd"
              "b")
        << "right-to-left override";
    EXPECT_EQ(printable("a\xe2\x81\xa6"
                        "b"),
              "a\xef\xbf\xbd"
              "b")
        << "isolate";
}

TEST(Printable, MakesInvalidUtf8Visible) {
    EXPECT_EQ(printable("\xff"), "\xef\xbf\xbd");
    EXPECT_EQ(printable("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd") << "overlong";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") << "surrogate";
    EXPECT_EQ(printable("\xe2\x80"), "\xef\xbf\xbd\xef\xbf\xbd") << "cut short";
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")
        << "beyond U+10FFFF";
}

TEST(PrintableJson, KeepsTheValuesAndHidesTheCharacters) {
    const std::string harmful =
        "a\xc2\x9b\xe2\x80\xae\x7f"
        "b \xd9\x85";
    const std::string text = json::write(json::Value(harmful));
    const std::string safe = printable_json(text);
    EXPECT_THAT(safe, HasSubstr("\\u009b\\u202e\\u007f"));
    EXPECT_THAT(safe, HasSubstr("\xd9\x85"));
    EXPECT_EQ(json::parse(safe).value(), json::Value(harmful));
    EXPECT_EQ(printable_json("{\n  \"a\": 1\n}\n"), "{\n  \"a\": 1\n}\n");
}

TEST(Columns, CountsWhatATerminalShows) {
    EXPECT_EQ(columns_of(""), 0u);
    EXPECT_EQ(columns_of("abc"), 3u);
    EXPECT_EQ(columns_of("\xd9\x85\xd8\xb1"), 2u);
    EXPECT_EQ(columns_of("\xe4\xb8\xad\xe6\x96\x87"), 4u);
    EXPECT_EQ(columns_of("a\xcc\x81"), 1u);
}

struct Streams {
    std::istringstream in;
    std::ostringstream out, err;
    Context context{in, out, err};
};

TEST(Table, AlignsItsColumnsAndCleansItsCells) {
    Streams s;
    print_table(s.context, {"ID", "NAME"}, {{"a", "One"}, {"long-one", "\x1b[31mTwo"}}, "None.");
    EXPECT_EQ(s.out.str(), "ID        NAME\na         One\nlong-one  \xef\xbf\xbd[31mTwo\n");
    EXPECT_THAT(s.err.str(), IsEmpty());
}

TEST(Table, WithoutRowsSaysSoWhereAProgramDoesNotRead) {
    Streams s;
    print_table(s.context, {"ID"}, {}, "No members.");
    EXPECT_THAT(s.out.str(), IsEmpty());
    EXPECT_EQ(s.err.str(), "No members.\n");
}

TEST(Table, IsColouredOnlyWhereAskedFor) {
    Streams s;
    print_table(s.context, {"ID"}, {{"a"}}, "");
    EXPECT_THAT(s.out.str(), Not(HasSubstr("\x1b")));
    s.context.colour = true;
    print_table(s.context, {"ID"}, {{"a"}}, "");
    EXPECT_THAT(s.out.str(), HasSubstr("\x1b[1mID"));
}

TEST(Fields, AlignTheirValues) {
    Streams s;
    print_fields(s.context, {{"id", "1"}, {"log key", "2\x1b"}});
    EXPECT_EQ(s.out.str(), "id:       1\nlog key:  2\xef\xbf\xbd\n");
}

TEST(PrintError, SaysWhatWhyAndWhatToDoOnOneLine) {
    Streams s;
    print_error(s.context, {ErrorKind::kInvalid, "charter.toml line 3", "has\na break", "mend\x1b it"});
    EXPECT_EQ(s.err.str(), "comity: charter.toml line 3: has a break: mend\xef\xbf\xbd it\n");
}

}  // namespace
}  // namespace comity::cli
