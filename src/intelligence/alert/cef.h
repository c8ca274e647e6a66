// An alert for a SIEM: ArcSight's Common Event Format (CEF:0) in an RFC 5424 message. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::intelligence {

// Of a letter (outbox.h). `origin`: the log that the alert stands in, which names the host. kInvalid where
// the payload is no alert's.
//
//     <PRI>1 TIME HOST comity - alert - CEF:0|Comity|comity|VERSION|ID|TITLE|SEVERITY|EXTENSION
//         ID: "alert", or "drill". SEVERITY: 3, 5, 8, 10. EXTENSION: externalId the alert's id, suser its
//         author, msg what to do, cs1 the rule, cs2 values, cs3 the statements that it rests on, end the time
//         in milliseconds
Result<std::string> syslog_message(std::string_view payload, std::string_view origin,
                                   std::string_view version);

}  // namespace comity::intelligence
