#include "http/micro_server.h"

#include <charconv>

#include "base/logging.h"
#include "http/parse.h"

namespace comity::http {

namespace {

// So much of a body that is not wanted is read and dropped, so that its sender comes to read the answer; a
// connection that is closed with unread bytes is reset, and the answer may be lost on the way.
constexpr std::uint64_t kDrain = 256 * 1024;

}  // namespace

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
    exchange->end_stream();
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
    request.received = std::chrono::steady_clock::now();
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
    if (exchange.is_early || exchange.fallback != nullptr) return drop(exchange);
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

// A body that nobody wants is read to its end, up to a measure: then the sender gets its answer in the midst
// of it, and a measure more to see that.
MHD_Result MicroServer::drop(Exchange& exchange) {
    const std::uint64_t measure = exchange.body_limit + kDrain;
    if (exchange.received <= measure) return MHD_YES;
    if (exchange.cut_off) return exchange.received <= measure + kDrain ? MHD_YES : MHD_NO;
    if (!exchange.is_early) exchange.refuse_too_large();
    exchange.cut_short();
    return MHD_YES;
}

void MicroServer::refuse_busy(Exchange& exchange, std::string_view what) {
    ++refused_busy_;
    exchange.refuse({ErrorKind::kUnavailable, "server", std::string(what), "try again later"}, 503);
}

MHD_Result MicroServer::complete(Exchange& exchange) {
    if (exchange.cut_off) return MHD_NO;
    if (!exchange.is_early) {
        if (exchange.route != nullptr && exchange.route->fast) {
            exchange.prepare(exchange.run(exchange.route->handler));
            return send(exchange);
        }
        if (auto response = exchange.run_at_once()) {
            exchange.prepare(*std::move(response));
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

}  // namespace comity::http
