#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/log/witnessed.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> witnesses(Context& context) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object log, source->log());
    if (context.json) {
        json::Object object;
        for (const char* name :
             {"origin", "size", "witness_key", "mirror_key", "quorum", "groups", "witnesses"}) {
            const json::Value* value = log.if_contains(name);
            object[name] = value == nullptr ? json::Value(nullptr) : *value;
        }
        print_json(context, object);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& witness : list_field(log, "witnesses")) {
        const auto or_dash = [&](std::string_view name) {
            const std::string text = field(witness, name);
            return text.empty() ? "-" : text;
        };
        rows.push_back({or_dash("name"), or_dash("size"), or_dash("lag"), or_dash("cosigned"),
                        or_dash("contacted"), or_dash("error")});
    }
    print_table(context, {"WITNESS", "SIZE", "BEHIND", "COSIGNED", "ASKED", "ERROR"}, rows,
                "No witness is named: write a policy (docs/federation.md).");
    std::vector<std::pair<std::string, std::string>> fields{{"own key", field(log, "witness_key")},
                                                            {"mirror key", field(log, "mirror_key")}};
    for (const json::Object& group : list_field(log, "groups"))
        fields.emplace_back("seen by", group_text(group));
    if (const std::string quorum = quorum_text(log); !quorum.empty()) fields.emplace_back("quorum", quorum);
    print_fields(context, fields);
    return {};
}

}  // namespace

void add_log_witnesses(Command& log, Context& context) {
    Command command = log.add_command(
        {.name = "witnesses",
         .summary = "Show which witnesses have seen how much of the log",
         .description =
             "The witnesses, groups and quorum of the policy (policy.tlog in the data folder; C2SP "
             "tlog-policy). The own key is what others write into their policies so that this node "
             "counts as a witness with them.",
         .examples = {{"comity log witnesses", ""},
                      {"comity log witnesses --node https://cert-ke.example", "another node's"}}});
    add_reading_options(command, context);
    command.on_run(context, witnesses);
}

}  // namespace comity::cli
