#include "intelligence/alert/letter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/encoding.h"
#include "intelligence/alert/alert.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string payload_of(const AlertBody& body) {
    return json::write(json::Object{{"type", "intelligence.alert"},
                                    {"id", std::string(64, 'a')},
                                    {"author", "cert-ke"},
                                    {"issued", "2026-11-30T13:53:00.000Z"},
                                    {"node", "node.example/log"},
                                    {"alert", alert_json(body)}});
}
AlertBody drill_body(std::string title) {
    AlertBody body;
    body.title = std::move(title);
    body.drill = true;
    return body;
}
std::string letter_of_body(const AlertBody& body) {
    const auto message = letter_message(
        payload_of(body), {"alerts@cert-ke.example", {"a@x.example", "b@x.example"}, "node.example/log"});
    EXPECT_TRUE(message) << message.error().message();
    return message.value_or("");
}
std::string text_of_letter(const std::string& message) {
    std::string body = message.substr(message.find("\r\n\r\n") + 4);
    std::erase(body, '\r');
    std::erase(body, '\n');
    const auto decoded = base64_decode(body);
    EXPECT_TRUE(decoded);
    return decoded ? std::string(as_text(*decoded)) : "";
}

TEST(AlertLetter, IsWholeAndDisarmed) {
    AlertBody body;
    body.title = "http://evil.com/x, shared by cert-ug";
    body.severity = Severity::kHigh;
    body.rule = "ours";
    body.measures = {"Call the office"};
    body.evidence = {
        {Digest(), {"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}, {"http://evil.com/x", "a@evil.com"}}};
    const std::string letter = letter_of_body(body);
    EXPECT_THAT(
        letter,
        HasSubstr("Date: Mon, 30 Nov 2026 13:53:00 +0000\r\nFrom: <alerts@cert-ke.example>\r\nTo: "
                  "<a@x.example>,\r\n <b@x.example>\r\nSubject: [high] http[://]evil[.]com/x, shared by "
                  "cert-ug\r\nMessage-ID: <"));
    EXPECT_THAT(letter, HasSubstr("@node.example>\r\n"));
    const std::string text = text_of_letter(letter);
    EXPECT_THAT(text, HasSubstr("http[://]evil[.]com/x\n"));
    EXPECT_THAT(text, HasSubstr("a[@]evil[.]com\n"));
    EXPECT_THAT(text, HasSubstr("  - Call the office\n"));
}

// What others wrote stays where it belongs.
TEST(AlertLetter, LetsNoTitleWriteAHeader) {
    const std::string letter = letter_of_body(drill_body("x\r\nBcc: all@x.example\r\n\r\nbody"));
    EXPECT_THAT(letter, Not(HasSubstr("\nBcc:")));
    EXPECT_THAT(letter, HasSubstr("Subject: [DRILL] x"));
    const std::string encoded =
        letter_of_body(drill_body("Предупреждение о фишинге во всех банках страны, 警告 =?UTF-8?B?eA==?="));
    const std::size_t subject = encoded.find("Subject: ");
    const std::string_view head =
        std::string_view(encoded).substr(subject, encoded.find("Message-ID") - subject);
    EXPECT_TRUE(
        std::ranges::all_of(head, [](char c) { return c == '\r' || c == '\n' || (c >= 0x20 && c < 0x7f); }));
    std::string decoded;
    for (std::size_t at = head.find("=?UTF-8?B?"); at != std::string_view::npos;
         at = head.find("=?UTF-8?B?", at + 1)) {
        const std::size_t end = head.find("?=", at + 10);
        EXPECT_LE(end + 2 - at, 75U);
        decoded += as_text(*base64_decode(head.substr(at + 10, end - at - 10)));
    }
    EXPECT_EQ(decoded, "[DRILL] Предупреждение о фишинге во всех банках страны, 警告 =?UTF-8?B?eA==?=");
}

// A mail program makes links of what it takes for an address, in subjects too.
TEST(AlertLetter, DisarmsWhateverOthersWrote) {
    AlertBody body = drill_body("hxxp");
    for (const auto& [title, subject] : std::initializer_list<std::pair<const char*, const char*>>{
             {"http://evil.com/x, shared by cert-ug", "[DRILL] http[://]evil[.]com/x, shared by cert-ug"},
             {"see www.evil.com. Mail a.b@evil.com!",
              "[DRILL] see www[.]evil[.]com. Mail a[.]b[@]evil[.]com!"},
             {"CVE-2026-1234 in 1.2 (10.0.0.1).", "[DRILL] CVE-2026-1234 in 1[.]2 (10[.]0[.]0[.]1)."},
             {"mailto:x@y.z", "[DRILL] mailto:x[@]y[.]z"},
             {"a\tb\nc\x7f"
              "d",
              "[DRILL] a b c d"}}) {
        body.title = title;
        EXPECT_THAT(letter_of_body(body), HasSubstr(std::string("\r\nSubject: ") + subject + "\r\n"))
            << title;
    }
    body.title = "\u202egpj.exe\u2066 \u0085x\u2028y\u200bz";
    body.measures = {"Go to http://evil.com/\u2029now"};
    const std::string letter = letter_of_body(body);
    const std::string text = text_of_letter(letter);
    EXPECT_THAT(text, HasSubstr(" gpj[.]exe   x y z\n"));
    EXPECT_THAT(text, HasSubstr("  - Go to http[://]evil[.]com/ now\n"));
    EXPECT_THAT(letter, HasSubstr("Subject: [DRILL]  gpj[.]exe   x y z\r\n"));
}

// Whatever a title is made of: the head is plain ASCII in lines of at most 998, and nothing in it is a link.
TEST(AlertLetter, OfAnyTitleHasASafeHead) {
    std::mt19937 random(3);
    const std::string parts[] = {
        "http://", "evil.com", "\r\n", "Bcc: x", "=?UTF-8?Q?x?=", "\u202e", "é",   "警告",
        " ",       "@",        ".",    "a",      "://",           "\x01",   "www."};
    for (int round = 0; round < 3000; ++round) {
        std::string title = "x";
        for (std::size_t i = 1 + random() % 8; i > 0; --i) title += parts[random() % std::size(parts)];
        const std::string letter = letter_of_body(drill_body(title));
        const std::string head = letter.substr(0, letter.find("\r\n\r\n"));
        const std::size_t at = head.find("Subject: ");
        const std::string subject = head.substr(at, head.find("\r\nMessage-ID", at) - at);
        for (std::size_t i = 0; i < subject.size(); ++i) {
            const char c = subject[i];
            ASSERT_TRUE((c >= 0x20 && c < 0x7f) || c == '\r' || c == '\n') << title;
            ASSERT_TRUE(c != '\n' || (i + 1 < subject.size() && subject[i + 1] == ' ')) << title;
        }
        if (!subject.contains("=?")) {
            EXPECT_FALSE(subject.contains("http://")) << title;
            EXPECT_FALSE(subject.contains("evil.com")) << title;
        }
        const std::string text = text_of_letter(letter);
        EXPECT_FALSE(text.contains("http://") || text.contains("evil.com") || text.contains("\u202e"))
            << title;
    }
}

TEST(AlertLetter, IsMadeOfAlertsAlone) {
    for (const char* bad : {"", "{}", "[]", R"({"id":"x"})"})
        EXPECT_FALSE(letter_message(bad, {"a@b.example", {"c@d.example"}, "x/log"})) << bad;
}

}  // namespace
}  // namespace comity::intelligence
