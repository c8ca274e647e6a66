#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/open_node.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "federation/seal.h"

namespace comity::cli {

namespace {

struct LogCloseOptions {
    std::string second;
    std::string policy;
    std::vector<std::string> statements;
    bool seal = false;
};

Result<ledger::Witnessed> parse_second(const std::string& text) {
    ledger::Witnessed second = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), second);
    if (error == std::errc{} && end == text.data() + text.size() && second >= 0) return second;
    auto time = parse_time(text);
    if (!time) return within("TIME", std::move(time).error());
    return time->seconds();
}

std::string_view to_string(ledger::Stand stand) {
    switch (stand) {
        case ledger::Stand::kIn:
            return "in";
        case ledger::Stand::kOut:
            return "out";
        case ledger::Stand::kOpen:
            break;
    }
    return "open";
}

json::Object closed_json(ledger::Witnessed at, const ledger::ClosedAt& closed, const std::vector<Digest>& ids,
                         const std::vector<std::optional<ledger::Witnessed>>& times) {
    json::Array waits;
    for (const std::string& name : closed.waits) waits.emplace_back(name);
    json::Array behind;
    for (const auto& log : closed.behind) {
        behind.push_back(json::Object{{"origin", log.origin}, {"held", log.held}, {"sealed", log.sealed}});
    }
    json::Array faults;
    for (const std::string& fault : closed.faults) faults.emplace_back(fault);
    json::Array statements;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        json::Object one{{"id", ids[i].hex()}, {"stands", to_string(closed.stands[i])}, {"seen", nullptr}};
        if (times[i]) one["seen"] = format_time_millis(Time::from_seconds(*times[i]));
        statements.push_back(std::move(one));
    }
    return {{"close", format_time_millis(Time::from_seconds(at))},
            {"settled", closed.settled},
            {"waits", std::move(waits)},
            {"behind", std::move(behind)},
            {"faults", std::move(faults)},
            {"statements", std::move(statements)}};
}

void print_closed(Context& context, const ledger::ClosedAt& closed, const std::vector<Digest>& ids,
                  const std::vector<std::optional<ledger::Witnessed>>& times) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"settled", closed.settled ? "yes: nothing can change any more" : "no"}};
    if (!closed.waits.empty())
        fields.emplace_back("waits for", fmt::format("{}", fmt::join(closed.waits, ", ")));
    for (const auto& log : closed.behind) {
        fields.emplace_back("behind", fmt::format("{}: {} entries are here, witnesses had seen {}",
                                                  log.origin, log.held, log.sealed));
    }
    for (const std::string& fault : closed.faults) fields.emplace_back("fault", fault);
    print_fields(context, fields);
    if (ids.empty()) return;
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        rows.push_back({ids[i].hex().substr(0, 12), std::string(to_string(closed.stands[i])),
                        times[i] ? format_time_millis(Time::from_seconds(*times[i])) : "-"});
    }
    print_table(context, {"STATEMENT", "STANDS", "QUORUM SAW IT"}, rows, "");
}

Result<void> close(Context& context, const LogCloseOptions& options) {
    COMITY_TRY(const ledger::Witnessed at, parse_second(options.second));
    if (options.seal) {
        std::optional<json::Object> body;
        {
            COMITY_TRY(const auto node, open_node(context));
            COMITY_TRY(const federation::Seal seal,
                       node->witness().seal(node->ledger().roll()->community, at));
            body = seal.json();
        }
        return say_and_print(
            context,
            {.type = std::string(federation::kSeal), .audience = for_everybody(), .body = *std::move(body)});
    }
    COMITY_TRY(const auto node, open_node(context));
    log::Policy policy = node->policy();
    if (!options.policy.empty()) {
        COMITY_TRY(const std::string text, read_file(context, options.policy, log::kMaxPolicySize));
        auto parsed = log::Policy::parse(text);
        if (!parsed) return within(options.policy, std::move(parsed).error());
        policy = *std::move(parsed);
    }
    std::vector<Digest> ids;
    for (const std::string& text : options.statements) {
        COMITY_TRY(const Digest id, node->ledger().resolve(ledger::Viewer{}, text));
        ids.push_back(id);
    }
    COMITY_TRY(const auto session, node->database().snapshot());
    COMITY_TRY(const ledger::ClosedAt closed,
               node->quorum().closed_at(*session, policy, at, ids, ledger::Liars::kCount));
    COMITY_TRY(const auto times, node->quorum().times(*session, policy, ids));
    if (context.json) {
        print_json(context, closed_json(at, closed, ids, times));
    } else {
        print_closed(context, closed, ids, times);
    }
    return {};
}

}  // namespace

void add_log_close(Command& log, Context& context) {
    auto options = std::make_shared<LogCloseOptions>();
    Command command = log.add_command(
        {.name = "close",
         .summary = "Show what a quorum of witnesses had seen by a time, and whom that waits for",
         .description = "By what witnesses said and what this node holds: whether it is settled which "
                        "statements were in by TIME, that second included, and of each STATEMENT whether it "
                        "was. The policy (C2SP tlog-policy) says who makes a quorum.\n\n"
                        "With --seal, the node's own witness seals that second instead: what it had seen by "
                        "then, in a statement to everybody. From there on it states later seconds only.",
         .examples = {{"comity log close 2026-12-01T00:00:00Z --policy vote.tlog", ""},
                      {"comity log close 2026-12-01T00:00:00Z b0a5dc70 1f2e3d4c", "were these in?"},
                      {"comity log close 2026-12-01T00:00:00Z --seal", "say what this witness had seen"}}});
    command.add_option("TIME", options->second, "The time (RFC 3339, or seconds since 1970)").required();
    command.add_option("STATEMENT", options->statements,
                       "The id, or its beginning, of a statement to everybody (repeat)");
    command
        .add_option("--policy", options->policy,
                    "Who makes a quorum (- for standard input); default: the node's own policy")
        .type_name("FILE");
    command.add_flag("--seal", options->seal, "Seal the second as this node's witness");
    command.add_option("--as", context.as, "The member that publishes the seal").type_name("MEMBER");
    command.add_option("--key", context.keys, "Its secret key (repeat)").type_name("FILE");
    command.on_run(context, [options](Context& c) { return close(c, *options); });
}

}  // namespace comity::cli
