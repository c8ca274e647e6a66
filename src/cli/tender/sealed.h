// What the commands of sealed bidding share.
#pragma once

#include <string>

#include "cli/command.h"
#include "json/value.h"

namespace comity::cli {

// What sealed bids come to (development/tender/open_bids.h): a table, and what does not fit.
void print_bid_opening(Context& context, const json::Object& opening);

}  // namespace comity::cli
