#include "http/io_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace comity::http {

IoLoop::IoLoop(MHD_Daemon* daemon) : daemon_(daemon), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD);
    if (info != nullptr) events_ = info->epoll_fd;
    thread_ = std::thread([this] { run(); });
}

void IoLoop::add(int socket, const sockaddr_storage& address, socklen_t length) {
    bool sleeping = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            ::close(socket);
            return;
        }
        accepted_.push_back({socket, address, length});
        sleeping = std::exchange(sleeping_, false);
    }
    wake(sleeping);
}

void IoLoop::resume(MHD_Connection* connection) {
    bool sleeping = false;
    {
        const std::lock_guard lock(mutex_);
        resumed_.push_back(connection);
        sleeping = std::exchange(sleeping_, false);
    }
    wake(sleeping);
}

void IoLoop::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        sleeping_ = false;
    }
    wake(true);
    thread_.join();
    ::close(wake_);
}

void IoLoop::wake(bool sleeping) const {
    if (!sleeping) return;
    const std::uint64_t one = 1;
    while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

bool IoLoop::take_queued() {
    std::vector<Accepted> accepted;
    std::vector<MHD_Connection*> resumed;
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        accepted.swap(accepted_);
        resumed.swap(resumed_);
        stopping = stopping_;
        sleeping_ = false;
    }
    for (MHD_Connection* connection : resumed) MHD_resume_connection(connection);
    for (const Accepted& one : accepted)  // closes the socket if it fails
        MHD_add_connection(daemon_, one.socket, reinterpret_cast<const sockaddr*>(&one.address), one.length);
    return !stopping;
}

void IoLoop::run() {
    while (take_queued()) {
        MHD_run(daemon_);
        {
            const std::lock_guard lock(mutex_);
            if (!accepted_.empty() || !resumed_.empty() || stopping_) continue;
            sleeping_ = true;
        }
        wait();
    }
    MHD_stop_daemon(daemon_);
}

// Until something is queued, a socket has moved, or the next of libmicrohttpd's own deadlines.
void IoLoop::wait() const {
    MHD_UNSIGNED_LONG_LONG left = 0;
    int timeout = -1;
    if (MHD_get_timeout(daemon_, &left) == MHD_YES)
        timeout = static_cast<int>(std::min<MHD_UNSIGNED_LONG_LONG>(left, INT_MAX));
    if (timeout == 0) return;
    pollfd waiting[2] = {{events_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (poll(waiting, 2, timeout) <= 0 || waiting[1].revents == 0) return;
    std::uint64_t count = 0;
    while (read(wake_, &count, sizeof count) < 0 && errno == EINTR) {
    }
}

}  // namespace comity::http
