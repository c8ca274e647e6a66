#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/rule/asked.h"

namespace comity::cli {

namespace {

struct RuleExportOptions {
    std::string number;
    std::string file = "-";
    bool replace = false;
    RuleOptions rule;
};

Result<void> write(Context& context, const RuleExportOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string document, source->rule_document(options.number, asked_of(options.rule)));
    return write_file(context, options.file, document, options.replace);
}

}  // namespace

void add_rule_export(Command& rule, Context& context) {
    auto options = std::make_shared<RuleExportOptions>();
    Command command = rule.add_command(
        {.name = "export",
         .summary = "Write a rule as an Akoma Ntoso document",
         .description =
             "The form in which parliaments and legal databases exchange texts (OASIS LegalDocML 1.0). "
             "Lines that begin with \"Article\", or its word in the text's language, begin an article.",
         .examples = {{"comity rule export DS-1 --out ds-1.xml", ""}}});
    command.add_option("NUMBER", options->number, "The rule's number").required();
    command.add_option("--out", options->file, "Where to; default: standard output").type_name("FILE");
    command.add_flag("--replace", options->replace, "Where the file is there already, replace it");
    add_rule_options(command, options->rule);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return write(c, *options); });
}

}  // namespace comity::cli
