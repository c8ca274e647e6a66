#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <memory>
#include <ostream>

#include "base/text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/scan/listed_json.h"
#include "cli/source.h"
#include "node/lookups.h"

namespace comity::cli {

namespace {

struct IntelLookupOptions {
    std::vector<std::string> values;
    std::string index;
};

// A portion of what is asked for, answered in order; empty: the end.
using AskPortion = std::function<Result<std::vector<json::Object>>(const std::vector<std::string>&)>;

Result<std::vector<std::string>> next_portion(Context& context, const IntelLookupOptions& options,
                                              std::size_t& at) {
    std::vector<std::string> portion;
    while (portion.size() < node::kMaxLookups && at < options.values.size()) {
        const std::string& value = options.values[at];
        if (value != "-") {
            portion.push_back(value);
            ++at;
            continue;
        }
        std::string line;
        if (!std::getline(context.in, line)) {
            ++at;
            continue;
        }
        if (!trimmed(line, " \t\r").empty()) portion.emplace_back(trimmed(line, " \t\r"));
    }
    return portion;
}

void print_lookup(Context& context, const json::Object& item) {
    if (context.json) {
        context.out << printable_json(json::write(json::Value(item))) << '\n';
        return;
    }
    const std::string value = printable(field(item, "value"));
    const json::Value* const indicators = item.if_contains("indicators");
    if (indicators == nullptr || !indicators->is_array() || indicators->get_array().empty()) {
        context.out << value << ": not listed\n";
        return;
    }
    for (const json::Value& each : indicators->get_array()) {
        if (!each.is_object()) continue;
        const json::Object& indicator = each.get_object();
        std::string about = printable(field(indicator, "source"));
        if (!field(indicator, "tlp").empty()) about += ", TLP:" + field(indicator, "tlp");
        if (!field(indicator, "confidence").empty())
            about += ", confidence " + field(indicator, "confidence");
        context.out << fmt::format(
            "{}: {} {} ({}){}{}\n", value, field(indicator, "kind"), printable(field(indicator, "value")),
            about, field(indicator, "name").empty() ? "" : ": ", printable(field(indicator, "name")));
    }
    if (field(item, "more") == "true") context.out << value << ": and more\n";
}

Result<void> look_up(Context& context, const IntelLookupOptions& options) {
    std::unique_ptr<Source> source;
    std::unique_ptr<WatchList> list;
    AskPortion ask;
    if (options.index.empty()) {
        COMITY_TRY(source, Source::open(context));
        ask = [&](const std::vector<std::string>& values) { return source->look_up(values); };
    } else {
        COMITY_TRY(list, WatchList::open(context, options.index, {}));
        COMITY_CHECK(list->verified());
        ask = [&](const std::vector<std::string>& values) -> Result<std::vector<json::Object>> {
            std::vector<json::Object> items;
            for (const std::string& value : values)
                items.push_back(listed_json(list->catalog(), value, context.clock->now()));
            return items;
        };
    }
    bool any = false;
    for (std::size_t at = 0;;) {
        COMITY_TRY(const auto portion, next_portion(context, options, at));
        if (portion.empty()) break;
        COMITY_TRY(const auto items, ask(portion));
        for (const json::Object& item : items) {
            any = any || field(item, "listed") == "true";
            print_lookup(context, item);
        }
    }
    if (!any) return not_found("none of these is listed, as far as you may know");
    return {};
}

}  // namespace

void add_intel_lookup(Command& intel, Context& context) {
    auto options = std::make_shared<IntelLookupOptions>();
    Command command = intel.add_command(
        {.name = "lookup",
         .summary = "Is a value listed?",
         .description =
             "Says of each value, in any spelling, which indicators that you may read and that are valid now "
             "are about it: itself; of an address the networks that hold it, too; of a name the names above "
             "it; of a URL or an e-mail address its host.\n\n"
             "Returns 0 where one is listed, 1 where none is. --index asks an index file instead of a node; "
             "other programs ask it through comity intel index serve.",
         .examples = {{"comity intel lookup hxxp://login[.]evil.com/x 9.9.9.9", ""},
                      {"cut -f5 conn.log | comity intel lookup - --index sensor.cmx --json", "many"}}});
    command.add_option("VALUE", options->values, "What to look for; - for lines of standard input")
        .required();
    command.add_option("--index", options->index, "Ask this index file").type_name("FILE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return look_up(c, *options); });
}

}  // namespace comity::cli
