#include "cli/intel/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scan/log_files.h"
#include "intelligence/match/builder.h"
#include "intelligence/match/log_scan.h"
#include "intelligence/match/value.h"

namespace comity::cli {
namespace {

namespace matching = intelligence::match;

constexpr std::int64_t kDryRunDay = 86'400;  // seconds

struct Blocked {
    std::uint64_t count = 0;
    std::string file;  // where first
    std::uint64_t line = 0;
};

}  // namespace

Result<void> dry_run(Context& context, const DryRun& run, std::span<const intelligence::ActiveValue> values) {
    const Time now = context.clock->now();
    matching::Builder builder(matching::random_seed());
    std::size_t unmatched = 0;  // what no log line can be told to hold
    for (const intelligence::ActiveValue& each : values) {
        const auto value = matching::value_of(each.indicator);
        if (!value) {
            ++unmatched;
            continue;
        }
        COMITY_CHECK(builder.add(*value, builder.add_about({each.id, {}, each.name, {}, {}, {}})));
    }
    const Bytes bytes = builder.bytes(now);
    COMITY_TRY(auto index, matching::Index::over(bytes));
    const auto catalog = matching::Catalog::of(std::move(index));
    COMITY_TRY(const auto files,
               log_files_of(run.logs, Time::from_seconds(now.seconds() - run.days * kDryRunDay)));
    std::map<std::pair<std::string, std::string>, Blocked> blocked;  // by kind and value
    matching::ScanTotals totals;
    {
        const Waiting waiting(context.err, context.err_terminal, "scanning");
        totals = matching::scan_logs(
            *catalog, files, {.format = {}, .now = now}, [&](matching::Finding&& finding) {
                auto [row, first] =
                    blocked.try_emplace({std::string(to_string(finding.kind)), finding.value});
                ++row->second.count;
                if (first) row->second = {1, finding.file, finding.line};
            });
    }
    json::Array items;
    std::vector<std::vector<std::string>> rows;
    for (const auto& [key, each] : blocked) {
        items.push_back(json::Object{{"kind", key.first},
                                     {"value", printable(key.second)},
                                     {"count", each.count},
                                     {"file", printable(each.file)},
                                     {"line", each.line}});
        rows.push_back({printable(key.second), key.first, std::to_string(each.count),
                        fmt::format("{}:{}", printable(each.file), each.line)});
    }
    if (context.json) {
        print_json(context, json::Object{{"days", run.days},
                                         {"values", values.size()},
                                         {"files", totals.files},
                                         {"lines", totals.lines},
                                         {"bytes", totals.bytes},
                                         {"met", totals.findings},
                                         {"blocked", std::move(items)}});
    } else {
        std::ranges::sort(rows, [](const auto& a, const auto& b) {
            return a[2].size() != b[2].size() ? a[2].size() > b[2].size() : a[2] > b[2];
        });
        print_table(context, {"VALUE", "KIND", "MET", "FIRST"}, rows,
                    "the list would have blocked nothing in these logs");
    }
    context.err << fmt::format(
        "{} of {} values were met, {} times, in {} lines of {} files ({}) of the last {} days\n",
        blocked.size(), values.size(), totals.findings, totals.lines, totals.files,
        bytes_text(static_cast<double>(totals.bytes)), run.days);
    if (unmatched > 0)
        context.err << fmt::format("{} values have no form that a log could be searched for\n", unmatched);
    for (std::size_t i = 0; i + 1 < totals.errors.size(); ++i) print_error(context, totals.errors[i]);
    if (!totals.errors.empty()) return std::unexpected(std::move(totals.errors.back()));
    return {};
}

}  // namespace comity::cli
