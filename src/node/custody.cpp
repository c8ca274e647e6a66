#include "node/custody.h"

#include <algorithm>

#include "node/key_files.h"

namespace comity::node {
namespace {

Failure none_held(std::string_view member) {
    const std::string name(member);
    return refused("custody", "this node holds no key of '" + name + "' to sign with on its behalf",
                   "put a key into DATA/keys/" + name +
                       ".key and let the member say so: comity member add-key " + name +
                       ".pub --custody --as " + name);
}

}  // namespace

Result<crypto::NamedSecret> custody_key(const Config& config, const ledger::Roll& roll,
                                        std::string_view member, ledger::Witnessed now) {
    const ledger::Member* found = roll.find(member);
    if (found == nullptr || now > found->left) {
        return refused("account", "'" + std::string(member) + "' is no member of the community");
    }
    const auto held = [&](const ledger::MemberKey& key) { return key.custody && now <= key.until; };
    if (std::ranges::none_of(found->keys, held)) return none_held(member);
    // A member's id is made of a-z, 0-9 and "-": it names no file elsewhere.
    auto secret = read_secret_key(config.data / "keys" / (std::string(member) + ".key"));
    if (!secret) {
        if (secret.error().kind == ErrorKind::kNotFound) return none_held(member);
        return std::unexpected(std::move(secret).error());
    }
    const crypto::NamedKey public_part = secret->public_part();
    const auto is_it = [&](const ledger::MemberKey& key) { return held(key) && key.key == public_part; };
    if (std::ranges::none_of(found->keys, is_it)) return none_held(member);
    return *std::move(secret);
}

}  // namespace comity::node
