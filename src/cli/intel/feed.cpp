#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "base/percent.h"
#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "intelligence/export/formats.h"

namespace comity::cli {

namespace {

using http::Method;

struct IntelFeedOptions {
    std::string name;
    std::string format;
    std::string types;
    std::int64_t min_confidence = -1;
    std::int64_t max_age = -1;
    std::int64_t min_sightings = -1;
    std::int64_t sighted_within = -1;
    std::int64_t max_false = -1;
    std::int64_t state = -1;
    std::string out;
};

std::string feed_path(const IntelFeedOptions& options, std::string_view what = "") {
    return "/feeds/" + percent_encoded(options.name) + std::string(what);
}

Result<void> add_one_feed(Context& context, const IntelFeedOptions& options) {
    json::Object form{{"name", options.name}, {"format", options.format}};
    if (!options.types.empty()) form["type"] = options.types;
    const auto number = [&](std::string_view name, std::int64_t value) {
        if (value >= 0) form[name] = value;
    };
    number("min_confidence", options.min_confidence);
    number("max_age", options.max_age);
    number("min_sightings", options.min_sightings);
    number("sighted_within", options.sighted_within);
    number("max_false_reports", options.max_false);
    const json::Value body = std::move(form);
    COMITY_TRY(const json::Object feed, ask_alert_desk(context, Method::kPost, "/feeds", &body));
    if (context.json)
        print_json(context, feed);
    else
        context.out << fmt::format("devices pull it from /api/v1/feeds/{}\n", options.name);
    return {};
}

Result<void> list_own_feeds(Context& context) {
    COMITY_TRY(const json::Object page, ask_alert_desk(context, Method::kGet, "/feeds"));
    if (context.json) {
        print_json(context, page.at("items"));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : page.at("items").as_array()) {
        const json::Object& feed = each.as_object();
        const bool pinned = !feed.at("pinned").is_null();
        rows.push_back({field(feed, "name"), field(feed, "format"), field(feed, "type"),
                        pinned ? "state " + field(feed, "pinned") : "what comes"});
    }
    print_table(context, {"FEED", "FORMAT", "TYPE", "IN FORCE"}, rows, "no feeds");
    return {};
}

Result<void> list_states(Context& context, const IntelFeedOptions& options) {
    COMITY_TRY(const json::Object page, ask_alert_desk(context, Method::kGet, feed_path(options, "/states")));
    if (context.json) {
        print_json(context, page);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    const std::string pinned = field(page, "pinned");
    for (const json::Value& each : page.at("items").as_array()) {
        const json::Object& state = each.as_object();
        const bool in_force = pinned.empty() ? rows.empty() : field(state, "state") == pinned;
        rows.push_back({field(state, "state"), field(state, "made").substr(0, 19) + "Z",
                        field(state, "values"), field(state, "sha256").substr(0, 12),
                        in_force ? "in force" : ""});
    }
    print_table(context, {"STATE", "SINCE", "VALUES", "SHA-256", ""}, rows, "nobody has pulled it yet");
    return {};
}

Result<void> roll_back(Context& context, const IntelFeedOptions& options, bool resume) {
    const json::Value body =
        json::Object{{"state", resume ? json::Value(nullptr) : json::Value(options.state)}};
    COMITY_TRY(const json::Object feed,
               ask_alert_desk(context, Method::kPost, feed_path(options, "/rollback"), &body));
    if (context.json)
        print_json(context, feed);
    else
        context.out << (resume ? "what comes is in force again\n"
                               : fmt::format("state {} is in force until comity intel feed resume {}\n",
                                             options.state, options.name));
    return {};
}

Result<void> get_feed(Context& context, const IntelFeedOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, member_at_desk(context, *source));
    COMITY_TRY(AlertSource* const desk, alerts_of(*source));
    COMITY_TRY(const std::string text, desk->feed_text(options.name, options.state, member));
    return write_file(context, options.out.empty() ? "-" : options.out, text, true);
}

Result<void> remove_one_feed(Context& context, const IntelFeedOptions& options) {
    COMITY_CHECK(ask_alert_desk(context, Method::kDelete, feed_path(options)));
    return {};
}

using FeedRun = Result<void> (*)(Context&, const IntelFeedOptions&);

Command add_feed_verb(Command& feed, Context& context, const std::shared_ptr<IntelFeedOptions>& options,
                      const CommandSpec& spec, FeedRun run) {
    Command command = feed.add_command(spec);
    command.add_option("NAME", options->name, "The feed").required();
    add_reading_options(command, context);
    command.on_run(context, [options, run](Context& c) { return run(c, *options); });
    return command;
}

void add_feed_filters(Command& command, IntelFeedOptions& options) {
    command
        .add_option("--format", options.format,
                    fmt::format("The language: {}", fmt::join(intelligence::export_format_names(), ", ")))
        .type_name("FORMAT")
        .required();
    command.add_option("--type", options.types, "Only these kinds, as comity intel export takes them")
        .type_name("KINDS");
    command.add_option("--min-confidence", options.min_confidence, "Only what is believed at least so far")
        .range(0, 100);
    command.add_option("--max-age", options.max_age, "Only what was modified in that many days")
        .range(0, 36500);
    command
        .add_option("--min-sightings", options.min_sightings,
                    "Only what at least that many members have sighted")
        .range(0, 1'000'000);
    command
        .add_option("--sighted-within", options.sighted_within,
                    "Only what a member has sighted in that many days")
        .range(0, 36500);
    command
        .add_option("--max-false-reports", options.max_false,
                    "Not what more members than that report to be false")
        .range(0, 1'000'000);
}

}  // namespace

void add_intel_feed(Command& intel, Context& context) {
    Command feed = intel.add_noun(
        {.name = "feed",
         .summary = "Exports in force: what your devices pull and block by, and going back to an earlier one",
         .description = "",
         .examples = {}});
    const auto fresh = [] { return std::make_shared<IntelFeedOptions>(); };
    auto options = fresh();
    Command list = feed.add_command({.name = "list",
                                     .summary = "List your member's feeds on the node",
                                     .description = "",
                                     .examples = {{"comity intel feed list", ""}}});
    add_reading_options(list, context);
    list.on_run(context, [](Context& c) { return list_own_feeds(c); });
    Command add = add_feed_verb(
        feed, context, options,
        {.name = "add",
         .summary = "Put an export in force under a name",
         .description =
             "The member's devices pull it from /api/v1/feeds/NAME with a token of an account of the member "
             "(comity account add fw1@MEMBER --client), as often as they like: where nothing has changed the "
             "node "
             "answers 304. It holds what such an account may read. Each text that it had is kept as a state.",
         .examples = {{"comity intel feed add firewall --format nftables --type ip --min-confidence 60", ""},
                      {"curl -H \"Authorization: Bearer $TOKEN\" --etag-save e --etag-compare e "
                       "https://node.example/api/v1/feeds/firewall",
                       "what a device does"}}},
        add_one_feed);
    add_feed_filters(add, *options);
    add_feed_verb(feed, context, fresh(),
                  {.name = "states",
                   .summary = "List the states that a feed had",
                   .description = "The newest first; the 200 newest are kept.",
                   .examples = {{"comity intel feed states firewall", ""}}},
                  list_states);
    auto getting = fresh();
    Command get = add_feed_verb(feed, context, getting,
                                {.name = "get",
                                 .summary = "Print what is in force, or an earlier state",
                                 .description = "",
                                 .examples = {{"comity intel feed get firewall --state 12", ""}}},
                                get_feed);
    get.add_option("--state", getting->state, "This state").type_name("N").range(1, 2'000'000'000);
    get.add_option("--out", getting->out, "The file to write; default: standard output").type_name("FILE");
    auto back = fresh();
    Command rollback = add_feed_verb(
        feed, context, back,
        {.name = "rollback",
         .summary = "Put an earlier state in force",
         .description = "Devices get it at their next pull, and stay with it until comity intel feed resume.",
         .examples = {{"comity intel feed rollback firewall --state 11", ""}}},
        [](Context& c, const IntelFeedOptions& o) { return roll_back(c, o, false); });
    rollback.add_option("--state", back->state, "The state (comity intel feed states)")
        .type_name("N")
        .range(1, 2'000'000'000)
        .required();
    add_feed_verb(feed, context, fresh(),
                  {.name = "resume",
                   .summary = "Put in force again what comes",
                   .description = "",
                   .examples = {{"comity intel feed resume firewall", ""}}},
                  [](Context& c, const IntelFeedOptions& o) { return roll_back(c, o, true); });
    add_feed_verb(feed, context, fresh(),
                  {.name = "remove",
                   .summary = "Take a feed away, with its states",
                   .description = "",
                   .examples = {{"comity intel feed remove firewall", ""}}},
                  remove_one_feed);
}

}  // namespace comity::cli
