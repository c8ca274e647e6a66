#include "crypto/dsse.h"

#include <gmock/gmock.h>

#include <random>

#include "base/encoding.h"
#include "crypto/sha256.h"

namespace comity::crypto {
namespace {

using testing::HasSubstr;

// The example of the DSSE protocol's section "PAE", and its payload.
constexpr std::string_view kType = "http://example.com/HelloWorld";
constexpr std::string_view kPayload = "hello world";

const std::string kSignature = base64_encode(Bytes(64, 7));

std::string envelope_text(std::string_view payload = "aGVsbG8gd29ybGQ=", std::string_view keyid = "530d903a",
                          std::string_view sig = kSignature) {
    return R"({"payload":")" + std::string(payload) + R"(","payloadType":"http://example.com/HelloWorld",)" +
           R"("signatures":[{"keyid":")" + std::string(keyid) + R"(","sig":")" + std::string(sig) + R"("}]})";
}

std::string fault(std::string_view text) {
    const auto envelope = parse_envelope(text);
    if (envelope) return "parsed";
    EXPECT_EQ(envelope.error().kind, ErrorKind::kInvalid);
    return envelope.error().message();
}

NamedSecret secret(std::string name) {
    return {std::move(name), KeyType::kEd25519, SecretKey::generate()};
}

TEST(Dsse, EncodesAsTheProtocolsExample) {
    EXPECT_EQ(pae(kType, kPayload), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    EXPECT_EQ(pae("", ""), "DSSEv1 0  0 ");
    const Envelope envelope{std::string(kType), std::string(kPayload), {}};
    EXPECT_EQ(envelope.pae(), pae(kType, kPayload));
    EXPECT_EQ(envelope.digest(), sha256(as_bytes("DSSEv1 29 http://example.com/HelloWorld 11 hello world")));
}

TEST(Dsse, CountsBytesAndNotCharacters) {
    EXPECT_EQ(pae("é", "€"), "DSSEv1 2 é 3 €");
}

TEST(Dsse, NoTwoContentsShareAnEncoding) {
    EXPECT_NE(pae("a", "b 1 c"), pae("a 5 b", "c"));
    EXPECT_NE(pae("a 1", "b"), pae("a", "1 b"));
}

TEST(Envelope, ReadsItsFields) {
    const auto envelope = parse_envelope(envelope_text());
    ASSERT_TRUE(envelope) << envelope.error().message();
    EXPECT_EQ(envelope->payload, kPayload);
    EXPECT_EQ(envelope->payload_type, kType);
    ASSERT_EQ(envelope->signatures.size(), 1u);
    EXPECT_EQ(envelope->signatures[0].keyid, "530d903a");
    EXPECT_EQ(envelope->signatures[0].signature.bytes[63], 7);
    EXPECT_EQ(envelope->write(), envelope_text());
}

TEST(Envelope, WritesBackWhatItRead) {
    std::mt19937 random(5);
    for (int round = 0; round < 200; ++round) {
        Envelope envelope{"text/\"plain\"; é", std::string(random() % 700, 'x'), {}};
        for (char& c : envelope.payload) c = static_cast<char>(random());
        for (std::size_t i = 1 + random() % 3; i > 0; --i) {
            envelope.signatures.push_back(sign_envelope(envelope, secret("k" + std::to_string(i))));
        }
        const auto back = parse_envelope(envelope.write());
        ASSERT_TRUE(back) << back.error().message();
        EXPECT_EQ(back->payload_type, envelope.payload_type);
        EXPECT_EQ(back->payload, envelope.payload);
        EXPECT_EQ(back->signatures, envelope.signatures);
        EXPECT_EQ(back->digest(), envelope.digest());
        EXPECT_EQ(envelope.write().find('\n'), std::string::npos);
    }
}

TEST(Envelope, IsSignedByItsSigners) {
    const NamedSecret a = secret("a");
    const NamedSecret b = secret("b");
    Envelope envelope{std::string(kType), std::string(kPayload), {}};
    EXPECT_FALSE(signed_by(envelope, a.public_part()));
    envelope.signatures.push_back(sign_envelope(envelope, a));
    EXPECT_TRUE(signed_by(envelope, a.public_part()));
    EXPECT_FALSE(signed_by(envelope, b.public_part()));
    envelope.signatures.push_back(sign_envelope(envelope, b));
    EXPECT_TRUE(signed_by(envelope, b.public_part()));
    Envelope other = envelope;
    other.payload += ' ';
    EXPECT_FALSE(signed_by(other, a.public_part()));
    other = envelope;
    other.payload_type += ' ';
    EXPECT_FALSE(signed_by(other, a.public_part()));
}

TEST(Envelope, TakesTheKeyIdForAHintOnly) {
    const NamedSecret a = secret("a");
    const NamedSecret b = secret("b");
    Envelope envelope{std::string(kType), std::string(kPayload), {}};
    envelope.signatures = {sign_envelope(envelope, a), sign_envelope(envelope, b)};
    std::swap(envelope.signatures[0].keyid, envelope.signatures[1].keyid);
    EXPECT_TRUE(signed_by(envelope, a.public_part()));
    EXPECT_TRUE(signed_by(envelope, b.public_part()));
    envelope.signatures.pop_back();
    EXPECT_TRUE(signed_by(envelope, a.public_part()));
    EXPECT_FALSE(signed_by(envelope, b.public_part()));
}

TEST(Envelope, NamesTheFieldThatIsMissing) {
    EXPECT_EQ(fault("{}"), "payload: is missing");
    EXPECT_EQ(fault(R"({"payload":""})"), "payloadType: is missing");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"x"})"), "signatures: is missing");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"x","signatures":[]})"), "signatures: must not be empty");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"x","signatures":[{}]})"),
              "signatures[0].keyid: is missing");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"x","signatures":[{"keyid":"00000000"}]})"),
              "signatures[0].sig: is missing");
}

