#include "crypto/openpgp.h"

#include <fmt/format.h>
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"

namespace comity::crypto {
namespace {

constexpr std::string_view kExport = "export it: gpg --armor --export ADDRESS";
constexpr std::string_view kNewKey = "ask for the renewed one, and put it in the file's place";
// No line of an armored message begins so.
constexpr std::string_view kBoundary = "=_comity_sealed";

template <auto Free>
struct RnpFreed {
    template <typename T>
    void operator()(T* object) const {
        (void)Free(object);
    }
};
template <typename Handle, auto Free>
using RnpOwned = std::unique_ptr<std::remove_pointer_t<Handle>, RnpFreed<Free>>;
using OwnedFfi = RnpOwned<rnp_ffi_t, rnp_ffi_destroy>;
using OwnedInput = RnpOwned<rnp_input_t, rnp_input_destroy>;
using OwnedOutput = RnpOwned<rnp_output_t, rnp_output_destroy>;
using OwnedKey = RnpOwned<rnp_key_handle_t, rnp_key_handle_destroy>;
using OwnedUser = RnpOwned<rnp_uid_handle_t, rnp_uid_handle_destroy>;
using OwnedNames = RnpOwned<rnp_identifier_iterator_t, rnp_identifier_iterator_destroy>;
using OwnedSealing = RnpOwned<rnp_op_encrypt_t, rnp_op_encrypt_destroy>;

// Whatever librnp cannot do for want of memory or the like.
Result<void> did(rnp_result_t done) {
    if (done == RNP_SUCCESS) return {};
    return unavailable("OpenPGP", rnp_result_to_string(done));
}

OwnedInput rnp_reading(std::string_view bytes) {
    rnp_input_t input = nullptr;
    (void)rnp_input_from_memory(&input, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                                false);
    return OwnedInput(input);
}

Result<OwnedFfi> rnp_at(Time now) {
    rnp_ffi_t made = nullptr;
    COMITY_CHECK(did(rnp_ffi_create(&made, RNP_KEYSTORE_GPG, RNP_KEYSTORE_GPG)));
    OwnedFfi ffi(made);
    COMITY_CHECK(did(rnp_set_timestamp(made, static_cast<std::uint64_t>(now.seconds()))));
    return ffi;
}

// One file's key, in a store of its own.
struct OpenpgpKey {
    OwnedFfi store;
    OwnedKey primary;
    std::vector<OwnedKey> subkeys;
};

Result<OpenpgpKey> read_openpgp(std::string_view armored, Time now) {
    if (armored.contains("PRIVATE KEY BLOCK"))
        return invalid("certificate", "has a secret key in it",
                       "it belongs to its owner alone: take it away from here, and give the public one");
    const auto none = [] { return invalid("certificate", "is no OpenPGP key", std::string(kExport)); };
    // librnp would say on standard error what it thinks of these.
    if (!looks_like_openpgp(armored) || !armored.contains("-----END PGP PUBLIC KEY BLOCK-----"))
        return none();
    OpenpgpKey out;
    COMITY_TRY(out.store, rnp_at(now));
    const OwnedInput input = rnp_reading(armored);
    if (!input || rnp_load_keys(out.store.get(), RNP_KEYSTORE_GPG, input.get(), RNP_LOAD_SAVE_PUBLIC_KEYS) !=
                      RNP_SUCCESS)
        return none();
    rnp_identifier_iterator_t iterator = nullptr;
    COMITY_CHECK(did(rnp_identifier_iterator_create(out.store.get(), &iterator, "fingerprint")));
    const OwnedNames names(iterator);
    for (const char* name = nullptr;
         rnp_identifier_iterator_next(iterator, &name) == RNP_SUCCESS && name != nullptr;) {
        rnp_key_handle_t found = nullptr;
        COMITY_CHECK(did(rnp_locate_key(out.store.get(), "fingerprint", name, &found)));
        OwnedKey key(found);
        bool primary = false;
        COMITY_CHECK(did(rnp_key_is_primary(found, &primary)));
        if (!primary) {
            out.subkeys.push_back(std::move(key));
            continue;
        }
        if (out.primary)
            return invalid("certificate", "is several keys in one file", "write one key into each file");
        out.primary = std::move(key);
    }
    if (!out.primary) return none();
    return out;
}

// "Name <address>", or the address alone.
std::string address_of(std::string_view user) {
    const std::size_t open = user.rfind('<');
    if (open == std::string_view::npos || !user.ends_with('>')) return lowered(user);
    return lowered(user.substr(open + 1, user.size() - open - 2));
}

Result<bool> names_address(rnp_key_handle_t key, std::string_view address) {
    std::size_t count = 0;
    COMITY_CHECK(did(rnp_key_get_uid_count(key, &count)));
    for (std::size_t i = 0; i < count; ++i) {
        rnp_uid_handle_t handle = nullptr;
        COMITY_CHECK(did(rnp_key_get_uid_handle_at(key, i, &handle)));
        const OwnedUser user(handle);
        bool revoked = false, valid = false;
        COMITY_CHECK(did(rnp_uid_is_revoked(handle, &revoked)));
        COMITY_CHECK(did(rnp_uid_is_valid(handle, &valid)));
        char* text = nullptr;
        COMITY_CHECK(did(rnp_key_get_uid_at(key, i, &text)));
        const std::unique_ptr<char, RnpFreed<rnp_buffer_destroy>> owned(text);
        if (!revoked && valid && address_of(text) == lowered(address)) return true;
    }
    return false;
}

enum class KeyState : std::uint8_t { kGood, kRevoked, kExpired, kNotYet, kUnsound };

Result<KeyState> state_of(rnp_key_handle_t key, Time now) {
    bool revoked = false, valid = false;
    std::uint32_t creation = 0, lifetime = 0;
    COMITY_CHECK(did(rnp_key_is_revoked(key, &revoked)));
    COMITY_CHECK(did(rnp_key_is_valid(key, &valid)));
    COMITY_CHECK(did(rnp_key_get_creation(key, &creation)));
    COMITY_CHECK(did(rnp_key_get_expiration(key, &lifetime)));
    if (revoked) return KeyState::kRevoked;
    if (now.seconds() < creation) return KeyState::kNotYet;
    if (lifetime != 0 && now.seconds() >= std::int64_t{creation} + lifetime) return KeyState::kExpired;
    return valid ? KeyState::kGood : KeyState::kUnsound;
}

Failure refused_as(KeyState state, std::string_view what) {
    switch (state) {
        case KeyState::kRevoked:
            return invalid("certificate", fmt::format("{} was revoked by its owner", what),
                           "ask for the new one, and put it in the file's place");
        case KeyState::kExpired:
            return invalid("certificate", fmt::format("{} has expired", what), std::string(kNewKey));
        case KeyState::kNotYet:
            return invalid("certificate", fmt::format("{} is not valid yet", what),
                           "look at this machine's clock");
        default:
            return invalid("certificate", fmt::format("{} is not vouched for by its own signatures", what),
                           std::string(kExport));
    }
}

// The key of it that letters are encrypted to: the newest subkey that is good, the primary where there is
// none.
Result<rnp_key_handle_t> encrypting_key(const OpenpgpKey& key, Time now) {
    COMITY_TRY(const KeyState whole, state_of(key.primary.get(), now));
    if (whole != KeyState::kGood) return refused_as(whole, "the key");
    std::vector<rnp_key_handle_t> candidates;
    for (const OwnedKey& subkey : key.subkeys) candidates.push_back(subkey.get());
    candidates.push_back(key.primary.get());
    std::optional<KeyState> wrong;
    rnp_key_handle_t newest = nullptr;
    std::uint32_t newest_creation = 0;
    for (const rnp_key_handle_t candidate : candidates) {
        if (candidate == key.primary.get() && newest != nullptr) break;
        bool encrypts = false;
        COMITY_CHECK(did(rnp_key_allows_usage(candidate, "encrypt", &encrypts)));
        if (!encrypts) continue;
        COMITY_TRY(const KeyState state, state_of(candidate, now));
        if (state != KeyState::kGood) {
            wrong = state;
            continue;
        }
        std::uint32_t creation = 0;
        COMITY_CHECK(did(rnp_key_get_creation(candidate, &creation)));
        if (newest != nullptr && creation <= newest_creation) continue;
        newest = candidate;
        newest_creation = creation;
    }
    if (newest != nullptr) return newest;
    if (wrong) return refused_as(*wrong, "its encryption key");
    return invalid("certificate", "has no key to encrypt to: it is for signing alone",
                   "its owner adds one: gpg --quick-add-key FINGERPRINT cv25519 encrypt");
}

}  // namespace

bool looks_like_openpgp(std::string_view text) {
    return text.contains("-----BEGIN PGP P");
}

Result<bool> openpgp_names(std::string_view armored, std::string_view address, Time now) {
    COMITY_TRY(const OpenpgpKey key, read_openpgp(armored, now));
    return names_address(key.primary.get(), address);
}

Result<void> check_openpgp(std::string_view armored, Time now) {
    COMITY_TRY(const OpenpgpKey key, read_openpgp(armored, now));
    COMITY_CHECK(encrypting_key(key, now));
    return {};
}

Result<std::string> openpgp_encrypt(std::string_view entity, std::span<const std::string> certificates,
                                    Time now) {
    if (certificates.empty()) return invalid("certificates", "there are none");
    COMITY_TRY(const OwnedFfi ffi, rnp_at(now));
    std::vector<OpenpgpKey> keys;
    std::vector<rnp_key_handle_t> receivers;
    for (const std::string& armored : certificates) {
        COMITY_TRY(keys.emplace_back(), read_openpgp(armored, now));
        COMITY_TRY(receivers.emplace_back(), encrypting_key(keys.back(), now));
    }
    const OwnedInput input = rnp_reading(entity);
    rnp_output_t buffer = nullptr;
    COMITY_CHECK(did(rnp_output_to_memory(&buffer, 0)));
    const OwnedOutput output(buffer);
    rnp_op_encrypt_t made = nullptr;
    COMITY_CHECK(did(rnp_op_encrypt_create(&made, ffi.get(), input.get(), buffer)));
    const OwnedSealing sealing(made);
    for (const rnp_key_handle_t key : receivers) COMITY_CHECK(did(rnp_op_encrypt_add_recipient(made, key)));
    COMITY_CHECK(did(rnp_op_encrypt_set_armor(made, true)));
    COMITY_CHECK(did(rnp_op_encrypt_set_cipher(made, "AES256")));
    // What is compressed before it is encrypted tells by its length what it says.
    COMITY_CHECK(did(rnp_op_encrypt_set_compression(made, "Uncompressed", 0)));
    COMITY_CHECK(did(rnp_op_encrypt_execute(made)));
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    COMITY_CHECK(did(rnp_output_memory_get_buf(buffer, &bytes, &size, false)));
    std::string out = fmt::format(
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
        " boundary=\"{0}\"\r\n\r\n"
        "--{0}\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
        "--{0}\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
        "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n",
        kBoundary);
    for (const char c : std::string_view(reinterpret_cast<const char*>(bytes), size)) {
        if (c == '\r') continue;
        if (c == '\n') out += '\r';
        out += c;
    }
    return out + fmt::format("\r\n--{}--\r\n", kBoundary);
}

}  // namespace comity::crypto
