// A server on a free port of the loopback, for tests.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/logging.h"
#include "http/server.h"
#include "http/test_wire.h"

namespace comity::http::testing {

// A router to fill and a server on a free port, stopped at the end.
class ServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        logging::start(logging::Level::kOff, logging::Form::kText);
        options.port = 0;
        options.stop_seconds = 10;
    }
    void start() {
        auto started = Server::start(options, router);
        ASSERT_TRUE(started) << started.error().message();
        server = *std::move(started);
    }
    std::uint16_t port() const { return server->port(); }
    std::string url(std::string_view path) const {
        return fmt::format("http://127.0.0.1:{}{}", port(), path);
    }
    WireAnswer ask(std::string_view bytes) const { return Wire(port()).ask(bytes); }
    WireAnswer get(std::string_view path, std::string_view more = "") const {
        return ask(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, more));
    }

    ServerOptions options;
    Router router;
    std::unique_ptr<Server> server;
};

}  // namespace comity::http::testing
