#include "http/syslog.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace comity::http {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMaxDatagram = 65'000;  // bytes
constexpr auto kBetweenQueueLooks = std::chrono::milliseconds(5);

struct Collector {
    bool tcp = false;
    std::string host;
    std::string port;
};

Result<Collector> parse_collector(const std::string& address) {
    const auto bad = [&] {
        return invalid(address, "is no address of a collector",
                       "write it as tcp://siem.example:601 or udp://HOST:514");
    };
    Collector out;
    out.tcp = address.starts_with("tcp://");
    if (!out.tcp && !address.starts_with("udp://")) return bad();
    std::string_view rest = std::string_view(address).substr(6);
    while (rest.ends_with('/')) rest.remove_suffix(1);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == rest.size()) return bad();
    std::string_view host = rest.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    out.host = host;
    out.port = rest.substr(colon + 1);
    if (out.port.find_first_not_of("0123456789") != std::string::npos) return bad();
    return out;
}

class Socket {
  public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

Failure cannot(const std::string& address, std::string_view what, int error) {
    return unavailable(address, fmt::format("{}: {}", what, std::generic_category().message(error)),
                       "check the address and the network");
}

// 0: the time is over.
int left_of(steady_clock::time_point end) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

Result<void> wait_for(const Socket& socket, short event, const std::string& address,
                      steady_clock::time_point end) {
    pollfd waited{socket.get(), event, 0};
    const int ready = ::poll(&waited, 1, left_of(end));
    if (ready < 0) return cannot(address, "cannot be waited for", errno);
    if (ready == 0) return unavailable(address, "takes nothing", "try again later");
    return {};
}

Result<void> connect_to(const Socket& socket, const addrinfo& to, const std::string& address,
                        steady_clock::time_point end) {
    if (::connect(socket.get(), to.ai_addr, to.ai_addrlen) == 0) return {};
    if (errno != EINPROGRESS) return cannot(address, "no connection", errno);
    COMITY_CHECK(wait_for(socket, POLLOUT, address, end));
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return cannot(address, "no connection", error);
    return {};
}

Result<void> send_all(const Socket& socket, std::string_view bytes, const std::string& address,
                      steady_clock::time_point end) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            return cannot(address, "the connection broke off", errno);
        } else {
            COMITY_CHECK(wait_for(socket, POLLOUT, address, end));
        }
    }
    return {};
}

// What this side sent and the other has not acknowledged would be lost with the connection.
Result<void> wait_until_taken(const Socket& socket, const std::string& address,
                              steady_clock::time_point end) {
    ::shutdown(socket.get(), SHUT_WR);
    for (int unsent = 1; unsent > 0;) {
        if (::ioctl(socket.get(), SIOCOUTQ, &unsent) != 0)
            return cannot(address, "the connection broke off", errno);
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return cannot(address, "the connection broke off", error);
        if (unsent == 0) return {};
        if (left_of(end) == 0) return unavailable(address, "takes nothing", "try again later");
        ::poll(nullptr, 0, static_cast<int>(kBetweenQueueLooks.count()));
    }
    return {};
}

}  // namespace

Result<void> send_syslog(const std::string& address, std::string_view message,
                         std::chrono::milliseconds timeout) {
    COMITY_TRY(const Collector collector, parse_collector(address));
    if (!collector.tcp && message.size() > kMaxDatagram)
        return too_large(address, "the message is longer than a datagram", "send it over TCP");
    const auto end = steady_clock::now() + timeout;
    addrinfo hints{};
    hints.ai_socktype = collector.tcp ? SOCK_STREAM : SOCK_DGRAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(collector.host.c_str(), collector.port.c_str(), &hints, &found);
    if (error != 0) return unavailable(address, ::gai_strerror(error), "check the name and the network");
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    Result<void> last = unavailable(address, "has no address");
    for (const addrinfo* to = found; to != nullptr; to = to->ai_next) {
        const Socket socket(
            ::socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol));
        if (socket.get() < 0) {
            last = cannot(address, "no socket", errno);
            continue;
        }
        last = connect_to(socket, *to, address, end);
        if (!last) continue;
        if (!collector.tcp) return send_all(socket, message, address, end);
        COMITY_CHECK(send_all(socket, fmt::format("{} {}", message.size(), message), address, end));
        return wait_until_taken(socket, address, end);
    }
    return last;
}

}  // namespace comity::http
