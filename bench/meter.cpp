#include "bench/meter.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace comity::bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

// What one has sent, to the other. 0: it has ended.
std::size_t carry(int from, int to) {
    char bytes[65536];
    const ssize_t got = ::recv(from, bytes, sizeof bytes, 0);
    if (got <= 0) return 0;
    for (ssize_t sent = 0; sent < got;) {
        const ssize_t n =
            ::send(to, bytes + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);  // NOLINT
        if (n <= 0) return 0;
        sent += n;
    }
    return static_cast<std::size_t>(got);
}

}  // namespace

Meter::Meter(std::uint16_t to) : to_(to), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::abort();
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    acceptor_ = std::thread([this] { serve(); });
}

Meter::~Meter() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (std::thread& line : lines_) line.join();
}

void Meter::serve() {
    for (int client = -1; (client = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back([this, client] { pass(client); });
    }
}

void Meter::pass(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(to_);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        while (::poll(ends, 2, -1) > 0) {
            if (ends[0].revents != 0 && carry(client, server) == 0) break;
            if (ends[1].revents != 0) {
                const std::size_t got = carry(server, client);
                if (got == 0) break;
                received_ += got;
            }
        }
    }
    ::close(server);
    ::close(client);
}

}  // namespace comity::bench
