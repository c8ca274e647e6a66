#include "governance/voting/amended_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace comity::governance {
namespace {

using ledger::Witnessed;

constexpr std::size_t kMaxVersions = 1000;

Failure void_version(std::string what, std::string mend = {}) {
    return refused("opening.version", std::move(what), std::move(mend));
}

std::string short_of(const Digest& id) {
    return id.hex().substr(0, 12);
}

std::vector<AmendmentToCount> amendments_in(const Record& record, const Digest& version,
                                            const std::string& chair) {
    std::vector<AmendmentToCount> list;
    for (const Copies* one : record.of(version, kAmendment)) {
        const auto act = record.counting(*one);
        auto body =
            act ? parse_amendment(act->statement->body) : Result<AmendmentBody>(std::unexpected(Error{}));
        if (!body) continue;
        AmendmentToCount amendment{act->statement->id, std::move(*body), {}};
        for (const Copies* vote : record.of(amendment.id, kOpening)) {
            const auto opening = record.counting(*vote);
            if (opening && opening->statement->author == chair)
                amendment.openings.push_back(opening->statement->id);
        }
        list.push_back(std::move(amendment));
    }
    return list;
}

}  // namespace

Result<AdoptedAmendments> adopted_amendments(const ProposalBody& version, std::vector<AmendmentToCount> list,
                                             Witnessed before, const CountVote& count) {
    struct Winner {
        const AmendmentToCount* amendment;
        Witnessed closes;
        Digest opening;
    };
    std::vector<Winner> adopted;
    for (const AmendmentToCount& amendment : list) {
        std::optional<Winner> first;
        for (const Digest& opening : amendment.openings) {
            const Result<Tally> tally = count(opening);
            if (!tally || tally->closes >= before) continue;
            if (!tally->settled()) {
                return void_version(
                    fmt::format(
                        "the vote on its amendment {} is not settled: its witnesses have still to speak",
                        short_of(amendment.id)),
                    "comity tally says whom it waits for");
            }
            if (tally->verdict.outcome != Outcome::kAdopted) continue;
            if (!first || std::tie(tally->closes, opening) < std::tie(first->closes, first->opening))
                first = Winner{&amendment, tally->closes, opening};
        }
        if (first) adopted.push_back(*first);
    }
    std::ranges::sort(adopted, {}, [](const Winner& one) { return std::tuple(one.closes, one.opening); });

    AdoptedAmendments result{{}, {}, version};
    std::vector<const AmendmentBody*> applied;
    for (const Winner& one : adopted) {
        applied.push_back(&one.amendment->body);
        auto with = amended(version, applied);
        if (with) {
            result.result = std::move(*with);
            result.applied.push_back(one.amendment->id);
            continue;
        }
        applied.pop_back();
        std::string why = with.error().message();
        for (const Digest& id : result.applied) {
            const auto at = std::ranges::find(list, id, &AmendmentToCount::id);
            if (conflict_of(one.amendment->body, at->body))
                why += fmt::format("; {} was adopted before it", short_of(id));
        }
        result.fallen.push_back({one.amendment->id, std::move(why)});
    }
    std::ranges::sort(result.applied);
    return result;
}

Result<void> check_applied(const ProposalBody& before, const ProposalBody& next,
                           const AdoptedAmendments& adopted) {
    for (const Digest& id : adopted.applied) {
        if (!std::ranges::binary_search(next.amendments, id)) {
            return void_version(
                fmt::format("goes on without the amendment {}, which had been adopted", short_of(id)),
                "comity proposal consolidate makes the version that has it");
        }
    }
    for (const Digest& id : next.amendments) {
        if (std::ranges::binary_search(adopted.applied, id)) continue;
        const auto fell = std::ranges::find(adopted.fallen, id, &AdoptedAmendments::Fallen::id);
        return void_version(
            fmt::format("names the amendment {}, which {}", short_of(id),
                        fell == adopted.fallen.end() ? "had not been adopted" : "fell: " + fell->why));
    }
    if (next.amendments.empty()) return {};
    const auto rule_of = [](const ProposalBody& body) {
        if (body.organ) return json::write(organ_part_json(*body.organ));
        if (body.charter) return json::write(charter_part_json(*body.charter));
        return body.rule ? json::write(rule_part_json(*body.rule)) : std::string();
    };
    if (content_digest(next) != content_digest(adopted.result) || rule_of(next) != rule_of(before) ||
        next.co_authors != before.co_authors) {
        return void_version(
            fmt::format(
                "is not what its amendments make of the version before: that would have the digest {}",
                content_digest(adopted.result).hex()),
            "comity proposal consolidate makes it");
    }
    return {};
}

Result<VotedText> voted_text(const Record& record, const Digest& id, const std::string& chair) {
    VotedText text;
    Digest at = id;
    std::optional<AmendmentBody> amendment;
    if (const auto act = record.counting(id); act && act->statement->type == kAmendment) {
        COMITY_TRY(amendment, parse_amendment(act->statement->body));
        text.amends = at = amendment->version;
        text.proposed = act->witnessed;
    }
    std::optional<std::string> revised_by;  // whoever revised the one that is looked at next
    std::string stranger;                   // one who was no co-author, so far as is known
    while (text.line.size() < kMaxVersions) {
        const auto act = record.counting(at);
        if (!act || act->statement->type != kProposal)
            return void_version(fmt::format("there is no version {} that counts", short_of(at)));
        auto body = parse_proposal(act->statement->body);
        if (!body) return within("opening.version", body.error());
        if (revised_by && *revised_by != chair && !body->may_revise(*revised_by)) stranger = *revised_by;
        revised_by = act->statement->author;
        const auto previous = body->previous;
        text.line.push_back({at, act->witnessed, std::move(*body)});
        if (previous) {
            at = *previous;
            continue;
        }
        if (act->statement->author != chair) {
            return refused(
                "opening.author",
                fmt::format("'{}' opens a vote on what '{}' has proposed", chair, act->statement->author),
                "a vote is opened by the proposal's author");
        }
        if (!stranger.empty())
            return void_version(fmt::format("'{}' has revised it, who was no co-author then", stranger));
        text.proposal = at;
        if (!amendment) {
            text.proposed = act->witnessed;
            return text;
        }
        const AmendmentBody* const one = &*amendment;
        if (const auto fits = amended(text.line.front().body, {&one, 1}); !fits)
            return void_version("the amendment does not fit its version: " + fits.error().message());
        return text;
    }
    return void_version(fmt::format("has more than {} versions before it", kMaxVersions));
}

Result<void> check_amended(const Record& record, const VotedText& text, const std::string& chair,
                           Witnessed opened, const CountVote& count) {
    for (std::size_t i = 0; i < text.line.size(); ++i) {
        const VotedText::Version& version = text.line[i];
        const VotedText::Version* next = i == 0 ? nullptr : &text.line[i - 1];
        COMITY_TRY(const AdoptedAmendments adopted,
                   adopted_amendments(version.body, amendments_in(record, version.id, chair),
                                      next == nullptr ? opened : next->at, count));
        if (next != nullptr) {
            COMITY_CHECK(check_applied(version.body, next->body, adopted));
        } else if (!adopted.applied.empty()) {
            return void_version(fmt::format("is voted on without its amendment {}, which had been adopted",
                                            short_of(adopted.applied.front())),
                                "comity proposal consolidate makes the version that has it");
        }
    }
    return {};
}

}  // namespace comity::governance
