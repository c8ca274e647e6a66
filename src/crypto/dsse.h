// DSSE envelopes (secure-systems-lab DSSE v1.0.2): a payload, its type, and signatures over both.
//
// The envelope is JSON:
// {"payload":"<base64>","payloadType":"...","signatures":[{"keyid":"...","sig":"<base64>"}]}. We write
// standard base64 and sign exactly one byte sequence, the pre-authentication encoding:
//     "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "crypto/key_text.h"

namespace comity::crypto {

inline constexpr std::size_t kMaxEnvelopeSize = 64 * 1024;
inline constexpr std::size_t kMaxEnvelopeSignatures = 64;

struct EnvelopeSignature {
    std::string keyid;  // the key id as 8 hexadecimal digits; a hint, not trusted
    Signature signature;
    friend bool operator==(const EnvelopeSignature&, const EnvelopeSignature&) = default;
};

struct Envelope {
    std::string payload_type;
    std::string payload;
    std::vector<EnvelopeSignature> signatures;

    std::string pae() const;
    Digest digest() const;      // SHA-256 of pae(): a statement's id
    std::string write() const;  // one line of JSON, without a line feed
};

std::string pae(std::string_view payload_type, std::string_view payload);

// kInvalid with the field; kTooLarge over kMaxEnvelopeSize. Unknown fields are refused. Verifies nothing.
Result<Envelope> parse_envelope(std::string_view text);
// The same of an envelope that is to the byte what write() gives, as nearly all are, in a tenth of the time.
// Nothing where it is anything else, good or bad.
std::optional<Envelope> parse_written_envelope(std::string_view text);

EnvelopeSignature sign_envelope(const Envelope& envelope, const NamedSecret& secret);
// Has this key signed it? Tries the signatures whose keyid is the key's first.
bool signed_by(const Envelope& envelope, const NamedKey& key);

}  // namespace comity::crypto
