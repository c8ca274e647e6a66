// Saying something about an object that is there: who is to hear of it, by default those who can read the
// object.
#pragma once

#include <string>

#include "cli/context.h"
#include "cli/options.h"
#include "cli/source.h"
#include "intelligence/stix/identifier.h"

namespace comity::cli {

// The options' audience where they name one; else that of the copy which the reader was given first, and with
// amber the member that shared it.
Result<ledger::Audience> audience_about(Source& source, const AudienceOptions& options,
                                        const json::Object& shown);

// Shares one STIX object in the acting member's name.
Result<void> share_about(Context& context, Source& source, const std::string& member,
                         ledger::Audience audience, const json::Object& object);

// The start of a STIX 2.1 object of now: type, id and times.
json::Object stix_object(const Context& context, std::string_view type, const intelligence::Uuid& uuid);

}  // namespace comity::cli
