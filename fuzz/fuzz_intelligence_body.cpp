// The bodies of intelligence's statements (withdrawal, collection, marking, override, alert,
// acknowledgement): each parser sees every input; what parses is written and parses to the same.
#include "fuzz/target.h"
#include "intelligence/alert/alert.h"
#include "intelligence/collection.h"
#include "intelligence/marking_change.h"
#include "intelligence/override.h"
#include "intelligence/withdrawal.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = json::parse(fuzz::text_of(data, size));
    if (!body) return 0;
    if (const auto withdrawal = intelligence::parse_withdrawal(*body)) {
        hold(!withdrawal->objects.empty() && withdrawal->objects.size() <= intelligence::kMaxWithdrawn,
             "a withdrawal is of one object at the least, and not of too many");
        const auto again = intelligence::parse_withdrawal(intelligence::withdrawal_json(*withdrawal));
        hold(again.has_value(), "a withdrawal is written so that it parses");
        hold(again->objects == withdrawal->objects && again->reason == withdrawal->reason, "and to the same");
    }
    if (const auto collection = intelligence::parse_collection(*body)) {
        hold(!collection->root.empty() && !collection->title.empty(), "a collection has a root and a title");
        const json::Object written = intelligence::collection_json(*collection);
        const auto again = intelligence::parse_collection(written);
        hold(again.has_value(), "a collection is written so that it parses");
        hold(intelligence::collection_json(*again) == written && again->id == collection->id,
             "and to the same");
    }
    if (const auto change = intelligence::parse_marking_change(*body)) {
        const auto again = intelligence::parse_marking_change(intelligence::marking_change_json(*change));
        hold(again.has_value(), "a change of a marking is written so that it parses");
        hold(again->object == change->object && again->version == change->version &&
                 again->audience == change->audience,
             "and to the same");
        // Who hears of it: at least those who could read before, and those who can after.
        const ledger::Audience before{ledger::Tlp::kAmber, {"cert-ke"}, {}, {}};
        const ledger::Audience wider = intelligence::wider(before, change->audience);
        hold(wider.label <= before.label && wider.label <= change->audience.label,
             "who must hear of a change are no fewer than may read");
        const ledger::Viewer reader{"cert-ke", "amina@cert-ke", true, {}};
        hold(ledger::may_read(reader, wider, "bank"), "who could read before hears of it");
    }
    if (const auto overridden = intelligence::parse_override(*body)) {
        hold(!overridden->values.empty() && overridden->values.size() <= intelligence::kMaxOverridden,
             "an override is of one value at the least, and not of too many");
        const json::Object written = intelligence::override_json(*overridden);
        const auto again = intelligence::parse_override(written);
        hold(again.has_value(), "an override is written so that it parses");
        hold(intelligence::override_json(*again) == written, "and to the same");
    }
    if (const auto alert = intelligence::parse_alert(*body)) {
        hold(alert->drill == alert->evidence.empty(), "an alert has evidence, or it is a drill");
        hold(alert->evidence.size() <= intelligence::kMaxAlertEvidence, "and not too much of it");
        const auto again = intelligence::parse_alert(intelligence::alert_json(*alert));
        hold(again.has_value(), "an alert is written so that it parses");
        hold(*again == *alert, "and to the same");
    }
    if (const auto acknowledgement = intelligence::parse_acknowledgement(*body)) {
        const auto again =
            intelligence::parse_acknowledgement(intelligence::acknowledgement_json(*acknowledgement));
        hold(again.has_value(), "an acknowledgement is written so that it parses");
        hold(*again == *acknowledgement, "and to the same");
    }
    return 0;
}
