// The server over libmicrohttpd: one daemon an io thread (io_loop.h), connections given to them by our own
// listener.
//
// A request's way: on_target (its line is read) -> begin (its head: who answers, or what stands against it)
// -> take (its body, piece by piece) -> complete (what can be answered at once here, any other suspended and
// given to a worker) -> Exchange::work, answer -> send (resumed) -> on_completed. server.cpp has the life of
// the server, micro_server.cpp the way of a request.
#pragma once

#include <fmt/format.h>
#include <microhttpd.h>

#include <atomic>
#include <condition_variable>
#include <cstdarg>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"
#include "http/io_loop.h"
#include "http/listener.h"
#include "http/peers.h"
#include "http/request_head.h"
#include "http/server.h"
#include "http/workers.h"

namespace comity::http {

class MicroServer final : public Server, public Host {
  public:
    MicroServer(const ServerOptions& options, const Router& router, std::unique_ptr<Listener> listener)
        : options_(options),
          table_(router.table()),
          listener_(std::move(listener)),
          peers_(options.idle_seconds, std::max(options.max_connections_per_client, 1u)),
          workers_(options.workers, options.queue) {
        std::random_device random;
        id_prefix_ = fmt::format("{:08x}-", random());
    }
    ~MicroServer() override { stop(); }

    Result<void> start_daemons();
    std::uint16_t port() const override { return listener_->port(); }
    void stop() override {
        std::call_once(stopped_, [this] { stop_once(); });
    }
    ServerCounts counts() const override { return {requests_, refused_busy_, peers_.size()}; }

    const Router::Table& table() const override { return table_; }
    bool stopping() const override { return stopping_; }
    const Peers& peers() const override { return peers_; }
    void suspended() override { ++suspended_; }
    // May come from a thread that nobody joins: the mutex keeps stop() from ending, and the server from
    // going, under it.
    void resumed() override {
        const std::lock_guard lock(stop_mutex_);
        if (--suspended_ == 0 && stopping_) progress_.notify_all();
    }

  private:
    // What libmicrohttpd calls, always on the thread of the connection's daemon; no exception may leave.
    static void* on_target(void* self, const char* target, MHD_Connection* connection);
    static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                                 const char* version, const char* data, std::size_t* size, void** context);
    static void on_completed(void* self, MHD_Connection*, void** context, MHD_RequestTerminationCode);
    static void on_connection(void* self, MHD_Connection* connection, void** context,
                              MHD_ConnectionNotificationCode);
    [[gnu::format(printf, 2, 0)]] static void on_log(void* self, const char* format, std::va_list arguments);
    static std::size_t leave_escaped(void*, MHD_Connection*, char* text) {
        return std::string_view(text).size();
    }

    MHD_Result begin(Exchange& exchange, const char* method);
    MHD_Result take(Exchange& exchange, std::string_view data);
    static MHD_Result drop(Exchange& exchange);
    MHD_Result complete(Exchange& exchange);
    MHD_Result send(Exchange& exchange);
    void choose(Exchange& exchange, Method method, const Framing& framing);
    bool hand_over(Exchange& exchange);
    void refuse_busy(Exchange& exchange, std::string_view what);
    void accepted(int socket, const sockaddr_storage& address, socklen_t length);
    bool has_room();
    void stop_once();
    void wake_stop() {
        if (!stopping_) return;
        const std::lock_guard lock(stop_mutex_);
        progress_.notify_all();
    }

    const ServerOptions options_;
    const Router::Table& table_;
    std::string id_prefix_;
    std::unique_ptr<Listener> listener_;
    Peers peers_;
    Workers workers_;
    std::vector<std::unique_ptr<IoLoop>> loops_;
    std::size_t next_loop_ = 0;  // the listener's thread only
    std::mutex log_mutex_;       // guards last_log_
    std::string last_log_;

    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> refused_busy_{0};
    std::atomic<std::uint64_t> active_{0};     // heads read, answers not yet sent
    std::atomic<std::uint64_t> suspended_{0};  // connections given away; none may be when a daemon stops
    std::atomic<std::size_t> body_memory_{0};
    std::atomic<bool> stopping_{false};  // answers say "Connection: close"
    std::atomic<bool> closing_{false};   // nothing more goes to a worker
    std::once_flag stopped_;
    std::mutex stop_mutex_;
    std::condition_variable progress_;
};

}  // namespace comity::http
