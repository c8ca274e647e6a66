// A Unix socket where other programs ask line by line: each line of a client is answered by one line, in
// their order, however many were sent before the first was read. For those on this machine whom the socket's
// mode lets in.
//
//     COMITY_TRY(auto server, LineServer::open({.path = "/run/comity/lookup.sock", .answer = look_up}));
//     while (!stopping) COMITY_CHECK(server->serve(std::chrono::milliseconds(200)));
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::http {

struct LineServerOptions {
    std::string path;
    unsigned mode = 0600;         // of the socket
    std::size_t max_line = 8192;  // bytes; a longer line is answered by an error, and the next as ever
    std::size_t max_clients = 256;
    std::size_t max_waiting = 1 << 20;  // bytes of answers that a client has not read: it is not read from
    // The answer to a line (without its end), without one of its own.
    std::function<void(std::string_view line, std::string& answer)> answer;
};

// One thread.
class LineServer {
  public:
    // kInvalid where the path is too long or something else than a socket that nobody listens at;
    // kUnavailable.
    static Result<std::unique_ptr<LineServer>> open(LineServerOptions options);
    ~LineServer();  // takes the socket away
    LineServer(const LineServer&) = delete;
    LineServer& operator=(const LineServer&) = delete;

    // Serves whoever comes for so long.
    Result<void> serve(std::chrono::milliseconds time);

  private:
    struct Client;
    explicit LineServer(LineServerOptions options);
    void accept_all();
    bool read_from(Client& client);
    bool write_to(Client& client);
    void answer_lines(Client& client);

    LineServerOptions options_;
    int listener_ = -1;
    std::list<Client> clients_;
};

}  // namespace comity::http
