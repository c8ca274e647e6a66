#include "intelligence/match/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "intelligence/match/builder.h"

namespace comity::intelligence::match {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LookUpTest : public ::testing::Test {
  protected:
    LookUpTest() {
        Builder builder(Seed{{5, 6, 7, 8}});
        const auto about = builder.add_about({});
        for (const char* entry :
             {"evil.com", "deep.evil.com", "9.9.9.9", "9.9.0.0/16", "2a00:1450::1", "2a00:1450::/32",
              "http://good.com/bad", "ceo@fine.com", "d41d8cd98f00b204e9800998ecf8427e",
              "ja3 d41d8cd98f00b204e9800998ecf8427e", "file-name invoice.pdf.exe", "http://7.7.7.7/a",
              "t13d1516h2_8daaf6152771_b186095e22b6", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"}) {
            const auto value = read_value(entry);
            EXPECT_TRUE(value) << entry;
            EXPECT_TRUE(builder.add(*value, about));
        }
        bytes_ = builder.bytes(Time::from_seconds(1'700'000'000));
        catalog_ = Catalog::of(*Index::over(bytes_));
    }
    std::vector<std::string> listed(std::string_view value) const {
        std::vector<Listed> found;
        look_up(*catalog_, asked_keys(value), found);
        std::vector<std::string> out;
        for (const Listed& each : found) out.push_back(each.text());
        std::ranges::sort(out);
        return out;
    }

    Bytes bytes_;
    std::shared_ptr<const Catalog> catalog_;
};

TEST_F(LookUpTest, TellsTheValueAndWhatHoldsItInAnySpelling) {
    EXPECT_THAT(listed("WWW.DEEP.EVIL[.]com."), ElementsAre("deep.evil.com", "evil.com"));
    EXPECT_THAT(listed(" evil.com\r\n"), ElementsAre("evil.com"));
    EXPECT_THAT(listed("hxxps://a.evil[.]com:8443/x"), ElementsAre("evil.com"));
    EXPECT_THAT(listed("ceo@mail.evil.com"), ElementsAre("evil.com"));
    EXPECT_THAT(listed("CEO@fine.com"), ElementsAre("ceo@fine.com"));
    EXPECT_THAT(listed("9.9.9.9"), ElementsAre("9.9.0.0/16", "9.9.9.9"));
    EXPECT_THAT(listed("::ffff:9.9.9.9"), ElementsAre("9.9.0.0/16", "9.9.9.9"));
    EXPECT_THAT(listed("9.9.9.0/24"), ElementsAre("9.9.0.0/16")) << "of a network: what holds all of it";
    EXPECT_THAT(listed("http://9.9.1.1:8080/"), ElementsAre("9.9.0.0/16"));
    EXPECT_THAT(listed("[2A00:1450:0::1]"), ElementsAre("2a00:1450::/32", "2a00:1450::1"));
    EXPECT_THAT(listed("HTTP://good.com:80/bad"), ElementsAre("http://good.com/bad"));
    EXPECT_THAT(listed("D41D8CD98F00B204E9800998ECF8427E"),
                ElementsAre("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"))
        << "it may be a file's sum and a JA3 fingerprint";
    EXPECT_THAT(listed("T13D1516H2_8daaf6152771_b186095e22b6"),
                ElementsAre("t13d1516h2_8daaf6152771_b186095e22b6"));
    EXPECT_THAT(listed("3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"),
                ElementsAre("3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"));
    EXPECT_THAT(listed(R"(C:\tmp\Invoice.PDF.exe)"), ElementsAre("invoice.pdf.exe"));
}

TEST_F(LookUpTest, TellsNothingOfNeighbours) {
    for (const char* value : {"",
                              " ",
                              "com",
                              "notevil.com",
                              "evil.com.other.org",
                              "evil.comx",
                              "good.com",
                              "http://good.com/",
                              "http://good.com/bad1",
                              "7.7.7.7",
                              "9.8.9.9",
                              "9.0.0.0/8",
                              "2a00::/16",
                              "fine.com",
                              "x@fine.com.org",
                              "http://other.org/evil.com",
                              "/tmp/evil.com",
                              "my.invoice.pdf.exe.txt",
                              "a.invoice.pdf.exe",
                              "d41d8cd98f00b204e9800998ecf8427",
                              "http://evil.com.other.org/",
                              "....",
                              "@",
                              "://",
                              "[",
                              "/"})
        EXPECT_THAT(listed(value), IsEmpty()) << value;
    EXPECT_THAT(listed(std::string(kMaxAskedValue + 1, 'a')), IsEmpty());
}

// A name may be longer than what a search's term keeps of it.
TEST_F(LookUpTest, FindsTheParentsOfTheLongestNames) {
    std::string name;
    while (name.size() < 236) name += "abcdefghi.";
    EXPECT_THAT(listed(name + "evil.com"), ElementsAre("evil.com"));
    EXPECT_THAT(listed(name + "EVIL[.]com."), ElementsAre("evil.com"));
    EXPECT_THAT(listed(name + "notevil.com"), IsEmpty());
}

TEST_F(LookUpTest, ListedKeysAreFoundByWhatIsAsked) {
    for (const char* entry : {"evil.com", "http://good.com/bad", "ceo@fine.com", "file-name invoice.pdf.exe",
                              "t13d1516h2_8daaf6152771_b186095e22b6"}) {
        const Value value = *read_value(entry);
        const auto asked = asked_keys(value.text);
        const auto key = listed_key(value);
        EXPECT_TRUE(std::ranges::any_of(asked.keys, [&](const auto& each) {
            return each.key_class == key.key_class && each.text == key.text && is_about(each, value.kind);
        })) << entry;
    }
}

}  // namespace
}  // namespace comity::intelligence::match
