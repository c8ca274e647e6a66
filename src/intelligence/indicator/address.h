// IP addresses and networks as indicators: canonical spelling, and which are nobody's or everybody's (IANA
// special-purpose registries, RFC 6890).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "intelligence/indicator/classify.h"

namespace comity::intelligence {

// Nothing where the text has not the form of an address or network at all; an error where it has and is
// wrong, or reserved (kRefused).
std::optional<Result<Indicator>> classify_address(std::string_view text);

}  // namespace comity::intelligence
