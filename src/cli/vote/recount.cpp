#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/election/print_election.h"
#include "cli/forms.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "cli/peer_source.h"
#include "cli/progress.h"
#include "cli/vote/print_tally.h"
#include "federation/recount.h"

namespace comity::cli {

namespace {

struct VoteRecountOptions {
    std::string id;
    bool all = false;
    std::string from;
    std::vector<std::string> keys;
};

json::Object vote_json(const governance::Tally& tally) {
    json::Object form = governance::tally_json(tally);
    json::Array certified;
    for (const auto& [member, certification] : tally.certifications) certified.emplace_back(member);
    form["certified_by"] = std::move(certified);
    return form;
}

void add_logs(json::Object& form, const federation::Recount& recount) {
    json::Array logs, discrepancies;
    for (const federation::RecountedLog& log : recount.logs) {
        logs.push_back(json::Object{
            {"key", log.key.text()}, {"size", log.size}, {"without_statement", log.without_statement}});
    }
    for (const std::string& one : recount.discrepancies) discrepancies.emplace_back(one);
    form["logs"] = std::move(logs);
    form["discrepancies"] = std::move(discrepancies);
}

// The tool's word on each election; what does not fit goes to the discrepancies.
Result<json::Array> verify_elections(Context& context, federation::Recount& recount, bool all) {
    json::Array list;
    for (const governance::SecretElection& election : recount.elections) {
        json::Object form = governance::secret_election_json(election, context.clock->now().seconds());
        const std::string phase = field(form, "phase");
        const std::string id = election.id.hex();
        json::Object found{{"id", id}, {"title", election.body.title}, {"phase", phase}};
        const bool opened = std::ranges::all_of(
            election.trustees, [](const auto& trustee) { return trustee.factors.has_value(); });
        if (phase != "void" && (opened || !all)) {
            const auto result = open_election(form);
            if (!result) {
                if (!all && election.results.empty()) return std::unexpected(result.error());
                std::string why = fmt::format("election {}: {}", id.substr(0, 12), result.error().message());
                if (result.error().kind == ErrorKind::kUnavailable)
                    found["unverified"] = why;  // the tool is not here
                else
                    recount.discrepancies.push_back(std::move(why));
            } else {
                found["result"] = result_json(form, *result);
                for (const std::string& one : result_discrepancies(form, *result))
                    recount.discrepancies.push_back(fmt::format("election {}, {}", id.substr(0, 12), one));
                if (!all && !context.json) print_result(context, form, *result);
            }
        }
        if (all && !context.json) {
            context.out << fmt::format("{}  {:<9} {} ballots, secret\n", id.substr(0, 12), phase,
                                       election.counted());
        }
        list.push_back(std::move(found));
    }
    return list;
}

json::Object one_json(const federation::Recount& recount, json::Array elections) {
    if (!recount.elections.empty()) {
        json::Object form{{"elections", std::move(elections)}};
        add_logs(form, recount);
        return form;
    }
    json::Object form = vote_json(recount.tallies.front());
    add_logs(form, recount);
    return form;
}

json::Object all_json(const federation::Recount& recount, json::Array elections) {
    json::Array votes, uncounted;
    for (const governance::Tally& tally : recount.tallies) votes.push_back(vote_json(tally));
    for (const auto& [vote, why] : recount.uncounted)
        uncounted.push_back(json::Object{{"opening", vote.hex()}, {"why", why}});
    json::Object form{{"votes", std::move(votes)},
                      {"uncounted", std::move(uncounted)},
                      {"elections", std::move(elections)}};
    add_logs(form, recount);
    return form;
}

void print_one(Context& context, const federation::Recount& recount) {
    if (recount.tallies.empty()) return;
    const governance::Tally& tally = recount.tallies.front();
    print_tally(context, governance::tally_json(tally));
    for (const auto& [member, certification] : tally.certifications)
        context.err << fmt::format("Certified by {} as {}.\n", member, printable(certification.outcome));
}

void print_all(Context& context, const federation::Recount& recount) {
    for (const governance::Tally& tally : recount.tallies) {
        context.out << fmt::format(
            "{}  {:<9} {} ballots{}\n", tally.opening.hex().substr(0, 12),
            tally.settled() ? to_string(tally.verdict.outcome) : "waiting", tally.counted,
            tally.certifications.empty() ? ""
                                         : fmt::format(", certified by {}", tally.certifications.size()));
    }
    for (const auto& [vote, why] : recount.uncounted)
        context.out << fmt::format("{}  void      {}\n", vote.hex().substr(0, 12), printable(why));
}

Result<void> count_again(Context& context, const VoteRecountOptions& options) {
    federation::RecountOptions asked;
    if (options.all != options.id.empty()) {
        return invalid("PROPOSAL", options.all ? "stands beside --all" : "is missing",
                       "give a proposal or a vote, or --all");
    }
    asked.vote = options.id;
    for (const std::string& text : options.keys) {
        COMITY_TRY(asked.log_keys.emplace_back(), read_public_key(context, text));
    }
    COMITY_TRY(const auto source, open_peer_source(context, options.from));
    Progress bar(context.err, context.err_terminal);
    asked.progress = [&](std::uint64_t done, std::uint64_t total) { bar.at("counting", done, total); };
    COMITY_TRY(federation::Recount recount, federation::recount(*source, asked));
    COMITY_TRY(json::Array elections, verify_elections(context, recount, options.all));
    if (context.json) {
        print_json(context, options.all ? all_json(recount, std::move(elections))
                                        : one_json(recount, std::move(elections)));
    } else {
        options.all ? print_all(context, recount) : print_one(context, recount);
        for (const federation::RecountedLog& log : recount.logs) {
            context.err << fmt::format("{}: {} entries, {} of them without a statement that is shown here\n",
                                       printable(log.key.text()), log.size, log.without_statement);
        }
    }
    if (!recount.discrepancies.empty()) {
        return refused("recount", recount.discrepancies.front(),
                       recount.discrepancies.size() == 1
                           ? ""
                           : fmt::format("and {} more: --json lists them", recount.discrepancies.size() - 1));
    }
    return {};
}

}  // namespace

void add_recount(Command& program, Context& context) {
    auto options = std::make_shared<VoteRecountOptions>();
    Command command = program.add_command(
        {.name = "recount",
         .summary = "Count a vote again, believing nobody",
         .description =
             "Out of nothing but logs, statements and public keys: a mirror's data folder, a carry file, or "
             "another "
             "node over the line. Hashes every entry into the tree that its log has signed, verifies every "
             "signature, takes the time of each ballot from the checkpoints, counts, and holds certified "
             "results "
             "against that. Returns 1 and names the first discrepancy. Compare the logs' keys that it shows "
             "with "
             "those that you trust, or give them with --log-key.",
         .examples = {{"comity recount 6b1f20aa --from /var/lib/mirror", "a mirror's data folder"},
                      {"comity recount 6b1f20aa --from https://cert-ke.example --log-key cert-ke.pub", ""},
                      {"comity recount 6b1f20aa --from logs.carry", "on a machine without a network"},
                      {"comity recount --all --from logs.carry", "every certified result at once"}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more");
    command.add_flag("--all", options->all, "Every vote that was ever opened");
    command
        .add_option("--from", options->from, "Where logs and statements come from; default: the data folder")
        .type_name("DIR|FILE|URL");
    command.add_option("--log-key", options->keys, "Believe only a log of this key (repeat)")
        .type_name("LOGKEY");
    command.on_run(context, [options](Context& c) { return count_again(c, *options); });
}

}  // namespace comity::cli
