#include <array>

#include "governance/procedure/presets.h"

namespace comity::governance {
namespace {

// Bodies that make technical rules for others.
constexpr std::array kStandardsPresets = {std::string_view(R"json({
  "id": "cabforum",
  "title": "CA/Browser Forum ballot",
  "sources": [{"title": "Bylaws of the CA/Browser Forum, 2.3 and 2.4", "url":
    "https://cabforum.org/about/information/bylaws/"}],
  "note":
    "\"Fifty per cent plus one\" is taken of whole votes: half rounded down, and one. Abstentions count for the quorum only, which is more than half of the average number of members at the last three meetings.",
  "electorate": {"classes": ["company", "technical"]},
  "houses": [{"id": "issuers", "title": "Certificate issuers", "who": {"classes": ["company"]}}, {"id":
    "consumers", "title": "Certificate consumers", "who": {"classes": ["technical"]}}],
  "parameters": [{"id": "quorum", "title": "Members that must vote", "min": 1}],
  "phases": [{"id": "discussion", "min_days": 7, "max_days": 21}, {"id": "voting", "min_days": 7, "max_days":
    7, "votes": true}],
  "quorum": {"of": ["cast", "abstain"], "at_least": {"parameter": "quorum"}},
  "adopted": {"all": [{"of": "yes", "base": "cast", "in": "issuers", "at_least": "2/3"}, {"of": "yes", "base":
    "cast", "in": "consumers", "at_least": "1/2", "rounding": "down", "plus": 1}, {"of": "yes", "in": "each",
    "at_least": 1}]}
})json"),
                                          std::string_view(R"json({
  "id": "iso-dis",
  "title": "ISO/IEC draft international standard",
  "sources": [{"title": "ISO/IEC Directives, part 1, 2.6.3", "url":
    "https://www.iso.org/sites/directives/current/part1/index.xhtml"}],
  "note": "Abstentions do not count, nor do votes against without technical reasons.",
  "electorate": {"groups": ["secretariat/p-members", "secretariat/o-members"]},
  "houses": [{"id": "p-members", "title": "Participating members", "who": {"groups":
    ["secretariat/p-members"]}}],
  "phases": [{"id": "enquiry", "min_days": 84, "max_days": 84, "votes": true}],
  "adopted": {"all": [{"of": "yes", "base": ["yes", "no-reasoned"], "in": "p-members", "at_least": "2/3"},
    {"of": "no-reasoned", "base": ["yes", "no-reasoned"], "at_most": "1/4"}]}
})json"),
                                          std::string_view(R"json({
  "id": "w3c-recommendation",
  "title": "W3C Advisory Committee review",
  "sources": [{"title": "W3C Process Document, 5.2 and 5.6", "url": "https://www.w3.org/policies/process/"}],
  "note":
    "Consensus is substantial support and no sustained objection. Dissent in the review is a formal objection, which a Council decides; support of 5 % of the members is what charters aim at.",
  "electorate": {"everybody": true},
  "phases": [{"id": "review", "min_days": 28, "votes": true}],
  "adopted": {"all": [{"declared": "consensus"}, {"of": "sustained-objections", "at_most": 0}, {"of": "yes",
    "base": "all", "at_least": "5%"}]},
  "appeals": [{"to": "W3C Council", "within_days": 28}]
})json")};

}  // namespace

std::span<const std::string_view> standards_presets() {
    return kStandardsPresets;
}

}  // namespace comity::governance
