#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/intel/print.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct IntelSearchOptions {
    std::string query;
    std::string source;
    std::string label;
    std::string tlp;
    std::string since;
    std::string until;
    std::string text;
    std::vector<std::string> types;
    std::vector<std::string> properties;
    std::int64_t confidence = -1;
    std::int64_t limit = 30;
    bool all_versions = false;
};

Result<void> search(Context& context, const IntelSearchOptions& options) {
    Asked asked;
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) asked.emplace_back(name, value);
    };
    add("q", options.query);
    add("text", options.text);
    add("source", options.source);
    add("label", options.label);
    add("tlp", options.tlp);
    add("since", options.since);
    add("until", options.until);
    for (const std::string& type : options.types) add("type", type);
    for (const std::string& property : options.properties) add("property", property);
    if (options.confidence >= 0) add("confidence", std::to_string(options.confidence));
    if (options.all_versions) add("versions", "all");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto found, source->search(asked, options.limit));
    if (context.json) {
        print_json(context, json::Array(found.begin(), found.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& item : found) {
        rows.push_back({field(item, "id"), title_of(item), field(item, "sharer"), audience_text(item),
                        field(object_of(item, "confidence"), "now"),
                        field(item, "added").substr(0, 19) + "Z"});
    }
    print_table(context, {"OBJECT", "NAME", "SHARED BY", "FOR", "CONFIDENCE", "SINCE"}, rows,
                "Nothing that you may read.");
    return {};
}

}  // namespace

void add_intel_search(Command& intel, Context& context) {
    auto options = std::make_shared<IntelSearchOptions>();
    Command command = intel.add_command(
        {.name = "search",
         .summary = "Search what was shared",
         .description =
             "QUERY is a value in any spelling (hxxp://Evil[.]example, ::ffff:192.0.2.1, a hash, a name in "
             "its own script), a network (what lies in it, and what holds it), an object's id, or words. "
             "An address is found in the networks that hold it, too. Values are those of observables and "
             "those that patterns compare with.\n\n"
             "The newest first; an object stands once, in its last version. CONFIDENCE is how far it is "
             "believed now: what was stated, less by age and by reports that it is false, more by sightings.",
         .examples = {
             {"comity intel search 198.51.100.7", "and the networks that hold it"},
             {"comity intel search 198.51.100.0/24 --type indicator", ""},
             {"comity intel search \"phishing kit\" --source cert-ke --since 2026-11-01T00:00:00Z", ""},
             {"comity intel search --label malicious-activity --confidence 70 --json", ""}}});
    command.add_option("QUERY", options->query,
                       "What to look for; without it, everything that the options say");
    command.add_option("--type", options->types, "Only objects of this STIX type (repeat)").type_name("TYPE");
    command.add_option("--source", options->source, "Only what this member shared").type_name("MEMBER");
    command.add_option("--text", options->text, "Only with these words in name, description or labels");
    command.add_option("--label", options->label, "Only with this label").type_name("LABEL");
    command.add_option("--tlp", options->tlp, "Only with this audience")
        .type_name("LABEL")
        .one_of({"clear", "green", "amber", "amber+strict", "red"});
    command.add_option("--confidence", options->confidence, "Only with at least this stated confidence")
        .type_name("N")
        .range(0, 100);
    command.add_option("--since", options->since, "Only what came then or later (RFC 3339)")
        .type_name("TIME");
    command.add_option("--until", options->until, "Only what came then or earlier").type_name("TIME");
    command
        .add_option("--property", options->properties,
                    "Only with this property, as relationship_type=uses (repeat)")
        .type_name("NAME=VALUE");
    command.add_flag("--all-versions", options->all_versions, "Not the last version of each object alone");
    command.add_option("--limit", options->limit, "How many at the most; default: 30")
        .type_name("N")
        .range(1, 1'000'000);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return search(c, *options); });
}

}  // namespace comity::cli
