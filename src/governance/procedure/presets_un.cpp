#include <array>

#include "governance/procedure/presets.h"

namespace comity::governance {
namespace {

// The United Nations: General Assembly and Security Council, and the ITU.
constexpr std::array kUnPresets = {std::string_view(R"json({
  "id": "unga-simple-majority",
  "title": "UN General Assembly, simple majority",
  "sources": [{"title": "Rules of Procedure of the General Assembly, A/520/Rev.19, rules 67, 82, 85, 86, 95",
    "url": "https://www.un.org/en/ga/about/ropga/"}],
  "note":
    "Members present and voting are those that vote yes or no; who abstains is considered as not voting. A tie is voted on again within 48 hours; if equal again, it is rejected.",
  "electorate": {"classes": ["government"]},
  "phases": [{"id": "debate"}, {"id": "voting", "votes": true}],
  "quorum": {"of": "present", "base": "all", "more_than": "1/2", "title":
    "a majority of the members is present (rule 67)"},
  "adopted": {"of": "yes", "base": "cast", "more_than": "1/2"},
  "tie": {"then": "revote", "rounds": 2, "within_hours": 48}
})json"),
                                   std::string_view(R"json({
  "id": "unga-two-thirds",
  "title": "UN General Assembly, two-thirds majority (important question)",
  "sources": [{"title": "Charter of the United Nations, article 18 (2)", "url":
    "https://www.un.org/en/about-us/un-charter/chapter-4"}, {"title":
    "Rules of Procedure of the General Assembly, A/520/Rev.19, rules 83, 84, 86", "url":
    "https://www.un.org/en/ga/about/ropga/"}],
  "electorate": {"classes": ["government"]},
  "phases": [{"id": "debate"}, {"id": "voting", "votes": true}],
  "quorum": {"of": "present", "base": "all", "more_than": "1/2", "title":
    "a majority of the members is present (rule 67)"},
  "adopted": {"of": "yes", "base": "cast", "at_least": "2/3"}
})json"),
                                   std::string_view(R"json({
  "id": "unga-important-question",
  "title": "UN General Assembly, majority as an earlier vote decides",
  "sources": [{"title": "Charter of the United Nations, article 18 (2) and (3)", "url":
    "https://www.un.org/en/about-us/un-charter/chapter-4"}],
  "note":
    "First the members vote, by simple majority, whether the question is important; that chooses the majority that it needs.",
  "electorate": {"classes": ["government"]},
  "earlier": [{"id": "important-question", "title": "Is it an important question?", "procedure":
    "unga-simple-majority"}],
  "phases": [{"id": "debate"}, {"id": "voting", "votes": true}],
  "quorum": {"of": "present", "base": "all", "more_than": "1/2", "title":
    "a majority of the members is present (rule 67)"},
  "adopted": {"earlier": "important-question", "adopted": {"of": "yes", "base": "cast", "at_least": "2/3"},
    "rejected": {"of": "yes", "base": "cast", "more_than": "1/2"}}
})json"),
                                   std::string_view(R"json({
  "id": "unga-without-a-vote",
  "title": "UN General Assembly, adopted without a vote",
  "sources": [{"title": "Decision 60/559 and the Assembly's practice: no member asks for a recorded vote",
    "url": "https://ask.un.org/faq/260981"}],
  "note": "The president declares that it is so decided. A member that asks for a vote objects.",
  "electorate": {"classes": ["government"]},
  "phases": [{"id": "debate"}, {"id": "decision", "votes": true}],
  "adopted": {"all": [{"declared": "consensus"}, {"of": "sustained-objections", "at_most": 0}, {"of": "no",
    "at_most": 0}]}
})json"),
                                   std::string_view(R"json({
  "id": "unsc-substantive",
  "title": "UN Security Council, nine votes and no veto",
  "sources": [{"title": "Charter of the United Nations, article 27 (3)", "url":
    "https://www.un.org/en/about-us/un-charter/chapter-5"}],
  "note": "An abstention of a permanent member is no veto, as the Council holds since 1946.",
  "electorate": {"members": ["cn", "fr", "gb", "ru", "us"], "groups": ["secretariat/elected-members"]},
  "houses": [{"id": "permanent", "title": "Permanent members", "who": {"members": ["cn", "fr", "gb", "ru",
    "us"]}}],
  "phases": [{"id": "voting", "votes": true}],
  "recusal": "abstains",
  "adopted": {"all": [{"of": "yes", "at_least": 9}, {"of": "no", "in": "permanent", "at_most": 0, "title":
    "no permanent member vetoes"}]}
})json"),
                                   std::string_view(R"json({
  "id": "itu-majority",
  "title": "ITU conference, majority of delegations present and voting",
  "sources": [{"title": "General Rules of conferences, assemblies and meetings of the Union, chapter II, 21",
    "url":
    "https://www.itu.int/en/council/Documents/basic-texts/GENERAL-RULES-OF-CONFERENCES-ASSEMBLIES-AND-MEETINGS-OF-THE-UNION.docx"}],
  "note":
    "Abstentions are not counted; but where they are more than half of the votes cast, abstentions included, the matter is postponed to a later meeting, at which they do not matter. What is adopted binds those who sign and accede.",
  "electorate": {"classes": ["government"]},
  "phases": [{"id": "debate"}, {"id": "voting", "votes": true}],
  "max_rounds": 2,
  "quorum": {"of": "present", "base": "all", "more_than": "1/2"},
  "postponed": {"all": [{"round_at_most": 1}, {"of": "abstain", "base": ["cast", "abstain"], "more_than":
    "1/2"}]},
  "adopted": {"of": "yes", "base": "cast", "more_than": "1/2"},
  "tie": {"then": "rejected"},
  "binds": "acceding"
})json"),
                                   std::string_view(R"json({
  "id": "itu-tap",
  "title": "ITU-T traditional approval of a Recommendation",
  "sources": [{"title": "WTSA Resolution 1, section 9", "url": "https://www.itu.int/rec/T-RES-T.1"}],
  "note":
    "The consultation needs 70 % of the replies for it; at the meeting one Member State's opposition stops it.",
  "electorate": {"classes": ["government"]},
  "phases": [{"id": "consultation", "min_days": 90}, {"id": "meeting", "votes": true}],
  "parameters": [{"id": "favourable",
    "title": "At least this many must favour it: 70 % of the replies, rounded up", "min": 1}],
  "adopted": {"all": [{"of": "yes", "at_least": {"parameter": "favourable"}}, {"of": "no", "at_most": 0,
    "title": "no Member State opposes it"}]}
})json")};

}  // namespace

std::span<const std::string_view> united_nations_presets() {
    return kUnPresets;
}

}  // namespace comity::governance
