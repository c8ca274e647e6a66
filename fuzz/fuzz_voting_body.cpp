// The bodies of a decision's statements, from proposal and consultation to ballot, rule and secret election:
// each parser sees every input; what is written again reads as the same, and an amendment that fits is
// applied to the letter.
#include <algorithm>

#include "fuzz/target.h"
#include "governance/consultation/bodies.h"
#include "governance/consultation/round_bodies.h"
#include "governance/election/bodies.h"
#include "governance/rules/bodies.h"
#include "governance/voting/amendment.h"
#include "governance/voting/bodies.h"

using namespace comity;
using fuzz::hold;

namespace {

template <typename Parse, typename Write>
void same_again(const json::Value& body, Parse parse, Write write, const char* what) {
    const auto read = parse(body);
    if (!read) {
        hold(!read.error().what.empty(), "a refusal says why");
        return;
    }
    const json::Object written = write(*read);
    const auto again = parse(json::Value(written));
    hold(again.has_value(), what);
    hold(json::write(write(*again)) == json::write(written), what);
}

// Applied to itself as the text: what an amendment says of any text holds.
void check_amended_text(const governance::AmendmentBody& amendment, std::string_view text) {
    governance::ProposalBody version;
    for (const governance::Edit& edit : amendment.edits) {
        if (std::ranges::find(version.texts, edit.language, &governance::ProposalText::language) ==
            version.texts.end())
            version.texts.push_back({edit.language, true, "Title", std::string(text.substr(0, 1000))});
    }
    const governance::AmendmentBody* const one = &amendment;
    const auto result = governance::amended(version, {&one, 1});
    if (!result) return;
    hold(result->texts.size() == version.texts.size(), "no text comes or goes");
    std::int64_t grown = 0;
    for (const governance::Edit& edit : amendment.edits)
        grown += static_cast<std::int64_t>(edit.text.size()) - static_cast<std::int64_t>(edit.quote.size());
    for (std::size_t i = 0; i < version.texts.size(); ++i) {
        grown -= static_cast<std::int64_t>(result->texts[i].text.size() + result->texts[i].title.size());
        grown += static_cast<std::int64_t>(version.texts[i].text.size() + version.texts[i].title.size());
    }
    hold(grown == 0, "nothing but the edits is changed");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto body = json::parse(text);
    if (!body) return 0;
    same_again(*body, governance::parse_proposal, governance::proposal_json, "a proposal");
    same_again(*body, governance::parse_opening, governance::opening_json, "an opening");
    same_again(*body, governance::parse_ballot, governance::ballot_json, "a ballot");
    same_again(*body, governance::parse_amendment, governance::amendment_json, "an amendment");
    same_again(*body, governance::parse_comment, governance::comment_json, "a comment");
    same_again(*body, governance::parse_consultation, governance::consultation_json, "a consultation");
    same_again(*body, governance::parse_public_comment, governance::public_comment_json, "a public comment");
    same_again(*body, governance::parse_summary, governance::summary_json, "a summary");
    same_again(*body, governance::parse_moderation, governance::moderation_json, "an act of moderation");
    same_again(*body, governance::parse_conformity, governance::conformity_json,
               "a declaration of conformity");
    same_again(*body, governance::parse_election, governance::election_json, "an election");
    same_again(*body, governance::parse_election_result, governance::election_result_json, "its result");
    if (const auto amendment = governance::parse_amendment(*body)) check_amended_text(*amendment, text);
    if (const auto ballot = governance::parse_secret_ballot(*body))
        hold(ballot->ballot.find('\n') == std::string::npos, "a piece for the tool is one line");
    if (const auto key = governance::parse_trustee_key(*body))
        hold(key->key.find('\n') == std::string::npos, "a key for the tool is one line");
    ledger::Statement statement;
    statement.body = *body;
    for (const std::string_view type : governance::kVotingTypes) {
        statement.type = type;
        const auto form = governance::check_voting_body(statement);
        hold(form.has_value() || !form.error().what.empty(), "a refusal says why");
    }
    for (const std::string_view type : governance::kElectionTypes) {
        statement.type = type;
        const auto election = governance::election_of(statement);
        hold(election.has_value() || !election.error().what.empty(), "a refusal says why");
    }
    for (const std::string_view type : governance::kRoundTypes) {
        statement.type = type;
        const auto owner = governance::round_owner(statement);
        hold(owner.has_value() || !owner.error().what.empty(), "a refusal says why");
    }
    for (const std::string_view type : governance::kRuleTypes) {
        statement.type = type;
        const auto rule = governance::rule_of(statement);
        hold(rule.has_value() || !rule.error().what.empty(), "a refusal says why");
    }
    return 0;
}
