#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/intel/lists.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

Result<void> list_warning_lists(Context& context) {
    COMITY_TRY(const intelligence::WarningLists lists, warning_lists(context));
    if (context.json) {
        json::Array items;
        for (const auto& each : lists.lists())
            items.push_back(json::Object{{"name", each.name},
                                         {"source", each.source},
                                         {"entries", each.entries},
                                         {"passed_over", each.passed_over}});
        print_json(context, items);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : lists.lists())
        rows.push_back({printable(each.name), std::to_string(each.entries), std::to_string(each.passed_over),
                        printable(each.source)});
    print_table(context, {"NAME", "ENTRIES", "NOT READ", "SOURCE"}, rows, "no warning lists");
    return {};
}

// Exit code 0: it is in none. 1: it is in one, or is no indicator.
Result<void> check_value(Context& context, const std::string& value) {
    COMITY_TRY(const intelligence::WarningLists lists, warning_lists(context));
    const auto indicator = intelligence::classify(value);
    if (!indicator) return within(printable(value), indicator.error());
    const auto hit = lists.find(*indicator);
    if (context.json) {
        print_json(context, json::Object{{"value", indicator->value},
                                         {"kind", intelligence::to_string(indicator->kind)},
                                         {"list", hit ? json::Value(hit->list) : json::Value(nullptr)},
                                         {"entry", hit ? json::Value(hit->entry) : json::Value(nullptr)}});
    }
    if (hit)
        return refused(indicator->value, fmt::format("is in \"{}\" ({})", hit->list, hit->entry),
                       "exports hold it back, unless --allow-listed says why not");
    if (!context.json) context.out << fmt::format("{}: in no warning list\n", indicator->value);
    return {};
}

}  // namespace

Result<intelligence::WarningLists> warning_lists(const Context& context) {
    return intelligence::WarningLists::load(data_folder(context) / "warninglists");
}

void add_intel_warninglist(Command& intel, Context& context) {
    Command noun = intel.add_noun({.name = "warninglist",
                                   .summary = "Show what is well known to be benign",
                                   .description = "",
                                   .examples = {}});
    Command listing = noun.add_command(
        {.name = "list",
         .summary = "List the warning lists",
         .description =
             "The built-in ones, and those of MISP's warning lists that lie as *.json in the data folder's "
             "warninglists: types cidr, hostname, string and substring are read.",
         .examples = {{"comity intel warninglist list", ""}}});
    listing.on_run(context, [](Context& c) { return list_warning_lists(c); });
    auto value = std::make_shared<std::string>();
    Command checking = noun.add_command({.name = "check",
                                         .summary = "Say whether a value is in a warning list",
                                         .description = "Exits with 1 where it is.",
                                         .examples = {{"comity intel warninglist check 8.8.8.8", ""}}});
    checking.add_option("VALUE", *value, "An address, a network, a name, a URL, an e-mail address or a sum")
        .required();
    checking.on_run(context, [value](Context& c) { return check_value(c, *value); });
}

}  // namespace comity::cli
