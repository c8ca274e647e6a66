// Peers that are Python libraries, measured in the same run by a script beside this file.
#pragma once

#include <optional>
#include <string>

#include "bench/report.h"

namespace comity::bench {

// What `script` (stix_peer.py) makes of `what` over that input: so many a second; nothing where there is no
// Python with the libraries (scripts/bench.sh makes one where PyPI is within reach).
std::optional<double> python_peer(const std::string& script, const std::string& what,
                                  const std::string& input, const Report& report);

}  // namespace comity::bench
