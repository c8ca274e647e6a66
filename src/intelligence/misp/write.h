// STIX objects as a MISP event (core format): the way back of read.h, and for objects that never were MISP's.
//
// An indicator whose labels say which attribute it was is that attribute again; any other whose pattern names
// values becomes an attribute each (the first under the indicator's UUID), and one whose pattern says more is
// kept whole as `stix2-pattern`. What MISP has no place for is told, object by object.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "intelligence/import/understanding.h"
#include "json/value.h"
#include "ledger/audience.h"

namespace comity::intelligence::misp {

struct EventSpec {
    std::string uuid;
    std::string info;
    Time time{};           // of the event; each attribute has its own
    std::string org_uuid;  // who made it; without the objects' own identity
    std::string org_name;
    ledger::Tlp label = ledger::Tlp::kGreen;
};
struct WrittenEvent {
    json::Object event;  // what stands under "Event"
    std::vector<Understanding::Loss> losses;
    std::vector<std::string> values;  // of the attributes, for the feed's hashes.csv
};
// The same objects give the same event, in whatever order they come. Thread-safe.
WrittenEvent write_event(std::span<const std::string> objects, const EventSpec& spec);

// "tlp:amber": the tag of a label.
std::string tlp_tag(ledger::Tlp label);
// A tag with the colour that MISP gives TLP labels.
json::Object tag_json(const std::string& name);

}  // namespace comity::intelligence::misp
