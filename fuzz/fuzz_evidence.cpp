// Evidence: what is read is written to the same evidence again, and checking any of it is safe.
#include "federation/evidence.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto evidence = federation::parse_evidence(fuzz::text_of(data, size));
    if (!evidence) {
        hold(!evidence.error().what.empty(), "a refusal says why");
        return 0;
    }
    const auto again = federation::parse_evidence(evidence->write());
    hold(again && *again == *evidence, "evidence is written as it was read");
    hold(again->id() == evidence->id(), "it has one id");
    const auto proves = federation::check_evidence(*evidence);
    hold(!proves || !proves->empty(), "what is proved is said");
    return 0;
}
