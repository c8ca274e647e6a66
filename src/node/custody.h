// Members' keys that this node holds on their behalf, for clients that cannot sign, as TAXII's: DATA/keys/
// <member>.key, where the member's roll says `custody` of that key.
#pragma once

#include <string_view>

#include "crypto/key_text.h"
#include "ledger/roll.h"
#include "node/config.h"

namespace comity::node {

// The member's secret key, if it counts now. kRefused says what to do to have one; kInvalid where the file is
// no key.
Result<crypto::NamedSecret> custody_key(const Config& config, const ledger::Roll& roll,
                                        std::string_view member, ledger::Witnessed now);

}  // namespace comity::node
