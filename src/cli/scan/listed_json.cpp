#include "cli/scan/listed_json.h"

#include <algorithm>

#include "cli/output.h"
#include "intelligence/match/lookup.h"
#include "ledger/audience.h"

namespace comity::cli {

using intelligence::match::About;
using intelligence::match::Listed;

json::Object about_json(const About& about) {
    json::Object one;
    if (!about.id.empty()) one["id"] = about.id;
    one["source"] = about.source;
    if (!about.name.empty()) one["name"] = about.name;
    if (about.confidence) one["confidence"] = *about.confidence;
    if (about.tlp) one["tlp"] = std::string(ledger::to_string(*about.tlp));
    if (about.valid_until) one["valid_until"] = format_time_millis(*about.valid_until);
    return one;
}

json::Object listed_json(const intelligence::match::Catalog& catalog, const std::string& value, Time now) {
    std::vector<Listed> found;
    intelligence::match::look_up(catalog, intelligence::match::asked_keys(value), found);
    json::Array indicators;
    for (const Listed& listed : found) {
        for (const About& about : listed.index->abouts(listed.records)) {
            if (about.valid_until && *about.valid_until <= now) continue;
            json::Object one{{"value", printable(listed.text())}, {"kind", to_string(listed.kind)}};
            for (auto& member : about_json(about)) one[member.key()] = std::move(member.value());
            indicators.push_back(std::move(one));
        }
    }
    return json::Object{{"value", printable(value)},
                        {"listed", !indicators.empty()},
                        {"indicators", std::move(indicators)},
                        {"more", false}};
}

}  // namespace comity::cli
