#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/keys.h"
#include "cli/output.h"
#include "cli/peer_source.h"
#include "cli/progress.h"
#include "cli/tender/commands.h"
#include "cli/tender/sealed.h"
#include "federation/reopen.h"
#include "json/words.h"

namespace comity::cli {

namespace {

struct TenderRecountOptions {
    std::string call, from;
    std::vector<std::string> keys;
};

Result<void> reopen_bids(Context& context, const TenderRecountOptions& options) {
    federation::ReopenOptions asked;
    asked.call = options.call;
    for (const std::string& text : options.keys) {
        COMITY_TRY(asked.log_keys.emplace_back(), read_public_key(context, text));
    }
    COMITY_TRY(const auto source, open_peer_source(context, options.from));
    Progress bar(context.err, context.err_terminal);
    asked.progress = [&](std::uint64_t done, std::uint64_t total) { bar.at("reading", done, total); };
    COMITY_TRY(const federation::Reopened again, federation::reopen(*source, asked));
    if (context.json) {
        json::Object form = again.opening;
        json::Array logs;
        for (const federation::RecountedLog& log : again.logs)
            logs.push_back(json::Object{
                {"key", log.key.text()}, {"size", log.size}, {"without_statement", log.without_statement}});
        form["logs"] = std::move(logs);
        form["uncounted"] = json::array_of(again.uncounted);
        form["discrepancies"] = json::array_of(again.discrepancies);
        print_json(context, form);
    } else {
        print_bid_opening(context, again.opening);
        for (const std::string& each : again.uncounted) context.err << printable(each) << '\n';
        for (const federation::RecountedLog& log : again.logs)
            context.err << fmt::format("{}: {} entries, {} of them without a statement that is shown here\n",
                                       printable(log.key.text()), log.size, log.without_statement);
    }
    if (!again.discrepancies.empty())
        return refused("recount", again.discrepancies.front(),
                       again.discrepancies.size() == 1
                           ? ""
                           : fmt::format("and {} more: --json lists them", again.discrepancies.size() - 1));
    return {};
}

}  // namespace

void add_tender_recount(Command& tender, Context& context) {
    auto options = std::make_shared<TenderRecountOptions>();
    Command command = tender.add_command(
        {.name = "recount",
         .summary = "Open the sealed bids of a call again, believing nobody",
         .description =
             "Out of nothing but logs, statements and public keys: a mirror's data folder, a carry file, or "
             "another node over the line. Hashes every entry into the tree that its log has signed, verifies "
             "every signature, takes times from the checkpoints, and opens the bids with the keys and shares "
             "that were said. Returns 1 and names the first thing that does not fit.",
         .examples = {{"comity tender recount cert-rw/routers-2027 --from /var/lib/mirror", ""},
                      {"comity tender recount cert-rw/routers-2027 --from logs.carry --log-key cert-rw.pub",
                       "on a machine without a network"}}});
    command.add_option("CALL", options->call, "member/name, or the beginning of its statement's id")
        .required();
    command
        .add_option("--from", options->from, "Where logs and statements come from; default: the data folder")
        .type_name("DIR|FILE|URL");
    command.add_option("--log-key", options->keys, "Believe only a log of this key (repeat)")
        .type_name("LOGKEY");
    command.on_run(context, [options](Context& c) { return reopen_bids(c, *options); });
}

}  // namespace comity::cli
