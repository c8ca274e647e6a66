#include <fmt/format.h>

#include <map>
#include <memory>
#include <ostream>

#include "cli/output.h"
#include "cli/tender/commands.h"
#include "cli/tender/files.h"

namespace comity::cli {

namespace {

Result<void> check(Context& context, const std::vector<std::string>& files) {
    COMITY_TRY(const development::ReadReleases read, read_tenders(context, files));
    std::map<std::string, std::size_t> kinds;
    json::Array defects;
    for (const auto& each : read.defects) {
        ++kinds[std::string(to_string(each.kind))];
        defects.push_back(defect_json(each));
    }
    if (context.json) {
        print_json(context, json::Object{{"releases", read.releases},
                                         {"processes", read.processes.size()},
                                         {"quarantined", read.quarantined},
                                         {"defects", std::move(defects)}});
    } else {
        print_defects(context, read);
        std::vector<std::vector<std::string>> rows;
        for (const auto& [kind, count] : kinds) rows.push_back({kind, std::to_string(count)});
        print_table(context, {"DEFECT", "COUNT"}, rows, "No defects.");
    }
    if (!read.defects.empty())
        return invalid(read.defects.front().file, fmt::format("{} defects", read.defects.size()),
                       "each says what to do");
    return {};
}

}  // namespace

void add_tender_check(Command& tender, Context& context) {
    auto files = std::make_shared<std::vector<std::string>>();
    Command command = tender.add_command(
        {.name = "check",
         .summary = "Hold publishers' releases to the Open Contracting Data Standard",
         .description =
             std::string(kTenderFiles) +
             "\n\nEach defect has a kind, a file, a line, a place in the release and what to do: what the "
             "standard requires is missing, of another type or none of a closed codelist; no date, a period "
             "that ends before it begins, an amount below 0, an id twice. Releases that can't be merged for "
             "it are set apart; the others count. Exit code 1 where there is any defect.",
         .examples = {{"comity tender check releases/", ""}}});
    command.add_option("FILE", *files, "Files, folders, or - for standard input").required();
    command.on_run(context, [files](Context& c) { return check(c, *files); });
}

}  // namespace comity::cli
