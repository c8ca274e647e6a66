#include "cli/program.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>

#include <iostream>

#include "cli/alert/commands.h"
#include "cli/body/commands.h"
#include "cli/charter/commands.h"
#include "cli/clearing/commands.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/consultation/commands.h"
#include "cli/describe.h"
#include "cli/divide/commands.h"
#include "cli/network/commands.h"
#include "cli/output.h"
#include "cli/rule/commands.h"
#include "cli/sighting/commands.h"
#include "cli/tender/commands.h"
#include "node/nearest.h"
#include "node/version.h"

namespace comity::cli {

namespace {

// The command that the arguments reached, as far as they were understood.
CLI::App* reached(CLI::App& app) {
    CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return at;
}

std::string name_of(const CLI::App& app) {
    return app.get_parent() == nullptr ? app.get_name() : name_of(*app.get_parent()) + " " + app.get_name();
}

CommandText text_of(const CommandText& root, const std::string& name) {
    if (root.name() == name) return root;
    for (const CommandText& child : root.commands) {
        if (name == child.name() || name.starts_with(child.name() + " ")) return text_of(child, name);
    }
    return root;
}

// Turns CLI11's complaint into "comity: what: why: what to do".
Error usage_error(CLI::App& app, const CLI::ParseError& error) {
    CLI::App* at = reached(app);
    const std::string help = "see " + name_of(*at) + " --help";
    const std::string where = name_of(*at) == "comity" ? "" : name_of(*at).substr(7);
    std::string what = error.what();
    const std::vector<std::string> extra =
        at->remaining(true).empty() ? app.remaining(true) : at->remaining(true);
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
        dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        const auto children = at->get_subcommands({});
        if (!extra.empty()) {
            const std::string& word = extra.front();
            std::vector<std::string> known;
            if (word.starts_with('-')) {
                for (const CLI::App* from = at; from != nullptr; from = from->get_parent()) {
                    for (const CLI::Option* option : from->get_options({})) {
                        for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
                    }
                }
                what = word + " is no option";
            } else {
                for (const CLI::App* child : children) known.push_back(child->get_name());
                what = children.empty() ? fmt::format("\"{}\" is one argument too many", word)
                                        : fmt::format("\"{}\" is no command", word);
            }
            const std::vector<std::string_view> views(known.begin(), known.end());
            const auto meant = node::nearest(word, views);
            return {ErrorKind::kInvalid, where, what, meant ? fmt::format("did you mean {}?", *meant) : help};
        }
    }
    // "NAME is required", "--tlp: ...": CLI11's own words, on one line.
    std::ranges::replace(what, '\n', ' ');
    return {ErrorKind::kInvalid, where, what, help};
}

// The tree, bound to `context`, which must outlive it.
std::unique_ptr<CLI::App> make_program(Context& context) {
    auto app = std::make_unique<CLI::App>(
        "The cooperation server for communities that span borders\n\n"
        "Members of a community sign what they say, and every statement stands in a log that all can mirror "
        "and check. Commands work on "
        "the data folder of a node on this machine, also while its server runs, or over the network with "
        "--node.\n\n"
        "Reads on a data folder show what the members may read whose secret keys lie in its keys folder, or "
        "the one that --as names.",
        "comity");
    CLI::App& program = *app;
    Command root(program);
    program.footer(
        "# found a community from a charter, and serve it\n"
        "comity key generate cert-ke\n"
        "comity community found charter.toml\n"
        "comity serve\n");
    program.fallthrough();
    program.require_subcommand(1);
    program.set_help_flag("-h,--help", "Print help and exit");
    program.set_version_flag("--version", std::string("comity ") + std::string(node::kVersion),
                             "Print the version and exit");
    program
        .add_option("--data", context.data,
                    "The node's data folder; default: ./comity-data where it exists, else "
                    "$XDG_DATA_HOME/comity or ~/.local/share/comity")
        ->type_name("DIR")
        ->envname("COMITY_DATA");
    program.add_flag("--json", context.json, "Print JSON");

    // In the order of the help: a community's life, then the node's.
    const auto noun = [&](const char* name, const char* summary,
                          std::initializer_list<void (*)(Command&, Context&)> verbs) {
        Command at = root.add_noun({.name = name, .summary = summary, .description = "", .examples = {}});
        for (const auto add : verbs) add(at, context);
    };
    noun("key", "Make and show keys", {add_key_generate, add_key_show});
    noun("community", "Found a community and show it", {add_community_found, add_community_show});
    noun("charter", "Show the charter and propose to amend it", {add_charter_show, add_charter_amend});
    noun("member", "Admit members, list them, change keys",
         {add_member_list, add_member_show, add_member_admit, add_member_add_key, add_member_revoke_key,
          add_member_officers, add_member_recover, add_member_veto, add_member_leave, add_member_place,
          add_member_export, add_member_import});
    noun("group", "Set and list groups of members", {add_group_list, add_group_set});
    noun("procedure", "Show how decisions can be made, and try it on votes",
         {add_procedure_list, add_procedure_show, add_procedure_try, add_procedure_count});
    noun("proposal", "Propose rules, amend and revise them, open votes",
         {add_proposal_list, add_proposal_show, add_proposal_new, add_proposal_revise, add_proposal_open,
          add_proposal_answer, add_proposal_declare, add_proposal_accede, add_proposal_diff,
          add_proposal_comment, add_proposal_discussion, add_proposal_endorse, add_proposal_calendar,
          add_proposal_amend, add_proposal_amendments, add_proposal_consolidate});
    noun("election", "Elect persons by secret ballot (Belenios)",
         {add_election_list, add_election_show, add_election_new, add_election_register, add_election_trustee,
          add_election_vote, add_election_shuffle, add_election_decrypt, add_election_count});
    add_vote(root, context);
    add_tally(root, context);
    add_recount(root, context);
    add_participation(root, context);
    noun("rule", "Show the rulebook, what a rule would change, and how members keep it",
         {add_rule_list, add_rule_show, add_rule_export, add_rule_impact, add_rule_try, add_rule_conform,
          add_rule_review, add_rule_suspend, add_rule_matrix, add_rule_due});
    noun("body", "Found committees and working groups, fill their seats, see their mandates",
         {add_body_list, add_body_show, add_body_found, add_body_amend, add_body_appoint, add_body_dissolve});
    noun("consultation", "Ask members and the public, take in what they say, answer it",
         {add_consultation_list, add_consultation_show, add_consultation_open, add_consultation_comment,
          add_consultation_summarise});
    noun("moderation", "See what moderators and operators did; hide and show public comments",
         {add_moderation_list, add_moderation_hide, add_moderation_show});
    add_agenda(root, context);
    add_share(root, context);
    noun("collection", "Make collections of what is shared, list and remove them",
         {add_collection_list, add_collection_show, add_collection_create, add_collection_remove});
    noun("intel", "Search what was shared, see who can read it, export it, work with patterns",
         {add_intel_search, add_intel_lookup, add_intel_show, add_intel_related, add_intel_who, add_intel_why,
          add_intel_mark, add_intel_withdraw, add_intel_sight, add_intel_report, add_intel_export,
          add_intel_feed, add_intel_warninglist, add_intel_index, add_intel_validate, add_intel_pattern});
    add_scan(root, context);
    noun("sighting", "Say what your scans met, as far as you want to, and see who has seen what",
         {add_sighting_list, add_sighting_show, add_sighting_overview, add_sighting_approve,
          add_sighting_discard, add_sighting_policy});
    noun("alert", "Be warned of what concerns you, acknowledge it, and say what to watch for",
         {add_alert_list, add_alert_show, add_alert_acknowledge, add_alert_watch, add_alert_drill,
          add_alert_rule, add_alert_channel, add_alert_outbox});
    noun("pull", "Fetch from TAXII and MISP elsewhere, on a schedule",
         {add_pull_list, add_pull_show, add_pull_add, add_pull_run, add_pull_remove});
    noun("divide", "Measure the digital divide from figures with their sources",
         {add_divide_import, add_divide_show, add_divide_inequality, add_divide_distance, add_divide_forecast,
          add_divide_index, add_divide_define, add_divide_map});
    noun("need", "Say what one lacks, and choose among what is offered",
         {add_need_list, add_need_show, add_need_add, add_need_withdraw, add_need_accept, add_need_decline,
          add_need_overlaps});
    noun("offer", "Say what one can give",
         {add_offer_list, add_offer_show, add_offer_add, add_offer_withdraw, add_offer_decline});
    noun("plan", "Plan who gives what to whom, and prove how good it is",
         {add_plan_make, add_plan_check, add_plan_why, add_plan_publish, add_plan_list});
    noun("commitment", "Promise, deliver, and see what is overdue and what it did",
         {add_commitment_list, add_commitment_make, add_commitment_deliver, add_commitment_withdraw});
    noun("network", "Plan where the next money connects most people", {add_network_plan, add_network_cost});
    noun("tender", "Publish contracting processes (OCDS), bid under seal, check and question them",
         {add_tender_list, add_tender_show, add_tender_publish, add_tender_call, add_tender_bid,
          add_tender_withdraw, add_tender_open, add_tender_bids, add_tender_recount, add_tender_award,
          add_tender_reply, add_tender_check, add_tender_merge, add_tender_flags, add_tender_audit});
    noun("statement", "List, show, sign and submit statements",
         {add_statement_list, add_statement_show, add_statement_sign, add_statement_submit,
          add_statement_erase});
    noun("log", "Show the log, prove and verify what stands in it",
         {add_log_head, add_log_prove, add_log_verify, add_log_compare, add_log_witnesses, add_log_close});
    noun("parcel", "Send what its readers alone can open, and open it", {add_parcel_send, add_parcel_open});
    noun("evidence", "Show, check and publish evidence that a log has lied",
         {add_evidence_list, add_evidence_check, add_evidence_publish});
    noun("node", "Follow other nodes and announce this one",
         {add_node_add, add_node_list, add_node_status, add_node_check, add_node_sync, add_node_remove,
          add_node_announce});
    add_join(root, context);
    noun("carry", "Carry logs and statements by file", {add_carry_out, add_carry_in});
    noun("account", "Manage this node's accounts",
         {add_account_list, add_account_add, add_account_password, add_account_disable, add_account_enable,
          add_account_remove});
    noun("token", "Manage the tokens of accounts", {add_token_list, add_token_create, add_token_revoke});
    add_serve(root, context);
    add_check(root, context);
    add_rebuild(root, context);
    add_completion(root, context);
    add_man(root, context);
    return app;
}

}  // namespace

