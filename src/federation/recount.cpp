#include "federation/recount.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "federation/log_walk.h"
#include "federation/recount_facts.h"
#include "governance/voting/store.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMinPrefix = 8;  // of an id

// The vote that was asked for, or all that are there, the first opened first.
Result<std::vector<Digest>> wanted_votes(const governance::Acts& acts, const ledger::Roll& roll,
                                         const std::string& vote) {
    std::vector<Digest> votes;
    if (!vote.empty()) {
        COMITY_TRY(votes.emplace_back(), governance::resolve_vote(acts.all(), vote));
        return votes;
    }
    std::map<Digest, ledger::Witnessed> opened;  // an opening may stand in several logs
    for (const governance::Act& act : acts.all()) {
        if (act.statement->type != governance::kOpening || !governance::counts_by(roll, act)) continue;
        const auto at = opened.try_emplace(act.statement->id, act.witnessed).first;
        at->second = std::min(at->second, act.witnessed);
    }
    std::vector<std::pair<ledger::Witnessed, Digest>> order;
    for (const auto& [opening, second] : opened) order.emplace_back(second, opening);
    std::ranges::sort(order);
    for (const auto& [second, opening] : order) votes.push_back(opening);
    return votes;
}

}  // namespace

Result<Recount> recount(PeerSource& source, const RecountOptions& options) {
    Recount result;
    WalkedLogs walked;
    COMITY_CHECK(walk_logs(source, options.log_keys, walked, options.progress));
    result.logs = std::move(walked.logs);
    result.statements = walked.acts.all().size();
    result.discrepancies = std::move(walked.discrepancies);

    const ledger::Roll roll = governance::roll_of(walked.acts.all());
    result.elections = governance::elections_in(walked.acts.all(), governance::verified_signatures());
    if (!options.vote.empty()) {
        std::erase_if(result.elections, [&](const governance::SecretElection& one) {
            return options.vote.size() < kMinPrefix || !one.id.hex().starts_with(options.vote);
        });
        if (!result.elections.empty()) return result;
    }
    COMITY_TRY(const std::vector<Digest> votes, wanted_votes(walked.acts, roll, options.vote));
    std::vector<Result<governance::Tally>> tallies =
        governance::tally_all(walked.acts.all(), votes, governance::verified_signatures(),
                              word_out_of(walked.read, walked.said, roll));
    if (votes.empty() && result.elections.empty()) return not_found("no vote has been opened in these logs");
    for (std::size_t i = 0; i < votes.size(); ++i) {
        if (!tallies[i]) {
            if (!options.vote.empty()) return std::unexpected(tallies[i].error());
            result.uncounted.emplace_back(votes[i], tallies[i].error().message());
            continue;
        }
        for (const auto& [member, certification] : tallies[i]->certifications) {
            const auto same = governance::check_certification(certification, *tallies[i]);
            if (same) continue;
            result.discrepancies.push_back(
                options.vote.empty()
                    ? fmt::format("vote {}, certified by {}: {}", votes[i].hex().substr(0, 12), member,
                                  same.error().message())
                    : fmt::format("certified by {}: {}", member, same.error().message()));
        }
        result.tallies.push_back(*std::move(tallies[i]));
    }
    return result;
}

}  // namespace comity::federation
