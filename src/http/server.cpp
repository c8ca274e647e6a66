#include "http/server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <cstdarg>
#include <fstream>
#include <iterator>
#include <random>

#include "base/logging.h"
#include "http/exchange.h"
#include "http/listener.h"
#include "http/parse.h"
#include "http/peers.h"
#include "http/request_head.h"
#include "http/workers.h"

namespace comity::http {

namespace {

// So much of a body that is not wanted is read and dropped, so that its sender comes to read the answer; a
// connection that is closed with unread bytes is reset, and the answer may be lost on the way.
constexpr std::uint64_t kDrain = 256 * 1024;
// For answers' heads, and for libmicrohttpd's notes on each header of a request.
constexpr std::size_t kPoolBeyondHead = 16 * 1024;
constexpr std::chrono::seconds kFlush{2};  // for answers of the last moment to leave
constexpr const char* kTlsVersions = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";

Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return invalid(path, "cannot be read", "name a PEM file that this program may read");
    return std::string(std::istreambuf_iterator<char>(in), {});
}

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
    void resumed() override {
        if (--suspended_ == 0) wake_stop();
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
    std::vector<MHD_Daemon*> daemons_;
    std::size_t next_daemon_ = 0;  // the listener's thread only
    std::mutex log_mutex_;         // guards last_log_
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

Result<void> MicroServer::start_daemons() {
    std::string certificate;
    std::string key;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;
    std::vector<MHD_OptionItem> items;
    if (!options_.certificate_file.empty()) {
        COMITY_TRY(certificate, read_file(options_.certificate_file));
        COMITY_TRY(key, read_file(options_.key_file));
        flags |= MHD_USE_TLS;
        items.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, certificate.data()});
        items.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, key.data()});
        items.push_back({MHD_OPTION_HTTPS_PRIORITIES, 0, const_cast<char*>(kTlsVersions)});
    }
    items.push_back({MHD_OPTION_END, 0, nullptr});
    const std::size_t pool =
        std::max(options_.max_header_bytes + kPoolBeyondHead, 2 * options_.max_header_bytes);
    for (unsigned i = 0; i < std::max(options_.io_threads, 1u); ++i) {
        MHD_Daemon* daemon = MHD_start_daemon(
            flags, 0, nullptr, nullptr, &on_request, this, MHD_OPTION_EXTERNAL_LOGGER, &on_log, this,
            MHD_OPTION_URI_LOG_CALLBACK, &on_target, this, MHD_OPTION_UNESCAPE_CALLBACK, &leave_escaped,
            nullptr, MHD_OPTION_NOTIFY_COMPLETED, &on_completed, this, MHD_OPTION_NOTIFY_CONNECTION,
            &on_connection, this, MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool, MHD_OPTION_CONNECTION_LIMIT,
            std::max(options_.max_connections, 1u), MHD_OPTION_CONNECTION_TIMEOUT,
            std::max(options_.idle_seconds, 1u), MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
            items.data(), MHD_OPTION_END);
        if (daemon == nullptr) {
            const std::lock_guard lock(log_mutex_);
            const std::string cause = last_log_.empty() ? "no reason given" : last_log_;
            if (certificate.empty()) return unavailable("server", "cannot start: " + cause);
            return invalid(options_.certificate_file,
                           "TLS cannot start with it and " + options_.key_file + ": " + cause,
                           "give a PEM certificate (chain) and its unencrypted PEM key");
        }
        daemons_.push_back(daemon);
    }
    listener_->start(
        [this](int fd, const sockaddr_storage& address, socklen_t n) { accepted(fd, address, n); },
        [this] { return has_room(); });
    return {};
}

bool MicroServer::has_room() {
    if (peers_.size() < options_.max_connections) return true;
    peers_.close_idlest();
    return false;
}

void MicroServer::accepted(int socket, const sockaddr_storage& address, socklen_t length) {
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (!peers_.has_room(address_text(generic))) {
        ::close(socket);
        return;
    }
    MHD_add_connection(daemons_[next_daemon_++ % daemons_.size()], socket, generic,
                       length);  // closes it if it fails
}

void MicroServer::on_log(void* self, const char* format, std::va_list arguments) {
    char text[512];
    const int n = std::vsnprintf(text, sizeof text, format, arguments);
    std::string_view line(text,
                          n < 0 ? 0 : std::min<std::size_t>(static_cast<std::size_t>(n), sizeof text - 1));
    while (line.ends_with('\n')) line.remove_suffix(1);
    logging::debug("libmicrohttpd", {{"text", std::string(line)}});
    auto& server = *static_cast<MicroServer*>(self);
    const std::lock_guard lock(server.log_mutex_);
    server.last_log_ = line;
}

