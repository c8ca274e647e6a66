#include "node/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "testing/folder.h"

namespace comity::node {
namespace {

using ::testing::HasSubstr;

std::string message(std::string_view text) {
    const auto parsed = parse_config(text, "comity.toml", "/data");
    return parsed ? "accepted" : parsed.error().message();
}

// The documented file with every key's comment sign taken away.
std::string uncommented(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool line_start = i == 0 || text[i - 1] == '\n';
        if (line_start && text[i] == '#' && i + 1 < text.size() && text[i + 1] != ' ') continue;
        out += text[i];
    }
    return out;
}

TEST(Config, AnEmptyFileGivesTheDefaultsAndSqliteInTheDataFolder) {
    const auto config = parse_config("", "comity.toml", "/data");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->http.port, 8080);
    EXPECT_EQ(config->http.address, "127.0.0.1");
    EXPECT_EQ(config->database_url, "sqlite:/data/comity.db");
    EXPECT_EQ(config->failures_per_minute, 10u);
    EXPECT_EQ(config->log_level, logging::Level::kInfo);
    EXPECT_EQ(config->log_form, logging::Form::kJson);
    EXPECT_EQ(config->data, "/data");
}

TEST(Config, TheDocumentedFileSaysTheDefaults) {
    const auto defaults = parse_config("", "comity.toml", "/data");
    const auto as_it_is = parse_config(documented_config(), "comity.toml", "/data");
    const auto spelled_out = parse_config(uncommented(documented_config()), "comity.toml", "/data");
    ASSERT_TRUE(defaults);
    ASSERT_TRUE(as_it_is);
    ASSERT_TRUE(spelled_out) << spelled_out.error().message();
    EXPECT_EQ(documented_config(*as_it_is), documented_config(*defaults));
    EXPECT_EQ(documented_config(*defaults), documented_config()) << "nothing binds the file to a folder";
    EXPECT_EQ(documented_config(*spelled_out), documented_config(*defaults));
}

TEST(Config, WhatWasWrittenReadsBack) {
    Config config;
    config.name = "CERT \"Kenya\" \\ \xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 \n";
    config.origin = "cert-ke.example/log";
    config.public_url = "https://cert-ke.example";
    config.database_url = "postgresql://localhost/comity";
    config.http.port = 0;
    config.http.workers = 1024;
    config.log_level = logging::Level::kOff;
    config.log_form = logging::Form::kText;
    const auto read = parse_config(documented_config(config), "comity.toml", "/data");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->name, config.name);
    EXPECT_EQ(documented_config(*read), documented_config(config));
}

TEST(Config, EveryKeyIsTakenInItsSection) {
    const auto config = parse_config(
        "name = 'Node'\n[http]\naddress = '::'\nport = 443\ncertificate_file = 'tls/chain.pem'\nkey_file = "
        "'/etc/key.pem'\n"
        "[accounts]\nsession_hours = 1\n[logging]\nlevel = 'debug'\nform = 'text'\n",
        "comity.toml", "/data");
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(config->name, "Node");
    EXPECT_EQ(config->http.address, "::");
    EXPECT_EQ(config->http.port, 443);
    EXPECT_EQ(config->http.certificate_file, "/data/tls/chain.pem");
    EXPECT_EQ(config->http.key_file, "/etc/key.pem");
    EXPECT_EQ(config->session_hours, 1u);
    EXPECT_EQ(config->log_level, logging::Level::kDebug);
    EXPECT_EQ(config->log_form, logging::Form::kText);
}

TEST(Config, AnUnknownKeyIsRefusedWithItsLineAndTheNearestOne) {
    EXPECT_EQ(message("name = 'x'\n\n[http]\nprot = 1\n"),
              "comity.toml line 4: http.prot: unknown key: did you mean http.port?");
    EXPECT_EQ(message("http.adress = 'x'\n"),
              "comity.toml line 1: http.adress: unknown key: did you mean http.address?");
    EXPECT_EQ(message("colour = 'red'\n"),
              "comity.toml line 1: colour: unknown key: comity serve --print-config lists the keys");
    EXPECT_THAT(message("[htpp]\nport = 1\n"), HasSubstr("comity.toml line 1: htpp: unknown key"));
    EXPECT_THAT(message("[http.port]\nx = 1\n"), HasSubstr("must be a whole number"));
    EXPECT_THAT(message("[[http]]\nport = 1\n"), HasSubstr("unknown key"));
}

