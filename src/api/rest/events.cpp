#include "api/rest/events.h"

#include <chrono>
#include <vector>

#include "api/rest/statement_form.h"
#include "base/logging.h"

namespace comity::api::rest {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMaxReaders = 2048;
constexpr std::size_t kPage = 100;
constexpr auto kRound = std::chrono::milliseconds(10);  // the least time between two looks at the store
constexpr auto kPatience = std::chrono::seconds(1);     // the longest
constexpr auto kKeepAlive = std::chrono::seconds(15);
constexpr auto kAuthenticateAgain = std::chrono::seconds(60);

Failure bad_last_event() {
    return invalid("Last-Event-ID", "is no statement that you may read",
                   "leave it out to begin with what comes next, and read /api/v1/statements for what was");
}

}  // namespace

struct Events::Reader {
    http::Request request;  // as it came: its credentials are looked at again
    std::optional<accounts::Principal> principal;
    ledger::ListQuery query;
    std::shared_ptr<http::EventStream> stream = std::make_shared<http::EventStream>();
    steady_clock::time_point spoken = steady_clock::now();
    steady_clock::time_point authenticated = spoken;
};

Events::Events(node::Node& node) : node_(node) {
    subscription_ = node.ledger().on_growth([this] {
        {
            const std::lock_guard lock(mutex_);
            grown_ = true;
        }
        changed_.notify_one();
    });
    thread_ = std::thread([this] { run(); });
}

Events::~Events() {
    subscription_.reset();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
    for (const auto& reader : readers_) reader->stream->close();
}

Answer Events::open(const http::Request& request, const Caller& caller) {
    auto reader = std::make_shared<Reader>();
    reader->request = request;
    reader->principal = caller.principal;
    reader->query.newest_first = false;
    reader->query.type = request.parameter("type").value_or("");
    reader->query.author = request.parameter("author").value_or("");
    reader->query.limit = kPage;
    if (const auto last = request.header("Last-Event-ID")) {
        const auto id = Digest::from_hex(*last);
        if (!id) return bad_last_event();
        auto kept = node_.ledger().find(caller.viewer, *id);
        if (!kept) return bad_last_event();
        reader->query.after = kept->seq;
    } else {
        ledger::ListQuery newest;
        newest.limit = 1;
        COMITY_TRY(const auto last_page, node_.ledger().list(caller.viewer, newest));
        if (!last_page.items.empty()) reader->query.after = last_page.items.front().seq;
    }
    reader->stream->keep_alive();  // the head goes out at once
    const auto stream = reader->stream;
    {
        const std::lock_guard lock(mutex_);
        if (readers_.size() >= kMaxReaders)
            return unavailable("events", "too many listen already",
                               "try again later, or poll /api/v1/statements");
        readers_.push_back(std::move(reader));
        grown_ = true;  // what came since the question above
    }
    changed_.notify_one();
    return http::Response::events(stream);
}

void Events::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, kPatience, [this] { return grown_ || stopping_; });
        grown_ = false;
        const auto readers = readers_;
        lock.unlock();
        std::vector<std::shared_ptr<Reader>> gone;
        for (const auto& reader : readers) {
            if (!serve(*reader)) gone.push_back(reader);
        }
        lock.lock();
        for (const auto& reader : gone) readers_.remove(reader);
        changed_.wait_for(lock, kRound, [this] { return stopping_; });
    }
}

// False: it has gone, or is to go.
bool Events::serve(Reader& reader) {
    const auto now = steady_clock::now();
    const auto lost = [&](const Error& error) {
        if (error.kind == ErrorKind::kUnavailable) return reader.stream->open();  // the store; it comes back
        reader.stream->close();
        return false;
    };
    if (now - reader.authenticated > kAuthenticateAgain) {
        auto principal = node::authenticate(node_, reader.request);
        if (!principal) return lost(principal.error());
        reader.principal = *std::move(principal);
        reader.authenticated = now;
    }
    const ledger::Viewer viewer = node::viewer_of(node_, reader.principal);
    for (bool more = true; more;) {
        auto page = node_.ledger().list(viewer, reader.query);
        if (!page) return lost(page.error());
        for (const ledger::ListItem& item : page->items) {
            if (!reader.stream->send(
                    {.type = "statement", .id = item.id.hex(), .data = json::write(statement_form(item))})) {
                return false;
            }
            reader.query.after = item.seq;
            reader.spoken = now;
        }
        more = page->more;
    }
    if (now - reader.spoken < kKeepAlive) return reader.stream->open();
    reader.spoken = now;
    return reader.stream->keep_alive();
}

void add_event_routes(http::Router& router, node::Node& node) {
    auto events = std::make_shared<Events>(node);
    router.get("/api/v1/events", guarded(node, [events](const http::Request& request, const Caller& caller) {
                   return events->open(request, caller);
               }));
}

}  // namespace comity::api::rest
