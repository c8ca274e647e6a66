#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/open_node.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "node/custody.h"
#include "node/known_audience.h"
#include "node/puller.h"

namespace comity::cli {

namespace {

using intelligence::pull::Pull;
using intelligence::pull::PullConfig;
using intelligence::pull::Pulls;
using intelligence::pull::SourceKind;

struct Opened {
    std::unique_ptr<node::Node> node;
    Pulls pulls;
};
Result<Opened> open(Context& context) {
    COMITY_TRY(auto node, open_node(context));
    COMITY_CHECK(Pulls::prepare(node->database()));
    Pulls pulls(node->database());
    return Opened{std::move(node), pulls};
}

struct AddOptions {
    PullConfig config;
    std::string kind = "taxii";
    std::string every = "15m";
    AudienceOptions audience;
};

Result<void> add(Context& context, AddOptions options) {
    COMITY_TRY(options.config.every, parse_interval(options.every, "--every"));
    options.config.kind = options.kind == "taxii"       ? SourceKind::kTaxii
                          : options.kind == "misp-feed" ? SourceKind::kMispFeed
                                                        : SourceKind::kMisp;
    COMITY_TRY(options.config.audience, audience_of(options.audience, "green"));
    options.config.member = context.as;
    if (context.as.empty())
        return invalid("--as", "is missing", "say in whose name it is shared: --as MEMBER");
    for (std::string* file : {&options.config.secret_file, &options.config.ca_file}) {
        if (!file->empty()) *file = std::filesystem::absolute(*file).string();
    }
    COMITY_TRY(Opened opened, open(context));
    COMITY_CHECK(node::check_named(options.config.audience, node::known_names(*opened.node->ledger().roll()),
                                   {"--to", "--group", "--person"}));
    // Now, rather than at the first run.
    COMITY_CHECK(node::custody_key(opened.node->config(), *opened.node->ledger().roll(),
                                   options.config.member, context.clock->now().seconds()));
    COMITY_CHECK(opened.pulls.add(options.config, context.clock->now()));
    COMITY_TRY(const Pull pull, opened.pulls.find(options.config.name));
    if (context.json) {
        print_json(context, intelligence::pull::pull_json(pull, context.clock->now()));
    } else {
        context.err << fmt::format("Added: a running server pulls it now; so does comity pull run {}\n",
                                   pull.config.name);
    }
    return {};
}

Result<void> list_pulls(Context& context) {
    COMITY_TRY(Opened opened, open(context));
    COMITY_TRY(const auto pulls, opened.pulls.list());
    if (context.json) {
        json::Array items;
        for (const Pull& pull : pulls)
            items.push_back(intelligence::pull::pull_json(pull, context.clock->now()));
        print_json(context, items);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const Pull& pull : pulls) {
        const bool running = !pull.holder.empty() && pull.held_until > context.clock->now();
        rows.push_back({pull.config.name, std::string(to_string(pull.config.kind)),
                        running                    ? "running"
                        : pull.state.failures > 0  ? "failing"
                        : !pull.state.last_success ? "new"
                                                   : "waiting",
                        pull.state.last_success
                            ? format_time_millis(*pull.state.last_success).substr(0, 19) + "Z"
                            : "never",
                        std::to_string(pull.state.shared), std::to_string(pull.state.backlog),
                        pull.state.last_error.empty() ? "" : printable(pull.state.last_error)});
    }
    print_table(context, {"NAME", "KIND", "STATE", "LAST SUCCESS", "SHARED", "BACKLOG", "LAST ERROR"}, rows,
                "no pulls");
    return {};
}

Result<void> show_pull(Context& context, const std::string& name) {
    COMITY_TRY(Opened opened, open(context));
    COMITY_TRY(const Pull pull, opened.pulls.find(name));
    const json::Object form = intelligence::pull::pull_json(pull, context.clock->now());
    if (context.json) {
        print_json(context, form);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& member : form) {
        const std::string key(member.key());
        if (key == "audience") {
            fields.emplace_back(key, printable(audience_text(form)));
        } else if (std::string text = field(form, key); !text.empty()) {
            fields.emplace_back(key, printable(text));
        }
    }
    print_fields(context, fields);
    return {};
}

Result<void> run_now(Context& context, const std::string& name) {
    COMITY_TRY(Opened opened, open(context));
    const std::atomic<bool> never{false};
    node::PullRun run;
    {
        const Waiting waiting(context.err, context.err_terminal, "pulling " + printable(name));
        COMITY_TRY(run, node::run_pull(*opened.node, name, never));
    }
    if (context.json) {
        print_json(context, json::Object{{"pages", run.pages},
                                         {"shared", run.shared},
                                         {"statements", run.statements},
                                         {"more", run.more}});
        return {};
    }
    context.err << fmt::format("{}: {} objects shared in {} statements, from {} pages{}\n", printable(name),
                               run.shared, run.statements, run.pages, run.more ? "; there is more" : "");
    return {};
}

Result<void> remove_pull(Context& context, const std::string& name) {
    COMITY_TRY(Opened opened, open(context));
    return opened.pulls.remove(name);
}

}  // namespace

void add_pull_add(Command& pull, Context& context) {
    auto options = std::make_shared<AddOptions>();
    Command command = pull.add_command(
        {.name = "add",
         .summary = "Pull a remote source on a schedule",
         .description = "A running server (comity serve) then fetches URL on its schedule and shares what is "
                        "new in the member's "
                        "name, with the key of it that this node holds in custody (comity member add-key "
                        "--custody). After each "
                        "page that is durable its place is kept, so that nothing is fetched or shared twice. "
                        "After failures it "
                        "waits longer and longer, a day at the most.\n\n"
                        "Kinds: taxii (URL is a TAXII 2.1 collection), misp-feed (the folder of a MISP "
                        "feed), misp (a MISP "
                        "server, asked by events/restSearch).",
         .examples = {{"comity pull add partner "
                       "https://taxii.example/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/ --as "
                       "cert-ke --user ke --secret-file partner.secret",
                       ""},
                      {"comity pull add osint https://www.circl.lu/doc/misp/feed-osint --kind misp-feed "
                       "--every 1h --tlp clear --as cert-ke",
                       ""}}});
    command.add_option("NAME", options->config.name, "What to call it").required();
    command.add_option("URL", options->config.url, "Where it is").required();
    command.add_option("--kind", options->kind, "taxii, misp-feed or misp; default: taxii")
        .type_name("KIND")
        .one_of({"taxii", "misp-feed", "misp"});
    command.add_option("--every", options->every, "How often, as 15m, 2h or 1d; default: 15m")
        .type_name("INTERVAL");
    command.add_option("--user", options->config.user, "The user's name, for HTTP Basic").type_name("NAME");
    command
        .add_option("--secret-file", options->config.secret_file,
                    "A file whose first line is the password, token or key; it is read at each run")
        .type_name("FILE");
    command
        .add_option("--ca-file", options->config.ca_file, "Certificates to trust besides the system's (PEM)")
        .type_name("FILE");
    command.add_option("--as", context.as, "The member in whose name it is shared").type_name("MEMBER");
    add_audience_options(command, options->audience);
    command.on_run(context, [options](Context& c) { return add(c, *options); });
}

void add_pull_list(Command& pull, Context& context) {
    Command command = pull.add_command({.name = "list",
                                        .summary = "List the pulls, how far they are and what went wrong",
                                        .description = "",
                                        .examples = {{"comity pull list", ""}}});
    command.on_run(context, [](Context& c) { return list_pulls(c); });
}

void add_pull_show(Command& pull, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = pull.add_command({.name = "show",
                                        .summary = "Show a pull",
                                        .description = "",
                                        .examples = {{"comity pull show partner", ""}}});
    command.add_option("NAME", *name, "Its name").required();
    command.on_run(context, [name](Context& c) { return show_pull(c, *name); });
}

void add_pull_run(Command& pull, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command =
        pull.add_command({.name = "run",
                          .summary = "Run a pull now",
                          .description = "Whatever its schedule; it goes on where it was. Refused while a "
                                         "server runs it.",
                          .examples = {{"comity pull run partner", ""}}});
    command.add_option("NAME", *name, "Its name").required();
    command.on_run(context, [name](Context& c) { return run_now(c, *name); });
}

void add_pull_remove(Command& pull, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = pull.add_command({.name = "remove",
                                        .summary = "Remove a pull",
                                        .description = "What it shared stays.",
                                        .examples = {{"comity pull remove partner", ""}}});
    command.add_option("NAME", *name, "Its name").required();
    command.on_run(context, [name](Context& c) { return remove_pull(c, *name); });
}

}  // namespace comity::cli
