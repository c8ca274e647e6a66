#include "http/peers.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "http/exchange.h"

namespace comity::http {

namespace {

std::int64_t now_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

Peers::Peers(unsigned idle_seconds, unsigned per_client)
    : idle_ms_(std::int64_t{1000} * std::max(idle_seconds, 1u)),
      per_client_(per_client),
      watcher_([this] { watch(); }) {}

Peers::~Peers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    watcher_.join();
}

Peer* Peers::open(std::string address, int socket, bool tls, IoLoop& loop) {
    auto peer = std::make_unique<Peer>();
    peer->address = std::move(address);
    peer->socket = socket;
    peer->tls = tls;
    peer->loop = &loop;
    expect_head(peer.get());
    bool over = false;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        over = ++clients_[peer->address] > per_client_;
        first = peers_.empty();
        peers_.insert(peer.get());
        ++size_;
    }
    if (first) changed_.notify_all();
    if (over) shutdown(socket, SHUT_RDWR);
    return peer.release();
}

void Peers::close(Peer* peer) {
    {
        const std::lock_guard lock(mutex_);
        peers_.erase(peer);
        --size_;
        const auto client = clients_.find(peer->address);
        if (client != clients_.end() && --client->second == 0) clients_.erase(client);
    }
    delete peer;
}

bool Peers::has_room(const std::string& address) const {
    const std::lock_guard lock(mutex_);
    const auto client = clients_.find(address);
    return client == clients_.end() || client->second < per_client_;
}

void Peers::close_idlest() {
    const std::lock_guard lock(mutex_);
    Peer* idlest = nullptr;
    for (Peer* peer : peers_) {
        if (peer->stage != Peer::Stage::kHead) continue;
        if (idlest == nullptr || peer->deadline < idlest->deadline) idlest = peer;
    }
    if (idlest != nullptr && idlest->deadline <= now_ms() + idle_ms_ - 1000)
        shutdown(idlest->socket, SHUT_RDWR);
}

void Peers::expect_head(Peer* peer) const {
    peer->stage = Peer::Stage::kHead;
    peer->deadline = now_ms() + idle_ms_;
}

void Peers::expect_body(Peer* peer) const {
    peer->stage = Peer::Stage::kBody;
    peer->deadline = now_ms() + idle_ms_;
}

void Peers::extend(Peer* peer, std::uint64_t bytes) {
    peer->deadline += static_cast<std::int64_t>(bytes * 1000 / kLeastRate);
}

void Peers::expect_nothing(Peer* peer) {
    peer->stage = Peer::Stage::kHandler;
    peer->deadline = 0;
}

void Peers::expect_answer(Peer* peer, std::uint64_t bytes) const {
    peer->stage = Peer::Stage::kAnswer;
    peer->deadline = now_ms() + idle_ms_;
    extend(peer, bytes);
}

std::vector<std::shared_ptr<Exchange>> Peers::waiting() const {
    std::vector<std::shared_ptr<Exchange>> out;
    const std::lock_guard lock(mutex_);
    for (Peer* peer : peers_) {
        const std::lock_guard own(peer->mutex);
        if (peer->waiting) out.push_back(peer->waiting);
    }
    return out;
}

std::vector<std::shared_ptr<EventStream>> Peers::streams() const {
    std::vector<std::shared_ptr<EventStream>> out;
    const std::lock_guard lock(mutex_);
    for (Peer* peer : peers_) {
        const std::lock_guard own(peer->mutex);
        if (peer->stream) out.push_back(peer->stream);
    }
    return out;
}

void Peers::watch() {
    // Fine enough beside limits of whole seconds.
    constexpr std::chrono::milliseconds kInterval{250};
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (peers_.empty()) {
            changed_.wait(lock, [this] { return stopping_ || !peers_.empty(); });
        } else {
            changed_.wait_for(lock, kInterval, [this] { return stopping_; });
        }
        look();
    }
}

void Peers::look() {
    const std::int64_t now = now_ms();
    std::vector<pollfd> sockets;
    std::vector<Peer*> reading;
    for (Peer* peer : peers_) {
        const std::int64_t deadline = peer->deadline;
        if (deadline == 0) continue;
        if (deadline < now) {
            shutdown(peer->socket, SHUT_RDWR);  // the owner sees the end of the stream, and closes
        } else if (peer->stage == Peer::Stage::kHead || peer->stage == Peer::Stage::kBody) {
            sockets.push_back({peer->socket, POLLRDHUP, 0});
            reading.push_back(peer);
        }
    }
    if (sockets.empty() || poll(sockets.data(), sockets.size(), 0) <= 0) return;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        if ((sockets[i].revents & POLLRDHUP) == 0) continue;
        // Its last bytes may be under way to a handler still: only if nothing has moved since the last look
        // is it over.
        Peer* peer = reading[i];
        const std::int64_t deadline = peer->deadline;
        int unread = 0;
        if (ioctl(peer->socket, FIONREAD, &unread) == 0 && unread == 0 && deadline == peer->ended_at &&
            (peer->stage == Peer::Stage::kHead || peer->stage == Peer::Stage::kBody)) {
            shutdown(peer->socket, SHUT_RDWR);
        }
        peer->ended_at = deadline;
    }
}

}  // namespace comity::http
