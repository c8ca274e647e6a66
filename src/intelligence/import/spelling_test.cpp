#include "intelligence/import/spelling.h"

#include <gmock/gmock.h>

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> texts(std::string_view line) {
    std::vector<std::string> out;
    for (const Word& word : read_words(line)) out.push_back((word.disarmed ? "!" : "") + word.text);
    return out;
}

TEST(Spelling, DisarmedNamesAreReadAsTheyWereMeant) {
    for (const char* written :
         {"evil[.]com", "evil(.)com", "evil{.}com", "evil[dot]com", "evil(DOT)com", "evil<.>com",
          "evil\\.com", "evil[.com", "evil.]com", "evil [.] com", "evil [dot] com", "\"evil[.]com\"",
          "(evil[.]com)", "evil[.]com.", "> evil[.]com,"}) {
        EXPECT_THAT(texts(written), ElementsAre("!evil.com")) << written;
    }
}

TEST(Spelling, DisarmedUrlsKeepTheirOwnBrackets) {
    EXPECT_THAT(texts("hxxps://evil[.]com/a[1].b(2)?x=[.]"),
                ElementsAre("!https://evil.com/a[1].b(2)?x=[.]"));
    EXPECT_THAT(texts("hXXp[:]//evil[.]com/"), ElementsAre("!http://evil.com/"));
    EXPECT_THAT(texts("hxxp[://]evil[.]com[/]x"), ElementsAre("!http://evil.com/x"));
    EXPECT_THAT(texts("[a link](hxxp://evil[.]com/x_(y))."), ElementsAre("!http://evil.com/x_(y)"));
    EXPECT_THAT(texts("see url=http://evil.com/x;"), ElementsAre("http://evil.com/x"));
}

TEST(Spelling, AddressesAreReadWithSpacesAroundTheirDots) {
    EXPECT_THAT(texts("C2 at 45 [.] 155 [.] 205 [.] 233!"), ElementsAre("!45.155.205.233"));
    EXPECT_THAT(texts("2a02:4780:1::5, fe80::"), ElementsAre("2a02:4780:1::5", "fe80::"));
    EXPECT_THAT(texts("::ffff:1.2.3.4"), ElementsAre("::ffff:1.2.3.4"));
}

TEST(Spelling, WideLettersAndUnseenMarksAreNoDisguise) {
    EXPECT_EQ(plain_letters("ｅｖｉｌ．ｃｏｍ"), "evil.com");
    EXPECT_EQ(plain_letters("ev\u200bil\u00ad.c\u2060om\ufeff"), "evil.com");
    EXPECT_EQ(plain_letters("例え。jp"), "例え.jp");
    EXPECT_EQ(plain_letters("a\u00a0b\u3000c"), "a b c");
    EXPECT_EQ(plain_letters("\xff\xc3"), "\xff\xc3") << "no UTF-8 stays as it is";
}

TEST(Spelling, OrdinaryWordsAreNoneToLookAt) {
    EXPECT_THAT(texts("The quick brown fox jumps over the lazy dog -- (twice); 3.5 times? and/or"),
                IsEmpty());
    EXPECT_THAT(texts(""), IsEmpty());
    EXPECT_THAT(texts("[.]"), IsEmpty());
}

TEST(Spelling, EveryBeginningOfALineIsTaken) {
    const std::string line = "x [.] hxxps[:]//ev\u200bil[.com/p(a)th \u201cq[at]w(dot)e\u201d \xe2\x80";
    for (std::size_t size = 0; size <= line.size(); ++size) {
        for (const Word& word : read_words(std::string_view(line).substr(0, size)))
            EXPECT_FALSE(word.text.empty());
    }
}

}  // namespace
}  // namespace comity::intelligence
