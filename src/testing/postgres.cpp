#include "testing/postgres.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <csignal>
#include <cstdlib>

#include "testing/folder.h"

namespace comity::testing {
namespace {

constexpr const char* kScript = COMITY_SOURCE_DIR "/scripts/postgres.sh";

// Runs the script and returns what it printed on both channels.
std::string run(const std::string& arguments, int& status) {
    const std::string command = std::string("'") + kScript + "' " + arguments + " 2>&1";
    FILE* out = popen(command.c_str(), "r");
    if (out == nullptr) return status = -1, "sh can't be started";
    std::string printed;
    std::array<char, 4096> part;
    while (const std::size_t size = fread(part.data(), 1, part.size(), out))
        printed.append(part.data(), size);
    status = pclose(out);
    while (!printed.empty() && printed.back() == '\n') printed.pop_back();
    return printed;
}

class Cluster {
  public:
    Cluster() {
        if (const char* given = std::getenv("COMITY_TEST_POSTGRES")) {
            url_ = given;
            return;
        }
        guard();
        int status = 0;
        const std::string printed = run("start '" + folder_.path().string() + "'", status);
        if (status == 0) {
            url_ = printed;
        } else {
            why_ = "PostgreSQL can't be started: " + printed;
        }
    }
    ~Cluster() {
        if (guard_ == 0) return;
        close(alive_);  // which tells the guard to stop the cluster
        int status = 0;
        waitpid(guard_, &status, 0);
    }
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    const std::string& url() const { return url_; }
    const std::string& why() const { return why_; }

  private:
    // A process that waits for the end of this one, however it ends, and then stops the cluster and removes
    // the folder.
    void guard() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) return;
        const std::string folder = folder_.path().string();
        const std::string command =
            std::string("cat; '") + kScript + "' stop '" + folder + "'; rm -rf '" + folder + "'";
        guard_ = fork();
        if (guard_ == 0) {
            // In a group of its own: Ctrl-C is for the test, and the guard sees it end.
            setpgid(0, 0);
            dup2(ends[0], STDIN_FILENO);
            execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
            _exit(127);
        }
        close(ends[0]);
        alive_ = ends[1];
    }

    TemporaryFolder folder_;
    pid_t guard_ = 0;
    int alive_ = -1;
    std::string url_;
    std::string why_;
};

}  // namespace

const std::string& postgres_url(std::string* why) {
    static const Cluster cluster;
    if (why != nullptr) *why = cluster.why();
    return cluster.url();
}

bool postgres_is_shared() { return std::getenv("COMITY_TEST_POSTGRES") != nullptr; }

std::string with_database(const std::string& url, const std::string& name) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t query = std::min(url.find('?'), url.size());
    const std::size_t path = std::min(url.find('/', host), query);
    return url.substr(0, path) + "/" + name + url.substr(query);
}

}  // namespace comity::testing
