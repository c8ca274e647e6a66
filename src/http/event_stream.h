// An answer that goes on: server-sent events (HTML Living Standard section 9.2), sent as they happen for as
// long as the client stays.
//
//     auto stream = std::make_shared<EventStream>();
//     ... keep it where events are made, and from there, on any thread:
//     if (!stream->send({.type = "statement", .id = id, .data = json})) forget(stream);
//     return Response::events(stream);
//
// What is sent before the answer has gone out waits in it. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace comity::http {

class EventStream {
  public:
    // A client that is so many bytes behind is given up: it comes again with the id of its last event.
    static constexpr std::size_t kMaxWaiting = std::size_t{1} << 20;

    struct Event {
        std::string_view type{};  // one line; empty: the client's default, "message"
        std::string_view id{};    // one line; empty: none
        std::string_view data{};  // any lines
    };
    // False where the client is gone, too far behind, or the stream was closed.
    bool send(const Event& event);
    // A comment: keeps proxies from closing the line, and shows whether the client is still there. False as
    // send().
    bool keep_alive();
    // Ends the answer after what waits.
    void close();
    bool open() const;

    // The server's side. The line is what the stream goes out on, from attach() to detach().
    class Line {
      public:
        virtual ~Line() = default;
        virtual void suspend() = 0;                      // on the server's thread, from within read()
        virtual void resume() = 0;                       // any thread; after each suspend() once
        virtual void expect(std::uint64_t waiting) = 0;  // so many bytes are the client's to take; 0: none
    };
    void attach(std::unique_ptr<Line> line);
    void detach();
    enum class Next { kBytes, kWait, kEnd };  // kWait: the line was suspended
    std::pair<Next, std::size_t> read(char* into, std::size_t max);

  private:
    bool push(std::string_view text);
    void wake();  // with the mutex held

    mutable std::mutex mutex_;  // guards what follows; taken before the server's own
    std::unique_ptr<Line> line_;
    std::string waiting_;
    std::size_t sent_ = 0;  // bytes of waiting_ that are out
    bool suspended_ = false;
    bool closed_ = false;
};

}  // namespace comity::http
