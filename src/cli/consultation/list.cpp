#include <memory>

#include "cli/body/forum_source.h"
#include "cli/consultation/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct ConsultationListOptions {
    std::string language = "en";
    bool open = false;
};

Result<void> list(Context& context, const ConsultationListOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked{{"language", options.language}};
    if (options.open) asked.emplace_back("open", "true");
    COMITY_TRY(const auto rounds, ask_forum(*source, "consultations", asked));
    if (context.json) {
        print_json(context, json::Array(rounds.begin(), rounds.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& round : rounds) {
        rows.push_back({field(round, "id").substr(0, 12), field(round, "title"), field(round, "open_to"),
                        field(round, "opens").substr(0, 16), field(round, "closes").substr(0, 16),
                        field(round, "state"), field(round, "shown")});
    }
    print_table(context, {"CONSULTATION", "ON", "OPEN TO", "OPENS", "CLOSES", "STATE", "COMMENTS"}, rows,
                "No consultations.");
    return {};
}

}  // namespace

void add_consultation_list(Command& consultation, Context& context) {
    auto options = std::make_shared<ConsultationListOptions>();
    Command command =
        consultation.add_command({.name = "list",
                                  .summary = "List the rounds of consultation, the newest first",
                                  .description = "",
                                  .examples = {{"comity consultation list --open", ""}}});
    command.add_flag("--open", options->open, "Only those that are open now");
    command.add_option("--language", options->language, "Of titles, where there is a text in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list(c, *options); });
}

}  // namespace comity::cli
