// What a member says of its node: which log it keeps, with which keys, and where it is reached. From these
// statements comes the roll of nodes (nodes.h), so that everybody finds the community's logs and the keys to
// check them with, and nobody hands out a list.
//
// The log's key signs that it is this member's (`possession`): otherwise a member could announce another's
// log with a cosigner of its own, and date its checkpoints at will. So does the witness' key
// (`witness_possession`): otherwise a member could have another's witness answer for what its own log does.
#pragma once

#include <optional>
#include <string>

#include "crypto/key_text.h"
#include "ledger/statement.h"

namespace comity::federation {

inline constexpr std::string_view kNode = "federation.node";

struct Announcement {
    crypto::NamedKey log;       // kEd25519; its name is the log's origin
    crypto::NamedKey cosigner;  // kEd25519Cosignature: states the times of the log's checkpoints
    std::optional<crypto::NamedKey> witness;  // kEd25519Cosignature: the node as a witness of others
    std::string url;                          // "https://cert-ke.example", without a slash at the end
    bool retired = false;                     // the log grows no more; what it witnessed stays
    crypto::Signature possession;             // of possession_text() by the log's key
    crypto::Signature witness_possession{};   // of witness_text() by the witness' key, where there is one
};

// "comity federation.node/v1", the community, the member and the cosigner's key, each a line.
std::string possession_text(const Digest& community, std::string_view member,
                            const crypto::NamedKey& cosigner);
// "comity federation.node witness/v1", the community, the member and the log's key, each a line.
std::string witness_text(const Digest& community, std::string_view member, const crypto::NamedKey& log);

// {"log","cosigner","witness"?,"url","retired"?,"possession","witness_possession"?}; kInvalid with the field.
// The signatures are verified; a witness comes with its own.
Result<Announcement> parse_announcement(const ledger::Statement& statement);
json::Object announcement_json(const Announcement& announcement);

// An http or https address without a slash at the end, as a node is reached at. kInvalid.
Result<void> check_node_url(std::string_view url, std::string where);

}  // namespace comity::federation
