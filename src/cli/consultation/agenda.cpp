#include <algorithm>
#include <memory>
#include <string>

#include "cli/body/forum_source.h"
#include "cli/consultation/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct AgendaOptions {
    std::int64_t days = 30;
    std::string member;
    std::string language = "en";
};

Result<void> agenda(Context& context, const AgendaOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked{{"days", std::to_string(options.days)}, {"language", options.language}};
    if (!options.member.empty()) asked.emplace_back("member", options.member);
    COMITY_TRY(const auto items, ask_forum(*source, "agenda", asked));
    if (context.json) {
        print_json(context, json::Array(items.begin(), items.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& item : items) {
        std::string waits;
        if (const json::Value* list = item.if_contains("waits_for"); list != nullptr && list->is_array()) {
            const json::Array& members = list->as_array();
            for (std::size_t i = 0; i < std::min<std::size_t>(members.size(), 3); ++i)
                waits += (i == 0 ? "" : ", ") + std::string(members[i].as_string());
            if (members.size() > 3) waits += " and " + std::to_string(members.size() - 3) + " more";
        }
        rows.push_back({field(item, "at").substr(0, 16), field(item, "what"), field(item, "id").substr(0, 12),
                        field(item, "title"), waits});
    }
    print_table(context, {"AT", "WHAT", "OF", "TITLE", "WAITS FOR"}, rows, "Nothing is coming.");
    return {};
}

}  // namespace

void add_agenda(Command& program, Context& context) {
    auto options = std::make_shared<AgendaOptions>();
    Command command = program.add_command(
        {.name = "agenda",
         .summary = "Show what is coming, and whom it waits for",
         .description =
             "Closes of votes with those who have not voted yet, consultations, rules that take force or "
             "end, seats and mandates that end. comity proposal calendar has the same for calendars, with "
             "reminders.",
         .examples = {{"comity agenda", ""},
                      {"comity agenda --days 7 --member cert-ke", "what waits for one"}}});
    command.add_option("--days", options->days, "How far ahead").range(1, 3650);
    command.add_option("--member", options->member, "Only what waits for that member");
    command.add_option("--language", options->language, "Of titles, where there is a text in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return agenda(c, *options); });
}

}  // namespace comity::cli
