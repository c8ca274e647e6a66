#include "base/logging.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

namespace comity::logging {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Logging : public ::testing::Test {
  protected:
    void SetUp() override {
        start(Level::kInfo, Form::kText);
        ::testing::internal::CaptureStderr();
    }
    void TearDown() override { start(Level::kWarning, Form::kText); }
    // Every line without its time.
    static std::vector<std::string> lines() {
        flush();
        std::istringstream text(::testing::internal::GetCapturedStderr());
        std::vector<std::string> out;
        for (std::string line; std::getline(text, line);) out.push_back(line.substr(line.find(' ') + 1));
        return out;
    }
};

TEST_F(Logging, WhatIsHeldBackKeepsItsPlaceAmongTheOthers) {
    routine("one", {{"n", "1"}});
    routine("two");
    warning("three", {{"text", "a \"b\"\n"}});
    routine("four");
    debug("unseen");
    EXPECT_THAT(lines(), ElementsAre("info one n=\"1\"", "info two", R"(warning three text="a \"b\"\u000a")",
                                     "info four"));
}

TEST(LoggingByItself, WhatIsHeldBackComesWithoutAnotherWord) {
    start(Level::kInfo, Form::kText);
    std::FILE* const file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    const int before = ::dup(STDERR_FILENO);
    ::dup2(::fileno(file), STDERR_FILENO);
    routine("alone");
    struct stat now{};
    do {
        std::this_thread::sleep_for(std::chrono::milliseconds(kRoutineMilliseconds));
        ::fstat(::fileno(file), &now);
    } while (now.st_size == 0);
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    start(Level::kWarning, Form::kText);
    char text[200] = "";
    std::rewind(file);
    EXPECT_NE(std::fgets(text, sizeof text, file), nullptr);
    std::fclose(file);
    EXPECT_THAT(std::string(text), HasSubstr("info alone\n"));
}

TEST_F(Logging, LinesOfManyThreadsStayWholeAndInOrder) {
    constexpr int kThreads = 4;
    constexpr int kLines = 3000;  // more than are held back at a time
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < kLines; ++i) {
                const auto write = i % 100 == 0 ? warning : routine;
                write(fmt::format("line {} {}", t, i), {{"filling", std::string(100, 'x')}});
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::map<int, int> next;
    for (const std::string& line : lines()) {
        int t = -1;
        int i = -1;
        std::istringstream words(line);
        std::string level, word, filling;
        words >> level >> word >> t >> i >> filling;
        ASSERT_EQ(filling, fmt::format("filling=\"{}\"", std::string(100, 'x'))) << line;
        EXPECT_EQ(i, next[t]++);
    }
    for (int t = 0; t < kThreads; ++t) EXPECT_EQ(next[t], kLines);
}

TEST(LoggingAtAnExit, NothingIsLost) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");  // the thread that writes may be at it
    start(Level::kInfo, Form::kText);
    EXPECT_EXIT(
        {
            for (int i = 0; i < 10; ++i) routine("last words");
            std::exit(3);
        },
        ::testing::ExitedWithCode(3), "(info last words\n.*){9}info last words");
    start(Level::kWarning, Form::kText);
}

}  // namespace
}  // namespace comity::logging