CommandText describe_program() {
    Context unused(std::cin, std::cout, std::cerr);
    return describe(*make_program(unused));
}

int run(Context& context, std::vector<std::string> arguments) {
    const auto app = make_program(context);
    std::ranges::reverse(arguments);  // as CLI11 wants them
    try {
        app->parse(std::move(arguments));
    } catch (const CLI::CallForVersion& call) {
        context.out << call.what() << '\n';
        return kDone;
    } catch (const CLI::CallForHelp&) {
        context.out << help_text(text_of(describe(*app), name_of(*reached(*app))));
        return kDone;
    } catch (const CLI::ParseError& error) {
        CLI::App* at = reached(*app);
        if (!at->get_subcommands({}).empty() && at->remaining(true).empty() && app->remaining(true).empty()) {
            // A noun alone: say what there is.
            context.err << help_text(text_of(describe(*app), name_of(*at)));
            return kUsage;
        }
        print_error(context, usage_error(*app, error));
        return kUsage;
    } catch (const std::exception& error) {
        print_error(context, {ErrorKind::kInternal, "command line", error.what(), ""});
        return kUsage;
    }
    if (!context.run) {
        context.err << help_text(describe(*app));
        return kUsage;
    }
    if (const auto done = context.run(); !done) {
        print_error(context, done.error());
        return context.failure_code;
    }
    context.out.flush();
    if (!context.out) {
        print_error(context, {ErrorKind::kUnavailable, "standard output", "cannot be written",
                              "check its disk or pipe"});
        return context.failure_code;
    }
    return kDone;
}

}  // namespace comity::cli
