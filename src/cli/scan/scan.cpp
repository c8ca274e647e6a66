#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <ostream>
#include <thread>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scan/hit_report.h"
#include "cli/scan/log_files.h"
#include "cli/scan/report.h"
#include "cli/scan/scan_patterns.h"
#include "cli/scan/watch_list.h"
#include "intelligence/match/follow.h"
#include "json/fields.h"

namespace comity::cli {

namespace {

namespace scanning = intelligence::match;
using std::chrono::steady_clock;

constexpr std::size_t kMaxScanState = 16u << 20;              // bytes of a state file
constexpr std::chrono::milliseconds kBetweenLooks{200};       // at what is followed
constexpr std::chrono::milliseconds kBetweenRefreshes{1000};  // of the index
constexpr std::chrono::seconds kBetweenReports{10};           // of what a followed log met
constexpr std::int64_t kMaxScanThreads = 256;

struct ScanScanOptions {
    std::vector<std::string> files;
    std::string index;
    std::string format;
    std::string output;
    std::int64_t threads = 1;
    std::int64_t min_confidence = -1;
    bool file_names = false;
    bool follow = false;
    bool from_start = false;
    bool report = false;
    std::string state;
    std::vector<std::string> given;  // patterns
    bool patterns = false;           // the node's
    std::string skew = "5m";
};

// Nothing is told from an index before all of it was found as it was written.
class ScanTelling {
  public:
    // `hits` may be null: nothing is reported to the node.
    ScanTelling(WatchList& list, ScanReport& report, HitCollector* hits, Clock& clock)
        : list_(list), report_(report), hits_(hits), clock_(clock) {}
    void tell(scanning::Finding&& finding) {
        if (!failed_ && count_++ == 0) check();
        if (failed_) return;
        report_.add(finding);
        if (hits_ != nullptr) hits_->add(finding, clock_.now());
    }
    Result<void> checked() {
        if (!failed_) check();
        if (failed_) return std::unexpected(*failed_);
        return {};
    }
    bool failed() const { return failed_.has_value(); }
    std::uint64_t count() const { return count_; }

