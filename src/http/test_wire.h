// A TCP connection for tests, which sends any bytes and reads answers as they come.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/parse.h"

namespace comity::http::testing {

struct WireAnswer {
    int status = 0;  // 0: none came
    std::string head;
    std::string body;

    std::string header(std::string_view name) const {
        for (std::size_t at = head.find("\r\n"); at != std::string::npos;) {
            const std::size_t start = at + 2;
            at = head.find("\r\n", start);
            const std::string_view line = std::string_view(head).substr(start, at - start);
            const std::size_t colon = line.find(": ");
            if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name)) {
                return std::string(line.substr(colon + 2));
            }
        }
        return {};
    }
};

class Wire {
  public:
    explicit Wire(std::uint16_t port, int receive_buffer = 0)
        : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (receive_buffer > 0)
            setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const timeval limit{30, 0};  // so that a test that waits for nothing fails
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    ~Wire() { close(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    bool connected() const { return connected_; }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }

    // Until that has come; read() still gives it.
    void await(std::string_view text) {
        while (buffer_.find(text) == std::string::npos && fill()) {
        }
    }
    // One answer with Content-Length, in chunks, or without a body.
    WireAnswer read(bool to_head = false) {
        WireAnswer out;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!fill()) return out;
        }
        out.head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        if (out.head.size() < 12 || !out.head.starts_with("HTTP/1.")) return out;
        std::from_chars(out.head.data() + 9, out.head.data() + 12, out.status);
        if (!to_head && out.header("Transfer-Encoding") == "chunked") return read_chunks(std::move(out));
        const std::string length = out.header("Content-Length");
        std::size_t size = 0;
        std::from_chars(length.data(), length.data() + length.size(), size);
        if (to_head || out.status == 304) size = 0;
        while (buffer_.size() < size) {
            if (!fill()) return cut_off(std::move(out));
        }
        out.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return out;
    }

    WireAnswer ask(std::string_view bytes) {
        send(bytes);
        return read();
    }

    // Whether the other side closes, after whatever it still sends.
    bool closes() {
        while (fill()) {
        }
        return ended_;
    }

  private:
    WireAnswer read_chunks(WireAnswer out) {
        for (;;) {
            std::size_t line = 0;
            while ((line = buffer_.find("\r\n")) == std::string::npos) {
                if (!fill()) return cut_off(std::move(out));
            }
            std::size_t size = 0;
            std::from_chars(buffer_.data(), buffer_.data() + line, size, 16);
            while (buffer_.size() < line + 2 + size + 2) {
                if (!fill()) return cut_off(std::move(out));
            }
            out.body += buffer_.substr(line + 2, size);
            buffer_.erase(0, line + 2 + size + 2);
            if (size == 0) return out;
        }
    }
    static WireAnswer cut_off(WireAnswer out) {
        out.status = 0;
        return out;
    }

    bool fill() {
        char block[65536];
        const ssize_t n = recv(fd_, block, sizeof block, 0);
        ended_ = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
        if (n <= 0) return false;
        buffer_.append(block, static_cast<std::size_t>(n));
        return true;
    }

    int fd_;
    bool connected_ = false;
    bool ended_ = false;
    std::string buffer_;
};

}  // namespace comity::http::testing
