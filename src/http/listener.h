// The listening socket and the thread that accepts from it. libmicrohttpd could do that itself, but its way
// to stop accepting while requests are under way (MHD_quiesce_daemon) races with its own threads in 0.9.75
// and may abort.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/error.h"

namespace comity::http {

// "127.0.0.1", "::1"; IPv4 addresses that IPv6 carries are shown as IPv4.
std::string address_text(const sockaddr* address);

class Listener {
  public:
    // Takes the socket over, which does not block.
    using Accepted = std::function<void(int socket, const sockaddr_storage& address, socklen_t length)>;
    // Called before each accept; false: not now (asked again soon).
    using Ready = std::function<bool()>;

    // kUnavailable where the address is taken or not ours, kInvalid where it is none.
    static Result<std::unique_ptr<Listener>> open(const std::string& address, std::uint16_t port);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const { return port_; }
    void start(Accepted accepted, Ready ready);
    void stop();  // closes the socket; connections not yet accepted are refused. Idempotent

  private:
    Listener(int socket, std::uint16_t port, int wake) : socket_(socket), port_(port), wake_(wake) {}
    void run(const Accepted& accepted, const Ready& ready) const;

    int socket_;
    std::uint16_t port_;
    int wake_;  // an eventfd: written once, to stop
    std::thread thread_;
};

}  // namespace comity::http
