#include <fmt/format.h>

#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace comity::cli {

namespace {

Result<void> check(Context& context) {
    COMITY_TRY(const auto node, open_node(context));
    ledger::CheckReport report;
    {
        Progress bar(context.err, context.err_terminal);
        COMITY_TRY(report, node->ledger().check([&bar](std::string_view what, std::uint64_t done,
                                                       std::uint64_t total) { bar.at(what, done, total); }));
    }
    if (context.json) {
        json::Array faults;
        for (const std::string& fault : report.faults) faults.emplace_back(fault);
        print_json(context, json::Object{{"statements", report.statements},
                                         {"signatures", report.signatures},
                                         {"tiles", report.tiles},
                                         {"objects", report.objects},
                                         {"withheld", report.holes},
                                         {"faults", std::move(faults)}});
    } else {
        print_fields(context, {{"statements", std::to_string(report.statements)},
                               {"signatures", std::to_string(report.signatures)},
                               {"tiles", std::to_string(report.tiles)},
                               {"objects", std::to_string(report.objects)},
                               {"withheld", std::to_string(report.holes)}});
        for (const std::string& fault : report.faults) context.out << "fault: " << printable(fault) << '\n';
    }
    if (!report.faults.empty()) {
        return corrupt(data_folder(context).string(),
                       fmt::format("the store has {} faults", report.faults.size()),
                       "restore it from a copy; if only views are wrong: comity rebuild");
    }
    return {};
}

}  // namespace

void add_check(Command& program, Context& context) {
    Command command =
        program.add_command({.name = "check",
                             .summary = "Verify the whole store",
                             .description = "Every envelope against its id, every signature, object, "
                                            "attachment, tile, the checkpoint and the views. "
                                            "Exits with 1 where anything is wrong, and says what.",
                             .examples = {{"comity check", ""}}});
    command.on_run(context, [](Context& c) { return check(c); });
}

}  // namespace comity::cli
