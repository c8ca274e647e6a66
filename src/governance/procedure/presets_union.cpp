#include <array>

#include "governance/procedure/presets.h"

namespace comity::governance {
namespace {

// The Council of the European Union.
constexpr std::array kUnionPresets = {std::string_view(R"json({
  "id": "eu-council-qualified-majority",
  "title": "EU Council, qualified majority",
  "sources": [{"title": "Treaty on European Union, article 16 (4)", "url":
    "https://eur-lex.europa.eu/eli/treaty/teu_2016/art_16/oj"}, {"title":
    "Population shares of 2025: Agence Europe, bulletin 13544, after the Council's decision", "url":
    "https://agenceurope.eu/en/bulletin/article/13544/22"}],
  "note":
    "Not to vote or to abstain counts as not in favour. A blocking minority needs four members. The table holds hundredths of a per cent of the Union's population as published for 2025; a community that votes in another year replaces it.",
  "electorate": {"members": ["at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr",
    "hu", "ie", "it", "lt", "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk"]},
  "weights": [{"id": "population", "title": "Share of the Union's population, hundredths of a per cent", "of":
    {"at": 202, "be": 262, "bg": 143, "cy": 21, "cz": 242, "de": 1849, "dk": 132, "ee": 30, "es": 1078, "fi":
    125, "fr": 1517, "gr": 231, "hr": 86, "hu": 213, "ie": 119, "it": 1323, "lt": 64, "lu": 15, "lv": 42, "mt":
    12, "nl": 401, "pl": 833, "pt": 236, "ro": 423, "se": 234, "si": 47, "sk": 121}}],
  "phases": [{"id": "voting", "votes": true}],
  "recusal": "leaves",
  "adopted": {"all": [{"of": "yes", "base": "all", "at_least": "55%"}, {"any": [{"of": "yes", "base": "all",
    "by": "population", "at_least": "65%"}, {"of": "not-yes", "at_most": 3, "title":
    "fewer than four members are not in favour: no blocking minority"}]}]}
})json"),
                                      std::string_view(R"json({
  "id": "eu-council-reinforced-majority",
  "title": "EU Council, reinforced qualified majority",
  "sources": [{"title": "Treaty on the Functioning of the European Union, article 238 (2)", "url":
    "https://eur-lex.europa.eu/eli/treaty/tfeu_2016/art_238/oj"}, {"title":
    "Population shares of 2025: Agence Europe, bulletin 13544, after the Council's decision", "url":
    "https://agenceurope.eu/en/bulletin/article/13544/22"}],
  "note":
    "Not to vote or to abstain counts as not in favour. A blocking minority needs four members. The table holds hundredths of a per cent of the Union's population as published for 2025; a community that votes in another year replaces it.",
  "electorate": {"members": ["at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr",
    "hu", "ie", "it", "lt", "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk"]},
  "weights": [{"id": "population", "title": "Share of the Union's population, hundredths of a per cent", "of":
    {"at": 202, "be": 262, "bg": 143, "cy": 21, "cz": 242, "de": 1849, "dk": 132, "ee": 30, "es": 1078, "fi":
    125, "fr": 1517, "gr": 231, "hr": 86, "hu": 213, "ie": 119, "it": 1323, "lt": 64, "lu": 15, "lv": 42, "mt":
    12, "nl": 401, "pl": 833, "pt": 236, "ro": 423, "se": 234, "si": 47, "sk": 121}}],
  "phases": [{"id": "voting", "votes": true}],
  "recusal": "leaves",
  "adopted": {"all": [{"of": "yes", "base": "all", "at_least": "72%"}, {"any": [{"of": "yes", "base": "all",
    "by": "population", "at_least": "65%"}, {"of": "not-yes", "at_most": 3, "title":
    "fewer than four members are not in favour: no blocking minority"}]}]}
})json")};

}  // namespace

std::span<const std::string_view> union_presets() {
    return kUnionPresets;
}

}  // namespace comity::governance
