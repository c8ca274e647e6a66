#include <array>

#include "governance/procedure/presets.h"

namespace comity::governance {
namespace {

// Communities that run the Internet: ICANN's GNSO, the IETF and RIPE.
constexpr std::array kInternetPresets = {std::string_view(R"json({
  "id": "gnso-majority",
  "title": "ICANN GNSO Council, majority of each House",
  "sources": [{"title": "ICANN Bylaws, section 11.3 (i)", "url":
    "https://www.icann.org/resources/pages/governance/bylaws-en/#article11"}],
  "note": "The denominator is the House's council members: who is absent or abstains acts as no.",
  "electorate": {"groups": ["secretariat/contracted-parties", "secretariat/non-contracted-parties"]},
  "houses": [{"id": "contracted", "title": "Contracted Parties House", "who": {"groups":
    ["secretariat/contracted-parties"]}}, {"id": "non-contracted", "title": "Non-Contracted Parties House",
    "who": {"groups": ["secretariat/non-contracted-parties"]}}],
  "phases": [{"id": "voting", "votes": true}],
  "max_proxies": 1,
  "adopted": {"of": "yes", "base": "all", "in": "each", "more_than": "1/2"}
})json"),
                                         std::string_view(R"json({
  "id": "gnso-issue-report",
  "title": "ICANN GNSO Council, request for an Issue Report",
  "sources": [{"title": "ICANN Bylaws, section 11.3 (i)", "url":
    "https://www.icann.org/resources/pages/governance/bylaws-en/#article11"}],
  "note": "The denominator is the House's council members: who is absent or abstains acts as no.",
  "electorate": {"groups": ["secretariat/contracted-parties", "secretariat/non-contracted-parties"]},
  "houses": [{"id": "contracted", "title": "Contracted Parties House", "who": {"groups":
    ["secretariat/contracted-parties"]}}, {"id": "non-contracted", "title": "Non-Contracted Parties House",
    "who": {"groups": ["secretariat/non-contracted-parties"]}}],
  "phases": [{"id": "voting", "votes": true}],
  "max_proxies": 1,
  "adopted": {"any": [{"of": "yes", "base": "all", "in": "each", "more_than": "1/4"}, {"of": "yes", "base":
    "all", "in": "contracted", "more_than": "1/2"}, {"of": "yes", "base": "all", "in": "non-contracted",
    "more_than": "1/2"}]}
})json"),
                                         std::string_view(R"json({
  "id": "gnso-initiate-pdp",
  "title": "ICANN GNSO Council, start of a policy development process within scope",
  "sources": [{"title": "ICANN Bylaws, section 11.3 (i)", "url":
    "https://www.icann.org/resources/pages/governance/bylaws-en/#article11"}],
  "note": "The denominator is the House's council members: who is absent or abstains acts as no.",
  "electorate": {"groups": ["secretariat/contracted-parties", "secretariat/non-contracted-parties"]},
  "houses": [{"id": "contracted", "title": "Contracted Parties House", "who": {"groups":
    ["secretariat/contracted-parties"]}}, {"id": "non-contracted", "title": "Non-Contracted Parties House",
    "who": {"groups": ["secretariat/non-contracted-parties"]}}],
  "phases": [{"id": "voting", "votes": true}],
  "max_proxies": 1,
  "adopted": {"any": [{"of": "yes", "base": "all", "in": "each", "more_than": "1/3"}, {"of": "yes", "base":
    "all", "in": "contracted", "more_than": "2/3"}, {"of": "yes", "base": "all", "in": "non-contracted",
    "more_than": "2/3"}]}
})json"),
                                         std::string_view(R"json({
  "id": "gnso-supermajority",
  "title": "ICANN GNSO Council, supermajority",
  "sources": [{"title": "ICANN Bylaws, section 11.3 (i)", "url":
    "https://www.icann.org/resources/pages/governance/bylaws-en/#article11"}],
  "note": "The denominator is the House's council members: who is absent or abstains acts as no.",
  "electorate": {"groups": ["secretariat/contracted-parties", "secretariat/non-contracted-parties"]},
  "houses": [{"id": "contracted", "title": "Contracted Parties House", "who": {"groups":
    ["secretariat/contracted-parties"]}}, {"id": "non-contracted", "title": "Non-Contracted Parties House",
    "who": {"groups": ["secretariat/non-contracted-parties"]}}],
  "phases": [{"id": "voting", "votes": true}],
  "max_proxies": 1,
  "adopted": {"any": [{"of": "yes", "base": "all", "in": "each", "at_least": "2/3"}, {"all": [{"of": "yes",
    "base": "all", "in": "contracted", "at_least": "3/4"}, {"of": "yes", "base": "all", "in": "non-contracted",
    "more_than": "1/2"}]}, {"all": [{"of": "yes", "base": "all", "in": "non-contracted", "at_least": "3/4"},
    {"of": "yes", "base": "all", "in": "contracted", "more_than": "1/2"}]}]}
})json"),
                                         std::string_view(R"json({
  "id": "ietf-rough-consensus",
  "title": "IETF working group, rough consensus",
  "sources": [{"title": "RFC 2418, section 3.3", "url": "https://www.rfc-editor.org/rfc/rfc2418"}, {"title":
    "RFC 7282", "url": "https://www.rfc-editor.org/rfc/rfc7282"}, {"title": "RFC 2026, section 6.5 (appeals)",
    "url": "https://www.rfc-editor.org/rfc/rfc2026"}],
  "note":
    "Nobody is outvoted: the chair judges the consensus, every objection must have been answered, and there is an appeal.",
  "electorate": {"everybody": true},
  "phases": [{"id": "discussion", "min_days": 14}, {"id": "last-call", "min_days": 14, "votes": true}],
  "adopted": {"all": [{"declared": "rough-consensus"}, {"of": "sustained-objections", "at_most": 0, "title":
    "no objection is left without an answer"}]},
  "appeals": [{"to": "working group chair", "within_days": 60}, {"to": "area director", "within_days": 60},
    {"to": "IESG", "within_days": 60}, {"to": "IAB", "within_days": 60}]
})json"),
                                         std::string_view(R"json({
  "id": "ietf-iesg-ballot",
  "title": "IESG ballot on a standards-track document",
  "sources": [{"title": "IESG ballot procedures", "url":
    "https://www.ietf.org/about/groups/iesg/statements/iesg-ballot-procedures/"}],
  "note": "\"No objection\" is voted as attending, DISCUSS as an objection that stands until it is answered.",
  "electorate": {"groups": ["secretariat/area-directors"]},
  "phases": [{"id": "evaluation", "min_days": 7, "votes": true}],
  "recusal": "leaves",
  "adopted": {"all": [{"of": "yes", "at_least": 1}, {"of": "sustained-objections", "at_most": 0, "title":
    "no DISCUSS is open"}, {"of": ["yes", "attending"], "base": "all", "at_least": "2/3"}]},
  "appeals": [{"to": "IESG", "within_days": 60}, {"to": "IAB", "within_days": 60}]
})json"),
                                         std::string_view(R"json({
  "id": "ripe-consensus",
  "title": "RIPE policy development",
  "sources": [{"title": "RIPE policy development process, ripe-781", "url":
    "https://www.ripe.net/publications/docs/ripe-781/"}],
  "note": "Open to all; the working group's chairs judge the consensus after each phase.",
  "electorate": {"everybody": true},
  "phases": [{"id": "discussion", "min_days": 28}, {"id": "review", "min_days": 28}, {"id": "concluding",
    "min_days": 28, "max_days": 28, "votes": true}],
  "adopted": {"all": [{"declared": "consensus"}, {"of": "sustained-objections", "at_most": 0}]},
  "appeals": [{"to": "working group chairs", "within_days": 28}, {"to": "RIPE chair", "within_days": 28}]
})json")};

}  // namespace

std::span<const std::string_view> internet_presets() {
    return kInternetPresets;
}

}  // namespace comity::governance
