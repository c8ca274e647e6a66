#include "intelligence/import/free_text.h"

#include <gmock/gmock.h>

#include "intelligence/import/email.h"

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Understanding read(std::string_view text, bool plain = false) {
    auto out = read_text(text, {.plain = plain});
    EXPECT_TRUE(out) << out.error().message();
    return out.value_or(Understanding{});
}
std::vector<std::string> values(const Understanding& understood) {
    std::vector<std::string> out;
    for (const auto& entry : understood.entries)
        out.push_back(std::to_string(entry.line) + " " + entry.described.indicator.value);
    return out;
}

TEST(FreeText, IndicatorsAreFoundAmongWords) {
    const auto out = read(
        "Dear all,\nthe C2 is 45.155.205.233:8443 (port open), hash D41D8CD98F00B204E9800998ECF8427E.\n"
        "Block evil[.]com and mail from boss[@]evil[.]net; 10.0.0.1 is ours.\n");
    EXPECT_THAT(values(out), ElementsAre("2 45.155.205.233", "2 d41d8cd98f00b204e9800998ecf8427e",
                                         "3 evil.com", "3 boss@evil.net"));
    EXPECT_EQ(out.entries[0].described.description, "Seen with port 8443");
    ASSERT_EQ(out.not_taken.size(), 1u);
    EXPECT_EQ(out.not_taken[0].text, "10.0.0.1");
    EXPECT_THAT(out.errors, IsEmpty());
}

TEST(FreeText, WhatIsNotDisarmedBesideDisarmedIsTheSendersOwn) {
    constexpr std::string_view kText =
        "Block evil[.]com, see https://www.cert.ke/a or write to team@cert.ke\n";
    const auto out = read(kText);
    EXPECT_THAT(values(out), ElementsAre("1 evil.com"));
    EXPECT_EQ(out.not_taken.size(), 2u);
    EXPECT_THAT(values(read(kText, true)),
                ElementsAre("1 evil.com", "1 https://www.cert.ke/a", "1 team@cert.ke"));
    EXPECT_THAT(values(read("Block evil.com and good.org\n")), ElementsAre("1 evil.com", "1 good.org"))
        << "where nothing is disarmed, all counts";
}

TEST(FreeText, FileNamesAndAbbreviationsAreNoDomains) {
    const auto out =
        read("dropper.exe wrote readme.md and lib.so, e.g. v1.2.3, Node.js, Inc.The end.Then 12:30:00\n");
    EXPECT_THAT(values(out), IsEmpty());
    for (const auto& left : out.not_taken) EXPECT_THAT(left.why, HasSubstr("may be")) << left.text;
    EXPECT_THAT(values(read("but script[.]sh is meant\n")), ElementsAre("1 script.sh"));
}

TEST(FreeText, AnEmailIsDecodedAndItsHeaderPassedOver) {
    const auto out = read(
        "Received: from mail.bad.com (mail.bad.com [45.1.2.3])\r\n\tby mx.cert.ke\r\nSubject: Phishing\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble\r\n--b1\r\n"
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "hxxps://evil[.]com/login?x=3D1&y=\r\n=3D2\r\n--b1\r\nContent-Type: text/plain\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nYmFkWy5db3JnCg==\r\n--b1\r\nContent-Type: image/png\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nZXZpbFsuXW5ldAo=\r\n--b1--\r\n");
    EXPECT_EQ(out.title, "Phishing");
    EXPECT_THAT(values(out), ElementsAre("12 https://evil.com/login?x=1&y=2", "18 bad.org"));
    ASSERT_EQ(out.not_taken.size(), 2u);
    EXPECT_EQ(out.not_taken[1].text, "image/png");
}

TEST(FreeText, APdfIsTaughtItsWay) {
    const auto out = read_text("%PDF-1.7\n%\xe2\xe3", {});
    ASSERT_FALSE(out);
    EXPECT_THAT(out.error().message(), HasSubstr("pdftotext"));
}

TEST(FreeText, EveryBeginningOfAnEmailIsTaken) {
    const std::string text =
        "From: a@b.c\nContent-Type: multipart/x; boundary=b\n\n--b\nContent-Transfer-Encoding: "
        "quoted-printable\n\n"
        "a=3D=\nb=\n--b\nContent-Transfer-Encoding: base64\n\nZXZpbFsuXW5ldAo=\n--b--\n";
    for (std::size_t size = 0; size <= text.size(); ++size)
        EXPECT_TRUE(read_text(std::string_view(text).substr(0, size), {})) << size;
    EXPECT_FALSE(is_email("198.51.100.7\nevil.com\n"));
    EXPECT_FALSE(is_email("note: evil.com\n"));
}

}  // namespace
}  // namespace comity::intelligence
