// A blocking HTTP client (libcurl). One object a thread; keeps connections alive between calls. TLS 1.2 or
// newer, and the certificate is checked; proxies as the environment says (http_proxy, no_proxy), never for
// loopback.
#pragma once

#include <chrono>
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
};

class Client {
  public:
    explicit Client(ClientOptions options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    using Headers = std::vector<std::pair<std::string, std::string>>;
    // Any status is a success of the call; kUnavailable where no answer came (the message names the address
    // and the cause).
    Result<Response> send(Method method, const std::string& url, const Headers& headers = {},
                          std::string_view body = {});

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::http
