// A rule as parliaments and legal databases exchange texts: Akoma Ntoso 1.0 (OASIS LegalDocML, 29 August
// 2018), namespace http://docs.oasis-open.org/legaldocml/ns/akn/3.0.
#pragma once

#include <string>
#include <string_view>

#include "governance/rules/rulebook.h"

namespace comity::governance {

// An <act>, a single version, in that language (else the first authentic one), with its life: adoption,
// force, suspension, end. Lines that begin with "Article" (or its word in the language) begin an article;
// without any there is one section. UTF-8.
std::string akoma_ntoso(const RuleVersion& rule, std::string_view language, const ledger::Roll& roll);

}  // namespace comity::governance
