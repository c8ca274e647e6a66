#include "federation/refusal.h"

#include <gtest/gtest.h>

#include "crypto/note.h"
#include "crypto/sha256.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

crypto::NamedSecret secret(const std::string& name, std::uint8_t seed) {
    return {name, crypto::KeyType::kEd25519, crypto::SecretKey::from_seed(Bytes(32, seed)).value()};
}

const crypto::NamedSecret kKey = secret("cert-ke.example/log", 5);

Refusal example() {
    return {crypto::sha256(as_bytes("community")), crypto::sha256(as_bytes("statement")),
            Time::from_seconds(1'760'000'000), "refused", "author: 'isoc-fj' is no member"};
}

TEST(Refusal, IsOpenedByTheKeyThatSignedItAndByNoOther) {
    const std::string note = example().sign(kKey);
    const auto opened = Refusal::open(note, kKey.public_part());
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_EQ(opened->community, example().community);
    EXPECT_EQ(opened->statement, example().statement);
    EXPECT_EQ(opened->at, example().at);
    EXPECT_EQ(opened->kind, "refused");
    EXPECT_EQ(opened->reason, example().reason);
    EXPECT_EQ(Refusal::open(note, secret("cert-ke.example/log", 6).public_part()).error().kind,
              ErrorKind::kRefused);
    EXPECT_FALSE(Refusal::open(note, secret("other.example/log", 5).public_part()));
}

TEST(Refusal, NoByteOfItCanBeChanged) {
    const std::string note = example().sign(kKey);
    for (std::size_t i = 0; i < note.size(); ++i) {
        std::string changed = note;
        changed[i] = changed[i] == '1' ? '2' : '1';
        if (const auto opened = Refusal::open(changed, kKey.public_part())) {
            ADD_FAILURE() << "byte " << i << " of " << note.size();
        }
    }
    for (std::size_t size = 0; size < note.size(); ++size)
        EXPECT_FALSE(Refusal::open(std::string_view(note).substr(0, size), kKey.public_part())) << size;
}

TEST(Refusal, IsNoCheckpointNorIsACheckpointOne) {
    const auto note = crypto::parse_note(example().sign(kKey));
    ASSERT_TRUE(note);
    EXPECT_FALSE(log::Checkpoint::parse(note->text));
    crypto::Note checkpoint{
        log::Checkpoint{"cert-ke.example/log", 7, crypto::sha256(as_bytes("root")), {}}.text(), {}};
    checkpoint.signatures.push_back(crypto::sign_note(checkpoint.text, kKey));
    EXPECT_FALSE(Refusal::open(checkpoint.write(), kKey.public_part()));
}

TEST(Refusal, AReasonIsOneLineOfWholeCharactersHoweverLongItIs) {
    for (const std::string& reason : {std::string("two\nlines\tand a \x7f"), std::string(3000, 'x'),
                                      std::string(1999, 'x') + "é and more", std::string()}) {
        Refusal refusal = example();
        refusal.reason = reason;
        const auto opened = Refusal::open(refusal.sign(kKey), kKey.public_part());
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_LE(opened->reason.size(), kMaxRefusalReason);
        EXPECT_EQ(opened->reason.find_first_of("\n\t\x7f"), std::string::npos);
    }
}

TEST(Refusal, IsOwedOfAStatementThatWasLookedAt) {
    EXPECT_TRUE(owes_reason(ErrorKind::kRefused));
    EXPECT_TRUE(owes_reason(ErrorKind::kInvalid));
    EXPECT_FALSE(owes_reason(ErrorKind::kUnavailable)) << "the same would be taken later";
    EXPECT_FALSE(owes_reason(ErrorKind::kUnauthenticated));
    EXPECT_FALSE(owes_reason(ErrorKind::kInternal));
}

}  // namespace
}  // namespace comity::federation