  private:
    void check() {
        if (auto done = list_.verified(); !done) failed_ = std::move(done).error();
    }
    WatchList& list_;
    ScanReport& report_;
    HitCollector* hits_;
    Clock& clock_;
    std::optional<Error> failed_;
    std::uint64_t count_ = 0;
};

// What the list has, in files.
Result<scanning::ScanTotals> scan_values(Context& context, const ScanScanOptions& options, WatchList& list,
                                         ScanReport& report, const std::vector<std::string>& files,
                                         const std::optional<scanning::LogFormat>& format,
                                         HitCollector* hits) {
    const std::uint64_t total = log_sizes_of(files);
    ScanTelling telling(list, report, hits, *context.clock);
    scanning::ScanTotals totals;
    {
        Progress progress(context.err, context.err_terminal);
        const auto start = steady_clock::now();
        const scanning::ScanOptions how{
            .format = format,
            .threads = static_cast<unsigned>(options.threads),
            .now = context.clock->now(),
            .at =
                [&](std::uint64_t done) {
                    const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
                    const double rate = static_cast<double>(done) / std::max(seconds, 1e-3);
                    const double left =
                        done < total ? static_cast<double>(total - done) / std::max(rate, 1.0) : 0;
                    progress.at(fmt::format("scanning {}/s, {:.0f} s left", bytes_text(rate), left), done,
                                total);
                },
            .stop = [&] { return telling.failed(); }};
        totals = scanning::scan_logs(list.catalog(), files, how,
                                     [&](scanning::Finding&& finding) { telling.tell(std::move(finding)); });
    }
    COMITY_CHECK(telling.checked());
    context.err << fmt::format("{} lines, {} in {} file{}: {} found\n", totals.lines,
                               bytes_text(static_cast<double>(totals.bytes)), totals.files,
                               totals.files == 1 ? "" : "s", totals.findings);
    return totals;
}

// `list` and `patterns`: null where there are none.
Result<void> scan_whole(Context& context, const ScanScanOptions& options, WatchList* list,
                        scanning::PatternScan* patterns, ScanReport& report,
                        const std::optional<scanning::LogFormat>& format) {
    COMITY_TRY(const std::vector<std::string> files, log_files_of(options.files));
    if (list != nullptr && patterns != nullptr && std::ranges::find(files, "-") != files.end())
        return invalid("-", "is read once, and patterns take a reading of their own",
                       "write it to a file, or give --pattern alone");
    HitCollector hits;
    HitCollector* const told = options.report ? &hits : nullptr;
    scanning::ScanTotals totals;
    if (list != nullptr) {
        COMITY_TRY(totals, scan_values(context, options, *list, report, files, format, told));
    }
    if (patterns != nullptr) {
        COMITY_TRY(auto matched,
                   scan_for_patterns(context, *patterns, {files, format, options.skew, told}, report));
        totals.findings += matched.matches;
        if (list == nullptr) {
            totals.files = files.size();
            totals.lines = matched.records;
            totals.errors = std::move(matched.errors);
        }
    }
    report.finish(totals);
    COMITY_CHECK(hits.send(context));
    for (std::size_t i = 0; i + 1 < totals.errors.size(); ++i) print_error(context, totals.errors[i]);
    if (!totals.errors.empty()) return std::unexpected(std::move(totals.errors.back()));
    if (totals.findings == 0)
        return not_found(list == nullptr ? "no pattern matched" : "nothing that is listed was met");
    return {};
}

json::Object follow_place_json(const scanning::FollowPlace& place) {
    return {{"device", place.device},       {"inode", place.inode},
            {"offset", place.offset},       {"lines", place.lines},
            {"beginning", place.beginning}, {"beginning_size", place.beginning_size}};
}

using FollowPlaces = std::map<std::string, scanning::FollowPlace>;

// {"files": {"/var/log/dns.log": {...}}}
Result<FollowPlaces> read_follow_places(Context& context, const std::string& file) {
    FollowPlaces places;
    if (file.empty() || !std::filesystem::exists(file)) return places;
    COMITY_TRY(const std::string text, read_file(context, file, kMaxScanState));
    COMITY_TRY(const json::Value value, json::parse(text));
    const json::Value* const files = value.is_object() ? value.get_object().if_contains("files") : nullptr;
    if (files == nullptr || !files->is_object())
        return invalid(file, "is no state of a scan",
                       "remove it, and the scan begins at the end of the logs");
    for (const auto& each : files->get_object()) {
        COMITY_TRY(json::Fields fields, json::Fields::of(each.value(), file));
        scanning::FollowPlace place;
        const auto number = [&](std::string_view key, std::uint64_t& into) -> Result<void> {
            COMITY_TRY(const std::int64_t read, fields.integer(key, 0, INT64_MAX));
            into = static_cast<std::uint64_t>(read);
            return {};
        };
        COMITY_CHECK(number("device", place.device));
        COMITY_CHECK(number("inode", place.inode));
        COMITY_CHECK(number("offset", place.offset));
        COMITY_CHECK(number("lines", place.lines));
        COMITY_CHECK(number("beginning_size", place.beginning_size));
        COMITY_TRY(place.beginning, fields.text("beginning", 0, 64));
        places[std::string(each.key())] = place;
    }
    return places;
}

volatile std::sig_atomic_t scan_stop_asked = 0;
void ask_scan_stop(int) {
    scan_stop_asked = 1;
}

Result<void> scan_following(Context& context, const ScanScanOptions& options, WatchList& list,
                            ScanReport& report, const std::optional<scanning::LogFormat>& format) {
    COMITY_TRY(FollowPlaces places, read_follow_places(context, options.state));
    std::vector<std::unique_ptr<scanning::Follower>> followers;
    for (const std::string& file : options.files) {
        if (file == "-")
            return invalid("--follow", "standard input is read to its end anyway", "leave --follow out");
        const auto known = places.find(file);
        followers.push_back(std::make_unique<scanning::Follower>(
            file, known == places.end() ? std::nullopt : std::optional(known->second), options.from_start,
            format));
    }
    scan_stop_asked = 0;
    struct sigaction action{};
    action.sa_handler = ask_scan_stop;
    struct sigaction before_int{}, before_term{};
    sigaction(SIGINT, &action, &before_int);
    sigaction(SIGTERM, &action, &before_term);
    HitCollector hits;
    ScanTelling telling(list, report, options.report ? &hits : nullptr, *context.clock);
    const auto follow = [&]() -> Result<void> {
        auto refreshed = steady_clock::now();
        auto reported = refreshed;
        while (scan_stop_asked == 0) {
            bool any = false;
            for (const auto& follower : followers) {
                COMITY_TRY(const bool more, follower->poll(list.catalog(), context.clock->now(),
                                                           [&](scanning::Finding&& finding) {
                                                               telling.tell(std::move(finding));
                                                           }));
                any = any || more;
                if (telling.failed()) return telling.checked();
            }
            if (any) {
                context.out.flush();
                if (!context.out) return unavailable("standard output", "cannot be written");
                if (!options.state.empty()) {
                    json::Object files;
                    for (const auto& follower : followers)
                        files[follower->path()] = follow_place_json(follower->place());
                    COMITY_CHECK(write_file(
                        context, options.state,
                        json::write(json::Value(json::Object{{"files", std::move(files)}})) + "\n", true));
                }
            }
            if (steady_clock::now() - refreshed >= kBetweenRefreshes) {
                if (const auto newer = list.refresh(); !newer) print_error(context, newer.error());
                refreshed = steady_clock::now();
            }
            if (steady_clock::now() - reported >= kBetweenReports) {
                // A node that is away for a while is told later.
                if (const auto sent = hits.send(context); !sent) print_error(context, sent.error());
                reported = steady_clock::now();
            }
            if (!any) std::this_thread::sleep_for(kBetweenLooks);
        }
        return {};
    };
    auto done = follow();
    if (done) done = hits.send(context);
    sigaction(SIGINT, &before_int, nullptr);
    sigaction(SIGTERM, &before_term, nullptr);
    return done;
}

Result<void> scan_for(Context& context, const ScanScanOptions& options) {
    std::optional<scanning::LogFormat> format;
    if (!options.format.empty()) {
        format = scanning::parse_log_format(options.format);
        if (!format) return invalid("--format", fmt::format("'{}' is no format", options.format));
    }
    std::string form = options.output;
    if (form.empty()) form = context.json || !context.out_terminal ? "jsonl" : "lines";
    COMITY_TRY(const auto report, ScanReport::make(form, context));
    if (options.follow && form != "lines" && form != "jsonl")
        return invalid("--follow", fmt::format("has no end at which {} could be printed", form),
                       "use lines or jsonl");
    scanning::Gathering gathering{
        .now = context.clock->now(), .min_confidence = {}, .file_names = options.file_names};
    if (options.min_confidence >= 0) gathering.min_confidence = static_cast<int>(options.min_confidence);
    if (options.patterns && !options.index.empty())
        return invalid("--patterns", "an index file has no patterns",
                       "give them by --pattern: a file with indicators of STIX");
    const bool with_patterns = options.patterns || !options.given.empty();
    if (with_patterns && options.follow)
        return invalid("--follow", "patterns are held against logs as they are now",
                       "leave --follow out, or --pattern and --patterns");
    COMITY_TRY(const std::int64_t skew, parse_interval(options.skew, "--skew"));
    scanning::PatternScan patterns(skew * 1'000'000);
    COMITY_CHECK(add_given_patterns(context, options.given, patterns));
    if (options.patterns)
        gathering.compound = [&](scanning::ScanPattern&& one) { return patterns.add(std::move(one)); };
    std::unique_ptr<WatchList> list;
    if (options.given.empty() || options.patterns || !options.index.empty()) {
        COMITY_TRY(list, WatchList::open(context, options.index, gathering));
    }
    if (options.follow) return scan_following(context, options, *list, *report, format);
    return scan_whole(context, options, list.get(), with_patterns ? &patterns : nullptr, *report, format);
}

}  // namespace

void add_scan(Command& program, Context& context) {
    auto options = std::make_shared<ScanScanOptions>();
    Command command = program.add_command(
        {.name = "scan",
         .summary = "Find what the community knows in your own logs",
         .description =
             "Matches logs against every indicator that you may read and that is valid now: addresses and "
             "networks, names and those below them, URLs, e-mail addresses, sums, JA3 and JA4, SSDEEP, "
             "wallets, "
             "in any spelling. Logs are read where they are and never leave: plain, gzip or zstd; Zeek, EVE "
             "and "
             "other JSON, web servers, resolvers, syslog, CSV with a header, or any text.\n\n"
             "STIX patterns that ask for more than one of some values (AND, FOLLOWEDBY, WITHIN, REPEATS, "
             "START, "
             "MATCHES, ...) are held against the records of logs that have fields: --patterns takes those of "
             "the "
             "node, --pattern one that is given. All logs are read together, by the times of their "
             "records.\n\n"
             "Returns 0 where something was met, 1 where nothing was or a file could not be read to its "
             "end.\n\n"
             "--index takes an index file instead of the node (comity intel index build), on sensors that "
             "have no "
             "node. With --follow, logs are followed through rotation and truncation, and a newer index is "
             "taken "
             "up without a pause.",
         .examples = {
             {"comity scan /var/log/zeek", "a folder"},
             {"zcat old.log.gz | comity scan - --index sensor.cmx --output table", ""},
             {"comity scan --follow --state /var/lib/scan.json --index sensor.cmx /var/log/dns.log", ""},
             {"comity scan /var/log/zeek --report", "and let the node say it, as the policy has it"},
             {"comity scan /var/log/zeek --patterns", "compound patterns, too"},
             {"comity scan dns.log conn.log --pattern \"[domain-name:value = 'evil.net'] FOLLOWEDBY "
              "[network-traffic:dst_port = 4444] WITHIN 300 SECONDS\"",
              "one pattern, and no node"},
             {"comity scan access.log --output stix > seen.json && comity share seen.json",
              "say that it was seen, and not where"}}});
    command.add_option("FILE", options->files, "Logs, folders of logs, - for standard input").required();
    command.add_option("--index", options->index, "Look for what this index file has").type_name("FILE");
    command.add_option("--format", options->format, "What the logs are; default: told by how they begin")
        .one_of({"text", "zeek", "json", "web", "dns", "syslog", "csv"});
    command
        .add_option(
            "--output", options->output,
            "lines (as grep), jsonl, table (a row for each value), sarif, stix (sightings); default: lines "
            "on a terminal, else jsonl")
        .one_of({"lines", "jsonl", "table", "sarif", "stix"});
    command.add_option("--threads", options->threads, "Scan on so many processors")
        .type_name("N")
        .range(1, kMaxScanThreads);
    command
        .add_option("--min-confidence", options->min_confidence, "Only what is believed at least so far now")
        .range(0, 100);
    command.add_flag("--file-names", options->file_names, "Look for files by their names alone, too");
    command.add_flag(
        "--report", options->report,
        "Tell your member's node which indicators were met, how often and when, and nothing of where: what "
        "becomes of it, comity sighting policy says");
    command.add_flag("--patterns", options->patterns,
                     "Hold the node's compound STIX patterns against the logs' records, too");
    command
        .add_option("--pattern", options->given,
                    "Hold this STIX pattern against the logs' records: a pattern, or a file with one, an "
                    "indicator or a bundle. Alone, nothing else is looked for and no node is asked")
        .type_name("PATTERN");
    command
        .add_option("--skew", options->skew,
                    "How far behind later records of the logs one may stand; for patterns (default 5m)")
        .type_name("TIME");
    command.add_flag("--follow", options->follow, "Go on with what is written to the logs, until ended");
    command.add_flag("--from-start", options->from_start,
                     "With --follow: begin with what the logs hold already");
    command
        .add_option("--state", options->state,
                    "With --follow: the file that keeps how far each log was read, to go on there")
        .type_name("FILE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return scan_for(c, *options); });
}

}  // namespace comity::cli
