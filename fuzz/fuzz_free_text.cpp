// Running text and e-mails: whatever is found is an indicator, and the text can be anything.
#include "fuzz/target.h"
#include "intelligence/import/free_text.h"
#include "intelligence/import/understand.h"
#include "intelligence/stix/object.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    intelligence::kind_of(text);
    for (const bool plain : {false, true}) {
        const auto out = intelligence::read_text(text, {.plain = plain});
        if (!out) continue;
        std::vector<intelligence::Described> described;
        for (const auto& entry : out->entries) {
            const auto again = intelligence::classify(entry.described.indicator.value);
            hold(again && *again == entry.described.indicator,
                 "the canonical spelling is the same indicator");
            described.push_back(entry.described);
        }
        const intelligence::Sharer sharer{std::string(64, '0'), "cert-ke", "CERT Kenya"};
        for (const std::string& object : intelligence::objects_of(described, sharer, ledger::Tlp::kGreen,
                                                                  Time::from_seconds(1'760'000'000)))
            hold(intelligence::parse_object(object).has_value(), "what is made of it is a STIX object");
    }
    return 0;
}
