#include "federation/key_of.h"

namespace comity::federation {

Result<crypto::NamedKey> parse_key_of(const std::string& text, crypto::KeyType type,
                                      const std::string& where) {
    auto key = crypto::parse_public_key(text);
    if (!key) return within(where, std::move(key).error());
    if (key->type != type) {
        return invalid(where, type == crypto::KeyType::kEd25519 ? "is no key that signs checkpoints"
                                                                : "is no key that signs cosignatures");
    }
    return std::move(*key);
}

}  // namespace comity::federation
