#include "http/listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/logging.h"

namespace comity::http {

namespace {

// How long the thread waits before it looks again whether there is room (connections or file descriptors),
// milliseconds.
constexpr int kPause = 20;

std::string cause(int error) {
    return std::generic_category().message(error);
}

}  // namespace

std::string address_text(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address != nullptr && address->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else if (address != nullptr && address->sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, address, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
        } else {
            inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        }
    }
    return text;
}

Result<std::unique_ptr<Listener>> Listener::open(const std::string& address, std::uint16_t port) {
    const std::string where = fmt::format(
        fmt::runtime(address.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}"), address, port);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
        error != 0) {
        return invalid(where, gai_strerror(error), "give an address of this machine, as 127.0.0.1 or ::");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return unavailable(where, cause(errno));
    const int on = 1;
    const int off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (found->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        const int error = errno;
        ::close(fd);
        std::string mend;
        if (error == EADDRINUSE) mend = "another program has it: stop that, or choose another port";
        if (error == EADDRNOTAVAIL) mend = "choose an address of this machine";
        if (error == EACCES) mend = "choose a port over 1023, or grant CAP_NET_BIND_SERVICE";
        return unavailable(where, cause(error), mend);
    }
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length);
    sockaddr_in6 v6;
    sockaddr_in v4;
    std::memcpy(&v6, &bound, sizeof v6);
    std::memcpy(&v4, &bound, sizeof v4);
    const std::uint16_t actual = ntohs(bound.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
    const int wake = eventfd(0, EFD_CLOEXEC);
    if (wake < 0) {
        const int error = errno;
        ::close(fd);
        return unavailable(where, cause(error));
    }
    return std::unique_ptr<Listener>(new Listener(fd, actual, wake));
}

Listener::~Listener() {
    stop();
    ::close(wake_);
}

void Listener::start(Accepted accepted, Ready ready) {
    thread_ = std::thread(
        [this, accepted = std::move(accepted), ready = std::move(ready)] { run(accepted, ready); });
}

void Listener::stop() {
    if (thread_.joinable()) {
        const std::uint64_t one = 1;
        while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
        }
        thread_.join();
    }
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Listener::run(const Accepted& accepted, const Ready& ready) const {
    bool starved = false;  // of file descriptors or memory
    for (;;) {
        const bool room = !starved && ready();
        starved = false;
        pollfd events[2] = {{wake_, POLLIN, 0}, {socket_, POLLIN, 0}};
        if (poll(events, room ? 2 : 1, room ? -1 : kPause) < 0) continue;
        if (events[0].revents != 0) return;
        if (!room || events[1].revents == 0 || !ready()) continue;
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        const int fd =
            accept4(socket_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            accepted(fd, address, length);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            logging::warning("cannot accept a connection", {{"error", cause(errno)}});
            starved = true;
        }
    }
}

}  // namespace comity::http
