#include "base/percent.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

TEST(PercentEncoding, LeavesWhatIsUnreservedAlone) {
    const std::string_view plain = "abcXYZ019-._~";
    EXPECT_EQ(percent_encoded(plain), plain);
    EXPECT_EQ(percent_encoded(""), "");
}

TEST(PercentEncoding, EncodesEveryOtherByte) {
    EXPECT_EQ(percent_encoded("a b/c?d=e&f#g%h+i"), "a%20b%2Fc%3Fd%3De%26f%23g%25h%2Bi");
    EXPECT_EQ(percent_encoded("\xc3\xa9"), "%C3%A9");
    EXPECT_EQ(percent_encoded(std::string_view("\0\xff", 2)), "%00%FF");
    EXPECT_EQ(percent_encoded("a\r\nX: y"), "a%0D%0AX%3A%20y");
    for (int byte = 0; byte < 256; ++byte) {
        const std::string one(1, static_cast<char>(byte));
        const std::string encoded = percent_encoded(one);
        EXPECT_TRUE(encoded == one || encoded.size() == 3);
        EXPECT_EQ(encoded.find_first_of("/?#&=+ \r\n"), std::string::npos);
    }
}

}  // namespace
}  // namespace comity
