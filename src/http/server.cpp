#include "http/server.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/logging.h"
#include "http/micro_server.h"

namespace comity::http {

namespace {

// For answers' heads, and for libmicrohttpd's notes on each header of a request.
constexpr std::size_t kPoolBeyondHead = 16 * 1024;
constexpr std::chrono::seconds kFlush{2};  // for answers of the last moment to leave
constexpr const char* kTlsVersions = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";

Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return invalid(path, "cannot be read", "name a PEM file that this program may read");
    return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

Result<void> MicroServer::start_daemons() {
    std::string certificate;
    std::string key;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
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
        loops_.push_back(std::make_unique<IoLoop>(daemon));
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
    if (!peers_.has_room(address_text(reinterpret_cast<const sockaddr*>(&address)))) {
        ::close(socket);
        return;
    }
    loops_[next_loop_++ % loops_.size()]->add(socket, address, length);
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
    auto& server = *static_cast<MicroServer*>(self);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        server.peers_.close(static_cast<Peer*>(std::exchange(*context, nullptr)));
        return;
    }
    const auto* daemon = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON);
    const auto* address = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const auto* socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const auto loop = std::ranges::find(server.loops_, daemon->daemon, &IoLoop::daemon);
    const bool tls = !server.options_.certificate_file.empty();
    *context = server.peers_.open(address_text(address->client_addr), socket->connect_fd, tls, **loop);
}

void MicroServer::stop_once() {
    stopping_ = true;
    listener_->stop();
    for (const auto& stream : peers_.streams()) stream->close();
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
    for (const auto& loop : loops_) loop->stop();
    loops_.clear();
    workers_.stop();
}

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
