// Law 3, by force: a process that appends under load is killed at random moments, again and again on one
// store. Whatever it said was taken is there afterwards and provable, the log only ever grew, and nothing is
// half there.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <random>

#include "opened.h"
#include "testing/database.h"

namespace comity::laws {
namespace {

using Engine = db::Database::Engine;

struct Seen {
    std::vector<Digest> ids;
    std::vector<std::pair<std::uint64_t, Digest>> checkpoints;
};

// The process that is killed.
class Writer {
  public:
    explicit Writer(const std::vector<std::string>& arguments) {
        int ends[2];
        EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::vector<char*> argv{const_cast<char*>(CRASH_WRITER)};
        for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        EXPECT_EQ(posix_spawn(&pid_, CRASH_WRITER, &actions, nullptr, argv.data(), environ), 0);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        out_ = ends[0];
    }
    ~Writer() {
        kill();
        close(out_);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Reads what it says until it has said so many lines or the time is over; false where it has ended.
    bool listen(std::size_t lines, std::chrono::milliseconds patience) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (lines_ < lines) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
            if (left.count() <= 0) return true;
            pollfd waiting{out_, POLLIN, 0};
            if (poll(&waiting, 1, static_cast<int>(left.count())) > 0 && !read_some()) return false;
        }
        return true;
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        waitpid(pid_, &status_, 0);
        pid_ = 0;
        while (read_some()) {
        }
    }
    // It was still at work when it was killed.
    bool was_killed() const { return WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL; }

    Seen seen() const {
        Seen seen;
        std::size_t at = 0;
        for (std::size_t end; (end = said_.find('\n', at)) != std::string::npos; at = end + 1) {
            const std::string_view line = std::string_view(said_).substr(at, end - at);
            if (line.starts_with("id ")) {
                seen.ids.push_back(*Digest::from_hex(line.substr(3)));
            } else {
                const std::string_view numbers = line.substr(line.find(' ') + 1);
                std::uint64_t size = 0;
                const auto parsed = std::from_chars(numbers.data(), numbers.data() + numbers.size(), size);
                EXPECT_EQ(*parsed.ptr, ' ') << line;
                seen.checkpoints.emplace_back(size, *Digest::from_hex(numbers.substr(numbers.find(' ') + 1)));
            }
        }
        EXPECT_EQ(at, said_.size()) << "a line was cut off";
        return seen;
    }

  private:
    bool read_some() {
        char part[4096];
        const ssize_t size = ::read(out_, part, sizeof part);
        if (size <= 0) return false;
        said_.append(part, static_cast<std::size_t>(size));
        lines_ += static_cast<std::size_t>(std::count(part, part + size, '\n'));
        return true;
    }

    pid_t pid_ = 0;
    int out_ = -1;
    int status_ = 0;
    std::string said_;
    std::size_t lines_ = 0;
};

class Crash : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        const auto opened = open_ledger(database().url(), identity_);
        ASSERT_TRUE(opened.ledger);
        const auto founded = opened->submit(submission(community_.charter()));
        ASSERT_TRUE(founded) << founded.error().message();
    }
    std::vector<std::string> arguments() {
        return {database().url(),           identity_.origin,      identity_.key.text(),
                identity_.cosigner.text(),  community_.id().hex(), "ke",
                community_.key("ke").text()};
    }
    // Every acknowledged statement is there, whole and proved; the log is the one it was.
    void expect_kept(ledger::Ledger& ledger, const std::vector<Digest>& ids) {
        const ledger::Viewer member{"fr", "", true, {}};
        for (const Digest& id : ids) {
            expect_proved(ledger, id);
            const auto kept = ledger.find(member, id);
            ASSERT_TRUE(kept) << kept.error().message();
            EXPECT_EQ(ledger.objects(id).value_or(ledger::ObjectList{}).data.size(), 3U);
        }
    }
    void expect_whole(ledger::Ledger& ledger) {
        const auto size = static_cast<std::int64_t>(newest(ledger).size);
        EXPECT_EQ(count(ledger, "SELECT COUNT(*) FROM statements"), size);
        EXPECT_EQ(count(ledger, "SELECT COUNT(*) FROM objects"), (size - 1) * 3);
        EXPECT_EQ(count(ledger, "SELECT COUNT(*) FROM intelligence_objects"), (size - 1) * 3);
    }

    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("crash.example/log");
};

TEST_P(Crash, NoKillLosesWhatWasAcknowledgedOrLeavesHalfOfIt) {
    const int kills = GetParam() == Engine::kSqlite ? 44 : 22;
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto up_to = [&](unsigned most) {
        return std::uniform_int_distribution<unsigned>(0, most)(random);
    };
    std::vector<Digest> acknowledged;
    std::vector<std::pair<std::uint64_t, Digest>> checkpoints;
    for (int round = 0; round < kills; ++round) {
        Writer writer(arguments());
        // Every fourth is killed while it opens the store or soon after; the others after some of their work.
        if (round % 4 == 3) {
            writer.listen(1, std::chrono::milliseconds(up_to(60)));
        } else {
            ASSERT_TRUE(writer.listen(1 + up_to(60), std::chrono::minutes(2)));
            writer.listen(SIZE_MAX, std::chrono::milliseconds(up_to(3)));
        }
        writer.kill();
        ASSERT_TRUE(writer.was_killed());
        const Seen seen = writer.seen();

        const auto opened = open_ledger(database().url(), identity_);
        ASSERT_TRUE(opened.ledger);
        ASSERT_TRUE(opened->ready());
        expect_kept(*opened, seen.ids);
        acknowledged.insert(acknowledged.end(), seen.ids.begin(), seen.ids.end());
        checkpoints.insert(checkpoints.end(), seen.checkpoints.begin(), seen.checkpoints.end());
        for (const auto& [size, root] : checkpoints) expect_continues(*opened, size, root);
        const log::Checkpoint now = newest(*opened);
        checkpoints.emplace_back(now.size, now.root);
        expect_whole(*opened);
        if (round % 11 == 10) expect_sound(*opened);
        if (HasFatalFailure()) return;
    }
    const auto opened = open_ledger(database().url(), identity_);
    ASSERT_TRUE(opened.ledger);
    expect_kept(*opened, acknowledged);
    expect_sound(*opened);
    EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(kills));
    // And it goes on.
    const auto more = opened->submit(community_.share("fr", {testing::indicator(1)}));
    ASSERT_TRUE(more) << more.error().message();
    expect_proved(*opened, more->id);
}

INSTANTIATE_TEST_SUITE_P(Engines, Crash, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
