#include "governance/voting/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "governance/bodies.h"
#include "governance/forms.h"
#include "ledger/waiting.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMinPrefix = 8;

struct Vote {
    Act act;
    OpeningBody body;
};

struct Version {
    Act act;
    ProposalBody body;
    int revision = 0;  // how many come before it in its line
};

struct Amended {
    Act act;
    AmendmentBody body;
    std::vector<Vote> votes;
};

// A proposal's line of versions, the votes on them, and amendments with theirs.
struct Line {
    Digest id;
    std::vector<Version> versions;    // from the first
    std::vector<Vote> votes;          // from the first opened
    std::vector<Amended> amendments;  // from the first proposed
};

// Versions count where their author is the proposal's, or a co-author of the version that they revise;
// nothing counts that no key of its author has signed.
std::vector<Line> lines_of(std::span<const Act> acts) {
    const ledger::Roll roll = roll_of(acts);
    std::map<Digest, Version> versions;
    std::vector<Vote> votes;
    std::map<Digest, Amended> amendments;
    for (const Act& act : acts) {
        const std::string& type = act.statement->type;
        if (type != kProposal && type != kOpening && type != kAmendment) continue;
        if (!counts_by(roll, act)) continue;
        if (type == kAmendment) {
            if (auto body = parse_amendment(act.statement->body))
                amendments.try_emplace(act.statement->id, Amended{act, std::move(*body), {}});
            continue;
        }
        if (act.statement->type == kProposal) {
            if (auto body = parse_proposal(act.statement->body))
                versions.try_emplace(act.statement->id, Version{act, std::move(*body)});
        } else if (act.statement->type == kOpening) {
            if (auto body = parse_opening(act.statement->body)) votes.push_back({act, std::move(*body)});
        }
    }
    std::map<Digest, Line> lines;
    std::map<Digest, Digest> line_of;
    // From each version back to the first; a circle cannot be, since a version names the digest of another.
    for (const auto& [id, version] : versions) {
        Digest first = id;
        const Version* at = &version;
        std::set<std::string> revised_by;
        int revision = 0;
        for (; at->body.previous; ++revision) {
            const auto before = versions.find(*at->body.previous);
            if (before == versions.end()) break;
            if (!before->second.body.may_revise(at->act.statement->author))
                revised_by.insert(at->act.statement->author);
            at = &before->second;
            first = before->first;
        }
        if (at->body.previous) continue;  // of nothing that is here
        revised_by.erase(at->act.statement->author);
        if (!revised_by.empty()) continue;  // by others than its authors
        line_of[id] = first;
        Line& line = lines[first];
        line.id = first;
        line.versions.push_back(version);
        line.versions.back().revision = revision;
    }
    for (Vote& vote : votes) {
        const auto amendment = amendments.find(vote.body.version);
        const auto at =
            line_of.find(amendment == amendments.end() ? vote.body.version : amendment->second.body.version);
        if (at == line_of.end()) continue;
        const Version& proposed = versions.find(at->second)->second;
        if (proposed.act.statement->author != vote.act.statement->author) continue;
        std::vector<Vote>& into =
            amendment == amendments.end() ? lines[at->second].votes : amendment->second.votes;
        into.push_back(std::move(vote));
    }
    for (auto& [id, amendment] : amendments) {
        const auto at = line_of.find(amendment.body.version);
        if (at != line_of.end()) lines[at->second].amendments.push_back(std::move(amendment));
    }
    std::vector<Line> list;
    for (auto& [id, line] : lines) {
        // Within a second a text comes after the one that it revises, whatever its author's clock says.
        std::ranges::sort(line.versions, {}, [](const Version& v) {
            return std::tuple_cat(std::tuple(v.act.witnessed, v.revision), order_of(v.act));
        });
        const auto by_order = [](const auto& one) { return order_of(one.act); };
        std::ranges::sort(line.votes, {}, by_order);
        std::ranges::sort(line.amendments, {}, by_order);
        for (Amended& amendment : line.amendments) std::ranges::sort(amendment.votes, {}, by_order);
        list.push_back(std::move(line));
    }
    std::ranges::sort(list, std::greater<>(),
                      [](const Line& line) { return order_of(line.versions.front().act); });
    return list;
}

