#include "governance/consultation/diff.h"

#include <gmock/gmock.h>

#include <random>

namespace comity::governance {
namespace {

using Kind = TextChange::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string shown(std::string_view before, std::string_view after) {
    std::string text;
    for (const TextChange& change : text_changes(before, after)) {
        text += change.kind == Kind::kSame      ? change.text
                : change.kind == Kind::kRemoved ? "[-" + change.text + "-]"
                                                : "{+" + change.text + "+}";
    }
    return text;
}
std::string side(const std::vector<TextChange>& changes, Kind other) {
    std::string text;
    for (const TextChange& change : changes) {
        if (change.kind != other) text += change.text;
    }
    return text;
}

TEST(Diff, ShowsWords) {
    EXPECT_EQ(shown("Members may share reports.", "Members shall share all reports."),
              "Members [-may-]{+shall+} share{+ all+} reports.");
    EXPECT_EQ(shown("One\nTwo\nThree\n", "One\nThree\n"), "One\n[-Two\n-]Three\n");
    EXPECT_EQ(shown("", "new"), "{+new+}");
    EXPECT_EQ(shown("old", ""), "[-old-]");
    EXPECT_THAT(text_changes("", ""), IsEmpty());
    EXPECT_THAT(text_changes("same", "same"), ElementsAre(TextChange{Kind::kSame, "same"}));
}

TEST(Diff, KnowsWordsOfAllSixLanguages) {
    EXPECT_EQ(shown("Государства вправе делиться", "Государства обязаны делиться"),
              "Государства [-вправе-]{+обязаны+} делиться");
    EXPECT_EQ(shown("成员可以共享", "成员必须共享"), "成员[-可以-]{+必须+}共享");
    EXPECT_EQ(shown("يجوز للأعضاء", "يجب للأعضاء"), "[-يجوز-]{+يجب+} للأعضاء");
    EXPECT_EQ(shown("l'accès est libre", "l'accès est réservé"), "l'accès est [-libre-]{+réservé+}");
}

// Whatever the texts: the two sides are the texts, nothing is empty, nothing stands twice in a row.
TEST(Diff, GivesBackBothTexts) {
    std::mt19937 random(5);
    const std::vector<std::string> words{"a", "b", " ", "\n", "é", "共", "c.", ","};
    for (int trial = 0; trial < 500; ++trial) {
        std::string before, after;
        for (std::size_t i = random() % 30; i > 0; --i) before += words[random() % words.size()];
        after = before;
        for (std::size_t i = random() % 4; i > 0; --i)
            after = words[random() % words.size()] + after + words[random() % words.size()];
        if (random() % 2 == 0) std::swap(before, after);
        const auto changes = text_changes(before, after);
        ASSERT_EQ(side(changes, Kind::kAdded), before);
        ASSERT_EQ(side(changes, Kind::kRemoved), after);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            ASSERT_FALSE(changes[i].text.empty());
            if (i > 0) {
                ASSERT_NE(changes[i].kind, changes[i - 1].kind);
            }
        }
    }
}

// Against the length of the longest common subsequence, by the textbook.
TEST(Diff, TakesTheShortestWay) {
    std::mt19937 random(6);
    for (int trial = 0; trial < 200; ++trial) {
        std::string a, b;
        for (std::size_t i = random() % 20; i > 0; --i) a += static_cast<char>('!' + random() % 4);
        for (std::size_t i = random() % 20; i > 0; --i) b += static_cast<char>('!' + random() % 4);
        std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
        for (std::size_t i = 1; i <= a.size(); ++i) {
            for (std::size_t j = 1; j <= b.size(); ++j)
                common[i][j] = a[i - 1] == b[j - 1] ? common[i - 1][j - 1] + 1
                                                    : std::max(common[i - 1][j], common[i][j - 1]);
        }
        std::size_t same = 0;
        for (const TextChange& change : text_changes(a, b))
            same += change.kind == Kind::kSame ? change.text.size() : 0;
        ASSERT_EQ(same, common[a.size()][b.size()]) << a << " | " << b;
    }
}

TEST(Diff, OfTextsThatHaveNothingInCommonShowsBoth) {
    std::string before, after;
    for (int i = 0; i < 5000; ++i) {
        before += "x" + std::to_string(i) + " ";
        after += "y" + std::to_string(i) + ";";
    }
    const auto changes = text_changes(before, after);
    EXPECT_EQ(side(changes, Kind::kAdded), before);
    EXPECT_EQ(side(changes, Kind::kRemoved), after);
}

}  // namespace
}  // namespace comity::governance
