#include "intelligence/indicator/disarmed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "intelligence/import/spelling.h"
#include "intelligence/indicator/classify.h"
#include "intelligence/search/term.h"

namespace comity::intelligence {
namespace {

TEST(Disarmed, ValuesAreReadAsTheyWereMeant) {
    EXPECT_EQ(rearmed("hXXps[:]//evil[dot]com/a[.]b"), "https://evil.com/a[.]b") << "a path is its own";
    EXPECT_EQ(rearmed("fxp://evil{.}com"), "ftp://evil.com");
    EXPECT_EQ(rearmed("meow[://]evil(DOT)com"), "http://evil.com");
    EXPECT_EQ(rearmed("hxxxp://evil.com"), "http://evil.com");
    EXPECT_EQ(rearmed("hxxp"), "hxxp") << "no scheme";
    EXPECT_EQ(rearmed("HTTP://Evil.com"), "HTTP://Evil.com") << "nothing is disarmed";
    EXPECT_EQ(rearmed(""), "");
    EXPECT_EQ(rearmed("[.]"), ".");
}

TEST(Disarmed, NoLongerSpellingStandsBehindOneThatItBeginsWith) {
    for (const auto list : {disarmed_marks(), disarmed_schemes()}) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            for (std::size_t j = i + 1; j < list.size(); ++j)
                EXPECT_FALSE(list[j].spelling.starts_with(list[i].spelling))
                    << list[j].spelling << " is never met behind " << list[i].spelling;
        }
    }
}

// Lists, running text and searches read every mark and every scheme alike.
TEST(Disarmed, MeanTheSameToAllWhoReadThem) {
    const auto all_read = [](const std::string& written, const std::string& meant) {
        const auto classified = classify(written);
        ASSERT_TRUE(classified) << written << ": " << classified.error().message();
        EXPECT_EQ(classified->value, meant);
        const auto words = read_words("see " + written + " now");
        ASSERT_EQ(words.size(), 1u) << written;
        EXPECT_EQ(words[0].text, meant);
        EXPECT_TRUE(words[0].disarmed) << written;
        EXPECT_EQ(search::value_terms(written), search::value_terms(meant)) << written;
    };
    for (const Disarmed& mark : disarmed_marks()) {
        const std::string spelling(mark.spelling);
        if (mark.meant == ".") all_read("evil" + spelling + "com", "evil.com");
        if (mark.meant == "@") all_read("boss" + spelling + "evil.com", "boss@evil.com");
        if (mark.meant == ":") all_read("http" + spelling + "//evil.com/x", "http://evil.com/x");
        if (mark.meant == "://") all_read("http" + spelling + "evil.com/x", "http://evil.com/x");
        if (mark.meant == "/") all_read("http://evil.com" + spelling + "x", "http://evil.com/x");
    }
    for (const Disarmed& scheme : disarmed_schemes())
        all_read(fmt::format("{}://evil.com/x", scheme.spelling),
                 fmt::format("{}://evil.com/x", scheme.meant));
}

}  // namespace
}  // namespace comity::intelligence
