#include "http/line_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace comity::http {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kReadAtOnce = 64 * 1024;
constexpr std::size_t kReadsATurn = 16;  // of one client, before the others have theirs

std::string cause_of(int error) {
    return std::generic_category().message(error);
}

Result<sockaddr_un> local_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return invalid(path, fmt::format("a socket's path has 1 to {} bytes", sizeof address.sun_path - 1));
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

// A socket of a server that was killed is taken away; one that is alive, or another file, is not.
Result<void> make_room(const std::string& path, const sockaddr_un& address) {
    struct stat there{};
    if (::lstat(path.c_str(), &there) != 0) return {};
    if (!S_ISSOCK(there.st_mode)) return invalid(path, "is there already and no socket", "name another path");
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return unavailable(path, cause_of(errno));
    const bool alive = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    if (alive) return conflict(path, "somebody listens there already", "name another path");
    ::unlink(path.c_str());
    return {};
}

}  // namespace

struct LineServer::Client {
    explicit Client(int from) : socket(from) {}
    ~Client() { ::close(socket); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    const int socket;
    std::string in;
    std::string out;
    std::size_t sent = 0;  // bytes of `out` that are away
    bool ended = false;    // it sends no more
    bool passing = false;  // over the rest of a line that was too long
};

LineServer::LineServer(LineServerOptions options) : options_(std::move(options)) {}

Result<std::unique_ptr<LineServer>> LineServer::open(LineServerOptions options) {
    COMITY_TRY(const sockaddr_un address, local_address(options.path));
    COMITY_CHECK(make_room(options.path, address));
    std::unique_ptr<LineServer> server(new LineServer(std::move(options)));
    const std::string& path = server->options_.path;
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) return unavailable(path, cause_of(errno));
    // Nobody is let in before the mode is right.
    const mode_t before = ::umask(0177);
    const bool bound = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const int error = errno;
    ::umask(before);
    if (!bound) {
        ::close(listener);
        return unavailable(path, cause_of(error), "is its folder there, and may you write to it?");
    }
    server->listener_ = listener;
    if (::chmod(path.c_str(), server->options_.mode) != 0 || ::listen(listener, SOMAXCONN) != 0)
        return unavailable(path, cause_of(errno));
    return server;
}

LineServer::~LineServer() {
    if (listener_ < 0) return;
    ::close(listener_);
    ::unlink(options_.path.c_str());
}

void LineServer::accept_all() {
    while (clients_.size() < options_.max_clients) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket < 0) return;
        clients_.emplace_back(socket);
    }
}

void LineServer::answer_lines(Client& client) {
    std::size_t begin = 0;
    const auto refuse = [&] {
        client.out += fmt::format("{{\"error\":\"a line has {} bytes at the most\"}}\n", options_.max_line);
    };
    const auto one = [&](std::string_view line) {
        if (line.size() > options_.max_line) return refuse();
        if (line.ends_with('\r')) line.remove_suffix(1);
        options_.answer(line, client.out);
        client.out += '\n';
    };
    while (client.out.size() - client.sent < options_.max_waiting) {
        const std::size_t end = client.in.find('\n', begin);
        if (end == std::string::npos) break;
        if (!std::exchange(client.passing, false))
            one(std::string_view(client.in).substr(begin, end - begin));
        begin = end + 1;
    }
    client.in.erase(0, begin);
    if (client.in.find('\n') != std::string::npos) return;  // it waits for room
    if (client.passing) {
        client.in.clear();
    } else if (client.in.size() > options_.max_line) {
        refuse();
        client.in.clear();
        client.passing = true;
    } else if (client.ended && !client.in.empty()) {
        one(client.in);  // the last line may end with the connection
        client.in.clear();
    }
}

// False: it is gone.
bool LineServer::read_from(Client& client) {
    char buffer[kReadAtOnce];
    for (std::size_t turn = 0; turn < kReadsATurn && !client.ended; ++turn) {
        if (client.out.size() - client.sent >= options_.max_waiting) break;
        const ssize_t size = ::recv(client.socket, buffer, sizeof buffer, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
            break;
        }
        if (size == 0) client.ended = true;
        client.in.append(buffer, static_cast<std::size_t>(size));
        answer_lines(client);
    }
    return true;
}

bool LineServer::write_to(Client& client) {
    while (client.sent < client.out.size()) {
        const ssize_t size = ::send(client.socket, client.out.data() + client.sent,
                                    client.out.size() - client.sent, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        client.sent += static_cast<std::size_t>(size);
        if (client.sent == client.out.size()) {
            client.out.clear();
            client.sent = 0;
            answer_lines(client);  // what waited for room
        }
    }
    return true;
}

Result<void> LineServer::serve(std::chrono::milliseconds time) {
    const auto end = steady_clock::now() + time;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
        if (left <= 0) return {};
        std::vector<pollfd> waits;
        // A client that takes no answers is not read from; one too many waits outside.
        waits.push_back(
            {listener_, static_cast<short>(clients_.size() < options_.max_clients ? POLLIN : 0), 0});
        for (const Client& client : clients_) {
            const bool room = client.out.size() - client.sent < options_.max_waiting;
            waits.push_back({client.socket,
                             static_cast<short>((room && !client.ended ? POLLIN : 0) |
                                                (client.sent < client.out.size() ? POLLOUT : 0)),
                             0});
        }
        const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(left));
        if (ready < 0 && errno == EINTR) return {};
        if (ready < 0) return unavailable(options_.path, cause_of(errno));
        std::size_t at = 1;
        for (auto client = clients_.begin(); client != clients_.end(); ++at) {
            const short events = waits[at].revents;
            bool here = (events & (POLLERR | POLLNVAL)) == 0;
            if (here && (events & (POLLIN | POLLHUP)) != 0) here = read_from(*client);
            if (here) here = write_to(*client);
            const bool done = client->ended && client->sent == client->out.size() && client->in.empty();
            client = here && !done ? std::next(client) : clients_.erase(client);
        }
        if ((waits[0].revents & POLLIN) != 0) accept_all();
    }
}

}  // namespace comity::http
