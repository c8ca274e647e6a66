#include <memory>
#include <ostream>

#include "cli/body/commands.h"
#include "cli/body/forum_source.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rule/asked.h"

namespace comity::cli {

namespace {

struct BodyShowOptions {
    std::string id;
    RuleOptions when;
};

void print_seats(Context& context, const json::Object& body) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : body.at("seats").as_array()) {
        const json::Object& seat = value.as_object();
        const std::string member = field(seat, "member");
        const std::string person = field(seat, "person");
        rows.push_back({field(seat, "seat"), person.empty() ? member : person + "@" + member,
                        field(seat, "from").substr(0, 10), field(seat, "until").substr(0, 10),
                        member.empty()                  ? "vacant"
                        : field(seat, "held") == "true" ? "held"
                                                        : "not held"});
    }
    print_table(context, {"SEAT", "HOLDER", "FROM", "UNTIL", "NOW"}, rows, "");
}

void print_history(Context& context, const json::Object& body) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : body.at("acts").as_array()) {
        const json::Object& act = value.as_object();
        const std::string by = field(act, "by");
        rows.push_back({field(act, "act"), field(act, "adopted"), by.empty() ? "the community" : by,
                        field(act, "vote").substr(0, 12), field(act, "void")});
    }
    context.out << '\n';
    print_table(context, {"ACT", "ADOPTED", "BY", "VOTE", "WITHOUT EFFECT"}, rows, "");
    rows.clear();
    for (const json::Value& value : body.at("votes").as_array()) {
        const json::Object& vote = value.as_object();
        rows.push_back({field(vote, "id").substr(0, 12), field(vote, "closes"), field(vote, "title")});
    }
    if (rows.empty()) return;
    context.out << '\n';
    print_table(context, {"PUT TO IT", "CLOSES", "TITLE"}, rows, "");
}

Result<void> show(Context& context, const BodyShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object body,
               ask_forum_item(*source, "bodies", options.id, asked_of(options.when)));
    if (context.json) {
        print_json(context, body);
        return {};
    }
    const std::string parent = field(body, "parent");
    const std::string powers = listed(body.at("powers"));
    std::vector<std::pair<std::string, std::string>> fields{
        {"body", field(body, "id")},
        {"name", printable(field(body, "name"))},
        {"kind", field(body, "kind")},
        {"under", parent.empty() ? "the community" : parent},
        {"powers", powers.empty() ? "advice" : powers},
        {"decides by", field(body, "decides_by")},
        {"founded", field(body, "founded")},
        {"state", field(body, "state")}};
    if (body.contains("until")) fields.emplace_back("until", field(body, "until"));
    if (body.contains("ended"))
        fields.emplace_back("ended", field(body, "ended") + ", " + field(body, "why_ended"));
    if (const std::string under = listed(body.at("bodies")); !under.empty())
        fields.emplace_back("bodies", under);
    print_fields(context, fields);
    if (print_shown_text(context, body, options.when.language)) context.out << '\n';
    print_seats(context, body);
    print_history(context, body);
    return {};
}

}  // namespace

void add_body_show(Command& body, Context& context) {
    auto options = std::make_shared<BodyShowOptions>();
    Command command = body.add_command(
        {.name = "show",
         .summary = "Show a body: its mandate, who holds its seats, what became of it",
         .description = "With every act on it, those included that had no effect and why, and the votes that "
                        "were put to it.",
         .examples = {{"comity body show steering", ""},
                      {"comity body show steering --at 2026-07-01T00:00:00Z", ""}}});
    command.add_option("BODY", options->id, "Its id").required();
    add_rule_options(command, options->when);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
