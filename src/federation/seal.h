// What witnesses say that becomes part of the set, so that all nodes tell the same time from it
// (ledger/quorum_time.h):
//
//     federation.cosigned   a checkpoint of a log with the cosignatures of witnesses on it: by its time each
//     of
//                           them had seen so much of the log
//     federation.seal       a witness' word on a second that decides something: how much of each log it had
//                           seen by then, no more; from there on it states later seconds only
//
// Both prove themselves: any member may bring them in, and needs not be believed. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_text.h"
#include "ledger/statement.h"
#include "log/checkpoint.h"

namespace comity::federation {

inline constexpr std::string_view kCosigned = "federation.cosigned";
inline constexpr std::string_view kSeal = "federation.seal";
inline constexpr std::size_t kMaxSealedLogs = 300;
inline constexpr std::size_t kMaxSealSize = 60 * 1024;  // as JSON

struct CosignedCheckpoint {
    crypto::NamedKey log;
    log::Checkpoint checkpoint;
    std::vector<std::pair<crypto::NamedKey, Time>> witnesses;
    std::string note;  // with the log's signature and one cosignature of each of them, and no others
};
// {"log","witnesses":[...],"checkpoint"}; kInvalid with the field. All signatures are verified.
Result<CosignedCheckpoint> parse_cosigned(const json::Value& body);
// Of a note with whatever signatures: what of it the body says. Nothing where none of the witnesses has
// cosigned; kRefused where a signature by a key that is asked for does not verify.
Result<std::optional<json::Object>> cosigned_json(const crypto::NamedKey& log, std::string_view note,
                                                  std::span<const crypto::NamedKey> witnesses);

struct SealedLog {
    crypto::NamedKey log;
    std::uint64_t size = 0;  // the largest that the witness had cosigned by then
    Digest root;
    friend bool operator==(const SealedLog&, const SealedLog&) = default;
};
struct Seal {
    Digest community;
    crypto::NamedKey witness;     // kEd25519Cosignature
    std::int64_t close = 0;       // seconds
    std::vector<SealedLog> logs;  // by vkey, each once; what is not among them it had not seen
    crypto::Signature signature;  // of text() by the witness' key

    // "comity federation.seal/v1", community, witness, close, then "<vkey> <size> <root, base64>" for each
    // log, a line each.
    std::string text() const;
    json::Object json() const;
    // Form and signature. kInvalid with the field below `path`.
    static Result<Seal> parse(const json::Value& value, const std::string& path);
};

}  // namespace comity::federation
