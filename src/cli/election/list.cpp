#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> list_elections(Context& context) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::vector<json::Object> elections, source->elections());
    if (context.json) {
        print_json(context, json::Array(elections.begin(), elections.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& one : elections) {
        rows.push_back({field(one, "id").substr(0, 12), field(one, "title"), field(one, "phase"),
                        field(one, "closes").substr(0, 16),
                        fmt::format("{} of {}", field(one, "counted"), field(one, "electors"))});
    }
    print_table(context, {"ELECTION", "TITLE", "STATE", "CLOSES", "VOTED"}, rows, "No secret elections yet.");
    return {};
}

Result<void> show_election(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object election, source->election(id));
    if (context.json) {
        print_json(context, election);
        return {};
    }
    print_fields(
        context,
        {{"election", field(election, "id")},
         {"title", printable(field(election, "title"))},
         {"state", field(election, "phase") +
                       (field(election, "flaw").empty() ? "" : ": " + printable(field(election, "flaw")))},
         {"candidates", printable(listed(election.at("candidates")))},
         {"counted by", election.contains("method") ? field(election, "method") : "votes"},
         {"seats", field(election, "seats")},
         {"opens", field(election, "opens")},
         {"closes", field(election, "closes")}});
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : election.at("trustees").as_array()) {
        const json::Object& one = value.as_object();
        const json::Value* shuffles = one.if_contains("shuffles");
        rows.push_back({field(one, "member"), field(one, "key").empty() ? "" : "key given",
                        shuffles == nullptr || shuffles->as_array().empty() ? "" : "has shuffled",
                        field(one, "factors").empty() ? "" : "has opened its part"});
    }
    print_table(context, {"TRUSTEE", "", "", ""}, rows, "");
    if (const json::Value* grades = election.if_contains("grades"))
        context.out << "\ngrades, the best first: " << printable(listed(*grades)) << '\n';
    context.out << '\n';
    rows.clear();
    for (const json::Value& value : election.at("electors").as_array()) {
        const json::Object& one = value.as_object();
        rows.push_back({field(one, "member"), field(one, "credential").empty() ? "" : "registered",
                        field(one, "ballot").empty() ? "" : "voted"});
    }
    print_table(context, {"ELECTOR", "", ""}, rows, "Nobody votes.");
    return {};
}

}  // namespace

void add_election_list(Command& election, Context& context) {
    Command command = election.add_command({.name = "list",
                                            .summary = "List secret elections",
                                            .description = "",
                                            .examples = {{"comity election list", ""}}});
    add_reading_options(command, context);
    command.on_run(context, list_elections);
}

void add_election_show(Command& election, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = election.add_command(
        {.name = "show",
         .summary = "Show a secret election: candidates, trustees, who has registered and voted",
         .description = "",
         .examples = {{"comity election show 6b1f20aa", ""}}});
    command.add_option("ELECTION", *id, "Its id: 8 digits or more").required();
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return show_election(c, *id); });
}

}  // namespace comity::cli
