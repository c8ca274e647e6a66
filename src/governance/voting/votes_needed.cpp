#include <map>
#include <set>

#include "governance/rules/liar_rules.h"
#include "governance/voting/store.h"

namespace comity::governance {

std::vector<Digest> votes_needed(std::span<const Act> acts, const Digest& opening) {
    std::map<Digest, OpeningBody> openings;
    std::multimap<Digest, Digest> amendments, votes_on;  // by version; by what is voted on
    std::map<Digest, Digest> previous;
    std::set<Digest> on_bodies;   // texts that are acts on bodies
    std::set<Digest> on_charter;  // that amend the charter
    for (const Act& act : acts) {
        const ledger::Statement& statement = *act.statement;
        if (statement.type == kOpening) {
            if (auto body = parse_opening(statement.body)) {
                votes_on.emplace(body->version, statement.id);
                openings.try_emplace(statement.id, std::move(*body));
            }
        } else if (statement.type == kAmendment || statement.type == kProposal) {
            if (statement.type == kProposal && statement.body.as_object().contains("body"))
                on_bodies.insert(statement.id);
            if (statement.type == kProposal && statement.body.as_object().contains("charter"))
                on_charter.insert(statement.id);
            const auto owner = belongs_to(statement);
            if (!owner || !*owner) continue;
            if (statement.type == kAmendment)
                amendments.emplace(**owner, statement.id);
            else
                previous.emplace(statement.id, **owner);
        }
    }
    const std::set<Digest> on_liars = liar_rule_texts(acts);
    std::vector<Digest> votes{opening};
    std::set<Digest> known{opening};
    const auto need = [&](const Digest& vote) {
        if (known.insert(vote).second) votes.push_back(vote);
    };
    for (std::size_t i = 0; i < votes.size(); ++i) {
        const auto body = openings.find(votes[i]);
        if (body == openings.end()) continue;
        for (const auto& [name, earlier] : body->second.earlier) need(earlier);
        // What had become of the charter by then, and of the bodies; and whether all witnesses count.
        for (const auto& [vote, other] : openings) {
            if (other.closes >= body->second.closes) continue;
            if (on_charter.contains(other.version) ||
                (!body->second.organ.empty() && on_bodies.contains(other.version)) ||
                (body->second.procedure.witnesses && on_liars.contains(other.version))) {
                need(vote);
            }
        }
        std::optional<Digest> at = body->second.version;
        while (at) {
            for (auto [one, end] = amendments.equal_range(*at); one != end; ++one) {
                for (auto [vote, last] = votes_on.equal_range(one->second); vote != last; ++vote)
                    need(vote->second);
            }
            const auto before = previous.find(*at);
            at = before == previous.end() ? std::nullopt : std::optional(before->second);
        }
    }
    return votes;
}

}  // namespace comity::governance
