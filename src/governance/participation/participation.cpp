#include "governance/participation/participation.h"

#include <algorithm>
#include <set>

#include "governance/consultation/bodies.h"
#include "governance/participation/place.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;
using Parts = std::map<std::string, Part, std::less<>>;

struct Counter {
    std::string_view name;
    std::uint64_t Part::* value;
};
constexpr Counter kCounters[] = {{"proposed", &Part::proposed},
                                 {"revised", &Part::revised},
                                 {"amended", &Part::amended},
                                 {"opened", &Part::opened},
                                 {"commented", &Part::commented},
                                 {"endorsed", &Part::endorsed},
                                 {"called", &Part::called},
                                 {"yes", &Part::yes},
                                 {"no", &Part::no},
                                 {"abstained", &Part::abstained},
                                 {"attended", &Part::attended},
                                 {"absent", &Part::absent},
                                 {"by_proxy", &Part::by_proxy},
                                 {"recused", &Part::recused},
                                 {"objected", &Part::objected},
                                 {"blocked", &Part::blocked},
                                 {"changed", &Part::changed}};

std::uint64_t& choice_of(Part& part, Choice choice) {
    switch (choice) {
        case Choice::kYes:
            return part.yes;
        case Choice::kNo:
            return part.no;
        case Choice::kAbstain:
            return part.abstained;
        case Choice::kAttending:
            return part.attended;
        case Choice::kAbsent:
            break;
    }
    return part.absent;
}

// Versions of texts and openings, by those whose they are.
void add_texts(Parts& parts, std::span<const Act> acts, std::span<const ProposalVote> votes,
               const ledger::Roll& roll, Witnessed since) {
    std::set<Digest> openings, seen;
    for (const ProposalVote& vote : votes) openings.insert(vote.opening);
    for (const Act& act : acts) {
        const bool opening = openings.contains(act.statement->id);
        const bool amends = act.statement->type == kAmendment;
        if ((!opening && !amends && act.statement->type != kProposal) || act.witnessed < since ||
            !counts_by(roll, act) || !seen.insert(act.statement->id).second)
            continue;
        Part& part = parts[act.statement->author];
        if (opening)
            ++part.opened;
        else if (amends)
            ++part.amended;
        else if (const auto body = parse_proposal(act.statement->body))
            ++(body->previous ? part.revised : part.proposed);
    }
}

// Comments and endorsements, which no tally needs: they are counted where they are kept.
Result<void> add_consultation(db::Session& session, Parts& parts, Witnessed since) {
    for (const std::string_view type : {kComment, kEndorsement}) {
        COMITY_CHECK(session.each(
            "SELECT author, COUNT(*) FROM statements WHERE type = $1 AND effective = 1 AND witnessed >= $2 "
            "GROUP BY author",
            {type, since}, [&](const db::Row& row) {
                Part& part = parts[std::string(row.text(0))];
                (type == kComment ? part.commented : part.endorsed) +=
                    static_cast<std::uint64_t>(row.integer(1));
                return true;
            }));
    }
    return {};
}

}  // namespace

Part& Part::operator+=(const Part& other) {
    for (const Counter& counter : kCounters) this->*counter.value += other.*counter.value;
    return *this;
}

json::Object part_json(const Part& part) {
    json::Object form;
    for (const Counter& counter : kCounters) form[counter.name] = part.*counter.value;
    return form;
}

void add_roll_call(Parts& parts, const Tally& tally) {
    const bool adopted = tally.verdict.outcome == Outcome::kAdopted;
    for (const RollCallLine& line : tally.roll_call) {
        Part& part = parts[line.member];
        ++part.called;
        ++choice_of(part, line.choice);
        if (!line.by.empty()) ++part.by_proxy;
        if (line.recused) ++part.recused;
        if (line.objects) ++part.objected;
        if (line.changes > 0) ++part.changed;
        if (!adopted && (line.choice == Choice::kNo || (line.objects && !line.addressed))) ++part.blocked;
    }
}

Result<json::Object> participation_answer(db::Session& session, ledger::QuorumTime& quorum, Witnessed since,
                                          Witnessed now) {
    COMITY_TRY(Acts acts, load_acts(session));
    const ledger::Roll roll = roll_of(acts.all());
    const std::vector<ProposalVote> votes = votes_of(acts.all());
    Parts parts;
    add_texts(parts, acts.all(), votes, roll, since);
    COMITY_CHECK(add_consultation(session, parts, since));

    std::vector<Digest> closed;
    for (const ProposalVote& vote : votes) {
        const Witnessed closes = vote.body.closes.seconds();
        if (closes >= now || closes < since) continue;
        closed.push_back(vote.opening);
        COMITY_CHECK(load_vote(session, acts, vote.opening));
    }
    std::uint64_t counted = 0;
    for (const Result<Tally>& tally :
         tally_all(acts.all(), closed, verified_signatures(), word_of(session, quorum))) {
        if (!tally || !tally->settled()) continue;
        ++counted;
        add_roll_call(parts, *tally);
    }

    COMITY_TRY(const Places places, load_places(session));
    std::map<ledger::StakeholderClass, std::pair<std::uint64_t, Part>> classes;
    std::map<std::string, std::pair<std::uint64_t, Part>> regions;
    json::Array members, by_class, by_region;
    for (const auto& [id, member] : roll.members) {
        if (member.left <= now && !parts.contains(id)) continue;
        const Part& part = parts[id];
        auto& [size, all] = classes[member.stakeholder_class];
        ++size;
        all += part;
        json::Object form{
            {"member", id}, {"name", member.name}, {"class", ledger::to_string(member.stakeholder_class)}};
        const auto place = places.find(id);
        if (place != places.end()) {
            form["region"] = place->second.region;
            if (!place->second.place.empty()) form["place"] = place->second.place;
        }
        auto& [there, of_region] = regions[place == places.end() ? "unknown" : place->second.region];
        ++there;
        of_region += part;
        form["part"] = part_json(part);
        members.push_back(std::move(form));
    }
    for (const auto& [stakeholder_class, found] : classes) {
        json::Object form{{"class", ledger::to_string(stakeholder_class)}, {"members", found.first}};
        form["part"] = part_json(found.second);
        by_class.push_back(std::move(form));
    }
    for (const auto& [region, found] : regions) {
        json::Object form{{"region", region}, {"members", found.first}};
        form["part"] = part_json(found.second);
        by_region.push_back(std::move(form));
    }
    return json::Object{{"votes", counted},
                        {"members", std::move(members)},
                        {"classes", std::move(by_class)},
                        {"regions", std::move(by_region)}};
}

}  // namespace comity::governance