json::Array vote_heads(const std::vector<Vote>& votes) {
    json::Array list;
    for (const Vote& vote : votes)
        list.push_back(vote_head(vote.act.statement->id, vote.act.witnessed, vote.body));
    return list;
}

json::Object summary(const Line& line, std::string_view language) {
    const Version& last = line.versions.back();
    json::Object form{{"id", line.id.hex()},
                      {"title", last.body.shown(language).title},
                      {"author", line.versions.front().act.statement->author},
                      {"proposed", second_text(line.versions.front().act.witnessed)}};
    json::Array versions;
    for (const Version& version : line.versions) {
        versions.push_back(json::Object{{"id", version.act.statement->id.hex()},
                                        {"author", version.act.statement->author},
                                        {"proposed", second_text(version.act.witnessed)},
                                        {"note", version.body.note}});
    }
    form["versions"] = std::move(versions);
    form["votes"] = vote_heads(line.votes);
    return form;
}

json::Array amendment_forms(const Line& line) {
    json::Array list;
    for (const Amended& amendment : line.amendments) {
        json::Object form = amendment_json(amendment.body);
        form["id"] = amendment.act.statement->id.hex();
        form["author"] = amendment.act.statement->author;
        form["proposed"] = second_text(amendment.act.witnessed);
        form["votes"] = vote_heads(amendment.votes);
        list.push_back(std::move(form));
    }
    return list;
}

void add_text(json::Object& form, const ProposalBody& body) {
    const json::Object whole = proposal_json(body);
    form["texts"] = whole.at("texts");
    form["content"] = content_digest(body).hex();
    if (!body.amendments.empty()) form["amendments"] = whole.at("amendments");
    if (body.rule) form["rule"] = rule_part_json(*body.rule);
    if (body.organ) form["body"] = organ_part_json(*body.organ);
    if (body.charter) form["charter"] = charter_part_json(*body.charter);
    if (!body.co_authors.empty()) form["co_authors"] = whole.at("co_authors");
}

Result<const Line*> find_line(const std::vector<Line>& lines, std::string_view id) {
    if (id.size() < kMinPrefix) return invalid("PROPOSAL", "give 8 digits of its id or more");
    const Line* found = nullptr;
    for (const Line& line : lines) {
        const auto begins = [&](const auto& item) { return item.act.statement->id.hex().starts_with(id); };
        const bool amends = std::ranges::any_of(line.amendments, [&](const Amended& amendment) {
            return begins(amendment) || std::ranges::any_of(amendment.votes, begins);
        });
        if (!amends && !std::ranges::any_of(line.versions, begins) &&
            !std::ranges::any_of(line.votes, begins))
            continue;
        if (found != nullptr)
            return conflict(std::string(id), "is the beginning of several ids", "give more digits");
        found = &line;
    }
    if (found == nullptr)
        return not_found(fmt::format("there is no proposal {}", id), "comity proposal list shows them");
    return found;
}

}  // namespace

json::Object vote_head(const Digest& id, ledger::Witnessed opened, const OpeningBody& body) {
    json::Object form{{"id", id.hex()},
                      {"version", body.version.hex()},
                      {"procedure", body.procedure.id},
                      {"round", body.round},
                      {"opened", second_text(opened)},
                      {"closes", second_text(body.closes.seconds())}};
    if (!body.organ.empty()) form["body"] = body.organ;
    return form;
}

ledger::Roll roll_of(std::span<const Act> acts) {
    std::vector<Act> makers;
    std::ranges::copy_if(acts, std::back_inserter(makers),
                         [](const Act& act) { return makes_roll(act.statement->type); });
    return fold(makers, verified_signatures());
}

