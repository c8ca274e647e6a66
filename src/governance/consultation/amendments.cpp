#include "governance/consultation/amendments.h"

#include <algorithm>
#include <map>
#include <set>

#include "governance/consultation/discussion.h"
#include "governance/forms.h"
#include "governance/voting/amended_line.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

// The proposal's versions with the amendments to each, and the votes on these.
struct Amending {
    std::vector<ProposalVersion> versions;
    std::vector<ProposedAmendment> amendments;
    std::map<Digest, Result<Tally>> tallies;  // by opening

    const ProposalVersion* find(const Digest& version) const {
        const auto at = std::ranges::find(versions, version, &ProposalVersion::id);
        return at == versions.end() ? nullptr : &*at;
    }
    // The versions that revise it.
    std::vector<const ProposalVersion*> next(const Digest& version) const {
        std::vector<const ProposalVersion*> list;
        for (const ProposalVersion& one : versions) {
            if (one.body.previous == version) list.push_back(&one);
        }
        return list;
    }
    Result<AdoptedAmendments> adopted(const ProposalVersion& version, Witnessed before) const {
        std::vector<AmendmentToCount> list;
        for (const ProposedAmendment& one : amendments) {
            if (one.body.version != version.id) continue;
            AmendmentToCount& amendment = list.emplace_back(AmendmentToCount{one.id, one.body, {}});
            for (const OpenedVote& vote : one.votes) amendment.openings.push_back(vote.opening);
        }
        return adopted_amendments(version.body, std::move(list), before,
                                  [this](const Digest& opening) { return tallies.at(opening); });
    }
};

struct Standing {
    std::string_view state;  // proposed, open, adopted, rejected, fell, applied, lapsed
    std::string why;
    std::optional<Digest> applied_in;
};

Standing standing_of(const Amending& all, const ProposedAmendment& amendment, const ProposalVersion& version,
                     Witnessed now) {
    Standing standing;
    const auto next = all.next(version.id);
    for (const ProposalVersion* one : next) {
        if (std::ranges::binary_search(one->body.amendments, amendment.id)) standing.applied_in = one->id;
    }
    const bool open = std::ranges::any_of(
        amendment.votes, [&](const OpenedVote& vote) { return vote.body.closes.seconds() >= now; });
    const Witnessed until = next.empty() ? now : std::min(now, next.back()->at);
    const auto adopted = all.adopted(version, until);
    if (!adopted) {
        standing.state = "open";
        standing.why = adopted.error().message();
    } else if (std::ranges::binary_search(adopted->applied, amendment.id)) {
        standing.state = standing.applied_in ? "applied" : "adopted";
    } else if (const auto fell =
                   std::ranges::find(adopted->fallen, amendment.id, &AdoptedAmendments::Fallen::id);
               fell != adopted->fallen.end()) {
        standing.state = "fell";
        standing.why = fell->why;
    } else if (open) {
        standing.state = "open";
    } else if (!amendment.votes.empty()) {
        standing.state = "rejected";
    } else {
        standing.state = next.empty() ? "proposed" : "lapsed";
    }
    return standing;
}

json::Array votes_json(const Amending& all, const ProposedAmendment& amendment) {
    json::Array list;
    for (const OpenedVote& vote : amendment.votes) {
        json::Object form = vote_head(vote.opening, vote.opened, vote.body);
        const Result<Tally>& tally = all.tallies.at(vote.opening);
        form["outcome"] = tally ? std::string(to_string(tally->verdict.outcome)) : "void";
        form["why"] = tally ? tally->verdict.why : tally.error().message();
        if (tally && (tally->closed || !tally->settled())) form["settled"] = tally->settled();
        list.push_back(std::move(form));
    }
    return list;
}

// Of each language that is edited, the texts before and after, word by word.
json::Array changes_of(const ProposalBody& before, const ProposalBody& after) {
    json::Array list;
    for (std::size_t i = 0; i < before.texts.size(); ++i) {
        const ProposalText& old_text = before.texts[i];
        const ProposalText& new_text = after.texts[i];
        if (old_text.title == new_text.title && old_text.text == new_text.text) continue;
        list.push_back(json::Object{{"language", old_text.language},
                                    {"title", changes_json(old_text.title, new_text.title)},
                                    {"text", changes_json(old_text.text, new_text.text)}});
    }
    return list;
}

