#include "intelligence/alert/cef.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace comity::intelligence {
namespace {

using ::testing::HasSubstr;

const std::string kId(64, 'a');

std::string letter(std::string_view title, std::string_view measure = "Block it") {
    return R"({"type":"intelligence.alert","id":")" + kId +
           R"(","author":"cert-ke","issued":"2026-11-24T10:00:00.123Z","node":"cert-ke.example/log","alert":{"title":")" +
           std::string(title) + R"(","severity":"high","rule":"ours","evidence":[{"statement":")" + kId +
           R"(","objects":["indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"],"values":["198.51.100.7","evil.example"]}],)" +
           R"("measures":[")" + std::string(measure) + R"("]}})";
}

TEST(Cef, StandsInASyslogMessage) {
    const auto message =
        syslog_message(letter("198.51.100.7, shared by cert-ug"), "cert-ke.example/log", "0.1.0");
    ASSERT_TRUE(message) << message.error().message();
    EXPECT_EQ(*message,
              "<107>1 2026-11-24T10:00:00.123Z cert-ke.example comity - alert - "
              "CEF:0|Comity|comity|0.1.0|alert|198.51.100.7, shared by cert-ug|8|externalId=" +
                  kId +
                  " suser=cert-ke end=1795514400123 cs1Label=rule cs1=ours cs2Label=values "
                  "cs2=198.51.100.7 evil.example cs3Label=evidence cs3=" +
                  kId + " msg=Block it");
}

// What others wrote ends no field and begins no line.
TEST(Cef, EscapesWhatWouldEndAField) {
    const auto message =
        syslog_message(letter(R"(a|b\\c=d\ne)", R"(x=1|2\\3\n<0>1 forged)"), "cert-ke.example/log", "0.1.0");
    ASSERT_TRUE(message) << message.error().message();
    EXPECT_THAT(*message, HasSubstr(R"(|a\|b\\c=d e|8|)"));
    EXPECT_THAT(*message, HasSubstr(R"(msg=x\=1|2\\3\n<0>1 forged)"));
    EXPECT_EQ(message->find('\n'), std::string::npos);
}

TEST(Cef, IsOfAlertsAlone) {
    EXPECT_FALSE(syslog_message("{}", "o", "v"));
    EXPECT_FALSE(syslog_message("no JSON", "o", "v"));
}

}  // namespace
}  // namespace comity::intelligence
