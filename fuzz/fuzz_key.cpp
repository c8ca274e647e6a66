// Keys as text: one spelling each, public and secret.
#include "crypto/key_text.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto key = crypto::parse_public_key(text)) {
        hold(key->text() == text, "a public key is written as it was read");
        hold(crypto::check_key_name(key->name).has_value(), "its name is one");
    }
    if (const auto secret = crypto::parse_secret_key(text)) {
        hold(secret->text() == text, "a secret key is written as it was read");
        const crypto::NamedKey key = secret->public_part();
        hold(crypto::parse_public_key(key.text()) == key, "its public part parses");
    }
    // Any name makes a key that parses, if it is a name.
    const bool is_name = crypto::check_key_name(text).has_value();
    const auto secret = crypto::SecretKey::from_seed(Bytes(32, 1));
    const crypto::NamedKey named{std::string(text), crypto::KeyType::kEd25519, secret->public_key()};
    hold(crypto::parse_public_key(named.text()).has_value() == is_name,
         "a key parses if and only if its name is one");
    return 0;
}