void MicroServer::on_connection(void* self, MHD_Connection* connection, void** context,
                                MHD_ConnectionNotificationCode code) {
    Peers& peers = static_cast<MicroServer*>(self)->peers_;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        peers.close(static_cast<Peer*>(std::exchange(*context, nullptr)));
        return;
    }
    const auto* address = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const auto* socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const bool tls = !static_cast<MicroServer*>(self)->options_.certificate_file.empty();
    *context = peers.open(address_text(address->client_addr), socket->connect_fd, tls);
}

void* MicroServer::on_target(void* self, const char* target, MHD_Connection* connection) {
    auto& server = *static_cast<MicroServer*>(self);
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    try {
        const std::string_view whole = target == nullptr ? "" : target;
        auto exchange =
            std::make_shared<Exchange>(server, connection, static_cast<Peer*>(info->socket_context), whole);
        // libmicrohttpd goes on to split the query into its own small memory, and where that does not suffice
        // 0.9.75 leaves the connection hanging. The query is ours to read, so it is hidden: the text is the
        // library's buffer, not const.
        if (const std::size_t mark = whole.find('?'); mark != std::string_view::npos) {
            const_cast<char*>(target)[mark + 1] = '\0';
        }
        exchange->self = exchange;
        return exchange.get();
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

MHD_Result MicroServer::on_request(void* self, MHD_Connection*, const char*, const char* method, const char*,
                                   const char* data, std::size_t* size, void** context) {
    auto& server = *static_cast<MicroServer*>(self);
    auto* exchange = static_cast<Exchange*>(*context);
    if (exchange == nullptr) return MHD_NO;  // no memory
    try {
        switch (exchange->stage) {
            case Exchange::Stage::kHead:
                return server.begin(*exchange, method);
            case Exchange::Stage::kBody:
                if (*size == 0) return server.complete(*exchange);
                return server.take(*exchange, {data, std::exchange(*size, 0)});
            case Exchange::Stage::kHandler:
                return MHD_YES;
            case Exchange::Stage::kAnswered:
                return server.send(*exchange);
        }
    } catch (const std::exception& fault) {
        logging::error("a request was dropped", {{"request", exchange->request.id}, {"error", fault.what()}});
    }
    return MHD_NO;
}

void MicroServer::on_completed(void* self, MHD_Connection*, void** context, MHD_RequestTerminationCode) {
    auto& server = *static_cast<MicroServer*>(self);
    auto* exchange = static_cast<Exchange*>(std::exchange(*context, nullptr));
    if (exchange == nullptr) return;
    server.peers_.expect_head(exchange->peer());
    server.body_memory_ -= exchange->body_memory;
    const bool counted = exchange->counted;
    exchange->self.reset();
    if (counted && --server.active_ == 0) server.wake_stop();
}

MHD_Result MicroServer::begin(Exchange& exchange, const char* method_text) {
    exchange.counted = true;
    ++active_;
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, ++requests_, 16).ptr;
    Request& request = exchange.request;
    request.id.reserve(id_prefix_.size() + 16);
    request.id.append(id_prefix_).append(digits, end);
    request.client = exchange.peer()->address;
    request.tls = exchange.peer()->tls;
    peers_.expect_body(exchange.peer());

    const std::size_t head_bytes =
        exchange.target.size() + read_headers(exchange.connection(), request.headers);
    auto framing = read_framing(request);
    const auto method = parse_method(method_text);
    if (method) request.method = *method;
    const bool has_body = !framing || framing->has_body;
    if (!framing) {
        exchange.close = true;
        exchange.refuse(framing.error(), 400);
    } else if (head_bytes > options_.max_header_bytes) {
        exchange.close = true;
        exchange.refuse({ErrorKind::kTooLarge, "request", "its headers are too large", {}},
                        exchange.target.size() > options_.max_header_bytes ? 414 : 431);
    } else if (auto target = parse_target(exchange.target); !target) {
        exchange.refuse(target.error(), 400);
    } else {
        request.path = std::move(target->path);
        request.raw_query = std::move(target->raw_query);
        request.query = std::move(target->query);
        if (!method) {
            exchange.refuse({ErrorKind::kInvalid, "method", "it is not known here", {}}, 501);
        } else {
            choose(exchange, *method, *framing);
        }
    }
    exchange.stage =
        Exchange::Stage::kBody;  // or what comes where there is none: one more call, without bytes
    if (!has_body) return MHD_YES;
    if (exchange.is_early) {
        // Nothing of the body has been read. If the client waits for a word before it sends, or would send
        // much, it gets the answer now, and libmicrohttpd closes the connection after it.
        if (!framing || framing->expects_continue || framing->length > kDrain) return complete(exchange);
    } else {
        exchange.request.body.reserve(
            static_cast<std::size_t>(std::min<std::uint64_t>(framing->length, kDrain)));
    }
    return MHD_YES;
}

// Finds who answers, or what stands against it.
void MicroServer::choose(Exchange& exchange, Method method, const Framing& framing) {
    Request& request = exchange.request;
    Router::Match match = table_.find(method, request.path);
    if (match.route == nullptr && match.allow.empty()) exchange.fallback = table_.fallback(request.path);
    if (match.route != nullptr) {
        exchange.route = match.route;
        request.captures = std::move(match.captures);
        exchange.body_limit = match.route->options.max_body;
        if (framing.length > exchange.body_limit) {
            exchange.close = true;
            exchange.refuse_too_large();
        }
    } else if (!match.allow.empty()) {
        exchange.refuse({ErrorKind::kInvalid, "method",
                         fmt::format("{} is not for this path", to_string(method)), "use " + match.allow},
                        405);
        exchange.early.header("Allow", match.allow);
    } else if (exchange.fallback == nullptr) {
        exchange.refuse({ErrorKind::kNotFound, {}, "there is nothing at this path", {}}, 404);
    } else if (framing.length > kDrain) {
        exchange.close = true;
        exchange.refuse_too_large();
    }
}

MHD_Result MicroServer::take(Exchange& exchange, std::string_view data) {
    Peers::extend(exchange.peer(), data.size());
    exchange.received += data.size();
    if (exchange.is_early || exchange.fallback != nullptr) {
        // Dropped, up to a measure; after that the connection.
        return exchange.received <= exchange.body_limit + kDrain ? MHD_YES : MHD_NO;
    }
    if (exchange.received > exchange.body_limit) {
        exchange.close = true;
        exchange.refuse_too_large();
    } else if (body_memory_ += data.size(); body_memory_ > options_.max_body_memory) {
        body_memory_ -= data.size();
        refuse_busy(exchange, "the memory for requests' bodies is full");
    } else {
        exchange.body_memory += data.size();
        exchange.request.body.append(data);
        return MHD_YES;
    }
    exchange.request.body = {};
    body_memory_ -= std::exchange(exchange.body_memory, 0);
    return MHD_YES;
}

void MicroServer::refuse_busy(Exchange& exchange, std::string_view what) {
    ++refused_busy_;
    exchange.refuse({ErrorKind::kUnavailable, "server", std::string(what), "try again later"}, 503);
}

MHD_Result MicroServer::complete(Exchange& exchange) {
    if (!exchange.is_early) {
        if (exchange.route != nullptr && exchange.route->fast) {
            exchange.prepare(exchange.run(exchange.route->handler));
            return send(exchange);
        }
        if (hand_over(exchange)) return MHD_YES;
    }
    exchange.prepare(std::move(exchange.early));
    return send(exchange);
}

// False: it is refused instead.
bool MicroServer::hand_over(Exchange& exchange) {
    ++suspended_;  // before the look at closing_: either we see that, or stop() sees us
    const bool closing = closing_;
    if (closing || !workers_.reserve()) {
        if (--suspended_ == 0) wake_stop();
        refuse_busy(exchange, closing ? "it is stopping" : "too many requests wait for an answer");
        return false;
    }
    Peers::expect_nothing(exchange.peer());
    exchange.stage = Exchange::Stage::kHandler;
    exchange.suspend();
    workers_.submit([held = exchange.shared_from_this()] { held->work(); });
    return true;
}

MHD_Result MicroServer::send(Exchange& exchange) {
    exchange.stage = Exchange::Stage::kHandler;
    if (!exchange.reply) return MHD_NO;
    peers_.expect_answer(exchange.peer(), exchange.reply_bytes);
    return MHD_queue_response(exchange.connection(), static_cast<unsigned>(exchange.status),
                              exchange.reply.get());
}

void MicroServer::stop_once() {
    stopping_ = true;
    listener_->stop();
    const auto idle = [this] { return active_ == 0; };
    std::unique_lock lock(stop_mutex_);
    progress_.wait_for(lock, std::chrono::seconds(options_.stop_seconds), idle);
    closing_ = true;
    lock.unlock();
    for (const auto& exchange : peers_.waiting()) {
        const Error error{ErrorKind::kUnavailable, "server", "it is stopping", "try again later"};
        exchange->answer(problem(error, exchange->request));
    }
    lock.lock();
    progress_.wait(lock, [this] { return suspended_ == 0; });
    progress_.wait_for(lock, kFlush, idle);
    lock.unlock();
    for (MHD_Daemon* daemon : daemons_) MHD_stop_daemon(daemon);
    daemons_.clear();
    workers_.stop();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, const Router& router) {
    if (options.certificate_file.empty() != options.key_file.empty()) {
        return invalid("TLS", "a certificate file or a key file is named without the other",
                       "name both, or none");
    }
    COMITY_TRY(auto listener, Listener::open(options.address, options.port));
    auto server = std::make_unique<MicroServer>(options, router, std::move(listener));
    COMITY_CHECK(server->start_daemons());
    return server;
}

}  // namespace comity::http
