#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/log/witnessed.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> head(Context& context, bool note) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object log, source->log());
    if (context.json) {
        print_json(context, log);
    } else if (note) {
        context.out << field(log, "checkpoint");
    } else {
        std::vector<std::pair<std::string, std::string>> fields{{"log", field(log, "origin")},
                                                                {"size", field(log, "size")},
                                                                {"root", field(log, "root")},
                                                                {"witnessed", field(log, "witnessed")},
                                                                {"log key", field(log, "key")},
                                                                {"cosigner", field(log, "cosigner_key")},
                                                                {"witness key", field(log, "witness_key")}};
        if (const auto quorum = quorum_text(log); !quorum.empty()) fields.emplace_back("quorum", quorum);
        for (const json::Object& group : list_field(log, "groups")) {
            fields.emplace_back("seen by", group_text(group));
        }
        print_fields(context, fields);
    }
    return {};
}

}  // namespace

void add_log_head(Command& log, Context& context) {
    auto note = std::make_shared<bool>(false);
    Command command =
        log.add_command({.name = "head",
                         .summary = "Show the log's newest checkpoint",
                         .description = "With what the policy in the data folder (policy.tlog) says of "
                                        "it: which groups of witnesses have seen it, and whom "
                                        "it waits for.",
                         .examples = {{"comity log head --note > checkpoint",
                                       "the signed note, to compare with what others saw"}}});
    command.add_flag("--note", *note, "Print the checkpoint as it is signed (C2SP tlog-checkpoint)");
    add_reading_options(command, context);
    command.on_run(context, [note](Context& c) { return head(c, *note); });
}

}  // namespace comity::cli
