#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scan/following.h"
#include "cli/scan/hit_report.h"
#include "cli/scan/log_files.h"
#include "cli/scan/report.h"
#include "cli/scan/scan_patterns.h"
#include "cli/scan/telling.h"

namespace comity::cli {

namespace {

namespace scanning = intelligence::match;
using std::chrono::steady_clock;

constexpr std::int64_t kMaxScanThreads = 256;
// As grep has it: a script must not take trouble for quiet.
constexpr int kNothingMet = 1;
constexpr int kScanTrouble = 2;

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

constexpr std::size_t kUnwatchedNamed = 3;  // on standard error

// A scan that finds nothing is no answer about what it did not look for.
Result<void> say_unwatched(Context& context, WatchList& list, ScanReport& report) {
    COMITY_TRY(const scanning::LeftOut left, list.unwatched());
    if (left.count == 0) return {};
    report.unwatched(left);
    for (std::size_t i = 0; i < std::min(left.first.size(), kUnwatchedNamed); ++i)
        context.err << fmt::format("not looked for: {}: {}\n", printable(left.first[i].what),
                                   printable(left.first[i].why));
    if (left.count > kUnwatchedNamed)
        context.err << fmt::format("not looked for: and {} more\n", left.count - kUnwatchedNamed);
    return {};
}

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
    HitCollector hits = HitCollector::of_whole_logs();
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
    if (list != nullptr) COMITY_CHECK(say_unwatched(context, *list, report));
    report.finish(totals);
    COMITY_CHECK(hits.send(context));
    for (std::size_t i = 0; i + 1 < totals.errors.size(); ++i) print_error(context, totals.errors[i]);
    if (!totals.errors.empty()) return std::unexpected(std::move(totals.errors.back()));
    if (totals.findings == 0) {
        context.failure_code = kNothingMet;
        return not_found(list == nullptr ? "no pattern matched" : "nothing that is listed was met");
    }
    return {};
}

Result<void> scan_for(Context& context, const ScanScanOptions& options) {
    context.failure_code = kScanTrouble;
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
    const bool with_patterns = options.patterns || !options.given.empty();
    COMITY_TRY(const std::int64_t skew, parse_interval(options.skew, "--skew"));
    std::vector<scanning::ScanPattern> patterns;
    const TakePattern take = [&](scanning::ScanPattern&& one) -> Result<void> {
        COMITY_CHECK(scanning::check_scan_pattern(one));
        patterns.push_back(std::move(one));
        return {};
    };
    COMITY_CHECK(take_given_patterns(context, options.given, take));
    const std::size_t given = patterns.size();
    if (options.patterns) gathering.compound = take;
    std::unique_ptr<WatchList> list;
    if (options.given.empty() || options.patterns || !options.index.empty()) {
        COMITY_TRY(list, WatchList::open(context, options.index, gathering));
    }
    if (options.follow) {
        FollowRequest request{.files = options.files,
                              .format = format,
                              .from_start = options.from_start,
                              .state = options.state,
                              .report = options.report,
                              .skew = options.skew,
                              .skew_micros = skew * 1'000'000,
                              .patterns = {}};
        if (with_patterns)
            request.patterns = [&, first = true]() mutable -> Result<std::vector<scanning::ScanPattern>> {
                if (first || !options.patterns || options.index.empty()) {
                    first = false;
                    return patterns;
                }
                patterns.resize(given);
                gathering.now = context.clock->now();
                COMITY_CHECK(scanning::take_patterns(list->catalog(), gathering));
                return patterns;
            };
        if (list != nullptr) COMITY_CHECK(say_unwatched(context, *list, *report));
        return scan_following(context, request, list.get(), *report);
    }
    scanning::PatternScan scan(skew * 1'000'000);
    for (scanning::ScanPattern& one : patterns) COMITY_CHECK(scan.add(std::move(one)));
    return scan_whole(context, options, list.get(), with_patterns ? &scan : nullptr, *report, format);
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
             "wallets, in any spelling. Logs are read where they are and never leave: plain, gzip or zstd; "
             "Zeek, EVE and other JSON, web servers, resolvers, syslog, CSV with a header, or any text.\n\n"
             "STIX patterns that ask for more than one of some values (AND, FOLLOWEDBY, WITHIN, REPEATS, "
             "START, MATCHES, ...) are held against the records of logs that have fields: --patterns takes "
             "those of the node or of the index file, --pattern one that is given. All logs are read "
             "together, by the times of their records.\n\n"
             "Returns 0 where something was met, 1 where nothing was, 2 where something went wrong, "
             "whatever was met: a file could not be read to its end, the node did not answer.\n\n"
             "--index takes an index file instead of the node (comity intel index build), on sensors that "
             "have no node. With --follow, logs (of folders also those that come later) are followed through "
             "rotation and truncation, a newer index is taken up without a pause, and a pattern matches once "
             "the last of its records is written, "
             "whatever the clock says: windows are of the logs' own time.",
         .examples = {
             {"comity scan /var/log/zeek", "a folder"},
             {"zcat old.log.gz | comity scan - --index sensor.cmx --output table", ""},
             {"comity scan --follow --state /var/lib/scan.json --index sensor.cmx /var/log/dns.log", ""},
             {"comity scan --follow --state s.json --index sensor.cmx /var/log/zeek/current",
              "a folder, and the logs that come to it"},
             {"comity scan --follow --state s.json --index sensor.cmx --patterns dns.log conn.log",
              "compound patterns as the logs are written, on a sensor"},
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
                     "Hold the compound STIX patterns of the node, or of the index file, against the logs' "
                     "records, too");
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
        .add_option(
            "--state", options->state,
            "With --follow: the file that keeps how far each log was read, and what patterns wait for, to "
            "go on there")
        .type_name("FILE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return scan_for(c, *options); });
}

}  // namespace comity::cli
