#include "crypto/smime.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "base/encoding.h"

namespace comity::crypto {
namespace {

constexpr std::size_t kSmimeLine = 76;  // characters of base64

template <auto Free>
struct FreedBy {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
using OwnedBio = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using OwnedCertificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using OwnedMessage = std::unique_ptr<CMS_ContentInfo, FreedBy<CMS_ContentInfo_free>>;
struct FreeCertificates {
    void operator()(STACK_OF(X509) * list) const { sk_X509_pop_free(list, X509_free); }
};
using OwnedCertificates = std::unique_ptr<STACK_OF(X509), FreeCertificates>;

// What OpenSSL says was wrong; its list of errors is empty afterwards.
std::string openssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* const reason = ERR_reason_error_string(code);
    std::string text = reason != nullptr ? reason : "OpenSSL does not say why";
    ERR_clear_error();
    return text;
}

OwnedBio reading(std::string_view bytes) {
    return OwnedBio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

Result<OwnedCertificate> certificate_of(std::string_view pem) {
    const OwnedBio source = reading(pem);
    OwnedCertificate certificate(source ? PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)
                                        : nullptr);
    ERR_clear_error();
    if (!certificate)
        return invalid("certificate", "is none",
                       "give it as PEM: -----BEGIN CERTIFICATE-----, or an armored OpenPGP key");
    return certificate;
}

}  // namespace

Result<bool> mail_certificate_names(std::string_view pem, std::string_view address) {
    COMITY_TRY(const OwnedCertificate certificate, certificate_of(pem));
    return X509_check_email(certificate.get(), address.data(), address.size(), 0) == 1;
}

Result<void> check_mail_certificate(std::string_view pem, Time now) {
    COMITY_TRY(const OwnedCertificate certificate, certificate_of(pem));
    // No restriction is no key usage at all.
    const std::uint32_t usage = X509_get_key_usage(certificate.get());
    if ((usage & (KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT)) == 0)
        return invalid("certificate", "is not for encrypting",
                       "it may be for signing alone: there should be another");
    auto seconds = static_cast<std::time_t>(now.seconds());
    if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &seconds) < 0)
        return invalid("certificate", "has expired", "ask for the new one, and put it in the file's place");
    if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &seconds) > 0)
        return invalid("certificate", "is not valid yet");
    return {};
}

Result<std::string> smime_encrypt(std::string_view entity, std::span<const std::string> certificates) {
    const OwnedCertificates list(sk_X509_new_null());
    for (const std::string& pem : certificates) {
        COMITY_TRY(OwnedCertificate certificate, certificate_of(pem));
        if (!list || sk_X509_push(list.get(), certificate.get()) == 0)
            return unavailable("certificates", "no memory");
        (void)certificate.release();  // the list's now
    }
    if (certificates.empty()) return invalid("certificates", "there are none");
    const OwnedBio source = reading(entity);
    const OwnedMessage message(source ? CMS_encrypt(list.get(), source.get(), EVP_aes_256_cbc(), CMS_BINARY)
                                      : nullptr);
    if (!message) return invalid("certificates", "cannot be encrypted to: " + openssl_reason());
    unsigned char* bytes = nullptr;
    const int size = i2d_CMS_ContentInfo(message.get(), &bytes);
    if (size <= 0) return unavailable("letter", openssl_reason());
    const std::string body = base64_encode({bytes, static_cast<std::size_t>(size)});
    OPENSSL_free(bytes);
    std::string out =
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += kSmimeLine) out += body.substr(at, kSmimeLine) + "\r\n";
    return out;
}

}  // namespace comity::crypto
