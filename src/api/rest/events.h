// Statements as they come, for those who keep a line open: GET /api/v1/events.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "api/rest/caller.h"
#include "http/event_stream.h"

namespace comity::api::rest {

// Keeps the lines and one thread, which wakes when the ledger has taken something (or after a second: another
// process on the same database may have) and sends every reader what it may read, as things stand then. A
// reader whose account is gone is sent away within a minute. Thread-safe. The node must outlive it.
class Events {
  public:
    explicit Events(node::Node& node);
    ~Events();  // ends all lines
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;

    // ?type= and ?author= choose; the header Last-Event-ID says where the reader has come to, else it begins
    // with what comes next. kUnavailable where there are too many.
    Answer open(const http::Request& request, const Caller& caller);

  private:
    struct Reader;

    void run();
    bool serve(Reader& reader);

    node::Node& node_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::list<std::shared_ptr<Reader>> readers_;
    bool grown_ = false;
    bool stopping_ = false;
    std::shared_ptr<void> subscription_;
    std::thread thread_;
};

}  // namespace comity::api::rest
