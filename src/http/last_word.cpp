#include "http/last_word.h"

#include <fmt/format.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include <iterator>

#include "http/date.h"
#include "http/parse.h"

namespace comity::http {

namespace {

std::string written(const Response& response, Method method) {
    std::string out =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
                    response.status, MHD_get_reason_phrase_for(static_cast<unsigned>(response.status)),
                    http_date(system_clock().now()), response.bytes().size());
    for (const auto& [name, value] : response.headers) {
        if (equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding"))
            continue;
        fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
    }
    out += "\r\n";
    if (method != Method::kHead) out += response.bytes();
    return out;
}

}  // namespace

// What does not fit the socket's memory is lost: a refusal does, where nothing was sent before it.
void send_last_word(MHD_Connection* connection, const Response& response, Method method) {
    const std::string bytes = written(response, method);
    const auto* socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (socket == nullptr) return;
    const auto* secure = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (secure != nullptr && secure->tls_session != nullptr) {
        const auto session = static_cast<gnutls_session_t>(secure->tls_session);
        gnutls_record_send(session, bytes.data(), bytes.size());
        gnutls_bye(session, GNUTLS_SHUT_WR);
    } else {
        send(socket->connect_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    shutdown(socket->connect_fd, SHUT_WR);
}

}  // namespace comity::http
