#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <ostream>

#include "cli/output.h"
#include "cli/tender/commands.h"
#include "cli/tender/files.h"
#include "development/market/flags.h"

namespace comity::cli {

namespace {

constexpr std::int64_t kMostDays = 365;
constexpr std::int64_t kMostProcesses = 1'000'000;

struct TenderFlagsOptions {
    std::vector<std::string> files;
    std::string currency;
    std::vector<std::string> no_price_comparison;
    std::vector<std::string> excluded;
    std::int64_t days = 15;
    std::vector<std::string> days_of;       // "Direct award=5"
    std::vector<std::string> days_methods;  // empty: any
    std::int64_t least_processes = 20;
};

// "Direct award=5", the last '=' of it.
Result<std::map<std::string, std::int64_t>> read_days(const std::vector<std::string>& words) {
    std::map<std::string, std::int64_t> out;
    for (const std::string& each : words) {
        const std::size_t equal = std::min(each.rfind('='), each.size());
        const std::string_view digits = std::string_view(each).substr(std::min(equal + 1, each.size()));
        std::int64_t days = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
        if (equal == 0 || digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
            days < 1 || days > kMostDays)
            return invalid("--days-of", fmt::format("'{}' is no method and its days", each),
                           fmt::format("write \"Direct award=5\", from 1 to {} days", kMostDays));
        out[each.substr(0, equal)] = days;
    }
    return out;
}

void print(Context& context, const development::Flags& flags) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [subject, by_id] : flags.results) {
        for (const auto& [id, rules] : by_id) {
            for (const auto& [rule, value] : rules) {
                const auto about =
                    std::ranges::find(development::flag_rules(), rule, &development::FlagRule::code);
                rows.push_back({rule, std::string(to_string(subject)), id, fmt::format("{:.4g}", value),
                                std::string(about->question)});
            }
        }
    }
    print_table(context, {"RULE", "ABOUT", "ID", "VALUE", "QUESTION"}, rows, "No flags.");
    context.err << fmt::format(
        "{} processes, {} left out (cancelled or excluded). A flag is a question, not guilt.\n",
        flags.processes, flags.left_out);
    for (const auto& [name, basis] : flags.basis) {
        std::string why;
        for (const auto& [reason, count] : basis.left_out)
            why += fmt::format("{}{}: {}", why.empty() ? "" : ", ", reason, count);
        context.err << fmt::format("{}: told of {}{}{}{}{}\n", name, basis.compared,
                                   basis.fence ? fmt::format(", fence {:.4g}", *basis.fence) : "",
                                   why.empty() ? "" : " (not of ", why, why.empty() ? "" : ")");
    }
}

Result<void> find(Context& context, const TenderFlagsOptions& options) {
    COMITY_TRY(auto days_of, read_days(options.days_of));
    COMITY_TRY(const development::ReadReleases read, read_tenders(context, options.files));
    print_defects(context, read);
    COMITY_TRY(const std::vector<json::Value> processes, compile_all(read));
    development::FlagSettings settings;
    settings.currency = options.currency;
    settings.no_price_comparison.insert(options.no_price_comparison.begin(),
                                        options.no_price_comparison.end());
    settings.excluded_method_details.insert(options.excluded.begin(), options.excluded.end());
    settings.r003_days = options.days;
    settings.r003_days_of = std::move(days_of);
    settings.r003_methods.insert(options.days_methods.begin(), options.days_methods.end());
    settings.r048_processes = options.least_processes;
    const development::Flags flags = development::find_flags(processes, settings);
    if (context.json) {
        print_json(context, development::flags_json(flags));
    } else {
        print(context, flags);
    }
    return {};
}

}  // namespace

void add_tender_flags(Command& tender, Context& context) {
    auto options = std::make_shared<TenderFlagsOptions>();
    Command command = tender.add_command(
        {.name = "flags",
         .summary = "Find red flags in contracting processes",
         .description =
             std::string(kTenderFiles) +
             "\n\nThe eleven rules of Cardinal (Open Contracting Partnership), with their "
             "quartiles. A flag is a "
             "question to those concerned, never guilt: each comes with its method, over how many "
             "it was told, the "
             "fence, and of how many processes it could not be told, and why. A release without id "
             "or date is taken as a whole process where it stands alone.",
         .examples = {{"comity tender flags releases/", ""},
                      {"comity tender flags compiled.jsonl --no-price-comparison \"Merit point\" --json",
                       "with methods and denominators"}}});
    command.add_option("FILE", options->files, "Files, folders, or - for standard input").required();
    command
        .add_option("--currency", options->currency,
                    "Compare prices in this currency; else the first that is seen")
        .type_name("CODE");
    command
        .add_option("--no-price-comparison", options->no_price_comparison,
                    "A procurementMethodDetails where prices do not decide (repeat)")
        .type_name("TEXT");
    command.add_option("--exclude", options->excluded, "A procurementMethodDetails to leave out (repeat)")
        .type_name("TEXT");
    command.add_option("--days", options->days, "A shorter submission period is flagged; default: 15")
        .range(1, kMostDays);
    command.add_option("--days-of", options->days_of, "The same of one procurementMethodDetails (repeat)")
        .type_name("TEXT=N");
    command
        .add_option("--days-method", options->days_methods,
                    "Only of this procurementMethod: open, selective, limited, direct (repeat); default: any")
        .type_name("METHOD");
    command
        .add_option("--least-processes", options->least_processes,
                    "How many a supplier must have to be asked for what it supplies; default: 20")
        .range(1, kMostProcesses);
    command.on_run(context, [options](Context& c) { return find(c, *options); });
}

}  // namespace comity::cli
