// TAXII's media type and its negotiation (TAXII 2.1 sections 1.6.8 and 3.1, RFC 9110 section 12.5.1).
#pragma once

#include <string_view>

namespace comity::api::taxii {

// Every answer's Content-Type, errors included.
inline constexpr std::string_view kTaxiiType = "application/taxii+json;version=2.1";
inline constexpr std::string_view kStixType = "application/stix+json;version=2.1";

// May the answer be of kTaxiiType? `accept` is the request's Accept header, several joined by commas; empty:
// anything may. The type is taken with the version 2.1 or without one, and by ranges (application/*, */*); of
// several that fit, the most exact one says whether it is wanted (q=0: not). What is malformed in the list is
// passed over.
bool accepts_taxii(std::string_view accept);

}  // namespace comity::api::taxii
