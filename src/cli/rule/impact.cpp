#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct RuleImpactOptions {
    std::string id;
    std::int64_t days = 30;
};

Result<void> report(Context& context, const RuleImpactOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object impact, source->impact(options.id, options.days));
    if (context.json) {
        print_json(context, impact);
        return {};
    }
    context.out << fmt::format("{} acts in {} days: {} allowed by the rules in force, {} with {}\n",
                               field(impact, "acts"), field(impact, "days"), field(impact, "allowed_before"),
                               field(impact, "allowed_after"), field(impact, "rule"));
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : impact.at("flips").as_array()) {
        const json::Object& flip = value.as_object();
        rows.push_back({field(flip, "id").substr(0, 12), field(flip, "type"), field(flip, "author"),
                        field(flip, "witnessed").substr(0, 10), field(flip, "after"), field(flip, "why")});
    }
    print_table(context, {"ACT", "TYPE", "AUTHOR", "WITNESSED", "WOULD BE", "WHY"}, rows,
                "Nothing would change.");
    rows.clear();
    for (const json::Value& value : impact.at("concerns").as_array()) {
        const json::Object& concern = value.as_object();
        const json::Value* example = concern.if_contains("example");
        rows.push_back({field(concern, "kind"), field(concern, "text"),
                        example == nullptr ? "" : json::write(*example)});
    }
    if (!rows.empty()) {
        context.out << '\n';
        print_table(context, {"PROVED", "", "FOR EXAMPLE"}, rows, "");
    }
    return {};
}

}  // namespace

void add_rule_impact(Command& rule, Context& context) {
    auto options = std::make_shared<RuleImpactOptions>();
    Command command = rule.add_command(
        {.name = "impact",
         .summary = "Show what a proposed rule would change",
         .description =
             "Decides the last days' acts again, as far as one may read them: by the rules in force and "
             "by those that there would be. And what is proved over all acts that there could be: that "
             "nobody, or no member of a class, could do a thing any more, that a clause meets nothing, "
             "that it contradicts a rule in force.",
         .examples = {{"comity rule impact 6b1f20aa --days 90", ""}}});
    command.add_option("PROPOSAL", options->id, "Its id, or that of a version or vote: 8 digits or more")
        .required();
    command.add_option("--days", options->days, "How far back; default: 30").range(0, 366);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return report(c, *options); });
}

}  // namespace comity::cli