json::Object amendment_form(const Amending& all, const ProposedAmendment& amendment, Witnessed now) {
    const ProposalVersion& version = *all.find(amendment.body.version);
    json::Object form = amendment_json(amendment.body);
    form["id"] = amendment.id.hex();
    form["author"] = amendment.author;
    form["proposed"] = second_text(amendment.at);
    form["votes"] = votes_json(all, amendment);

    const AmendmentBody* const one = &amendment.body;
    const auto result = amended(version.body, {&one, 1});
    form["changes"] = result ? changes_of(version.body, *result) : json::Array();
    if (result) {
        form["content"] = content_digest(*result).hex();
    } else {
        form["misfit"] = result.error().message();
    }
    json::Array conflicts, untouched;
    for (const ProposedAmendment& other : all.amendments) {
        if (other.id != amendment.id && other.body.version == version.id &&
            conflict_of(amendment.body, other.body))
            conflicts.emplace_back(other.id.hex());
    }
    for (const ProposalText& text : version.body.texts) {
        if (text.authentic && std::ranges::find(amendment.body.edits, text.language, &Edit::language) ==
                                  amendment.body.edits.end())
            untouched.emplace_back(text.language);
    }
    form["conflicts"] = std::move(conflicts);
    form["untouched"] = std::move(untouched);
    const Standing standing = standing_of(all, amendment, version, now);
    form["state"] = standing.state;
    if (!standing.why.empty()) form["why"] = standing.why;
    if (standing.applied_in) form["applied_in"] = standing.applied_in->hex();
    return form;
}

Result<json::Object> result_form(const Amending& all, const ProposalVersion& version, Witnessed now) {
    COMITY_TRY(const AdoptedAmendments adopted, all.adopted(version, now));
    json::Array applied, fallen;
    for (const Digest& id : adopted.applied) applied.emplace_back(id.hex());
    for (const AdoptedAmendments::Fallen& one : adopted.fallen)
        fallen.push_back(json::Object{{"amendment", one.id.hex()}, {"why", one.why}});
    return json::Object{{"version", version.id.hex()},
                        {"amendments", std::move(applied)},
                        {"fallen", std::move(fallen)},
                        {"content", content_digest(adopted.result).hex()},
                        {"texts", proposal_json(adopted.result).at("texts")}};
}

}  // namespace

Result<json::Object> amendments_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view id,
                                       Witnessed now) {
    COMITY_TRY(Acts acts, load_acts(session));
    Amending all;
    COMITY_TRY(all.versions, versions_of(acts.all(), id));
    COMITY_TRY(all.amendments, amendments_of(acts.all(), id));
    COMITY_TRY(const Digest named, resolve_version(acts.all(), id));
    std::vector<Digest> openings;
    for (const ProposedAmendment& amendment : all.amendments) {
        for (const OpenedVote& vote : amendment.votes) openings.push_back(vote.opening);
    }
    for (const Digest& opening : openings) COMITY_CHECK(load_vote(session, acts, opening));
    auto tallies = tally_all(acts.all(), openings, verified_signatures(), word_of(session, quorum));
    for (std::size_t i = 0; i < openings.size(); ++i) all.tallies.emplace(openings[i], std::move(tallies[i]));

    json::Array amendments;
    for (const ProposedAmendment& amendment : all.amendments)
        amendments.push_back(amendment_form(all, amendment, now));
    const ProposalVersion* version = all.find(named);
    json::Object form{{"proposal", all.versions.front().id.hex()}, {"amendments", std::move(amendments)}};
    auto result = result_form(all, version == nullptr ? all.versions.back() : *version, now);
    if (result) {
        form["result"] = std::move(*result);
    } else {
        form["waits"] = result.error().message();
    }
    return form;
}

}  // namespace comity::governance
