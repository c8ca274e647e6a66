// Durable signed appends a second, beside what this machine can do at all: verify each signature, hash each
// leaf, and flush a batch to a file with fdatasync, with nothing else done.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include <fmt/format.h>
#include <thread>

#include "api/rest/rest.h"
#include "bench/load.h"
#include "bench/report.h"
#include "crypto/dsse.h"
#include "http/server.h"
#include "log/tree.h"

namespace comity::bench {
namespace {

constexpr int kRounds = 9;

struct Round {
    double ours = 0;
    double limit = 0;
    double verifications = 0;
};

// Threads verify and hash; whoever completes a batch of `batch` flushes it.
double limit_rate(const std::vector<ledger::Submission>& submissions, const crypto::NamedKey& key,
                  std::size_t batch, const std::string& path) {
    std::vector<crypto::Envelope> envelopes;
    for (const auto& submission : submissions)
        envelopes.push_back(crypto::parse_envelope(submission.envelope).value());
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::condition_variable flushed;
    Bytes pending;
    std::size_t in_pending = 0;
    log::Frontier frontier;
    const double seconds = seconds_of([&] {
        std::vector<std::thread> threads;
        const unsigned count = batch == 1 ? 1 : std::max(1U, std::thread::hardware_concurrency());
        for (unsigned t = 0; t < count; ++t) {
            threads.emplace_back([&] {
                for (std::size_t i = next++; i < envelopes.size(); i = next++) {
                    const std::string pae = envelopes[i].pae();
                    if (!crypto::verify(key.key, as_bytes(pae), envelopes[i].signatures.front().signature))
                        std::abort();
                    const Digest id = envelopes[i].digest();
                    const std::lock_guard lock(mutex);
                    frontier.append(log::leaf_hash(id.view()));
                    comity::append(pending, as_bytes(submissions[i].envelope));
                    if (++in_pending == batch) {
                        if (write(file, pending.data(), pending.size()) < 0 || fdatasync(file) != 0)
                            std::abort();
                        pending.clear();
                        in_pending = 0;
                    }
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
    });
    close(file);
    return static_cast<double>(envelopes.size()) / seconds;
}

double verify_rate(const std::vector<ledger::Submission>& submissions, const crypto::NamedKey& key) {
    std::vector<crypto::Envelope> envelopes;
    for (const auto& submission : submissions)
        envelopes.push_back(crypto::parse_envelope(submission.envelope).value());
    const double seconds = seconds_of([&] {
        for (const auto& envelope : envelopes) {
            if (!crypto::verify(key.key, as_bytes(envelope.pae()), envelope.signatures.front().signature))
                std::abort();
        }
    });
    return static_cast<double>(envelopes.size()) / seconds;
}

// One keep-alive connection that posts and waits.
class Poster {
  public:
    explicit Poster(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            give_up("connect");
    }
    ~Poster() { close(socket_); }
    Poster(const Poster&) = delete;
    Poster& operator=(const Poster&) = delete;

    void post(const std::string& body) {
        const std::string request = fmt::format(
            "POST /api/v1/statements HTTP/1.1\r\nHost: bench\r\nContent-Type: "
            "application/json\r\nContent-Length: {}\r\n\r\n{}",
            body.size(), body);
        for (std::size_t sent = 0; sent < request.size();) {
            const ssize_t n = send(socket_, request.data() + sent, request.size() - sent, 0);
            if (n <= 0) give_up("send");
            sent += static_cast<std::size_t>(n);
        }
        std::string answer;
        for (std::size_t expected = SIZE_MAX; answer.size() < expected;) {
            char buffer[4096];
            const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
            if (n <= 0) give_up("receive: " + answer);
            answer.append(buffer, static_cast<std::size_t>(n));
            const std::size_t head = answer.find("\r\n\r\n");
            if (head == std::string::npos) continue;
            const std::size_t length = answer.find("Content-Length: ");
            if (length == std::string::npos || length > head) give_up(answer);
            expected = head + 4 + std::stoul(answer.substr(length + 16));
        }
        if (!answer.starts_with("HTTP/1.1 201")) give_up(answer);
    }

  private:
    [[noreturn]] static void give_up(const std::string& cause) {
        fmt::print(stderr, "comity_bench: {}: {}\n", cause, std::strerror(errno));
        std::_Exit(1);
    }
    int socket_;
};

std::string body_of(const ledger::Submission& submission) {
    return fmt::format(R"({{"envelope":{},"objects":[{}]}})", submission.envelope,
                       submission.objects.front());
}

// Over HTTP, client and server on the same cores: a thread a submitter, each on a connection of its own.
double http_rate(Bed& bed, std::size_t submitters, std::size_t count) {
    http::Router router;
    api::rest::add_routes(router, bed.node());
    const auto server = http::Server::start({.port = 0}, router).value();
    std::vector<std::string> bodies;
    for (const auto& share : bed.make_shares(count)) bodies.push_back(body_of(share));
    std::atomic<std::size_t> next{0};
    const double seconds = seconds_of([&] {
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < submitters; ++t) {
            threads.emplace_back([&] {
                Poster poster(server->port());
                for (std::size_t i = next++; i < bodies.size(); i = next++) poster.post(bodies[i]);
            });
        }
        for (std::thread& thread : threads) thread.join();
    });
    return static_cast<double>(count) / seconds;
}

}  // namespace

void append(const Report& report, const std::string&) {
    for (const std::size_t submitters : {std::size_t{1}, std::size_t{16}, std::size_t{256}}) {
        const std::size_t count = submitters == 1 ? 1'000 : submitters == 16 ? 8'000 : 20'000;
        std::vector<Round> rounds;
        Bed bed;
        for (int round = 0; round < kRounds; ++round) {
            auto shares = bed.make_shares(count);
            const double verifications = verify_rate(shares, bed.author_key());
            const double limit = limit_rate(shares, bed.author_key(), submitters, bed.folder() / "limit");
            const double seconds =
                seconds_of([&] { submit_all(bed.ledger(), std::move(shares), submitters); });
            rounds.push_back({static_cast<double>(count) / seconds, limit, verifications});
        }
        const Round told = median_round(std::move(rounds));
        report.add({.name = "append",
                    .variant = fmt::format("in process, {} submitters", submitters),
                    .value = told.ours,
                    .unit = "statements/s",
                    .peer = "Ed25519 verifications on one core",
                    .peer_value = told.verifications,
                    .limit = "verify, hash and flush alone",
                    .limit_value = told.limit});
        std::vector<double> over_http;
        for (int round = 0; round < 3; ++round) over_http.push_back(http_rate(bed, submitters, count / 4));
        report.add({.name = "append",
                    .variant = fmt::format("over HTTP, {} submitters", submitters),
                    .value = median(over_http),
                    .unit = "statements/s",
                    .limit = "verify, hash and flush alone",
                    .limit_value = told.limit});
    }
}

}  // namespace comity::bench
