// DSSE envelopes: what parses is written and parses to the same statement id.
#include "crypto/dsse.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto envelope = crypto::parse_envelope(fuzz::text_of(data, size));
    if (!envelope) return 0;
    const std::string written = envelope->write();
    hold(written.find('\n') == std::string::npos, "an envelope is one line");
    if (written.size() > crypto::kMaxEnvelopeSize)
        return 0;  // a type full of escapes may be longer than it came
    const auto again = crypto::parse_envelope(written);
    hold(again.has_value(), "what is written parses");
    hold(again->payload == envelope->payload && again->payload_type == envelope->payload_type &&
             again->signatures == envelope->signatures,
         "what is written parses to the same envelope");
    hold(again->digest() == envelope->digest(), "and to the same id");
    hold(again->write() == written, "writing is stable");
    hold(envelope->pae() == crypto::pae(envelope->payload_type, envelope->payload),
         "the encoding is the parts'");
    return 0;
}
