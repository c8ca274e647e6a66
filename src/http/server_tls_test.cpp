// TLS as clients meet it, with certificates made here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <atomic>

#include <fstream>

#include "http/client.h"
#include "http/test_server.h"
#include "testing/folder.h"

namespace comity::http {
namespace {

using ::testing::HasSubstr;
using testing::Wire;

// A self-signed certificate for 127.0.0.1 and its key, as PEM files.
void make_certificate(const std::string& certificate_file, const std::string& key_file) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509* x = certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key.get());
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("comity test"), -1, -1, 0);
    X509_set_issuer_name(x, name);
    for (const auto& [nid, value] : {std::pair{NID_basic_constraints, "critical,CA:TRUE"},
                                     std::pair{NID_subject_alt_name, "IP:127.0.0.1"}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
        X509_add_ext(x, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(x, key.get(), EVP_sha256());
    const std::unique_ptr<FILE, decltype(&fclose)> out(fopen(certificate_file.c_str(), "w"), &fclose);
    PEM_write_X509(out.get(), x);
    const std::unique_ptr<FILE, decltype(&fclose)> key_out(fopen(key_file.c_str(), "w"), &fclose);
    PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

class TlsTest : public testing::ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        make_certificate(folder / "node.pem", folder / "node.key");
        options.certificate_file = folder / "node.pem";
        options.key_file = folder / "node.key";
        router.add(Method::kPost, "/echo", {.max_body = 8 << 20}, [](const Request& request) {
            return Response::text(200, request.body, request.tls ? "application/octet-stream" : "text/plain");
        });
        router.get_fast("/fast", [](const Request&) { return Response::text(200, "fast"); });
    }
    std::string https(std::string_view path) const {
        return fmt::format("https://127.0.0.1:{}{}", port(), path);
    }
    ClientOptions trusting() const {
        ClientOptions out;
        out.ca_file = options.certificate_file;
        return out;
    }
    using Line = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
    // A connection that speaks none but `version`; null: it could not.
    Line connect(int version) const {
        const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                        &SSL_CTX_free);
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        const std::string to = fmt::format("127.0.0.1:{}", port());
        Line line(BIO_new_ssl_connect(context.get()), &BIO_free_all);
        BIO_set_conn_hostname(line.get(), to.c_str());
        if (BIO_do_connect(line.get()) <= 0 || BIO_do_handshake(line.get()) <= 0) line.reset();
        return line;
    }
    // The version that such a client gets; empty: none.
    std::string handshake(int version) const {
        const Line line = connect(version);
        if (!line) return "";
        SSL* ssl = nullptr;
        BIO_get_ssl(line.get(), &ssl);
        return SSL_get_version(ssl);
    }

    comity::testing::TemporaryFolder folder;
};

TEST_F(TlsTest, CarriesBodiesOfEverySizeBothWays) {
    start();
    Client client(trusting());
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{16383}, std::size_t{16384}, std::size_t{16385},
          std::size_t{65535}, std::size_t{65537}, std::size_t{100000}, std::size_t{3} << 20}) {
        std::string body(size, '\0');
        for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 31 + i / 997);
        const auto answer = client.send(Method::kPost, https("/echo"), {}, body);
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->find("Content-Type"), "application/octet-stream");  // the handler knew of TLS
        EXPECT_TRUE(answer->body == body) << size;
    }
    EXPECT_EQ(server->counts().connections, 1u);
}

TEST_F(TlsTest, SpeaksNothingOlderThan12) {
    start();
    EXPECT_EQ(handshake(TLS1_VERSION), "");
    EXPECT_EQ(handshake(TLS1_1_VERSION), "");
    EXPECT_EQ(handshake(TLS1_2_VERSION), "TLSv1.2");
    EXPECT_EQ(handshake(TLS1_3_VERSION), "TLSv1.3");
}

TEST_F(TlsTest, ABodyThatNeverEndsIsAnsweredInTheMidstOfIt) {
    start();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Line line = connect(version);
        ASSERT_TRUE(line);
        const auto send = [&](const std::string& text) {
            ASSERT_EQ(BIO_write(line.get(), text.data(), static_cast<int>(text.size())),
                      static_cast<int>(text.size()));
        };
        send("PUT /fast HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 27; ++i) send("2710\r\n" + std::string(10'000, 'c') + "\r\n");
        std::string answer;
        char buffer[4096];
        for (int n = 0; (n = BIO_read(line.get(), buffer, sizeof buffer)) > 0;)
            answer.append(buffer, static_cast<std::size_t>(n));
        EXPECT_THAT(answer, ::testing::StartsWith("HTTP/1.1 405 "));
        EXPECT_THAT(answer, HasSubstr("application/problem+json"));
        EXPECT_THAT(answer, ::testing::EndsWith("}"));
    }
}

TEST_F(TlsTest, AStrangersCertificateIsNotTrusted) {
    start();
    const auto answer = Client().send(Method::kGet, https("/fast"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(answer.error().message(), HasSubstr("its certificate is not trusted"));
    ClientOptions broken;
    broken.ca_file = folder / "missing.pem";
    EXPECT_EQ(Client(broken).send(Method::kGet, https("/fast")).error().kind, ErrorKind::kInvalid);
}

TEST_F(TlsTest, PlainTextAtATlsPortHarmsNobody) {
    start();
    Wire plain(port());
    plain.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(plain.closes());
    Wire cut(port());
    cut.send("\x16\x03\x01\x02");
    cut.close();
    EXPECT_EQ(Client(trusting()).send(Method::kGet, https("/fast"))->body, "fast");
}

TEST_F(TlsTest, AHandshakeThatDoesNotComeIsNotWaitedForLong) {
    options.idle_seconds = 1;
    start();
    Wire silent(port());
    EXPECT_TRUE(silent.closes());
}

TEST_F(TlsTest, ManyClientsAtOnce) {
    start();
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 16; ++t) {
            threads.emplace_back([&, t] {
                Client client(trusting());
                for (int i = 0; i < 5; ++i) {
                    const std::string body(static_cast<std::size_t>(70000 + t * 1000 + i),
                                           static_cast<char>('a' + t));
                    const auto answer = client.send(Method::kPost, https("/echo"), {}, body);
                    if (!answer || answer->body != body) ++wrong;
                }
            });
        }
    }
    EXPECT_EQ(wrong, 0);
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreNamed) {
    const auto fails = [&](const std::string& certificate, const std::string& key) {
        ServerOptions bad = options;
        bad.certificate_file = certificate;
        bad.key_file = key;
        const auto started = Server::start(bad, router);
        EXPECT_FALSE(started);
        return started ? Error() : started.error();
    };
    make_certificate(folder / "other.pem", folder / "other.key");
    std::ofstream(folder / "junk.pem") << "junk";
    EXPECT_EQ(fails(folder / "missing", options.key_file).where, folder / "missing");
    EXPECT_EQ(fails(options.certificate_file, folder / "missing").where, folder / "missing");
    EXPECT_EQ(fails(options.certificate_file, "").kind, ErrorKind::kInvalid);
    EXPECT_EQ(fails(options.certificate_file, folder / "other.key").kind, ErrorKind::kInvalid);
    EXPECT_THAT(fails(folder / "junk.pem", options.key_file).message(), HasSubstr("junk.pem"));
}

}  // namespace
}  // namespace comity::http
