// A MISP event as STIX objects, as misp-stix makes them where that is said below; what has no place is told.
//
//     event               report (grouping where it is not published), id by the event's UUID, object_refs
//     all of it Orgc                identity attribute           to_ids: indicator by the attribute's UUID,
//     pattern as misp-stix; otherwise an observed-data
//                         with its observable, under the id that STIX gives it (misp-stix: the attribute's);
//                         what STIX has nothing for: x-misp-attribute
//     object              x-misp-object, all its attributes inside; those with to_ids as indicators besides
//     galaxy cluster      threat-actor, intrusion-set, malware, tool, attack-pattern, by the cluster's UUID
//     tag                 tlp:... a marking of everything it stands on; any other a label
//     sighting            sighting, opinion (a false positive), valid_until (an expiration)
//     deleted             revoked
#pragma once

#include <string_view>

#include "intelligence/import/understanding.h"

namespace comity::intelligence::misp {

// One event ({"Event":{..}} or the object itself), a list of them, or a search's answer ({"response":[..]}).
// Fills objects, errors (`line`: the attribute's number in its event), losses and title (a single event's
// info). Markings are the event's own or stricter, and `label` where it has none. kInvalid where it is none
// of these.
Result<Understanding> read_events(std::string_view text, ledger::Tlp label);

}  // namespace comity::intelligence::misp
