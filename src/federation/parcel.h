// A confidential payload: the statement federation.parcel carries one attachment that is sealed to the keys
// of its readers (crypto/sealing.h), end to end. Its audience says who may carry it, nodes included; its
// readers alone can open it. What everybody sees who may see the statement: author, readers, size. Pure
// functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::federation {

inline constexpr std::string_view kParcel = "federation.parcel";
inline constexpr std::string_view kSealedType = "application/vnd.comity.sealed";
inline constexpr std::size_t kMaxParcelReaders = 200;

// {"readers":["<member id>",...]}: sorted, each once; and the one attachment. kInvalid with the field.
Result<std::vector<std::string>> parse_parcel(const ledger::Statement& statement);

// What is in it.
struct ParcelContent {
    std::string name;  // of a file, without a folder; 1 to 255 bytes
    std::string type;  // media type, 1 to 200 bytes
    std::string bytes;
};
// The attachment. kInvalid for a name or type that is none.
Result<Bytes> seal_parcel(const ParcelContent& content, std::span<const crypto::PublicKey> readers);
// kRefused where it is not for that key, or was changed.
Result<ParcelContent> open_parcel(ByteView attachment, const crypto::SecretKey& key);

}  // namespace comity::federation
