// The HTTP/1.1 server: libmicrohttpd behind our own words. Internal epoll threads read and write; handlers
// run on a pool of workers with a bounded queue (full: 503 with Retry-After, at once); bodies are limited
// before they are read; a connection that is slow or idle is closed. TLS 1.2 or newer by certificate files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "http/router.h"

namespace comity::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;       // 0: any free one
    std::string certificate_file{};  // PEM; both or none
    std::string key_file{};
    unsigned io_threads = 2;
    unsigned workers = 4;
    unsigned queue = 1024;  // requests waiting for a worker, at the most
    unsigned max_connections = 4096;
    unsigned max_connections_per_client = 1024;
    unsigned idle_seconds = 60;  // also how long a request's head and body may pause
    std::size_t max_header_bytes =
        16 * 1024;  // request line and headers; more is a 431 (414 where the line alone is)
    std::size_t max_body_memory = 512u
                                  << 20;  // bytes of bodies held at a time, of all requests; over it: 503
    unsigned stop_seconds = 30;           // how long stop() waits for answers under way
};

struct ServerCounts {  // since the start
    std::uint64_t requests = 0;
    std::uint64_t refused_busy = 0;  // 503 because the queue or the memory for bodies was full
    std::uint64_t connections = 0;   // open now
};

class Server {
  public:
    // kUnavailable where the address is taken or not ours; kInvalid where certificate or key cannot be used.
    // The router must outlive the server and not change any more.
    static Result<std::unique_ptr<Server>> start(const ServerOptions& options, const Router& router);
    virtual ~Server() = default;

    virtual std::uint16_t port() const = 0;
    // Graceful: takes no new connection, ends event streams, finishes the requests under way, then returns.
    // What has no answer after stop_seconds gets a 503; a handler that still runs is waited for. Idempotent;
    // not from a handler.
    virtual void stop() = 0;
    virtual ServerCounts counts() const = 0;
};

}  // namespace comity::http
