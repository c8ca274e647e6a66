// Tessera's own load tool, hammer, against this log and against Tessera's POSIX log, in turn on the same
// machine: durable appends a second, told by how fast the signed checkpoints grow. To Tessera hammer posts
// leaves that it takes as they are; here each becomes a statement that is signed at the door, and then
// verified, logged and applied to the views like any other. And in the same rounds against a log that does
// nothing (null_log/main.go): more than that no log can reach behind this client, which shares the machine.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "api/tlog/tlog.h"
#include "bench/load.h"
#include "bench/must.h"
#include "bench/process.h"
#include "bench/report.h"
#include "http/client.h"
#include "http/server.h"

namespace comity::bench {
namespace {

constexpr int kRounds = 3;
constexpr auto kRound = std::chrono::seconds(12);
constexpr auto kLook = std::chrono::milliseconds(20);
constexpr int kWriters = 256;
constexpr std::size_t kMaxLeaf = 65535;
constexpr auto kStart = std::chrono::seconds(20);  // until Tessera's server answers

// The second line of a checkpoint, at that URL; nothing where there is none yet.
std::optional<std::uint64_t> size_at(http::Client& client, const std::string& url) {
    const auto response = client.send(http::Method::kGet, url);
    if (!response || response->status != 200) return std::nullopt;
    const std::string_view note = response->bytes();
    const std::size_t line = note.find('\n') + 1;
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(note.data() + line, note.data() + note.size(), size);
    return error == std::errc{} ? std::optional(size) : std::nullopt;
}

// From the first checkpoint that has grown to the last one; `grows` is where it is.
double grown_a_second(const std::string& hammer, const std::string& read, const std::string& write,
                      const std::string& grows, const crypto::NamedKey& key, const std::string& output) {
    http::Client client;
    const std::uint64_t before = size_at(client, grows).value_or(0);
    Process load({hammer, "--log_url=" + read, "--write_log_url=" + write, "--log_public_key=" + key.text(),
                  "--max_read_ops=0", "--num_readers_random=0", "--num_readers_full=0",
                  fmt::format("--num_writers={}", kWriters), "--max_write_ops=100000", "--dup_chance=0",
                  "--show_ui=false"},
                 output);
    using Clock = std::chrono::steady_clock;
    std::optional<std::pair<Clock::time_point, std::uint64_t>> first;
    auto last = std::pair(Clock::now(), before);
    for (const auto end = Clock::now() + kRound; Clock::now() < end; std::this_thread::sleep_for(kLook)) {
        const auto size = size_at(client, grows);
        if (!size || *size <= last.second) continue;
        last = {Clock::now(), *size};
        if (!first) first = last;
    }
    load.stop();
    if (!first || last.first == first->first) give_up("hammer wrote nothing:\n" + read_file(output));
    return static_cast<double>(last.second - first->second) /
           std::chrono::duration<double>(last.first - first->first).count();
}

// POST /add as hammer has it: a leaf, answered by its index once it is durable.
void add_door(http::Router& router, Bed& bed, std::atomic<unsigned>& made) {
    router.add_later(http::Method::kPost, "/add", {.max_body = kMaxLeaf},
                     [&](http::Request, http::Respond respond) {
                         auto shared = std::make_shared<http::Respond>(std::move(respond));
                         bed.ledger().submit(bed.share(made++), [shared](Result<ledger::Receipt> receipt) {
                             if (!receipt) give_up(receipt.error().message());
                             (*shared)(http::Response::text(200, std::to_string(receipt->index)));
                         });
                     });
}

// A log of Go's, started for one round; `grows`: the path at which it says how far it is.
double other_log(const std::string& peers, std::vector<std::string> command, const std::string& grows,
                 const std::string& folder) {
    const crypto::NamedSecret key{"other.example/log", crypto::KeyType::kEd25519,
                                  crypto::SecretKey::generate()};
    std::ofstream(folder + "/other.key") << key.text();
    const std::uint16_t port = free_port();
    const std::string url = fmt::format("http://127.0.0.1:{}/", port);
    command.push_back(fmt::format("--listen=127.0.0.1:{}", port));
    command.push_back("--private_key=" + folder + "/other.key");
    const Process server(command, folder + "/other.out");
    http::Client client;
    const auto end = std::chrono::steady_clock::now() + kStart;
    while (!size_at(client, url + "checkpoint")) {
        if (std::chrono::steady_clock::now() > end)
            give_up(command.front() + " does not answer:\n" + read_file(folder + "/other.out"));
        std::this_thread::sleep_for(kLook);
    }
    return grown_a_second(peers + "/hammer", url, url, url + grows, key.public_part(),
                          folder + "/hammer.out");
}

}  // namespace

void hammer(const Report& report, const std::string&) {
    const char* peers = std::getenv("COMITY_BENCH_GO");
    if (peers == nullptr) {
        report.note("Tessera's hammer is not here (the Go proxy out of reach, or not called by ./run bench)");
        return;
    }
    Bed bed;
    std::atomic<unsigned> made = 0;
    http::Router router;
    api::tlog::add_routes(router, bed.node());
    add_door(router, bed, made);
    const auto server = must(http::Server::start({.port = 0}, router));
    const std::string url = fmt::format("http://127.0.0.1:{}/", server->port());
    const crypto::NamedKey key = bed.ledger().identity().key.public_part();
    const std::string folder = bed.folder() / "peers";
    std::filesystem::create_directories(folder);
    const std::string go = peers;
    std::vector<double> ours, theirs, nothings;
    for (int round = 0; round < kRounds; ++round) {
        ours.push_back(grown_a_second(go + "/hammer", url + "log/", url, url + "log/checkpoint", key,
                                      folder + "/hammer.out"));
        theirs.push_back(other_log(go,
                                   {go + "/posix", fmt::format("--storage_dir={}/tessera-{}", folder, round)},
                                   "checkpoint", folder));
        nothings.push_back(other_log(go, {go + "/null_log"}, "grown", folder));
    }
    report.add({.name = "hammer",
                .variant = fmt::format("{} writers", kWriters),
                .value = median(ours),
                .unit = "appends/s",
                .peer = "Tessera's POSIX log",
                .peer_value = median(theirs),
                .limit = "a log that does nothing",
                .limit_value = median(nothings)});
    report.add({.name = "hammer",
                .variant = "a log that does nothing",
                .value = median(nothings),
                .unit = "appends/s",
                .peer = "Tessera's POSIX log",
                .peer_value = median(theirs)});
    server->stop();
}

}  // namespace comity::bench
