#include <memory>

#include "cli/collection/find.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "intelligence/collection.h"

namespace comity::cli {

namespace {

Result<void> remove_collection(Context& context, const std::string& name) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(json::Object form, find_collection(*source, name));
    const std::string owner = field(form, "owner");
    if (!context.as.empty() && context.as != owner) {
        return refused("--as", "the collection is " + owner + "'s", "it is removed by its owner");
    }
    COMITY_TRY(ledger::Audience audience, ledger::parse_audience(form.at("seen_by"), "seen_by"));
    for (const char* shown : {"owner", "statement", "seen_by"}) form.erase(shown);
    form["removed"] = true;
    COMITY_TRY(const Submitted submitted, say(context, *source, owner,
                                              {.type = std::string(intelligence::kCollection),
                                               .audience = std::move(audience),
                                               .body = std::move(form),
                                               .audience_of_another = true}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_collection_remove(Command& collection, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command =
        collection.add_command({.name = "remove",
                                .summary = "Remove a collection",
                                .description = "Its owner alone can. What is in it stays shared.",
                                .examples = {{"comity collection remove exercise --as cert-ke", ""}}});
    command.add_option("COLLECTION", *name, "Its id, a beginning of it, or its alias").required();
    add_signing_options(command, context);
    command.on_run(context, [name](Context& c) { return remove_collection(c, *name); });
}

}  // namespace comity::cli
