// Envelopes in files, as `comity statement sign` and `comity community found --out` write them: DSSE JSON on
// one line.
#pragma once

#include <string>

#include "cli/context.h"
#include "crypto/dsse.h"

namespace comity::cli {

Result<crypto::Envelope> read_envelope(Context& context, const std::string& file);

}  // namespace comity::cli