namespace {

// When a statement was witnessed is the column `witnessed` here and nowhere else.
Result<void> add_rows(db::Session& session, Acts& acts, std::string_view sql,
                      std::span<const db::Param> params) {
    Result<void> added;
    COMITY_CHECK(session.each(sql, params, [&](const db::Row& row) {
        added = acts.add(row.text(0), row.integer(1));
        return added.has_value();
    }));
    return added;
}

}  // namespace

Result<Acts> load_acts(db::Session& session) {
    Acts acts;
    std::vector<std::string_view> types(std::begin(kRollTypes), std::end(kRollTypes));
    types.insert(types.end(), {kProposal, kOpening, kAmendment});
    for (const std::string_view type : types) {
        const db::Param params[] = {type};
        COMITY_CHECK(add_rows(session, acts,
                              "SELECT envelope, witnessed FROM statements WHERE type = $1 ORDER BY seq",
                              params));
    }
    // Ballots that nobody's key makes count belong to the record too.
    for (const std::string_view type : kVotingTypes) {
        if (type == kProposal || type == kOpening || type == kAmendment) continue;
        const db::Param params[] = {type};
        COMITY_CHECK(add_rows(
            session, acts,
            "SELECT envelope, witnessed FROM statements WHERE type = $1 AND effective = 0 ORDER BY seq",
            params));
    }
    COMITY_TRY(const auto waiting, ledger::load_waiting(session, std::nullopt));
    for (const ledger::Waiting& one : waiting) {
        COMITY_CHECK(acts.add(one.submission.envelope, one.witnessed));
    }
    return acts;
}

Result<void> load_vote(db::Session& session, Acts& acts, const Digest& opening) {
    for (const Digest& vote : votes_needed(acts.all(), opening)) {
        const db::Param params[] = {vote};
        COMITY_CHECK(add_rows(
            session, acts,
            "SELECT s.envelope, s.witnessed FROM governance_acts a JOIN statements s ON s.seq = a.seq "
            "WHERE a.belongs_to = $1 ORDER BY a.seq",
            params));
    }
    return {};
}

Result<json::Array> proposals_answer(db::Session& session, std::string_view language) {
    COMITY_TRY(const Acts acts, load_acts(session));
    json::Array list;
    for (const Line& line : lines_of(acts.all())) list.push_back(summary(line, language));
    return list;
}

CloseWord word_of(db::Session& session, ledger::QuorumTime& quorum) {
    return [&](const log::Policy& policy, ledger::Witnessed close, std::span<const Digest> ballots,
               ledger::Liars liars) { return quorum.closed_at(session, policy, close, ballots, liars); };
}

Result<json::Object> proposal_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view id,
                                     std::string_view language) {
    COMITY_TRY(Acts acts, load_acts(session));
    const std::vector<Line> lines = lines_of(acts.all());
    COMITY_TRY(const Line* line, find_line(lines, id));
    for (const Vote& vote : line->votes) COMITY_CHECK(load_vote(session, acts, vote.act.statement->id));
    json::Object form = summary(*line, language);
    json::Array& versions = form["versions"].get_array();
    for (std::size_t i = 0; i < line->versions.size(); ++i)
        add_text(versions[i].get_object(), line->versions[i].body);
    form["amendments"] = amendment_forms(*line);
    json::Array& votes = form["votes"].get_array();
    std::vector<Digest> openings;
    for (const Vote& vote : line->votes) openings.push_back(vote.act.statement->id);
    const auto tallies = tally_all(acts.all(), openings, verified_signatures(), word_of(session, quorum));
    for (std::size_t i = 0; i < line->votes.size(); ++i) {
        const Result<Tally>& counted = tallies[i];
        json::Object& vote = votes[i].get_object();
        vote["outcome"] = counted ? std::string(to_string(counted->verdict.outcome)) : "void";
        vote["why"] = counted ? counted->verdict.why : counted.error().message();
        if (counted && (counted->closed || !counted->settled())) vote["settled"] = counted->settled();
    }
    return form;
}

