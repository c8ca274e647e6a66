#include "crypto/smime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/encoding.h"

namespace comity::crypto {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Time kNow = Time::from_seconds(1'795'000'000);
constexpr long kDaySeconds = 86'400;

// A certificate and its key.
struct Identity {
    Identity(const char* address, const char* usage, bool elliptic = false) {
        key.reset(elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048));
        certificate.reset(X509_new());
        X509* const made = certificate.get();
        X509_set_version(made, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made), 7);
        ASN1_TIME_set(X509_getm_notBefore(made), kNow.seconds() - kDaySeconds);
        ASN1_TIME_set(X509_getm_notAfter(made), kNow.seconds() + kDaySeconds);
        X509_set_pubkey(made, key.get());
        X509_NAME* const name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("x"), -1,
                                   -1, 0);
        X509_set_issuer_name(made, name);
        extend(NID_subject_alt_name, std::string("email:") + address);
        if (usage != nullptr) extend(NID_key_usage, usage);
        X509_sign(made, key.get(), EVP_sha256());
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
        PEM_write_bio_X509(out.get(), made);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        pem.assign(text, static_cast<std::size_t>(size));
    }
    void extend(int which, const std::string& value) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, which, value.c_str());
        X509_add_ext(certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    // What stands in an entity for this one; empty: nothing.
    std::string open(const std::string& sealed) const {
        std::string base64 = sealed.substr(sealed.find("\r\n\r\n") + 4);
        std::erase(base64, '\r');
        std::erase(base64, '\n');
        const auto bytes = base64_decode(base64);
        EXPECT_TRUE(bytes);
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
            BIO_new_mem_buf(bytes->data(), static_cast<int>(bytes->size())), BIO_free_all);
        const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> message(
            d2i_CMS_bio(in.get(), nullptr), CMS_ContentInfo_free);
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
        if (CMS_decrypt(message.get(), key.get(), certificate.get(), nullptr, out.get(), 0) != 1) return {};
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{nullptr, EVP_PKEY_free};
    std::unique_ptr<X509, decltype(&X509_free)> certificate{nullptr, X509_free};
    std::string pem;
};

TEST(Smime, IsReadByEachReceiverAndByNobodyElse) {
    const Identity duty("duty@x.example", "keyEncipherment");
    const Identity boss("boss@x.example", nullptr, true);
    const Identity other("other@x.example", nullptr);
    const std::string entity = "Content-Type: text/plain\r\n\r\nsecret\r\n";
    const auto sealed = smime_encrypt(entity, std::vector{duty.pem, boss.pem});
    ASSERT_TRUE(sealed) << sealed.error().message();
    EXPECT_THAT(*sealed, HasSubstr("application/pkcs7-mime; smime-type=enveloped-data"));
    EXPECT_THAT(*sealed, Not(HasSubstr("secret")));
    EXPECT_EQ(duty.open(*sealed), entity);
    EXPECT_EQ(boss.open(*sealed), entity);
    EXPECT_NE(other.open(*sealed), entity);
    EXPECT_NE(*smime_encrypt(entity, std::vector{duty.pem}), *smime_encrypt(entity, std::vector{duty.pem}));
}

TEST(Smime, TakesCertificatesThatAreForItAndAreValid) {
    const Identity duty("duty@x.example", "keyEncipherment");
    EXPECT_TRUE(check_mail_certificate(duty.pem, kNow));
    EXPECT_TRUE(mail_certificate_names(duty.pem, "duty@x.example").value());
    EXPECT_FALSE(mail_certificate_names(duty.pem, "boss@x.example").value());
    EXPECT_FALSE(mail_certificate_names(duty.pem, "duty@x.example.org").value());
    const auto refusal = [&](std::string_view pem, Time now = kNow) {
        const auto done = check_mail_certificate(pem, now);
        return done ? "taken" : done.error().message();
    };
    EXPECT_THAT(refusal(duty.pem, Time::from_seconds(kNow.seconds() + 3 * kDaySeconds)),
                HasSubstr("has expired"));
    EXPECT_THAT(refusal(duty.pem, Time::from_seconds(kNow.seconds() - 3 * kDaySeconds)),
                HasSubstr("not valid yet"));
    EXPECT_THAT(refusal(Identity("a@x.example", "digitalSignature").pem), HasSubstr("not for encrypting"));
    for (const std::string& none :
         {std::string(), std::string("x"), duty.pem.substr(0, duty.pem.size() / 2)}) {
        EXPECT_THAT(refusal(none), HasSubstr("is none"));
        EXPECT_FALSE(smime_encrypt("x", std::vector{none}));
    }
    EXPECT_FALSE(smime_encrypt("x", {}));
}

}  // namespace
}  // namespace comity::crypto
