// TAXII 2.1 over HTTP, against the program itself: pages of objects, beside nginx with the same pages as
// files, and posted batches; both beside OpenTAXII on the same machine, where PyPI can be reached.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/load.h"
#include "bench/must.h"
#include "bench/nginx.h"
#include "bench/process.h"
#include "bench/report.h"
#include "bench/wrk.h"
#include "http/client.h"
#include "intelligence/search/index.h"
#include "json/value.h"

namespace comity::bench {
namespace {

constexpr int kRounds = 3;
constexpr std::size_t kSharedPages = 100;  // asked for in turn, spread over the collection
constexpr std::size_t kBatch = 1000;
const std::string kObjects = "/taxii2/community/collections/all/objects/";

std::unique_ptr<Process> serve(const Bed& bed, const std::string& program, std::uint16_t port) {
    auto node = std::make_unique<Process>(
        std::vector<std::string>{program, "--data", (bed.folder().path() / "node").string(), "serve",
                                 "--listen", "127.0.0.1:" + std::to_string(port)},
        bed.folder() / "serve.out");
    for (int i = 0; i < 2'000 && get_status(port, "/readyz") != 200; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return node;
}

// OpenTAXII in a virtual environment of its own, with some objects in it: its figures, measured by
// bench/opentaxii.py in the same run.
class OpenTaxii {
  public:
    OpenTaxii(const Report& report, const testing::TemporaryFolder& folder) {
        const std::string output = folder / "opentaxii.out";
        Process script({"python3", OPENTAXII}, output);
        const int code = script.wait();
        const std::string text = read_file(output);
        const std::size_t line = text.rfind("{\"get_100\"");
        if (const auto value =
                json::parse(line == std::string::npos ? "" : text.substr(line, text.find('\n', line) - line));
            code == 0 && value) {
            figures_ = value->as_object();
        } else {
            report.note("OpenTAXII is left out: it could not be had from PyPI (" + output_end(text) + ")");
        }
    }
    std::optional<double> figure(std::string_view name) const {
        const json::Value* value = figures_.if_contains(name);
        return value == nullptr ? std::nullopt : std::optional(value->to_number<double>());
    }

  private:
    static std::string output_end(const std::string& text) {
        const std::size_t end = text.find_last_not_of('\n');
        if (end == std::string::npos) return "it said nothing";
        const std::size_t start = text.rfind('\n', end);
        return text.substr(start == std::string::npos ? 0 : start + 1,
                           std::min<std::size_t>(200, end - start));
    }
    json::Object figures_;
};

// The pages' paths, and their bytes as nginx's files.
struct Pages {
    std::vector<std::string> ours;  // asked for again and again, as by many members
    std::vector<std::string> once;  // others of the same size, more than are asked for in a round
    std::vector<std::string> files;
    double bytes = 0;  // of one, on average
};
constexpr std::size_t kOnce = 90'000;

std::string body_of(http::Client& client, std::uint16_t port, const std::string& path,
                    const std::string& token) {
    const auto response = client.send(http::Method::kGet, fmt::format("http://127.0.0.1:{}{}", port, path),
                                      {{"Authorization", "Bearer " + token}});
    if (!response || response->status != 200)
        give_up(path + ": " + (response ? std::string(response->bytes()) : response.error().message()));
    return std::string(response->bytes());
}

Pages make_pages(const Bed& bed, std::uint16_t port, const std::string& token, std::size_t limit,
                 std::size_t count, const std::filesystem::path& root) {
    http::Client client;
    const auto session = const_cast<Bed&>(bed).node().database().reader().value();
    const std::size_t pages = std::min(kSharedPages, count / limit);
    Pages out;
    std::filesystem::create_directories(root);
    std::vector<std::int64_t> starts;  // of pages that are full
    must(session->each("SELECT added FROM objects ORDER BY added LIMIT $1",
                       {static_cast<std::int64_t>(count - limit)}, [&](const db::Row& row) {
                           starts.push_back(row.integer(0));
                           return true;
                       }));
    for (std::size_t i = 0; i < kOnce; ++i) {
        // Far from each other, and each in a form of its own where there are not so many starts.
        const std::size_t round = i / starts.size();
        std::string time = format_time_micros({starts[i * 7'919 % starts.size()]});
        time.insert(time.size() - 1, fmt::format("{:03}", round));  // nanoseconds, which are not looked at
        out.once.push_back(fmt::format("{}?limit={}&added_after={}", kObjects, limit, time));
    }
    for (std::size_t i = 0; i < pages; ++i) {
        const auto offset = static_cast<std::int64_t>(i * (count / pages));
        // The rows lie in `added` as they came: the object before the page's first.
        const auto added =
            session->integer("SELECT added FROM objects ORDER BY added LIMIT 1 OFFSET $1", {offset});
        const std::string path = fmt::format("{}?limit={}&added_after={}", kObjects, limit,
                                             format_time_micros({added.value().value() - 1}));
        const std::string body = body_of(client, port, path, token);
        const std::string file = fmt::format("{}-{}.json", limit, i);
        std::ofstream(root / file, std::ios::binary) << body;
        out.ours.push_back(path);
        out.files.push_back("/" + file);
        out.bytes += static_cast<double>(body.size()) / static_cast<double>(pages);
    }
    return out;
}

std::string in_words(std::size_t count) {
    return count == 1'000'000 ? "1 million objects"
           : count == 10'000  ? "10 thousand objects"
                              : fmt::format("{} objects", count);
}

// The stock Python client walks through everything, twice: as the first to ask, and when its pages are kept.
void walk(const Report& report, const Process& node, std::uint16_t port, const std::string& token,
          std::size_t count) {
    const char* python = std::getenv("COMITY_BENCH_PYTHON");
    const char* script = std::getenv("COMITY_BENCH_TAXII_WALK");
    if (python == nullptr || script == nullptr) {
        report.note("taxii-get: no walk with taxii2-client: ./run bench has it from PyPI");
        return;
    }
    const testing::TemporaryFolder folder;
    const std::string root = fmt::format("http://127.0.0.1:{}/taxii2/community/", port);
    for (const std::string_view which : {"first", "again"}) {
        const double before = node.processor_seconds();
        Process client({python, script, root, token, "1000"}, folder / "walk.out");
        if (client.wait() != 0) give_up("the walk: " + read_file(folder / "walk.out"));
        std::istringstream out(read_file(folder / "walk.out"));
        std::size_t objects = 0;
        double seconds = 0;
        out >> objects >> seconds;
        if (objects != count) give_up(fmt::format("the walk met {} of {} objects", objects, count));
        report.add({.name = "taxii-get",
                    .variant = fmt::format("taxii2-client walks {}, {}", in_words(count), which),
                    .value = static_cast<double>(objects) / seconds,
                    .unit = "objects/s"});
        report.add({.name = "taxii-get",
                    .variant = fmt::format("the server's share of that time, {}", which),
                    .value = (node.processor_seconds() - before) / seconds,
                    .unit = "(1: a core)"});
    }
}

// A connection that posts and waits.
class Poster {
  public:
    Poster(std::uint16_t port, std::string token) : port_(port), token_(std::move(token)) {}
    void post(const std::string& body) {
        const auto response =
            client_.send(http::Method::kPost, fmt::format("http://127.0.0.1:{}{}", port_, kObjects),
                         {{"Authorization", "Bearer " + token_},
                          {"Content-Type", "application/taxii+json;version=2.1"},
                          {"Expect", ""}},
                         body);
        if (!response || response->status != 202 ||
            response->bytes().find(R"("failure_count":0)") == std::string_view::npos) {
            give_up("POST: " +
                    (response ? std::string(response->bytes().substr(0, 500)) : response.error().message()));
        }
    }

  private:
    http::Client client_;
    std::uint16_t port_;
    std::string token_;
};

}  // namespace

void taxii_get(const Report& report, const std::string& program) {
    if (!have_program("wrk") || !have_program("nginx")) {
        report.note("taxii-get: wrk and nginx are needed: apt-get install wrk nginx-light");
        return;
    }
    // COMITY_BENCH_OBJECTS: the larger of the two collections.
    const char* asked = std::getenv("COMITY_BENCH_OBJECTS");
    const std::size_t largest = asked == nullptr ? 1'000'000 : std::strtoull(asked, nullptr, 10);
    Bed bed;
    const OpenTaxii open_taxii(report, bed.folder());
    const std::string token = bed.token();
    std::size_t have = 0;
    std::map<std::size_t, double> small;
    for (const std::size_t count : {std::size_t{10'000}, largest}) {
        for (; have < count; have += std::min<std::size_t>(count - have, 20'000))
            submit_all(bed.ledger(),
                       bed.make_large_shares(std::min<std::size_t>(count - have, 20'000) / kBatch, kBatch),
                       8);
        // Else the node would do it beside what is measured.
        while (must(intelligence::search::advance_index(bed.node().database(), kBatch)) == kBatch) {
        }
        const std::uint16_t port = free_port();
        const auto node = serve(bed, program, port);
        const std::filesystem::path root = bed.folder().path() / fmt::format("files-{}", count);
        const Nginx nginx(bed.folder(), root, 2);  // workers: our server has all cores too
        for (const std::size_t limit : {std::size_t{100}, std::size_t{1000}}) {
            const Pages pages = make_pages(bed, port, token, limit, count, root);
            std::vector<double> ours, fresh, theirs;
            const auto load = [&](const std::vector<std::string>& paths) {
                return WrkLoad{
                    .paths = paths, .headers = {{"Authorization", "Bearer " + token}}, .connections = 8};
            };
            const auto rate = [&](std::uint16_t at, const WrkLoad& what) {
                return requests_per_second(bed.folder(), at, what) * pages.bytes / 1e6;
            };
            for (int round = 0; round < kRounds; ++round) {
                ours.push_back(rate(port, load(pages.ours)));
                // Those that no round before has asked for.
                const std::size_t share = pages.once.size() / kRounds;
                const auto start = pages.once.begin() + static_cast<std::ptrdiff_t>(round * share);
                fresh.push_back(rate(port, load({start, start + static_cast<std::ptrdiff_t>(share)})));
                theirs.push_back(rate(nginx.port(), {.paths = pages.files, .headers = {}, .connections = 8}));
            }
            report.add({.name = "taxii-get",
                        .variant = fmt::format("limit {}, {}", limit, in_words(count)),
                        .value = median(ours),
                        .unit = "MB/s",
                        .peer = "OpenTAXII",
                        .peer_value = open_taxii.figure(fmt::format("get_{}", limit)),
                        .limit = "nginx with files",
                        .limit_value = median(theirs)});
            report.add({.name = "taxii-get",
                        .variant = fmt::format("limit {}, each once, {}", limit, in_words(count)),
                        .value = median(fresh),
                        .unit = "MB/s",
                        .limit = "nginx with files",
                        .limit_value = median(theirs)});
            if (count == 10'000) {
                small[limit] = median(ours);
            } else {
                report.add({.name = "taxii-get",
                            .variant = fmt::format("limit {}, of the speed at 10 thousand", limit),
                            .value = median(ours) / small[limit],
                            .unit = "(at least 0.8)"});
            }
        }
        walk(report, *node, port, token, count);
        report.add({.name = "taxii-get",
                    .variant = "resident after it, " + in_words(count),
                    .value = node->resident_mib(),
                    .unit = "MiB"});
    }
}

void taxii_post(const Report& report, const std::string& program) {
    constexpr std::size_t kBatches = 150;
    Bed bed;
    const OpenTaxii open_taxii(report, bed.folder());
    bed.hold_key();
    const std::string token = bed.token();
    const std::uint16_t port = free_port();
    const auto node = serve(bed, program, port);
    std::uint64_t made = 0;
    for (const std::size_t connections : {std::size_t{1}, std::size_t{4}}) {
        std::vector<double> rates;
        for (int round = 0; round < kRounds; ++round) {
            std::vector<std::string> bodies(kBatches);
            for (std::string& body : bodies) {
                body = R"({"objects":[)";
                for (std::size_t i = 0; i < kBatch; ++i) body += indicator(made++) + ",";
                body.back() = ']';
                body += '}';
            }
            std::atomic<std::size_t> next{0};
            const double seconds = seconds_of([&] {
                std::vector<std::thread> threads;
                for (std::size_t t = 0; t < connections; ++t) {
                    threads.emplace_back([&] {
                        Poster poster(port, token);
                        for (std::size_t i = next++; i < bodies.size(); i = next++) poster.post(bodies[i]);
                    });
                }
                for (std::thread& thread : threads) thread.join();
            });
            rates.push_back(static_cast<double>(kBatches * kBatch) / seconds);
        }
        report.add({.name = "taxii-post",
                    .variant = fmt::format("batches of {}, {} at a time", kBatch, connections),
                    .value = median(rates),
                    .unit = "objects/s",
                    .peer = "OpenTAXII",
                    .peer_value = open_taxii.figure("post_1000")});
    }
}

}  // namespace comity::bench
