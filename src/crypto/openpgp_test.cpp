#include "crypto/openpgp.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include "crypto/mail_seal.h"

namespace comity::crypto {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Time kNow = Time::from_seconds(1'795'000'000);
constexpr std::int64_t kDaySeconds = 86'400;

// A key, made a day before, with what there is of it to be given away.
class Owner {
  public:
    explicit Owner(const std::string& address, const std::string& primary = "",
                   const std::string& sub = R"("usage": ["encrypt"])") {
        EXPECT_EQ(rnp_ffi_create(&ffi_, "GPG", "GPG"), RNP_SUCCESS);
        EXPECT_EQ(rnp_set_timestamp(ffi_, static_cast<std::uint64_t>(kNow.seconds() - kDaySeconds)),
                  RNP_SUCCESS);
        std::string json =
            fmt::format(R"({{"primary": {{"type": "EDDSA", "userid": "{}"{}}})", address, primary);
        if (!sub.empty()) json += R"(, "sub": {"type": "ECDH", "curve": "Curve25519", )" + sub + "}";
        char* made = nullptr;
        EXPECT_EQ(rnp_generate_key_json(ffi_, (json + "}").c_str(), &made), RNP_SUCCESS) << json;
        rnp_buffer_destroy(made);
        EXPECT_EQ(rnp_locate_key(ffi_, "userid", address.c_str(), &key_), RNP_SUCCESS);
    }
    ~Owner() {
        rnp_key_handle_destroy(key_);
        rnp_ffi_destroy(ffi_);
    }
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;

    void revoke() { EXPECT_EQ(rnp_key_revoke(key_, 0, "SHA256", "compromised", "lost"), RNP_SUCCESS); }
    void revoke_subkey() {
        rnp_key_handle_t sub = nullptr;
        EXPECT_EQ(rnp_key_get_subkey_at(key_, 0, &sub), RNP_SUCCESS);
        EXPECT_EQ(rnp_key_revoke(sub, 0, "SHA256", "retired", ""), RNP_SUCCESS);
        rnp_key_handle_destroy(sub);
    }
    std::string exported(std::uint32_t what = RNP_KEY_EXPORT_PUBLIC) const {
        rnp_output_t out = nullptr;
        EXPECT_EQ(rnp_output_to_memory(&out, 0), RNP_SUCCESS);
        EXPECT_EQ(rnp_key_export(key_, out, what | RNP_KEY_EXPORT_ARMORED | RNP_KEY_EXPORT_SUBKEYS),
                  RNP_SUCCESS);
        return taken(out);
    }
    // What stands in an entity for this one; empty: nothing.
    std::string open(std::string_view sealed) const {
        const std::size_t begin = sealed.find("-----BEGIN PGP MESSAGE");
        EXPECT_NE(begin, std::string_view::npos);
        const std::string_view armored = sealed.substr(begin, sealed.find("--=_comity") - begin);
        rnp_input_t in = nullptr;
        rnp_output_t out = nullptr;
        EXPECT_EQ(rnp_input_from_memory(&in, reinterpret_cast<const std::uint8_t*>(armored.data()),
                                        armored.size(), false),
                  RNP_SUCCESS);
        EXPECT_EQ(rnp_output_to_memory(&out, 0), RNP_SUCCESS);
        const auto done = rnp_decrypt(ffi_, in, out);
        rnp_input_destroy(in);
        if (done == RNP_SUCCESS) return taken(out);
        rnp_output_destroy(out);
        return {};
    }

  private:
    static std::string taken(rnp_output_t out) {
        std::uint8_t* bytes = nullptr;
        std::size_t size = 0;
        EXPECT_EQ(rnp_output_memory_get_buf(out, &bytes, &size, false), RNP_SUCCESS);
        std::string text(reinterpret_cast<const char*>(bytes), size);
        rnp_output_destroy(out);
        return text;
    }
    rnp_ffi_t ffi_ = nullptr;
    rnp_key_handle_t key_ = nullptr;
};

std::string refusal(const std::string& armored, Time now = kNow) {
    const auto done = check_openpgp(armored, now);
    EXPECT_EQ(done.has_value(), openpgp_encrypt("x", std::vector{armored}, now).has_value());
    return done ? "taken" : done.error().message();
}

TEST(Openpgp, IsReadByEachReceiverAndByNobodyElse) {
    const Owner duty("Duty officer <duty@x.example>");
    const Owner boss("boss@x.example");
    const Owner other("other@x.example");
    const std::string entity = "Content-Type: text/plain\r\n\r\nsecret\r\n";
    const auto sealed = openpgp_encrypt(entity, std::vector{duty.exported(), boss.exported()}, kNow);
    ASSERT_TRUE(sealed) << sealed.error().message();
    EXPECT_THAT(*sealed, HasSubstr("multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"));
    EXPECT_THAT(*sealed, HasSubstr("\r\n\r\nVersion: 1\r\n\r\n--"));
    EXPECT_THAT(*sealed, Not(HasSubstr("secret")));
    for (std::size_t i = 0; i < sealed->size(); ++i)
        ASSERT_TRUE((*sealed)[i] != '\n' || (i > 0 && (*sealed)[i - 1] == '\r')) << i;
    EXPECT_EQ(duty.open(*sealed), entity);
    EXPECT_EQ(boss.open(*sealed), entity);
    EXPECT_EQ(other.open(*sealed), "");
    EXPECT_FALSE(openpgp_encrypt(entity, {}, kNow));
}

TEST(Openpgp, TakesKeysThatAreValidAndForIt) {
    const Owner duty("Duty officer <duty@x.example>");
    const std::string armored = duty.exported();
    EXPECT_EQ(refusal(armored), "taken");
    EXPECT_TRUE(openpgp_names(armored, "DUTY@x.example", kNow).value());
    EXPECT_FALSE(openpgp_names(armored, "duty@x.example.org", kNow).value());
    EXPECT_FALSE(openpgp_names(armored, "officer <duty@x.example>", kNow).value());
    EXPECT_THAT(refusal(armored, Time::from_seconds(kNow.seconds() - 3 * kDaySeconds)),
                HasSubstr("not valid yet"));
    EXPECT_THAT(refusal(duty.exported(RNP_KEY_EXPORT_SECRET)), HasSubstr("secret key"));
    EXPECT_THAT(refusal(armored + Owner("boss@x.example").exported()), HasSubstr("one key into each file"));
    Owner gone("gone@x.example");
    gone.revoke();
    EXPECT_THAT(refusal(gone.exported()), HasSubstr("the key was revoked by its owner"));
    Owner half("half@x.example");
    half.revoke_subkey();
    EXPECT_THAT(refusal(half.exported()), HasSubstr("its encryption key was revoked"));
    const Owner brief("brief@x.example", R"(, "expiration": 172800)");
    EXPECT_EQ(refusal(brief.exported()), "taken");
    const Time later = Time::from_seconds(kNow.seconds() + 2 * kDaySeconds);
    EXPECT_THAT(refusal(brief.exported(), later), HasSubstr("the key has expired"));
    const Owner renewing("renewing@x.example", "", R"("usage": ["encrypt"], "expiration": 172800)");
    EXPECT_THAT(refusal(renewing.exported(), later), HasSubstr("its encryption key has expired"));
    EXPECT_THAT(refusal(Owner("signer@x.example", "", "").exported()), HasSubstr("for signing alone"));
}

TEST(Openpgp, IsNothingButAWholeKey) {
    const std::string armored = Owner("duty@x.example").exported();
    for (const std::string& none : {std::string(), std::string("x"), armored.substr(0, armored.size() / 2),
                                    std::string("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END")})
        EXPECT_THAT(refusal(none), HasSubstr("gpg --armor --export"));
    // Whatever is changed in it: what is taken still has a good signature over what is used.
    std::size_t taken = 0;
    for (std::size_t at = armored.find("\n\n"); at < armored.size(); at += 3) {
        std::string changed = armored;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        taken += check_openpgp(changed, kNow) ? 1 : 0;
    }
    EXPECT_LT(taken, armored.size() / 30);
}

TEST(MailSeal, ChecksEveryReceiverAndKindBeforeAnythingIsEncrypted) {
    const Owner duty("duty@x.example");
    const Owner signer("signer@x.example", "", "");
    const std::vector<std::string> both{"duty@x.example", "boss@x.example"};
    const auto why = [&](std::vector<std::string> certificates, std::vector<std::string> addresses) {
        const auto sealed = seal_mail("x", certificates, addresses, kNow);
        return sealed ? "sealed" : sealed.error().message();
    };
    EXPECT_EQ(why({duty.exported()}, {"duty@x.example"}), "sealed");
    EXPECT_THAT(why({duty.exported()}, both), HasSubstr("none of them names boss@x.example"));
    EXPECT_THAT(why({}, both), HasSubstr("none of them names duty@x.example"));
    EXPECT_THAT(why({duty.exported(), signer.exported()}, {"duty@x.example"}),
                HasSubstr("for signing alone"));
    EXPECT_THAT(why({duty.exported(), "-----BEGIN CERTIFICATE-----"}, {"duty@x.example"}),
                HasSubstr("a channel for each kind"));
    EXPECT_THAT(why({"nothing"}, {"duty@x.example"}), HasSubstr("is none"));
}

}  // namespace
}  // namespace comity::crypto
