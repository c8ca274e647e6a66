#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/output.h"
#include "cli/tender/commands.h"
#include "cli/tender/files.h"
#include "development/market/flags.h"

namespace comity::cli {

namespace {

struct TenderFlagsOptions {
    std::vector<std::string> files;
    std::string currency;
    std::vector<std::string> no_price_comparison;
    std::vector<std::string> excluded;
    std::int64_t days = 15;
};

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
    COMITY_TRY(const development::ReadReleases read, read_tenders(context, options.files));
    print_defects(context, read);
    COMITY_TRY(const std::vector<json::Value> processes, compile_all(read));
    development::FlagSettings settings;
    settings.currency = options.currency;
    settings.no_price_comparison.insert(options.no_price_comparison.begin(),
                                        options.no_price_comparison.end());
    settings.excluded_method_details.insert(options.excluded.begin(), options.excluded.end());
    settings.r003_days = options.days;
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
         .description = std::string(kTenderFiles) +
                        "\n\nThe eleven rules of Cardinal (Open Contracting Partnership), with their "
                        "quartiles. A flag is a "
                        "question to those concerned, never guilt: each comes with its method, over how many "
                        "it was told, the "
                        "fence, and of how many processes it could not be told, and why.",
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
        .range(1, 365);
    command.on_run(context, [options](Context& c) { return find(c, *options); });
}

}  // namespace comity::cli
