// A key out of a statement's body that must be of one kind: a log's own, or one that cosigns.
#pragma once

#include <string>

#include "crypto/key_text.h"

namespace comity::federation {

// Of that type, kEd25519 or kEd25519Cosignature; kInvalid with `where` for another, or for what is no key.
Result<crypto::NamedKey> parse_key_of(const std::string& text, crypto::KeyType type,
                                      const std::string& where);

}  // namespace comity::federation
