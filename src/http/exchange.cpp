#include "http/exchange.h"

#include <fmt/format.h>

#include "base/logging.h"
#include "http/finish.h"
#include "http/io_loop.h"
#include "http/last_word.h"
#include "http/parse.h"

namespace comity::http {

namespace {

// Keeps the bytes of an answer while libmicrohttpd sends them.
struct Body {
    std::string own;
    std::shared_ptr<const std::string> shared;
};

void free_body(void* body) {
    delete static_cast<Body*>(body);
}

// A stream's connection, from when its answer is made to its end.
class StreamLine final : public EventStream::Line {
  public:
    StreamLine(Host& host, MHD_Connection* connection, Peer* peer)
        : host_(host), connection_(connection), peer_(peer) {}
    void suspend() override {
        host_.suspended();
        MHD_suspend_connection(connection_);
    }
    void resume() override {
        peer_->loop->resume(connection_);
        host_.resumed();
    }
    void expect(std::uint64_t waiting) override {
        if (waiting == 0) {
            Peers::expect_nothing(peer_);
        } else {
            host_.peers().expect_answer(peer_, waiting);
        }
    }

  private:
    Host& host_;
    MHD_Connection* connection_;
    Peer* peer_;
};

ssize_t read_stream(void* stream, std::uint64_t, char* into, std::size_t max) {
    const auto [next, size] = (*static_cast<std::shared_ptr<EventStream>*>(stream))->read(into, max);
    if (next == EventStream::Next::kEnd) return MHD_CONTENT_READER_END_OF_STREAM;
    return static_cast<ssize_t>(size);
}

void free_stream(void* stream) {
    delete static_cast<std::shared_ptr<EventStream>*>(stream);
}

MHD_Response* stream_reply(std::shared_ptr<EventStream> stream) {
    constexpr std::size_t kBlock = 16 * 1024;
    auto held = std::make_unique<std::shared_ptr<EventStream>>(std::move(stream));
    MHD_Response* reply =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kBlock, &read_stream, held.get(), &free_stream);
    if (reply != nullptr) held.release();  // NOLINT(bugprone-unused-return-value): the reply frees it
    return reply;
}

MHD_Response* body_reply(Response& response) {
    auto body = std::make_unique<Body>(Body{std::move(response.body), std::move(response.shared_body)});
    const std::string_view bytes =
        body->shared ? std::string_view(*body->shared) : std::string_view(body->own);
    MHD_Response* reply = MHD_create_response_from_buffer_with_free_callback_cls(
        bytes.size(), const_cast<char*>(bytes.data()), &free_body, body.get());
    if (reply != nullptr) body.release();  // NOLINT(bugprone-unused-return-value): the reply frees it
    return reply;
}

// Given to a handler as its Respond. Dropped without an answer, it answers that.
class Ticket {
  public:
    explicit Ticket(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    Ticket(Ticket&&) = default;
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
        if (!exchange_) return;
        const Error error{ErrorKind::kInternal, {}, "the handler gave no answer", {}};
        exchange_->answer(problem(error, exchange_->request));
    }
    void operator()(Response response) {
        if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->answer(std::move(response));
    }

  private:
    std::shared_ptr<Exchange> exchange_;
};

}  // namespace

