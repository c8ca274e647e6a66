#include "governance/consultation/agenda.h"

#include <algorithm>

#include "governance/consultation/rounds.h"
#include "governance/election/store.h"
#include "governance/forms.h"
#include "governance/organs/organ_store.h"
#include "governance/rules/rule_store.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

struct AgendaItem {
    Witnessed at = 0;
    std::string what, id, title;
    std::optional<std::vector<std::string>> waits_for;
};

class Agenda {
  public:
    Agenda(const GovernanceAsking& asking, const AgendaQuery& query) : asking_(asking), query_(query) {}

    Result<json::Array> make() {
        COMITY_CHECK(add_votes());
        COMITY_CHECK(add_rounds());
        COMITY_CHECK(add_elections());
        if (query_.member.empty()) {
            COMITY_CHECK(add_rules());
            COMITY_CHECK(add_terms());
        }
        std::ranges::sort(items_, {},
                          [](const AgendaItem& one) { return std::tuple(one.at, one.what, one.id); });
        json::Array list;
        for (const AgendaItem& item : items_) {
            json::Object form{
                {"at", second_text(item.at)}, {"what", item.what}, {"id", item.id}, {"title", item.title}};
            if (item.waits_for) form["waits_for"] = array_of(*item.waits_for);
            list.push_back(std::move(form));
        }
        return list;
    }

  private:
    bool coming(Witnessed at) const { return at >= asking_.now && at <= asking_.now + query_.days * kDay; }
    bool asked_for(const std::string& member) const {
        return query_.member.empty() || query_.member == member;
    }
    void add(AgendaItem item) {
        if (coming(item.at)) items_.push_back(std::move(item));
    }

    Result<void> add_votes() {
        COMITY_TRY(Acts acts, load_acts(asking_.session));
        std::vector<ProposalVote> votes;
        std::vector<Digest> openings;
        for (ProposalVote& vote : votes_of(acts.all())) {
            if (!coming(vote.body.closes.seconds())) continue;
            openings.push_back(vote.opening);
            votes.push_back(std::move(vote));
        }
        for (const Digest& opening : openings) COMITY_CHECK(load_vote(asking_.session, acts, opening));
        const auto tallies =
            tally_all(acts.all(), openings, verified_signatures(), word_of(asking_.session, asking_.quorum));
        for (std::size_t i = 0; i < votes.size(); ++i) {
            if (!tallies[i]) continue;  // void
            add_vote(votes[i], *tallies[i]);
        }
        return {};
    }

    void add_vote(const ProposalVote& vote, const Tally& tally) {
        const std::string title = vote.text.shown(query_.language).title;
        const Witnessed closes = vote.body.closes.seconds();
        std::vector<std::string> absent;
        bool objection = false;
        for (const RollCallLine& line : tally.roll_call) {
            if (line.choice == Choice::kAbsent && asked_for(line.member)) absent.push_back(line.member);
            objection = objection || (line.objects && !line.addressed);
        }
        if (!absent.empty() || query_.member.empty())
            add({closes, "vote-closes", vote.opening.hex(), title, std::move(absent)});
        if (!asked_for(tally.author)) return;
        if (objection) add({closes, "answer-due", vote.opening.hex(), title, std::vector{tally.author}});
        const std::vector<std::string> declarations = tally.body.procedure.declarations();
        if (std::ranges::any_of(declarations, [&](const std::string& name) {
                return !tally.circumstances.declarations.contains(name);
            })) {
            add({closes, "declaration-due", vote.opening.hex(), title, std::vector{tally.author}});
        }
    }

    Result<void> add_elections() {
        COMITY_TRY(const auto elections, load_elections(asking_.session));
        for (const SecretElection& election : elections) {
            if (!election.flaw(asking_.now).empty()) continue;
            std::vector<std::string> unregistered, unvoted;
            for (const SecretElection::Elector& elector : election.electors) {
                if (!asked_for(elector.member)) continue;
                if (!elector.credential)
                    unregistered.push_back(elector.member);
                else if (!elector.ballot)
                    unvoted.push_back(elector.member);
            }
            for (const SecretElection::Trustee& trustee : election.trustees) {
                if (!trustee.key && asked_for(trustee.member) &&
                    std::ranges::find(unregistered, trustee.member) == unregistered.end())
                    unregistered.push_back(trustee.member);
            }
            const std::string id = election.id.hex();
            if (!unregistered.empty() || query_.member.empty()) {
                add({election.body.opens.seconds(), "election-opens", id, election.body.title,
                     std::move(unregistered)});
            }
            if (election.phase(asking_.now) != "voting") continue;
            if (!unvoted.empty() || query_.member.empty())
                add({election.body.closes.seconds(), "election-closes", id, election.body.title,
                     std::move(unvoted)});
        }
        return {};
    }

    Result<void> add_rounds() {
        COMITY_TRY(const Rounds rounds, load_rounds(asking_.session));
        for (const ConsultationRound& round : rounds.rounds) {
            const bool said = std::ranges::any_of(round.comments, [&](const RoundComment& one) {
                return !one.name && one.author == query_.member;
            });
            if (said && !query_.member.empty()) continue;
            const std::string title = round.text.shown(query_.language).title;
            add({round.opens(), "consultation-opens", round.id.hex(), title, {}});
            add({round.closes(), "consultation-closes", round.id.hex(), title, {}});
        }
        return {};
    }

    Result<void> add_rules() {
        COMITY_TRY(const KnownRules rules, load_rules(asking_.session, asking_.quorum, asking_.now));
        for (const RuleVersion& rule : rules.book.versions) {
            const std::string title = rule.text.shown(query_.language).title;
            add({rule.from, "rule-in-force", rule.number, title, {}});
            if (rule.until != ledger::kNever) add({rule.until, "rule-ends", rule.number, title, {}});
        }
        return {};
    }

    Result<void> add_terms() {
        COMITY_TRY(const OrganBook book, load_organ_book(asking_.session, asking_.quorum, asking_.now));
        for (const Organ* organ : book.all(asking_.now)) {
            if (book.end_of(*organ, asking_.now)) continue;
            const std::string name = organ->mandate.shown(query_.language).title;
            if (organ->part.until) add({organ->part.until->seconds(), "mandate-ends", organ->id, name, {}});
            for (const OrganSeat& seat : organ->part.seats) {
                if (seat.until && !seat.member.empty())
                    add({seat.until->seconds(), "seat-ends", organ->id, seat.id + ": " + name,
                         std::vector{seat.member}});
            }
        }
        return {};
    }

    const GovernanceAsking& asking_;
    const AgendaQuery& query_;
    std::vector<AgendaItem> items_;
};

}  // namespace

Result<json::Array> agenda_answer(const GovernanceAsking& asking, const AgendaQuery& query) {
    return Agenda(asking, query).make();
}

}  // namespace comity::governance
