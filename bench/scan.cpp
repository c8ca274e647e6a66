// Logs scanned for indicators, beside ripgrep and `wc -l` in the same run; index files; lookups.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bench/made_logs.h"
#include "bench/must.h"
#include "bench/process.h"
#include "bench/report.h"
#include "intelligence/match/increments.h"
#include "intelligence/match/log_scan.h"
#include "intelligence/match/store.h"

namespace comity::bench {

namespace {

namespace match = intelligence::match;

constexpr std::size_t kLog = 400u << 20;      // bytes
constexpr std::size_t kPeerLog = 100u << 20;  // bytes that ripgrep is given
constexpr int kRounds = 5;
constexpr Time kNow = Time::from_seconds(1'800'000'000);
constexpr std::size_t kSizes[] = {10'000, 1'000'000, 10'000'000};

class Folder {
  public:
    Folder()
        : path_(std::filesystem::temp_directory_path() / fmt::format("comity-bench-scan-{}", ::getpid())) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

void write(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string sized(std::size_t count) {
    return count >= 1'000'000 ? fmt::format("{} million", count / 1'000'000)
                              : fmt::format("{} thousand", count / 1000);
}

double built(const std::string& list, const std::string& path) {
    return seconds_of([&] {
        match::Builder builder({{1, 2, 3, 4}}, {});
        builder.reserve(list.size() / 18, list.size());
        match::Gatherer gatherer(builder, {.now = kNow, .min_confidence = {}, .file_names = false});
        must(gatherer.take_list(list, "bench", std::nullopt));
        if (const auto& left = gatherer.unwatched(); left.count > 0)
            give_up("a made indicator is none: " + left.first.front().what + ": " + left.first.front().why);
        must(builder.write(path, kNow));
    });
}

// Seconds of one scan. What is found must be what was planted.
double scanned(const match::Catalog& catalog, const std::string& file, unsigned threads,
               const std::optional<match::LogFormat>& format, const MadeLog& log) {
    std::vector<std::uint64_t> lines;
    const double seconds = seconds_of([&] {
        const auto totals =
            match::scan_logs(catalog, {file}, {.format = format, .threads = threads, .now = kNow},
                             [&](match::Finding&& finding) {
                                 if (lines.empty() || lines.back() != finding.line)
                                     lines.push_back(finding.line);
                             });
        if (!totals.errors.empty()) give_up(totals.errors.front().message());
    });
    if (lines != log.hits)
        give_up(fmt::format("{} lines were found of {} that were planted", lines.size(), log.hits.size()));
    return seconds;
}

double run_of(const std::vector<std::string>& command, const std::string& output) {
    return seconds_of([&] { (void)Process(command, output).wait(); });
}

template <typename Work>
double best_of(int rounds, const Work& work) {
    double best = 1e9;
    for (int i = 0; i < rounds; ++i) best = std::min(best, work());
    return best;
}

void scan_made(const Report& report, const std::string& name, const MadeLog& log,
               const std::optional<match::LogFormat>& format, bool peers) {
    const Folder folder;
    write(folder / "log", log.text);
    const double bytes = static_cast<double>(log.text.size());
    const double wc =
        bytes / 1e6 / best_of(kRounds, [&] { return run_of({"wc", "-l", folder / "log"}, folder / "out"); });
    for (const std::size_t count : kSizes) {
        const std::string list = made_indicators(count);
        built(list, folder / "index");
        const auto catalog = must(match::Catalog::open(folder / "index"));
        const double one =
            bytes / 1e6 / best_of(kRounds, [&] { return scanned(*catalog, folder / "log", 1, format, log); });
        const double two =
            bytes / 1e6 / best_of(kRounds, [&] { return scanned(*catalog, folder / "log", 2, format, log); });
        std::optional<double> rg;
        // Beyond ten thousand Debian's ripgrep takes minutes and gigabytes only to begin.
        if (peers && count <= 10'000 && have_program("rg")) {
            write(folder / "list", list);
            write(folder / "part", std::string_view(log.text).substr(0, kPeerLog));
            write(folder / "line", "nothing\n");
            const std::vector<std::string> command{"rg", "--no-config", "-a",           "-c",
                                                   "-F", "-f",          folder / "list"};
            const auto with = [&](const std::string& file) {
                auto words = command;
                words.push_back(file);
                return best_of(3, [&] { return run_of(words, folder / "out"); });
            };
            const double set_up = with(folder / "line");
            rg = static_cast<double>(kPeerLog) / 1e6 / std::max(1e-3, with(folder / "part") - set_up);
        }
        report.add({.name = name,
                    .variant = sized(count) + ", one core",
                    .value = one,
                    .unit = "MB/s",
                    .peer = "rg -F -f",
                    .peer_value = rg,
                    .limit = "wc -l",
                    .limit_value = wc});
        report.add({.name = name,
                    .variant = sized(count) + ", two cores",
                    .value = two,
                    .unit = "MB/s",
                    .peer = "one core",
                    .peer_value = one});
    }
    report.note(
        fmt::format("{} planted lines found each time, none of {} decoys", log.hits.size(), log.decoys));
}

}  // namespace

void scan(const Report& report, const std::string&) {
    scan_made(report, "scan", made_zeek(kLog), match::LogFormat::kText, true);
}

void scan_fields(const Report& report, const std::string&) {
    report.note("Zeek's tabs, then Zeek's JSON");
    scan_made(report, "scan-fields", made_zeek(kLog), std::nullopt, false);
    scan_made(report, "scan-fields", made_json(kLog), std::nullopt, false);
}

void index_files(const Report& report, const std::string&) {
    const Folder folder;
    for (const std::size_t count : kSizes) {
        const std::string list = made_indicators(count);
        const double seconds =
            best_of(count > 1'000'000 ? 2 : 3, [&] { return built(list, folder / "index"); });
        std::shared_ptr<const match::Catalog> catalog;
        const double opened = best_of(kRounds, [&] {
            return seconds_of([&] { catalog = must(match::Catalog::open(folder / "index")); });
        });
        const double verified = best_of(2, [&] { return seconds_of([&] { must(catalog->verify()); }); });
        const auto size = static_cast<double>(catalog->base().header().file_size);
        report.add(
            {.name = "index", .variant = sized(count) + ", built from text", .value = seconds, .unit = "s"});
        report.add(
            {.name = "index", .variant = sized(count) + ", opened", .value = opened * 1e3, .unit = "ms"});
        report.add({.name = "index",
                    .variant = sized(count) + ", every byte verified",
                    .value = verified * 1e3,
                    .unit = "ms"});
        report.add({.name = "index",
                    .variant = sized(count) + ", the file",
                    .value = size / static_cast<double>(catalog->values()),
                    .unit = "bytes/value"});
        // Ten thousand values more.
        const double increment = best_of(3, [&] {
            return seconds_of([&] {
                match::Builder more(catalog->seed(), catalog->base().header().sha256);
                const auto about = more.add_about({});
                for (int i = 0; i < 10'000; ++i)
                    must(more.add(match::ValueKind::kDomain, fmt::format("new{}.example.org", i), about));
                must(more.write(match::increments_of(folder / "index"), kNow));
                (void)must(match::Catalog::open(folder / "index"));
            });
        });
        report.add({.name = "index",
                    .variant = sized(count) + ", 10 thousand more",
                    .value = increment * 1e3,
                    .unit = "ms"});
        std::filesystem::remove(match::increments_of(folder / "index"));
    }
}

void lookup(const Report& report, const std::string&) {
    const Folder folder;
    for (const std::size_t count : kSizes) {
        const std::string list = made_indicators(count);
        built(list, folder / "index");
        const auto catalog = must(match::Catalog::open(folder / "index"));
        // Half of them listed.
        std::vector<std::string> names;
        for (std::size_t at = 0; at < list.size() && names.size() < 1'000'000;) {
            const std::size_t end = list.find('\n', at);
            const std::string_view entry = std::string_view(list).substr(at, end - at);
            if (match::plain_value(entry) == match::ValueKind::kDomain) {
                names.emplace_back(entry);
                names.push_back("h" + std::string(entry));
            }
            at = end + 1;
        }
        std::vector<std::string_view> asked(names.begin(), names.end());
        const auto listed = std::make_unique<bool[]>(asked.size());
        std::vector<double> rates;
        for (int round = 0; round < kRounds; ++round) {
            rates.push_back(static_cast<double>(asked.size()) /
                            seconds_of([&] { catalog->have_names(asked, listed.get()); }));
        }
        std::size_t found = 0;
        for (std::size_t i = 0; i < asked.size(); ++i) found += listed[i] ? 1 : 0;
        if (found != asked.size() / 2) give_up("lookups: not the names that are listed");
        report.add({.name = "lookup",
                    .variant = sized(count) + ", names in bulk, one core",
                    .value = median(rates),
                    .unit = "lookups/s"});
    }
    lookup_by_rest(report);
}

}  // namespace comity::bench
