// A blocking HTTP client (libcurl). One object a thread; keeps connections alive between calls. TLS 1.2 or
// newer, and the certificate is checked; proxies as the environment says (http_proxy, no_proxy), never for
// loopback.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace comity::http {

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds timeout{60000};
    std::size_t max_response = 256u << 20;  // bytes; more is kTooLarge
    std::string ca_file{};                  // PEM of certificates to trust besides the system's; may be empty
    // An answer slower than this, in bytes a second over `slow_for`, is given up. 0: none is.
    std::size_t slowest = 0;
    std::chrono::seconds slow_for{20};
    std::size_t fastest = 0;  // bytes a second that are received at the most; 0: as fast as they come
    // Asked several times a second while a call waits; true ends it with kUnavailable. May be empty.
    std::function<bool()> stopped{};
};

// For one call instead of the client's own.
struct CallLimits {
    std::chrono::milliseconds timeout{60000};
    std::size_t max_response = 256u << 20;  // bytes after decompression
};

class Client {
  public:
    explicit Client(ClientOptions options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    using Headers = std::vector<std::pair<std::string, std::string>>;
    // Any status is a success of the call, a redirect too: none is followed. kUnavailable where no answer
    // came (the message names the address and the cause), kTooLarge where more came than the limit, counted
    // after decompression: a small answer that unfolds into a large one is cut off there.
    Result<Response> send(Method method, const std::string& url, const Headers& headers = {},
                          std::string_view body = {});
    Result<Response> send(Method method, const std::string& url, const Headers& headers,
                          std::string_view body, const CallLimits& limits);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::http
