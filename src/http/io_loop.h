// One daemon of libmicrohttpd and the thread on which all of its work is done: connections come to it and
// suspended ones are resumed through a queue, from any thread.
//
// libmicrohttpd could run a thread by itself, but 0.9.75 stalls there: it takes 128 events at once, and where
// there are just as many it waits for more before it looks at them. Here it is never left to wait.
#pragma once

#include <microhttpd.h>
#include <sys/socket.h>

#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace comity::http {

class IoLoop {
  public:
    // Takes the daemon over: one with MHD_USE_EPOLL, without a thread or a listening socket of its own.
    explicit IoLoop(MHD_Daemon* daemon);
    ~IoLoop() { stop(); }
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    const MHD_Daemon* daemon() const { return daemon_; }

    // An accepted socket, which it closes when it cannot be taken. Any thread.
    void add(int socket, const sockaddr_storage& address, socklen_t length);
    // A connection that was suspended on the loop's thread. Any thread, once for each time.
    void resume(MHD_Connection* connection);
    // Closes all connections; none may be suspended any more, but those for which resume() was called.
    // Idempotent.
    void stop();

  private:
    struct Accepted {
        int socket;
        sockaddr_storage address;
        socklen_t length;
    };

    void run();
    void wait() const;
    bool take_queued();  // false: it is to stop
    void wake(bool sleeping) const;

    MHD_Daemon* const daemon_;
    const int wake_;   // an eventfd
    int events_ = -1;  // the daemon's epoll

    std::mutex mutex_;  // guards what follows
    std::vector<Accepted> accepted_;
    std::vector<MHD_Connection*> resumed_;
    bool stopping_ = false;
    bool sleeping_ = false;  // or about to: to be woken when something is queued

    std::thread thread_;
};

}  // namespace comity::http
