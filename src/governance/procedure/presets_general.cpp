#include <array>

#include "governance/procedure/presets.h"

namespace comity::governance {
namespace {

// Rules that belong to nobody, and elections.
constexpr std::array kGeneralPresets = {std::string_view(R"json({
  "id": "lazy-consensus",
  "title": "Lazy consensus: silence is consent",
  "sources": [{"title": "Apache voting process: lazy consensus", "url":
    "https://www.apache.org/foundation/voting.html"}],
  "note": "Adopted where nobody has objected or voted no within the period.",
  "electorate": {"everybody": true},
  "phases": [{"id": "waiting", "min_days": 3, "votes": true}],
  "adopted": {"all": [{"of": "sustained-objections", "at_most": 0}, {"of": "no", "at_most": 0}]}
})json"),
                                        std::string_view(R"json({
  "id": "unanimity",
  "title": "Unanimity of all members",
  "sources": [{"title":
    "Treaty on the Functioning of the European Union, article 238 (4), without its rule on abstentions", "url":
    "https://eur-lex.europa.eu/eli/treaty/tfeu_2016/art_238/oj"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "voting", "min_days": 7, "votes": true}],
  "adopted": {"of": "yes", "base": "all", "at_least": "1"}
})json"),
                                        std::string_view(R"json({
  "id": "unanimity-of-voting",
  "title": "Unanimity, abstentions do not prevent it",
  "sources": [{"title": "Treaty on the Functioning of the European Union, article 238 (4)", "url":
    "https://eur-lex.europa.eu/eli/treaty/tfeu_2016/art_238/oj"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "voting", "min_days": 7, "votes": true}],
  "adopted": {"all": [{"of": "yes", "at_least": 1}, {"of": ["no", "absent"], "at_most": 0}]}
})json"),
                                        std::string_view(R"json({
  "id": "simple-majority",
  "title": "Simple majority of the votes cast, half of the members voting",
  "sources": [{"title": "Robert's Rules of Order, section 44"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "discussion", "min_days": 7}, {"id": "voting", "min_days": 7, "votes": true}],
  "max_proxies": 2,
  "quorum": {"of": "present", "base": "all", "at_least": "1/2"},
  "adopted": {"of": "yes", "base": "cast", "more_than": "1/2"},
  "tie": {"then": "rejected"}
})json"),
                                        std::string_view(R"json({
  "id": "multistakeholder",
  "title": "Majority in each stakeholder class",
  "sources": [{"title":
    "Comity: governments, international organisations, companies, technical communities, NGOs and citizens, each by majority"}],
  "electorate": {"everybody": true},
  "houses": [{"id": "government", "who": {"classes": ["government"]}}, {"id": "international", "who":
    {"classes": ["international"]}}, {"id": "company", "who": {"classes": ["company"]}}, {"id": "technical",
    "who": {"classes": ["technical"]}}, {"id": "civil", "who": {"classes": ["civil"]}}, {"id": "citizen",
    "who": {"classes": ["citizen"]}}],
  "phases": [{"id": "consultation", "min_days": 14}, {"id": "voting", "min_days": 14, "votes": true}],
  "quorum": {"of": "present", "base": "all", "at_least": "1/3"},
  "adopted": {"of": "yes", "base": "cast", "in": "each", "more_than": "1/2"}
})json"),
                                        std::string_view(R"json({
  "id": "election-approval",
  "title": "Election by approval",
  "sources": [{"title": "Brams and Fishburn, Approval Voting, 1978", "url": "https://doi.org/10.2307/1955105"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "nomination", "min_days": 14}, {"id": "voting", "min_days": 7, "votes": true}],
  "choice": {"method": "approval", "seats": 1}
})json"),
                                        std::string_view(R"json({
  "id": "election-schulze",
  "title": "Choice by Schulze's method",
  "sources": [{"title": "Schulze, The Schulze Method of Voting", "url": "https://arxiv.org/abs/1804.02973"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "nomination", "min_days": 14}, {"id": "voting", "min_days": 7, "votes": true}],
  "choice": {"method": "schulze", "seats": 1}
})json"),
                                        std::string_view(R"json({
  "id": "election-stv",
  "title": "Election by single transferable vote",
  "sources": [{"title": "Droop quota, fractional transfer (weighted inclusive Gregory)", "url":
    "https://en.wikipedia.org/wiki/Counting_single_transferable_votes"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "nomination", "min_days": 14}, {"id": "voting", "min_days": 7, "votes": true}],
  "choice": {"method": "stv", "seats": 1}
})json"),
                                        std::string_view(R"json({
  "id": "election-majority-judgment",
  "title": "Choice by majority judgment",
  "sources": [{"title": "Balinski and Laraki, Majority Judgment, 2011", "url":
    "https://doi.org/10.7551/mitpress/9780262015134.001.0001"}],
  "electorate": {"everybody": true},
  "phases": [{"id": "nomination", "min_days": 14}, {"id": "voting", "min_days": 7, "votes": true}],
  "choice": {"method": "majority-judgment", "seats": 1}
})json")};

}  // namespace

std::span<const std::string_view> general_presets() {
    return kGeneralPresets;
}

}  // namespace comity::governance