TEST(Envelope, NamesTheFieldThatIsWrong) {
    EXPECT_EQ(fault("[]"), "envelope: must be an object");
    EXPECT_THAT(fault("{"), HasSubstr("envelope: line 1 column 2"));
    EXPECT_EQ(fault(R"({"payload":1,"payloadType":"x","signatures":[]})"), "payload: must be a text");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"","signatures":[{}]})"),
              "payloadType: must not be empty");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"x","signatures":{}})"), "signatures: must be an array");
    EXPECT_EQ(fault(R"({"payload":"","payloadType":"x","signatures":[1]})"),
              "signatures[0]: must be an object");
    EXPECT_THAT(fault(envelope_text("aGVsbG8gd29ybGQ")), HasSubstr("payload: base64: "));
    EXPECT_THAT(fault(envelope_text("aGVsbG8gd29ybGR=")), HasSubstr("payload: base64: "));
    EXPECT_THAT(fault(envelope_text("aGVsbG8_d29ybGQ=")), HasSubstr("payload: base64: "));
    EXPECT_EQ(fault(envelope_text("", "530d903")), "signatures[0].keyid: must be 8 hexadecimal digits");
    EXPECT_EQ(fault(envelope_text("", "530D903A")), "signatures[0].keyid: must be 8 hexadecimal digits");
    EXPECT_EQ(fault(envelope_text("", "530d903a", "AAAA")),
              "signatures[0].sig: signature: has 3 bytes instead of 64");
    EXPECT_THAT(fault(envelope_text("", "530d903a", "?")), HasSubstr("signatures[0].sig: base64: "));
}

TEST(Envelope, RefusesUnknownAndDuplicateFields) {
    const std::string text = envelope_text();
    EXPECT_EQ(fault("{\"extra\":1," + text.substr(1)), "extra: is not known here");
    EXPECT_THAT(fault("{\"payload\":\"\"," + text.substr(1)), HasSubstr("stands twice"));
    std::string inner = text;
    inner.insert(inner.find("\"keyid\""), "\"cert\":\"x\",");
    EXPECT_EQ(fault(inner), "signatures[0].cert: is not known here");
}

TEST(Envelope, TakesFieldsInAnyOrderAndWhiteSpace) {
    EXPECT_TRUE(parse_envelope("{ \"signatures\" : [ { \"sig\" : \"" + kSignature +
                               "\" ,\n\"keyid\":\"00000000\"} ], \"payloadType\":\"x\", \"payload\":\"\"}"));
    EXPECT_TRUE(parse_envelope(
        R"({"pay\u006coad":"\u0041AAA","payloadType":"x","signatures":[{"keyid":"00000000","sig":")" +
        kSignature + "\"}]}"));
}

// What is as written is read without JSON; a blank that changes nothing makes JSON be read.
TEST(Envelope, IsReadAlikeWithAndWithoutJson) {
    std::mt19937 random(6);
    const std::string marks = R"(",:{}[]\= aZ0+/é)";
    int read = 0;
    int as_written = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = envelope_text(round % 2 == 0 ? "aGVsbG8gd29ybGQ=" : "aGVsbG8h", "530d903a");
        if (round % 5 == 0)
            text.insert(text.size() - 2, text.substr(text.find(R"({"keyid")") - 1).substr(1, 119));
        for (std::size_t i = random() % 3; i > 0; --i) {
            const std::size_t at = 1 + random() % (text.size() - 1);
            const char c = marks[random() % marks.size()];
            switch (random() % 3) {
                case 0:
                    text[at] = c;
                    break;
                case 1:
                    text.insert(at, 1, c);
                    break;
                default:
                    text.erase(at, 1 + random() % 3);
            }
        }
        const auto quick = parse_envelope(text);
        // A node keeps such a text as it came: it must be the one that it would write.
        if (const auto written = parse_written_envelope(text)) {
            ++as_written;
            ASSERT_EQ(written->write(), text);
        }
        const auto slow = parse_envelope(text.substr(0, 1) + " " + text.substr(1));
        ASSERT_EQ(quick.has_value(), slow.has_value()) << text;
        if (!quick) continue;
        ++read;
        EXPECT_EQ(quick->payload, slow->payload);
        EXPECT_EQ(quick->payload_type, slow->payload_type);
        EXPECT_EQ(quick->signatures, slow->signatures);
    }
    EXPECT_GT(read, 5000);
    EXPECT_GT(as_written, 5000);
}

TEST(Envelope, LimitsSizeAndSignatures) {
    const std::size_t room = kMaxEnvelopeSize - envelope_text("").size();
    const std::string fits = envelope_text(std::string(room / 4 * 4, 'A'));
    EXPECT_TRUE(parse_envelope(fits));
    const auto over = parse_envelope(envelope_text(std::string(room / 4 * 4 + 4, 'A')));
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().kind, ErrorKind::kTooLarge);
    Envelope envelope{"x", "", {}};
    for (std::size_t i = 0; i < kMaxEnvelopeSignatures; ++i) envelope.signatures.push_back({"00000000", {}});
    EXPECT_TRUE(parse_envelope(envelope.write()));
    envelope.signatures.push_back({"00000000", {}});
    EXPECT_EQ(fault(envelope.write()), "signatures: is too long: 64 elements at the most");
    EXPECT_THAT(fault(std::string(kMaxEnvelopeSize, '[')), HasSubstr("too many arrays"));
}

TEST(Envelope, RefusesEveryTruncation) {
    const std::string text = envelope_text();
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(parse_envelope(std::string_view(text).substr(0, size))) << size;
    }
}

}  // namespace
}  // namespace comity::crypto
