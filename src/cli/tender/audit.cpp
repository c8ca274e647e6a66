#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/divide/divide_source.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/tender/commands.h"
#include "cli/tender/files.h"
#include "development/market/audit.h"

namespace comity::cli {

namespace {

struct AuditOptions {
    std::vector<std::string> files;
    std::string by, group;
    std::int64_t least = 5;
};

std::string figure(const json::Value& value, int digits = 3) {
    if (value.is_null()) return "-";
    return fmt::format("{:.{}f}", value.to_number<double>(), digits);
}
std::string range_text(const json::Value& value, int digits = 3) {
    if (value.is_null()) return "";
    return fmt::format(" ({} to {})", figure(value.at(0), digits), figure(value.at(1), digits));
}
std::string days_text(const json::Value& days) {
    if (days.is_null()) return "-";
    std::string out = figure(days.at("mean"), 1);
    if (!days.at("difference").is_null())
        out += fmt::format("; {:+.1f}{}", days.at("difference").to_number<double>(),
                           range_text(days.at("interval"), 1));
    return out;
}

void print_audit(Context& context, const json::Object& audit) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : audit.at("groups").as_array()) {
        const json::Object& row = each.as_object();
        if (row.at("suppressed").as_bool()) {
            rows.push_back({field(row, "group"), fmt::format("fewer than {}", field(audit, "least"))});
            rows.back().resize(8);
            continue;
        }
        const json::Object& exact = row.at("exact").as_object();
        rows.push_back({field(row, "group"), field(row, "tenders"),
                        figure(row.at("rate")) + range_text(row.at("rate_interval")),
                        figure(row.at("ratio")) + range_text(row.at("ratio_interval")),
                        fmt::format("{:.4g}", exact.at("p").to_number<double>()),
                        fmt::format("{} ({} to {})", figure(exact.at("odds_ratio")), figure(exact.at("low")),
                                    figure(exact.at("high"))),
                        days_text(row.at("to_award")), days_text(row.at("to_pay"))});
    }
    print_table(context, {"GROUP", "TENDERS", "CHOSEN", "RATIO", "P", "ODDS", "DAYS TO AWARD", "DAYS TO PAY"},
                rows, "Nobody has tendered for what was awarded.");
    std::string why;
    for (const auto& [reason, count] : audit.at("left_out").as_object())
        why += fmt::format("; left out, {}: {}", std::string_view(reason), count.to_number<std::int64_t>());
    context.err << fmt::format(
        "{} processes{}; {} strata of category and value. Groups by {}. A difference "
        "is a question: groups differ in more than their name.\n",
        field(audit, "processes"), printable(why), field(audit, "strata"), printable(field(audit, "by")));
}

Result<void> audit(Context& context, const AuditOptions& options) {
    json::Object answer;
    if (options.files.empty()) {
        Asked asked{{"least", std::to_string(options.least)}};
        if (!options.by.empty()) asked.emplace_back("by", options.by);
        if (!options.group.empty()) asked.emplace_back("group", options.group);
        COMITY_TRY(const auto source, Source::open(context));
        COMITY_TRY(answer, ask_market(*source, "audit", asked));
    } else {
        COMITY_TRY(const development::ReadReleases read, read_tenders(context, options.files));
        print_defects(context, read);
        COMITY_TRY(const std::vector<json::Value> processes, compile_all(read));
        development::AuditSettings settings;
        if (!options.by.empty()) settings.by = options.by;
        settings.group = options.group;
        settings.least = static_cast<std::size_t>(options.least);
        COMITY_TRY(const development::Audit told, development::audit_market(processes, settings));
        answer = development::audit_json(told);
    }
    if (context.json) {
        print_json(context, answer);
    } else {
        print_audit(context, answer);
    }
    return {};
}

}  // namespace

void add_tender_audit(Command& tender, Context& context) {
    auto options = std::make_shared<AuditOptions>();
    Command command = tender.add_command(
        {.name = "audit",
         .summary = "Compare how bidders of different groups fare",
         .description =
             "Of what is published here, or of publishers' files. For each group of tenderers: how often "
             "they "
             "are chosen, the ratio of that to all others' (below 0.8 is the four-fifths rule's threshold), "
             "an exact test and odds ratio over strata of category and value, and how long they wait for "
             "award and money against all others, with 95% intervals. Small cells are not told.",
         .examples = {{"comity tender audit", ""},
                      {"comity tender audit compiled.jsonl --by address.countryName", ""}}});
    command.add_option("FILE", options->files, "Files or folders; else what is published here");
    command.add_option("--by", options->by, "Where in a party its group stands; default: details.scale")
        .type_name("PATH");
    command.add_option("--group", options->group, "Only this group");
    command.add_option("--least", options->least, "Counts below this are not told; default: 5")
        .range(1, 1000);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return audit(c, *options); });
}

}  // namespace comity::cli
