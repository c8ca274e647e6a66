#include "cli/proposal/find_vote.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/forms.h"

namespace comity::cli {

Result<FoundVote> find_vote(Source& source, std::string_view id) {
    COMITY_TRY(const json::Object proposal, source.proposal(id, ""));
    const json::Array* votes = &proposal.at("votes").as_array();
    const auto named = [&](const json::Value& one) { return field(one.as_object(), "id").starts_with(id); };
    for (const json::Value& amendment : proposal.at("amendments").as_array()) {
        const json::Array& own = amendment.at("votes").as_array();
        if (named(amendment) || std::ranges::any_of(own, named)) votes = &own;
    }
    if (votes->empty()) {
        return not_found(fmt::format("no vote on {} has been opened", id),
                         "the proposal's author opens one: comity proposal open");
    }
    const json::Object* found = &votes->back().as_object();
    for (const json::Value& vote : *votes) {
        if (named(vote)) found = &vote.as_object();
    }
    FoundVote vote;
    COMITY_TRY(vote.opening, Digest::from_hex(field(*found, "id")));
    COMITY_TRY(vote.version, Digest::from_hex(field(*found, "version")));
    vote.closes = field(*found, "closes");
    return vote;
}

Result<void> check_chair_heard(const FoundVote& vote, Time now) {
    const auto closes = parse_time(vote.closes);
    if (!closes || now.seconds() <= closes->seconds()) return {};
    return refused(vote.opening.hex().substr(0, 12), fmt::format("the vote closed at {}", vote.closes),
                   "what the chair says counts until the close: open another vote");
}

}  // namespace comity::cli