Result<Digest> resolve_vote(std::span<const Act> acts, std::string_view id) {
    const std::vector<Line> lines = lines_of(acts);
    COMITY_TRY(const Line* line, find_line(lines, id));
    const auto begins = [&](const auto& one) { return one.act.statement->id.hex().starts_with(id); };
    for (const Vote& vote : line->votes) {
        if (begins(vote)) return vote.act.statement->id;
    }
    for (const Amended& amendment : line->amendments) {
        for (const Vote& vote : amendment.votes) {
            if (begins(vote)) return vote.act.statement->id;
        }
        if (!begins(amendment)) continue;
        if (!amendment.votes.empty()) return amendment.votes.back().act.statement->id;
        return not_found(fmt::format("no vote on the amendment {} has been opened", id),
                         "the proposal's author opens one: comity proposal open");
    }
    if (line->votes.empty()) {
        return not_found(fmt::format("no vote on {} has been opened", line->id.hex().substr(0, 12)),
                         "its author opens one: comity proposal open");
    }
    return line->votes.back().act.statement->id;
}

Result<Digest> resolve_version(std::span<const Act> acts, std::string_view id) {
    const std::vector<Line> lines = lines_of(acts);
    COMITY_TRY(const Line* line, find_line(lines, id));
    for (const Vote& vote : line->votes) {
        if (vote.act.statement->id.hex().starts_with(id)) return vote.body.version;
    }
    for (const Version& version : line->versions) {
        if (version.act.statement->id != line->id && version.act.statement->id.hex().starts_with(id))
            return version.act.statement->id;
    }
    return line->versions.back().act.statement->id;
}

Result<std::vector<ProposalVersion>> versions_of(std::span<const Act> acts, std::string_view id) {
    const std::vector<Line> lines = lines_of(acts);
    COMITY_TRY(const Line* line, find_line(lines, id));
    std::vector<ProposalVersion> versions;
    for (const Version& version : line->versions)
        versions.push_back({version.act.statement->id, version.act.witnessed, version.body});
    return versions;
}

Result<std::vector<ProposedAmendment>> amendments_of(std::span<const Act> acts, std::string_view id) {
    const std::vector<Line> lines = lines_of(acts);
    COMITY_TRY(const Line* line, find_line(lines, id));
    std::vector<ProposedAmendment> list;
    for (const Amended& amendment : line->amendments) {
        ProposedAmendment& one = list.emplace_back();
        one.id = amendment.act.statement->id;
        one.author = amendment.act.statement->author;
        one.at = amendment.act.witnessed;
        one.body = amendment.body;
        for (const Vote& vote : amendment.votes)
            one.votes.push_back({vote.act.statement->id, vote.act.witnessed, vote.body});
    }
    return list;
}

std::vector<ProposalVote> votes_of(std::span<const Act> acts) {
    std::vector<ProposalVote> votes;
    for (const Line& line : lines_of(acts)) {
        const auto add = [&](const Vote& vote, const Digest& version, std::optional<Digest> amendment) {
            const auto text = std::ranges::find(line.versions, version,
                                                [](const Version& one) { return one.act.statement->id; });
            votes.push_back({vote.act.statement->id, vote.act.witnessed, vote.body, text->body, amendment});
        };
        for (const Vote& vote : line.votes) add(vote, vote.body.version, std::nullopt);
        for (const Amended& amendment : line.amendments) {
            for (const Vote& vote : amendment.votes)
                add(vote, amendment.body.version, amendment.act.statement->id);
        }
    }
    return votes;
}

Result<Tally> tally_of(db::Session& session, ledger::QuorumTime& quorum, std::string_view id) {
    COMITY_TRY(Acts acts, load_acts(session));
    COMITY_TRY(const Digest opening, resolve_vote(acts.all(), id));
    COMITY_CHECK(load_vote(session, acts, opening));
    return tally(acts.all(), opening, verified_signatures(), word_of(session, quorum));
}

}  // namespace comity::governance
