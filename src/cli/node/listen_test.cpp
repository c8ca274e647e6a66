#include "cli/node/listen.h"

#include <gtest/gtest.h>

namespace comity::cli {
namespace {

std::string listen(std::string_view text) {
    http::ServerOptions options;
    const auto set = set_listen(text, options);
    return set ? options.address + " " + std::to_string(options.port) : "refused";
}

TEST(Listen, TakesTheUsualSpellings) {
    EXPECT_EQ(listen("127.0.0.1:8080"), "127.0.0.1 8080");
    EXPECT_EQ(listen("0.0.0.0:0"), "0.0.0.0 0");
    EXPECT_EQ(listen("[::1]:443"), "::1 443");
    EXPECT_EQ(listen(":8080"), ":: 8080");
    EXPECT_EQ(listen("9000"), "127.0.0.1 9000") << "the address stays the configured one";
}

TEST(Listen, RefusesTheOthers) {
    for (const char* text : {"", ":", "x", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8080",
                             "127.0.0.1:80x", "127.0.0.1: 80"}) {
        EXPECT_EQ(listen(text), "refused") << text;
    }
}

TEST(Listen, ShowsAnAddressToOpen) {
    http::ServerOptions options;
    EXPECT_EQ(shown_address(options, 8080), "http://127.0.0.1:8080");
    options.address = "0.0.0.0";
    EXPECT_EQ(shown_address(options, 1), "http://localhost:1");
    options.address = "::1";
    options.certificate_file = "x";
    EXPECT_EQ(shown_address(options, 443), "https://[::1]:443");
}

}  // namespace
}  // namespace comity::cli
