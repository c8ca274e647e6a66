#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "base/percent.h"
#include "base/text.h"
#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "intelligence/search/term.h"

namespace comity::cli {

namespace {

using http::Method;

struct AlertRuleOptions {
    std::string name;
    std::vector<std::string> networks;
    std::vector<std::string> domains;
    std::vector<std::string> words;
    std::vector<std::string> sectors;
    std::vector<std::string> technologies;
    std::vector<std::string> types;
    std::vector<std::string> sources;
    std::vector<std::string> measures;
    std::string assets;
    std::int64_t min_confidence = -1;
    bool sightings = false;
    bool scans = false;
    std::string severity = "medium";
    std::string acknowledge_within = "1h";
    std::int64_t per_hour = 30;
    std::int64_t days = 30;
    AudienceOptions audience;
};

constexpr std::size_t kMaxAssets = 4u << 20;

// A file of networks and domain names, one a line, told by their looks.
Result<void> read_assets(Context& context, AlertRuleOptions& options) {
    if (options.assets.empty()) return {};
    COMITY_TRY(const std::string text, read_file(context, options.assets, kMaxAssets));
    std::size_t number = 0;
    for (std::string_view rest = without_mark(text); !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++number;
        line = trimmed(line.substr(0, line.find('#')), " \t\r");
        if (line.empty()) continue;
        const auto terms = intelligence::search::value_terms(line);
        const char kind = terms.empty() ? 'o' : terms.front().front();
        if (kind != 'a' && kind != 'n' && kind != 'd')
            return invalid(fmt::format("{} line {}", options.assets, number),
                           fmt::format("\"{}\" is neither a network nor a domain name", shown(line, 80)));
        (kind == 'd' ? options.domains : options.networks).emplace_back(line);
    }
    return {};
}

bool names_what(const AlertRuleOptions& options) {
    const auto lists = {&options.networks,     &options.domains, &options.words,  &options.sectors,
                        &options.technologies, &options.types,   &options.sources};
    return !options.assets.empty() || options.min_confidence >= 0 || options.scans ||
           std::ranges::any_of(lists, [](const auto* list) { return !list->empty(); });
}

Result<json::Object> rule_form_of(Context& context, AlertRuleOptions options) {
    COMITY_CHECK(read_assets(context, options));
    json::Object form{{"name", options.name}};
    const auto put = [&](const char* name, const std::vector<std::string>& list) {
        if (!list.empty()) form[name] = json::Array(list.begin(), list.end());
    };
    put("networks", options.networks);
    put("domains", options.domains);
    put("words", options.words);
    put("sectors", options.sectors);
    put("technologies", options.technologies);
    put("types", options.types);
    put("sources", options.sources);
    put("measures", options.measures);
    if (options.min_confidence >= 0) form["min_confidence"] = options.min_confidence;
    form["sightings"] = options.sightings;
    form["scans"] = options.scans;
    form["severity"] = options.severity;
    form["per_hour"] = options.per_hour;
    std::int64_t within_seconds = 0;
    if (options.acknowledge_within != "never") {
        COMITY_TRY(within_seconds, parse_interval(options.acknowledge_within, "--within"));
    }
    form["acknowledge_within"] = within_seconds;
    const AudienceOptions& wished = options.audience;
    if (!wished.tlp.empty() || !wished.members.empty() || !wished.groups.empty() || !wished.persons.empty()) {
        COMITY_TRY(const ledger::Audience audience, audience_of(wished, "amber"));
        form["audience"] = ledger::audience_json(audience);
    }
    return form;
}

Result<void> add_rule(Context& context, const AlertRuleOptions& options) {
    COMITY_TRY(json::Object form, rule_form_of(context, options));
    const json::Value body = std::move(form);
    COMITY_TRY(const json::Object rule, ask_alert_desk(context, Method::kPost, "/alert-rules", &body));
    if (context.json)
        print_json(context, rule);
    else
        context.err << fmt::format("Added: a running server watches for it in what comes from now on\n");
    return {};
}

// "3 networks, 2 words"
std::string watched_text(const json::Object& rule) {
    std::string out;
    for (const char* list : {"networks", "domains", "words", "sectors", "technologies", "types", "sources"}) {
        const json::Value* items = rule.if_contains(list);
        if (items == nullptr || !items->is_array() || items->get_array().empty()) continue;
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", items->get_array().size(), list);
    }
    if (const std::string confidence = field(rule, "min_confidence"); !confidence.empty())
        out += fmt::format("{}confidence {}", out.empty() ? "" : ", ", confidence);
    return out;
}

Result<void> list_rules(Context& context) {
    COMITY_TRY(const json::Object page, ask_alert_desk(context, Method::kGet, "/alert-rules"));
    const json::Array& items = page.at("items").as_array();
    if (context.json) {
        print_json(context, items);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : items) {
        const json::Object& rule = each.as_object();
        rows.push_back({field(rule, "name"), field(rule, "member"), field(rule, "severity"),
                        watched_text(rule), printable(audience_text(rule)),
                        field(rule, "created").substr(0, 10)});
    }
    print_table(context, {"NAME", "MEMBER", "SEVERITY", "WATCHES", "AUDIENCE", "SINCE"}, rows, "no rules");
    return {};
}

Result<void> remove_rule(Context& context, const std::string& name) {
    COMITY_CHECK(ask_alert_desk(context, Method::kDelete, "/alert-rules/" + percent_encoded(name)));
    return {};
}

Result<void> try_alert_rule(Context& context, AlertRuleOptions options) {
    if (options.name.empty()) options.name = "trial";
    COMITY_TRY(json::Object form, rule_form_of(context, options));
    if (!names_what(options)) {  // a rule that is kept, by its name alone
        COMITY_TRY(const json::Object page, ask_alert_desk(context, Method::kGet, "/alert-rules"));
        bool found = false;
        for (const json::Value& each : page.at("items").as_array()) {
            if (field(each.as_object(), "name") != options.name) continue;
            form = each.as_object();
            form.erase("member");
            form.erase("created");
            found = true;
        }
        if (!found)
            return not_found(fmt::format("there is no rule {}", options.name),
                             "name what it would watch for, or one of comity alert rule list");
    }
    const json::Value body = std::move(form);
    COMITY_TRY(
        const json::Object found,
        ask_alert_desk(context, Method::kPost, fmt::format("/alert-trials?days={}", options.days), &body));
    if (context.json) {
        print_json(context, found);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : found.at("items").as_array()) {
        const json::Object& item = each.as_object();
        rows.push_back(
            {field(item, "statement").substr(0, 12), field(item, "object"), printable(field(item, "title"))});
    }
    print_table(context, {"STATEMENT", "OBJECT", "WHAT"}, rows, "nothing would have met it");
    context.err << fmt::format("{} objects in {} statements of the last {} days{}\n", field(found, "objects"),
                               field(found, "statements"), options.days,
                               field(found, "more") == "true" ? ", and more that is not shown" : "");
    return {};
}

void add_watched(Command& command, AlertRuleOptions& options) {
    command.add_option("--network", options.networks, "An address or network of yours").type_name("NETWORK");
    command.add_option("--domain", options.domains, "A domain of yours; names below it are meant too")
        .type_name("NAME");
    command.add_option("--assets", options.assets, "A file of networks and domains, one a line")
        .type_name("FILE");
    command
        .add_option("--word", options.words,
                    "A brand or name: all its words in an object's texts, or joined in a domain name or URL")
        .type_name("TEXT");
    command.add_option("--sector", options.sectors, "A sector, as labels and identities have it")
        .type_name("TEXT");
    command
        .add_option("--technology", options.technologies,
                    "What you use: words, a CVE, or the beginning of a CPE name")
        .type_name("TEXT");
    command.add_option("--type", options.types, "Only objects of this STIX type").type_name("TYPE");
    command.add_option("--source", options.sources, "Only what this member shares").type_name("MEMBER");
    command
        .add_option("--min-confidence", options.min_confidence, "Only what is believed at least so far now")
        .type_name("N")
        .range(0, 100);
    command.add_flag("--sightings", options.sightings, "Also warn of every member that sights it");
    command.add_flag(
        "--scans", options.scans,
        "Warn of what your own scans meet and report (comity scan --report), and of nothing else");
    command.add_option("--severity", options.severity, "low, medium, high or critical; default: medium")
        .type_name("LEVEL")
        .one_of({"low", "medium", "high", "critical"});
    command
        .add_option("--within", options.acknowledge_within,
                    "When it is to be acknowledged, or else it is escalated: 15m, 2h, never; default: 1h")
        .type_name("INTERVAL");
    command
        .add_option("--per-hour", options.per_hour,
                    "So many alerts an hour at the most; what comes beyond is told together; default: 30")
        .type_name("N")
        .range(1, 100'000);
    command.add_option("--measure", options.measures, "What is recommended then").type_name("TEXT");
    add_audience_options(command, options.audience);
}

void add_alert_rule_add(Command& rule, Context& context) {
    auto options = std::make_shared<AlertRuleOptions>();
    Command command = rule.add_command(
        {.name = "add",
         .summary = "Watch for something",
         .description = "A running server holds everything that comes from now on to the rule, as far as the "
                        "member's own "
                        "people may read it, and says an alert in the member's name where it is met, with "
                        "the key of it that "
                        "the node holds in custody (comity member add-key --custody). The same evidence "
                        "never alerts twice.\n\n"
                        "The rule stays on this node: it is no statement and in no log. Alerts are for the "
                        "member's own people "
                        "unless --tlp, --to or --group say otherwise, and never for anyone who may not read "
                        "the evidence.",
         .examples = {
             {"comity alert rule add ours --assets networks.txt --domain cert-ke.example --severity high "
              "--within 30m",
              ""},
             {"comity alert rule add bank --word \"Acme Bank\" --sector finance", ""}}});
    command.add_option("NAME", options->name, "What to call it").required();
    add_watched(command, *options);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return add_rule(c, *options); });
}

void add_alert_rule_try(Command& rule, Context& context) {
    auto options = std::make_shared<AlertRuleOptions>();
    Command command = rule.add_command(
        {.name = "try",
         .summary = "Show what a rule would have met",
         .description =
             "Among what this node accepted in the last days, as things stand now. Nothing is kept and "
             "nothing said. NAME alone: a rule that is kept.",
         .examples = {{"comity alert rule try --network 198.51.100.0/24 --days 90", ""},
                      {"comity alert rule try ours", ""}}});
    command.add_option("NAME", options->name, "A rule that is kept");
    command.add_option("--days", options->days, "How far back; default: 30").type_name("N").range(0, 366);
    add_watched(command, *options);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return try_alert_rule(c, *options); });
}

void add_alert_rule_list(Command& rule, Context& context) {
    Command command = rule.add_command({.name = "list",
                                        .summary = "List the member's rules on this node",
                                        .description = "",
                                        .examples = {{"comity alert rule list", ""}}});
    add_reading_options(command, context);
    command.on_run(context, [](Context& c) { return list_rules(c); });
}

void add_alert_rule_remove(Command& rule, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command =
        rule.add_command({.name = "remove",
                          .summary = "Watch for it no longer",
                          .description = "Alerts that were said stay; they are escalated no more.",
                          .examples = {{"comity alert rule remove ours", ""}}});
    command.add_option("NAME", *name, "Its name").required();
    add_reading_options(command, context);
    command.on_run(context, [name](Context& c) { return remove_rule(c, *name); });
}

}  // namespace

void add_alert_rule(Command& alert, Context& context) {
    Command rule = alert.add_noun({.name = "rule",
                                   .summary = "Say what to be warned of, and try it on what was",
                                   .description = "",
                                   .examples = {}});
    add_alert_rule_list(rule, context);
    add_alert_rule_add(rule, context);
    add_alert_rule_try(rule, context);
    add_alert_rule_remove(rule, context);
}

}  // namespace comity::cli
