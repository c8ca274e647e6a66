#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/intel/dry_run.h"
#include "cli/intel/lists.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/speak.h"
#include "intelligence/export/formats.h"
#include "intelligence/override.h"

namespace comity::cli {

namespace {

constexpr std::size_t kLeftShown = 20;

struct IntelExportOptions {
    std::string format;
    std::string types;
    std::int64_t min_confidence = -1;
    std::int64_t max_age = -1;  // days
    std::int64_t min_sightings = -1;
    std::int64_t sighted_within = -1;  // days
    std::int64_t max_false = -1;
    std::string out;
    std::string reason;  // for values that warning lists hold back
    DryRun dry_run;
};

void print_left(Context& context, const std::vector<intelligence::NotExported>& left) {
    for (std::size_t i = 0; i < std::min(left.size(), kLeftShown); ++i) {
        context.err << fmt::format("left out: {}{}{}: {}\n", printable(left[i].id),
                                   left[i].value.empty() ? "" : " ", printable(left[i].value),
                                   printable(left[i].why));
    }
    if (left.size() > kLeftShown)
        context.err << fmt::format("left out: and {} more\n", left.size() - kLeftShown);
}

// A statement for each portion of what is let through.
Result<void> say_override(Context& context, const IntelExportOptions& options,
                          const std::vector<intelligence::Gated::Listed>& listed) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    for (std::size_t begin = 0; begin < listed.size(); begin += intelligence::kMaxOverridden) {
        intelligence::OverrideBody body{.format = options.format, .reason = options.reason, .values = {}};
        const std::size_t end = std::min(listed.size(), begin + intelligence::kMaxOverridden);
        for (std::size_t i = begin; i < end; ++i)
            body.values.push_back({listed[i].value.indicator.value, listed[i].hit.list});
        // For the member's own people: the values may be from objects that others may not read.
        Saying saying{.type = std::string(intelligence::kOverride),
                      .audience = {ledger::Tlp::kAmberStrict, {}, {}, {}},
                      .body = intelligence::override_json(body)};
        COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
        context.err << fmt::format("{} listed values let through: statement {}\n", end - begin,
                                   submitted.id.hex());
    }
    return {};
}

Result<void> run_export(Context& context, const IntelExportOptions& options) {
    COMITY_TRY(const auto format, intelligence::parse_export_format(options.format, "--format"));
    intelligence::ActiveQuery query{.now = context.clock->now()};
    COMITY_TRY(query.kinds, intelligence::parse_kinds(options.types, "--type"));
    if (options.min_confidence >= 0) query.min_confidence = static_cast<int>(options.min_confidence);
    if (options.max_age >= 0) query.max_age_days = options.max_age;
    if (options.min_sightings >= 0) query.min_sighted_by = options.min_sightings;
    if (options.sighted_within >= 0) query.sighted_within_days = options.sighted_within;
    if (options.max_false >= 0) query.max_false_by = options.max_false;
    COMITY_TRY(const intelligence::WarningLists lists, warning_lists(context));
    intelligence::Active active;
    {
        const Waiting waiting(context.err, context.err_terminal, "reading indicators");
        COMITY_TRY(const auto source, Source::open(context));
        COMITY_TRY(active, source->active(query));
    }
    intelligence::Gated gated = intelligence::gate(std::move(active.values), lists);
    // What the format has no place for anyway is let through by nobody.
    std::erase_if(gated.listed,
                  [&](const auto& each) { return !intelligence::takes(format, each.value.indicator.kind); });
    if (!options.dry_run.logs.empty()) {
        std::erase_if(gated.values,
                      [&](const auto& each) { return !intelligence::takes(format, each.indicator.kind); });
        return dry_run(context, options.dry_run, gated.values);
    }
    if (!gated.listed.empty() && !options.reason.empty()) {
        COMITY_CHECK(say_override(context, options, gated.listed));
        for (auto& each : gated.listed) gated.values.push_back(std::move(each.value));
        gated.listed.clear();
    }
    COMITY_TRY(const intelligence::Exported exported, intelligence::write_export(format, gated.values));
    std::vector<intelligence::NotExported> left = std::move(active.left);
    left.insert(left.end(), exported.left.begin(), exported.left.end());
    print_left(context, left);
    for (const auto& each : gated.listed) {
        context.err << fmt::format("held back: {} is in \"{}\" ({})\n", printable(each.value.indicator.value),
                                   printable(each.hit.list), printable(each.hit.entry));
    }
    if (!gated.listed.empty())
        context.err
            << "held back values are exported with --allow-listed REASON, which is signed and logged\n";
    context.err << fmt::format("{} values exported; {} held back; {} left out\n", exported.values,
                               gated.listed.size(), left.size());
    return write_file(context, options.out.empty() ? "-" : options.out, exported.text, true);
}

}  // namespace

