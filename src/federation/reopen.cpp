#include "federation/reopen.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "development/tender/open_bids.h"
#include "federation/recount_facts.h"
#include "governance/voting/tally.h"

namespace comity::federation {
namespace {

constexpr std::size_t kLeastCallDigits = 8;

// What was said about calls, of those whose author's key makes it count: each once, at the earliest second.
struct SaidOfCalls {
    std::vector<development::StatedCall> calls;
    std::vector<development::StatedBid> bids;
    std::vector<development::StatedOpening> openings;
    std::map<Digest, ledger::Witnessed> witnessed;
    std::vector<std::string> uncounted;
};

template <typename T, typename Body>
void take(std::vector<T>& into, const ledger::Statement& statement, Result<Body> body) {
    if (body) into.push_back({*std::move(body), statement.author, statement.id, 0});
}

SaidOfCalls said_of_calls(const governance::Acts& market, const ledger::Roll& roll) {
    SaidOfCalls out;
    for (const governance::Act& act : market.all()) {
        const ledger::Statement& statement = *act.statement;
        if (!governance::counts_by(roll, act)) {
            out.uncounted.push_back(fmt::format("{} {} by {}: no key of its author makes it count",
                                                statement.type, statement.id.hex().substr(0, 12),
                                                statement.author));
            continue;
        }
        const auto [at, first] = out.witnessed.emplace(statement.id, act.witnessed);
        at->second = std::min(at->second, act.witnessed);
        if (!first) continue;
        if (statement.type == development::kCall)
            take(out.calls, statement, development::parse_call(statement.body));
        if (statement.type == development::kBid)
            take(out.bids, statement, development::parse_bid(statement.body));
        if (statement.type == development::kBidOpening)
            take(out.openings, statement, development::parse_opening(statement.body));
    }
    return out;
}

Result<development::StatedCall> wanted_call(std::vector<development::StatedCall> calls,
                                            const std::string& name) {
    std::erase_if(calls, [&](const development::StatedCall& each) {
        const bool by_id = name.size() >= kLeastCallDigits && each.statement.hex().starts_with(name);
        return !by_id && development::make_ref(each.author, each.body.id) != name;
    });
    if (calls.empty()) return not_found(fmt::format("these logs hold no call {}", name));
    if (calls.size() > 1)
        return invalid("call", fmt::format("{} calls are named {}", calls.size(), name),
                       "name one by its statement's id");
    return std::move(calls.front());
}

}  // namespace

Result<Reopened> reopen(PeerSource& source, const ReopenOptions& options) {
    WalkedLogs walked;
    COMITY_CHECK(walk_logs(source, options.log_keys, walked, options.progress));
    const ledger::Roll roll = governance::roll_of(walked.acts.all());
    SaidOfCalls said = said_of_calls(walked.market, roll);
    COMITY_TRY(const development::StatedCall call, wanted_call(std::move(said.calls), options.call));
    std::erase_if(said.bids, [&](const auto& each) { return each.body.call != call.statement; });
    std::erase_if(said.openings, [&](const auto& each) { return each.body.call != call.statement; });
    const governance::CloseWord word = word_out_of(walked.read, walked.said, roll);
    COMITY_TRY(const development::BidOpening opening,
               development::open_bids({.call = call,
                                       .bids = said.bids,
                                       .openings = said.openings,
                                       .witnessed = said.witnessed,
                                       .as_of = walked.newest,
                                       .word = [&](const auto& policy, auto second, auto statements) {
                                           return word(policy, second, statements, ledger::Liars::kCount);
                                       }}));
    Reopened out;
    out.opening = development::bid_opening_json(call, opening);
    out.logs = std::move(walked.logs);
    out.uncounted = std::move(said.uncounted);
    std::ranges::sort(out.uncounted);
    out.discrepancies = std::move(walked.discrepancies);
    return out;
}

}  // namespace comity::federation