Reply make_reply(Response response, bool close) {
    Reply reply(response.stream ? stream_reply(std::move(response.stream)) : body_reply(response));
    if (!reply) return nullptr;
    for (const auto& [name, value] : response.headers) {
        // The length and the framing of the answer are the server's to say.
        if (equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding"))
            continue;
        if (!is_token(name) || MHD_add_response_header(reply.get(), name.c_str(), value.c_str()) != MHD_YES) {
            logging::error("a header of an answer cannot be sent", {{"name", name}});
        }
    }
    if (close) MHD_add_response_header(reply.get(), MHD_HTTP_HEADER_CONNECTION, "close");
    return reply;
}

Exchange::Exchange(Host& host, MHD_Connection* connection, Peer* peer, std::string_view request_target)
    : target(request_target), host_(host), connection_(connection), peer_(peer) {}

void Exchange::refuse(const Error& error, int refused_status) {
    is_early = true;
    const Router::ErrorForm* form = host_.table().error_form(request.path.empty() ? target : request.path);
    if (request.path.empty()) request.path.push_back('/');  // the target could not be read
    try {
        early = form != nullptr ? (*form)(error, refused_status, request)
                                : problem(error, refused_status, request);
    } catch (const std::exception& fault) {
        logging::error("an error form threw", {{"request", request.id}, {"error", fault.what()}});
        early = problem(error, refused_status, request);
    }
}

void Exchange::refuse_too_large() {
    const std::string what =
        body_limit == 0 ? "no body is taken here" : fmt::format("it is larger than {} bytes", body_limit);
    refuse({ErrorKind::kTooLarge, "body", what, {}}, 413);
}

Response Exchange::run(const Router::Handler& handler) const {
    try {
        return handler(request);
    } catch (const std::exception& fault) {
        return problem(Error{ErrorKind::kInternal, {}, std::string("the handler threw: ") + fault.what(), {}},
                       request);
    } catch (...) {
        return problem(Error{ErrorKind::kInternal, {}, "the handler threw", {}}, request);
    }
}

std::optional<Response> Exchange::run_at_once() const {
    if (route == nullptr || !route->options.at_once) return std::nullopt;
    try {
        return route->options.at_once(request);
    } catch (const std::exception& fault) {
        logging::error("an answer at once threw", {{"request", request.id}, {"error", fault.what()}});
    } catch (...) {
        logging::error("an answer at once threw", {{"request", request.id}});
    }
    return std::nullopt;
}

void Exchange::cut_short() {
    cut_off = true;
    finish(host_.table(), request, early);
    send_last_word(connection_, early, request.method);
}

void Exchange::prepare(Response response) {
    finish(host_.table(), request, response);
    status = response.status;
    reply_bytes = response.bytes().size();
    stream = response.stream;
    if (stream) {
        stream->attach(std::make_unique<StreamLine>(host_, connection_, peer_));
        {
            const std::lock_guard lock(peer_->mutex);
            peer_->stream = stream;
        }
        if (host_.stopping()) stream->close();  // else stop() finds it with the peer
    }
    reply = make_reply(std::move(response), close || host_.stopping());
}

void Exchange::work() {
    if (!waiting_) return;  // the server gave up while it stood in the queue
    if (route == nullptr || !route->later) {
        answer(run(fallback != nullptr ? *fallback : route->handler));
        return;
    }
    // The filters see the request afterwards, so the handler gets a copy, but the body itself.
    std::string body = std::move(request.body);
    request.body.clear();
    Request given = request;
    given.body = std::move(body);
    try {
        route->later(std::move(given), Ticket(shared_from_this()));
    } catch (const std::exception& fault) {
        logging::error("a handler threw",
                       {{"request", request.id}, {"path", request.path}, {"error", fault.what()}});
    } catch (...) {
        logging::error("a handler threw", {{"request", request.id}, {"path", request.path}});
    }
}

void Exchange::end_stream() {
    if (!stream) return;
    {
        const std::lock_guard lock(peer_->mutex);
        peer_->stream.reset();
    }
    stream->detach();
}

void Exchange::suspend() {
    {
        const std::lock_guard lock(peer_->mutex);
        peer_->waiting = shared_from_this();
    }
    MHD_suspend_connection(connection_);
    waiting_ = true;
}

void Exchange::answer(Response response) {
    if (!waiting_.exchange(false)) return;
    try {
        prepare(std::move(response));
    } catch (const std::exception& fault) {
        logging::error("an answer could not be made", {{"request", request.id}, {"error", fault.what()}});
    }
    {
        const std::lock_guard lock(peer_->mutex);
        peer_->waiting.reset();
    }
    stage = Stage::kAnswered;
    Host& host = host_;
    peer_->loop->resume(connection_);  // from here on the server's thread may be done with this exchange
    host.resumed();
}

}  // namespace comity::http
