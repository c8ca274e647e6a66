// The open connections: whose they are, how many a client has, and until when each must have moved on.
//
// libmicrohttpd closes a connection that is silent; it has no bound on one that trickles a byte now and then.
// So every stage but the handler's own time has a deadline here (the next head within idle_seconds, bodies
// and answers at a least rate besides), and a thread shuts down the sockets that missed theirs. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

namespace comity::http {

class EventStream;
class Exchange;
class IoLoop;

struct Peer {
    enum class Stage { kHead, kBody, kHandler, kAnswer };  // what is awaited

    std::string address;
    int socket = -1;
    bool tls = false;
    IoLoop* loop = nullptr;  // whose connection it is
    std::atomic<Stage> stage{Stage::kHead};
    std::atomic<std::int64_t> deadline{0};  // milliseconds of the steady clock; 0: none
    std::int64_t ended_at =
        0;  // the deadline that it had when its stream was seen to have ended; the watcher's

    std::mutex mutex;                     // guards what follows
    std::shared_ptr<Exchange> waiting;    // its answer is a worker's to give
    std::shared_ptr<EventStream> stream;  // its answer goes on
};

class Peers {
  public:
    // The least rate at which bodies come and answers go, bytes a second, over a whole transfer.
    static constexpr std::uint64_t kLeastRate = 2048;

    Peers(unsigned idle_seconds, unsigned per_client);
    ~Peers();
    Peers(const Peers&) = delete;
    Peers& operator=(const Peers&) = delete;

    // A connection over its client's limit is shut down at once, and closed by its owner like any other.
    // Never null.
    Peer* open(std::string address, int socket, bool tls, IoLoop& loop);
    void close(Peer* peer);
    std::size_t size() const { return size_.load(); }
    // Whether the client has room for one more.
    bool has_room(const std::string& address) const;
    // Shuts down the connection that has been without a request the longest, if that is a second or more.
    void close_idlest();

    void expect_head(Peer* peer) const;                   // from now on, within idle_seconds
    void expect_body(Peer* peer) const;                   // the same, and longer with each extend()
    static void extend(Peer* peer, std::uint64_t bytes);  // by the time that so many bytes may take
    static void expect_nothing(Peer* peer);               // a handler takes its time
    void expect_answer(Peer* peer,
                       std::uint64_t bytes) const;  // to be taken at the least rate, and idle_seconds more

    // The requests whose answers are still due (when the server gives up waiting for them).
    std::vector<std::shared_ptr<Exchange>> waiting() const;
    std::vector<std::shared_ptr<EventStream>> streams() const;

  private:
    void watch();
    void look();  // with the mutex held

    const std::int64_t idle_ms_;
    const unsigned per_client_;
    std::atomic<std::size_t> size_{0};
    mutable std::mutex mutex_;  // guards what follows; taken before a Peer's own
    std::condition_variable changed_;
    std::unordered_set<Peer*> peers_;
    std::map<std::string, unsigned, std::less<>> clients_;
    bool stopping_ = false;
    std::thread watcher_;
};

}  // namespace comity::http
