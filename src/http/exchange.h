// One request and its answer, on the way between the server's thread and a worker's.
#pragma once

#include <microhttpd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/event_stream.h"
#include "http/peers.h"
#include "http/routes.h"

namespace comity::http {

struct ReplyDeleter {
    void operator()(MHD_Response* reply) const { MHD_destroy_response(reply); }
};
using Reply = std::unique_ptr<MHD_Response, ReplyDeleter>;

// The answer as libmicrohttpd takes it; shares or takes over the body, copies none. Null where memory is
// short.
Reply make_reply(Response response, bool close);

// What an exchange needs of its server.
class Host {
  public:
    virtual ~Host() = default;
    virtual const Router::Table& table() const = 0;
    virtual bool stopping() const = 0;
    virtual const Peers& peers() const = 0;
    virtual void suspended() = 0;  // one suspended connection more, and
    virtual void resumed() = 0;    // one fewer
};

class Exchange : public std::enable_shared_from_this<Exchange> {
  public:
    enum class Stage { kHead, kBody, kHandler, kAnswered };

    Exchange(Host& host, MHD_Connection* connection, Peer* peer, std::string_view target);

    // The server's thread only, until the connection is suspended and after it was resumed.
    std::string target;  // as it came
    Request request;
    const Router::Route* route = nullptr;  // one of these three, or `early`
    const Router::Handler* fallback = nullptr;
    bool is_early = false;  // answered without a handler
    Response early;
    bool close = false;    // the connection ends with this answer
    bool cut_off = false;  // its answer is sent, in the midst of its body: no other comes
    bool counted = false;  // among the server's active ones
    std::uint64_t body_limit = 0;
    std::uint64_t received = 0;
    std::size_t body_memory = 0;  // what the server's sum holds for it
    Stage stage = Stage::kHead;

    // Makes `early` the answer, in the form of the path's error_form.
    void refuse(const Error& error, int status);
    void refuse_too_large();  // the body, over body_limit
    // Sends `early` now, while the body still comes; what follows of that is for nobody.
    void cut_short();
    // Runs the handler of route or fallback (not a later one) and catches what it throws.
    Response run(const Router::Handler& handler) const;
    // What the route answers without a worker; nothing where it does not, or throws.
    std::optional<Response> run_at_once() const;
    // The reply of a response that has not been through finish() yet.
    void prepare(Response response);
    std::shared_ptr<EventStream> stream;  // where the answer goes on
    Reply reply;                          // ready when the stage is kAnswered
    int status = 500;
    std::uint64_t reply_bytes = 0;
    void end_stream();  // the connection is done with this exchange

    // A worker: runs the handler, and answers now or later.
    void work();
    // Suspended until then; after the first, answers are ignored. Any thread.
    void answer(Response response);
    // With suspended: the connection is the server's own no more until answer().
    void suspend();

    Peer* peer() const { return peer_; }
    MHD_Connection* connection() const { return connection_; }
    std::shared_ptr<Exchange> self;  // held while libmicrohttpd holds the raw pointer

  private:
    Host& host_;
    MHD_Connection* connection_;
    Peer* peer_;
    std::atomic<bool> waiting_{false};
};

}  // namespace comity::http