void add_intel_export(Command& intel, Context& context) {
    auto options = std::make_shared<IntelExportOptions>();
    Command command = intel.add_command(
        {.name = "export",
         .summary = "Export active indicators for what defends",
         .description = "Writes the values of all indicators that are valid now, not revoked and readable "
                        "for who asks, in the "
                        "language of a sensor, a resolver or a filter. Of each value one stands in the "
                        "output, however often it "
                        "was shared; the same values give the same bytes.\n\n"
                        "Values that are well known to be benign (comity intel warninglist list) are held "
                        "back. --allow-listed "
                        "lets them through, and says so in a signed statement.\n\n"
                        "What is left out and why is told on standard error.",
         .examples = {
             {"comity intel export --format rpz --out /etc/bind/rpz.comity", ""},
             {"comity intel export --format suricata --min-confidence 60 --max-age 90", "newer than 90 days"},
             {"comity intel export --format plain --min-sightings 2 --sighted-within 30 --max-false-reports "
              "0",
              "what several members see now, and nobody doubts"},
             {"comity intel export --format rpz --dry-run-logs /var/log/dns --days 14",
              "what it would have blocked in the last two weeks, before it does"},
             {"comity intel export --format suricata-dataset --type sha256 --out malware.lst", ""},
             {"comity intel export --format plain --type ip --node https://cert-ke.example",
              "from another node"}}});
    command
        .add_option(
            "--format", options->format,
            fmt::format("The language to write: {}", fmt::join(intelligence::export_format_names(), ", ")))
        .type_name("FORMAT")
        .required();
    command
        .add_option(
            "--type", options->types,
            "Only these kinds, separated by commas: domain, url, email, ip, hash, or one by its name (ipv4, "
            "sha256, ...)")
        .type_name("KINDS");
    command
        .add_option("--min-confidence", options->min_confidence,
                    "Only what is believed at least so far now: as stated (50 if nothing is), less with age, "
                    "less where members report it false, more where they sight it")
        .range(0, 100);
    command.add_option("--max-age", options->max_age, "Only what was modified in that many days")
        .range(0, 36500);
    command
        .add_option("--min-sightings", options->min_sightings,
                    "Only what at least that many members have sighted")
        .range(0, 1'000'000);
    command
        .add_option("--sighted-within", options->sighted_within,
                    "Only what a member has sighted in that many days")
        .range(0, 36500);
    command
        .add_option("--max-false-reports", options->max_false,
                    "Not what more members than that report to be false")
        .range(0, 1'000'000);
    command
        .add_option(
            "--dry-run-logs", options->dry_run.logs,
            "Write nothing: show what the list would have blocked, by scanning these logs, files or folders "
            "(repeat)")
        .type_name("PATH");
    command
        .add_option("--days", options->dry_run.days,
                    "With --dry-run-logs: pass over files in folders that were not written to for so long; "
                    "default: 30")
        .type_name("N")
        .range(0, 36500);
    command.add_option("--out", options->out, "The file to write; default: standard output")
        .type_name("FILE");
    command.add_option("--allow-listed", options->reason, "Export what warning lists hold back, too: why")
        .type_name("REASON");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return run_export(c, *options); });
}

}  // namespace comity::cli