TEST(Config, AWrongTypeIsRefusedNotConverted) {
    EXPECT_THAT(message("[http]\nport = '80'\n"),
                HasSubstr("comity.toml line 2: http.port: must be a whole number"));
    EXPECT_THAT(message("[http]\nport = 80.0\n"), HasSubstr("must be a whole number"));
    EXPECT_THAT(message("[http]\nport = true\n"), HasSubstr("must be a whole number"));
    EXPECT_THAT(message("name = 7\n"), HasSubstr("comity.toml line 1: name: must be a text"));
    EXPECT_THAT(message("name = ['a']\n"), HasSubstr("must be a text"));
    EXPECT_THAT(message("http = 7\n"), HasSubstr("unknown key"));
    EXPECT_THAT(message("[logging]\nlevel = 1\n"),
                HasSubstr("write one of debug, info, warning, error, off"));
}

TEST(Config, AValueOutOfRangeIsRefused) {
    EXPECT_EQ(message("[http]\nport = 65536\n"),
              "comity.toml line 2: http.port: 65536 is out of range: it may be 0 to 65535");
    EXPECT_THAT(message("[http]\nport = -1\n"), HasSubstr("out of range"));
    EXPECT_THAT(message("[http]\nworkers = 0\n"), HasSubstr("out of range"));
    EXPECT_THAT(message("[http]\nport = 9223372036854775808\n"), HasSubstr("comity.toml line 2"));
    EXPECT_THAT(message("[logging]\nlevel = 'loud'\n"), HasSubstr("write one of"));
    EXPECT_THAT(message("name = ''\n"), HasSubstr("is empty"));
    EXPECT_THAT(message("name = '" + std::string(1001, 'x') + "'\n"), HasSubstr("longer than"));
    EXPECT_THAT(message("name = \"a\\u0000b\"\n"), HasSubstr("NUL"));
    EXPECT_THAT(message("log.origin = 'https://a.example/log'\n"), HasSubstr("without a scheme"));
    EXPECT_THAT(message("[log]\norigin = 'two words'\n"), HasSubstr("origin"));
    EXPECT_THAT(message("public_url = 'cert.example'\n"), HasSubstr("must start with"));
    EXPECT_THAT(message("public_url = 'https://cert.example/'\n"), HasSubstr("slash"));
    EXPECT_THAT(message("database.url = 'mysql://x'\n"), HasSubstr("must start with"));
}

TEST(Config, ACertificateNeedsItsKey) {
    EXPECT_THAT(message("[http]\ncertificate_file = 'a.pem'\n"), HasSubstr("go together"));
    EXPECT_THAT(message("[http]\nkey_file = 'a.pem'\n"), HasSubstr("go together"));
}

TEST(Config, BrokenTomlIsRefusedWithItsLine) {
    EXPECT_THAT(message("name = 'x'\nport =\n"), HasSubstr("comity.toml line 2"));
    EXPECT_THAT(message("name = 'x'\nname = 'y'\n"), HasSubstr("comity.toml line 2"));
    EXPECT_THAT(message("name = 'x"), HasSubstr("comity.toml line 1"));
    EXPECT_THAT(message(std::string(2'000'000, '#')), HasSubstr("larger than"));
    EXPECT_NE(message("\xff\xfe"), "accepted");
    EXPECT_NE(message(std::string(100'000, '[')), "accepted") << "deep nesting must not exhaust the stack";
    EXPECT_NE(message("a = " + std::string(100'000, '[')), "accepted");
}

TEST(Config, TruncationAtEveryByteNeverThrows) {
    const std::string whole = uncommented(documented_config());
    for (std::size_t n = 0; n < whole.size(); n += 7) (void)message(std::string_view(whole).substr(0, n));
}

TEST(Config, IsLoadedFromTheDataFolderAndMayBeAbsent) {
    const comity::testing::TemporaryFolder folder;
    const auto absent = load_config(folder.path());
    ASSERT_TRUE(absent);
    EXPECT_EQ(absent->http.port, 8080);
    std::ofstream(folder / "comity.toml") << "[http]\nport = 9\n";
    const auto there = load_config(folder.path());
    ASSERT_TRUE(there);
    EXPECT_EQ(there->http.port, 9);
    std::ofstream(folder / "comity.toml") << "[http]\nprot = 9\n";
    const auto wrong = load_config(folder.path());
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().where, HasSubstr("comity.toml line 2"));
}

}  // namespace
}  // namespace comity::node
