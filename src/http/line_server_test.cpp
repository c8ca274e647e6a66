#include "http/line_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include "testing/folder.h"

namespace comity::http {
namespace {

class LineServerTest : public ::testing::Test {
  protected:
    LineServerTest() : path_(folder_ / "asked.sock") {}
    ~LineServerTest() override { stop(); }

    LineServerOptions options() {
        return {.path = path_, .answer = [](std::string_view line, std::string& answer) {
                    answer.append("<").append(line).append(">");
                }};
    }
    void start(LineServerOptions how) {
        auto made = LineServer::open(std::move(how));
        ASSERT_TRUE(made) << made.error().message();
        thread_ = std::thread([this, server = *std::move(made)] {
            while (!stopping_) EXPECT_TRUE(server->serve(std::chrono::milliseconds(20)));
        });
    }
    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    int connected() const {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        return socket;
    }
    // Sends from a thread of its own, so that neither side waits for the other for ever.
    static std::string asked(int socket, const std::string& text) {
        std::thread sender([&] {
            for (std::size_t sent = 0; sent < text.size();) {
                const ssize_t size = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
                if (size <= 0) break;
                sent += static_cast<std::size_t>(size);
            }
            ::shutdown(socket, SHUT_WR);
        });
        std::string out;
        char buffer[4096];
        for (ssize_t size = 0; (size = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
            out.append(buffer, static_cast<std::size_t>(size));
        sender.join();
        ::close(socket);
        return out;
    }

    testing::TemporaryFolder folder_;
    std::string path_;
    std::thread thread_;
    std::atomic<bool> stopping_ = false;
};

TEST_F(LineServerTest, AnswersEachLineByOneInTheirOrder) {
    start(options());
    EXPECT_EQ(asked(connected(), "a\nb\r\n\nc"), "<a>\n<b>\n<>\n<c>\n");
    EXPECT_EQ(asked(connected(), ""), "");
    struct stat there{};
    ASSERT_EQ(::stat(path_.c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 0777, 0600U);
    stop();
    EXPECT_NE(::stat(path_.c_str(), &there), 0) << "it takes its socket away";
}

// Answers wait in bounded room while a client sends on without reading, and none is lost.
TEST_F(LineServerTest, LosesNothingWhereAClientReadsLate) {
    auto how = options();
    how.max_waiting = 1000;
    start(std::move(how));
    std::string text, expected;
    for (int i = 0; i < 100'000; ++i) {
        text += std::to_string(i) + "\n";
        expected += "<" + std::to_string(i) + ">\n";
    }
    EXPECT_EQ(asked(connected(), text), expected);
}

TEST_F(LineServerTest, AnswersALineThatIsTooLongByAnErrorAndGoesOn) {
    auto how = options();
    how.max_line = 100;
    start(std::move(how));
    const std::string error = "{\"error\":\"a line has 100 bytes at the most\"}\n";
    const std::string most(100, 'y');
    EXPECT_EQ(asked(connected(), "a\n" + std::string(101, 'x') + "\n" + most + "\n" +
                                     std::string(300'000, 'x') + "\nb\n" + std::string(200'000, 'x')),
              "<a>\n" + error + "<" + most + ">\n" + error + "<b>\n" + error);
    EXPECT_EQ(asked(connected(), "b\n"), "<b>\n") << "the others are served on";
}

TEST_F(LineServerTest, TakesTheRoomOfADeadOneAndNoOthers) {
    std::ofstream(path_) << "a file";
    EXPECT_EQ(LineServer::open(options()).error().kind, ErrorKind::kInvalid);
    ::unlink(path_.c_str());
    {  // as a server leaves it that is killed
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::close(socket);
    }
    start(options());
    EXPECT_EQ(LineServer::open(options()).error().kind, ErrorKind::kConflict);
    EXPECT_EQ(asked(connected(), "a\n"), "<a>\n");
    auto how = options();
    how.path = "/" + std::string(200, 'a');
    EXPECT_EQ(LineServer::open(std::move(how)).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace comity::http
