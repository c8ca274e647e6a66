#include "bench/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include "http/server.h"

namespace comity::bench {

Process::Process(const std::vector<std::string>& command, const std::string& output) : pid_(fork()) {
    if (pid_ < 0) std::abort();
    if (pid_ == 0) {
        const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(file, STDOUT_FILENO);
        dup2(file, STDERR_FILENO);
        std::vector<char*> arguments;
        for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
}

Process::~Process() {
    stop();
}

int Process::wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void Process::stop() {
    if (ended_) return;
    kill(pid_, SIGTERM);
    wait();
}

namespace {
double status_mib(pid_t pid, const std::string& field) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(field)) return std::stod(line.substr(field.size())) / 1024;
    }
    return 0;
}
}  // namespace

double Process::resident_mib() const {
    return status_mib(pid_, "VmRSS:");
}
double Process::anonymous_mib() const {
    return status_mib(pid_, "RssAnon:");
}

double Process::processor_seconds() const {
    const std::string stat = read_file("/proc/" + std::to_string(pid_) + "/stat");
    // After the name, which may hold anything but is in parentheses: utime and stime are fields 14 and 15.
    std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 2)));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string read_file(const std::string& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

int get_status(std::uint16_t port, const std::string& path) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int status = 0;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = "GET " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
        char buffer[64] = {};
        if (send(fd, request.data(), request.size(), 0) > 0 && recv(fd, buffer, sizeof buffer - 1, 0) > 12) {
            status = std::atoi(buffer + 9);
        }
    }
    close(fd);
    return status;
}

std::uint16_t free_port() {
    const http::Router router;
    return http::Server::start({.port = 0}, router).value()->port();
}

bool have_program(const std::string& name) {
    std::stringstream path(std::getenv("PATH") == nullptr ? "/usr/bin" : std::getenv("PATH"));
    for (std::string folder; std::getline(path, folder, ':');) {
        if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
    }
    return access(("/usr/sbin/" + name).c_str(), X_OK) == 0;
}

}  // namespace comity::bench
