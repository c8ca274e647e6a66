#include "testing/postgres.h"

#include <fcntl.h>
#include <fmt/format.h>
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
    const std::string command = fmt::format("'{}' {} 2>&1", kScript, arguments);
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

}  // namespace

PostgresCluster::PostgresCluster(std::filesystem::path folder, std::string settings)
    : folder_(std::move(folder)), settings_(std::move(settings)) {
    guard();
    start();
}

PostgresCluster::~PostgresCluster() {
    close(alive_);  // which tells the guard to stop the cluster
    int status = 0;
    if (guard_ > 0) waitpid(guard_, &status, 0);
}

void PostgresCluster::stop() {
    int status = 0;
    run("stop '" + folder_.string() + "'", status);
}

bool PostgresCluster::start() {
    int status = 0;
    const std::string printed = run("start '" + folder_.string() + "' " + settings_, status);
    if (status == 0) {
        url_ = printed;
        why_.clear();
    } else {
        why_ = "PostgreSQL can't be started: " + printed;
    }
    return status == 0;
}

// A process that waits for the end of this one, however it ends, and then stops the cluster and removes the
// folder.
void PostgresCluster::guard() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    const std::string folder = folder_.string();
    const std::string command =
        std::string("cat; '") + kScript + "' stop '" + folder + "'; rm -rf '" + folder + "'/* 2>/dev/null";
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

namespace {

struct SharedCluster {
    SharedCluster() {
        if (const char* given = std::getenv("COMITY_TEST_POSTGRES")) {
            url = given;
            return;
        }
        cluster = std::make_unique<PostgresCluster>(folder.path());
        url = cluster->url();
        why = cluster->why();
    }

    TemporaryFolder folder;
    std::unique_ptr<PostgresCluster> cluster;
    std::string url;
    std::string why;
};

}  // namespace

const std::string& postgres_url(std::string* why) {
    static const SharedCluster shared;
    if (why != nullptr) *why = shared.why;
    return shared.url;
}

bool postgres_is_shared() {
    return std::getenv("COMITY_TEST_POSTGRES") != nullptr;
}

std::string with_database(const std::string& url, const std::string& name) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t query = std::min(url.find('?'), url.size());
    const std::size_t path = std::min(url.find('/', host), query);
    return url.substr(0, path) + "/" + name + url.substr(query);
}

}  // namespace comity::testing
