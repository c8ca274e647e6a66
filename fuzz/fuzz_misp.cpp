// MISP events: what is made of one are STIX objects, and these make an event again.
#include "fuzz/target.h"
#include "intelligence/misp/read.h"
#include "intelligence/misp/write.h"
#include "intelligence/stix/object.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto out = intelligence::misp::read_events(text, ledger::Tlp::kGreen);
    if (!out) return 0;
    for (const std::string& object : out->objects) {
        const auto parsed = intelligence::parse_object(object);
        hold(parsed.has_value(), "every object is one");
        hold(parsed->id.type == "identity" || !parsed->marking || *parsed->marking >= ledger::Tlp::kClear,
             "every object is marked");
    }
    for (const auto& loss : out->losses)
        hold(!loss.path.empty() && !loss.why.empty(), "a loss says where and why");
    const auto written = intelligence::misp::write_event(
        out->objects, {.uuid = "x", .info = {}, .org_uuid = {}, .org_name = {}});
    hold(written.event.contains("Attribute"), "an event has attributes");
    return 0;
}
