#include "ledger/signatures.h"

#include <gtest/gtest.h>

namespace comity::ledger {
namespace {

crypto::NamedSecret make_key() {
    return {"ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
}

class Signatures : public ::testing::Test {
  protected:
    crypto::Envelope signed_with(std::initializer_list<const crypto::NamedSecret*> keys) const {
        crypto::Envelope envelope{"type", "payload", {}};
        for (const auto* key : keys) envelope.signatures.push_back(crypto::sign_envelope(envelope, *key));
        return envelope;
    }
    const crypto::NamedSecret first_ = make_key();
    const crypto::NamedSecret second_ = make_key();
    const crypto::NamedSecret stranger_ = make_key();
    const Member author_{"ke",
                         "Kenya",
                         StakeholderClass::kTechnical,
                         {{first_.public_part()}, {second_.public_part(), false, 0, 5}}};
};

TEST_F(Signatures, OfTwoEnvelopesAreAllKept) {
    crypto::Envelope kept = signed_with({&first_});
    EXPECT_TRUE(unite_signatures(kept, signed_with({&second_}), &author_, false));
    EXPECT_TRUE(crypto::signed_by(kept, first_.public_part()));
    EXPECT_TRUE(crypto::signed_by(kept, second_.public_part())) << "of a key that has ended too";
    EXPECT_FALSE(unite_signatures(kept, signed_with({&second_, &first_}), &author_, true))
        << "nothing is new";
    EXPECT_EQ(kept.signatures.size(), 2U);
}

TEST_F(Signatures, OfStrangersAreKeptOnlyWhereTheyMayBecomeKnown) {
    crypto::Envelope kept = signed_with({&first_});
    EXPECT_FALSE(unite_signatures(kept, signed_with({&stranger_}), &author_, false));
    EXPECT_TRUE(unite_signatures(kept, signed_with({&stranger_}), &author_, true));
    EXPECT_TRUE(crypto::signed_by(kept, stranger_.public_part()));
    crypto::Envelope charter = signed_with({&first_});
    EXPECT_TRUE(unite_signatures(charter, signed_with({&second_}), nullptr, true))
        << "before there are members";
}

TEST_F(Signatures, OfStrangersNeverPushOutWhatCounts) {
    crypto::Envelope flood = signed_with({});
    for (std::size_t i = 0; i < crypto::kMaxEnvelopeSignatures; ++i)
        flood.signatures.push_back(crypto::sign_envelope(flood, make_key()));
    crypto::Envelope kept = flood;
    EXPECT_TRUE(unite_signatures(kept, signed_with({&first_}), &author_, true));
    EXPECT_EQ(kept.signatures.size(), crypto::kMaxEnvelopeSignatures);
    EXPECT_TRUE(crypto::signed_by(kept, first_.public_part()));
    EXPECT_TRUE(unite_signatures(kept, signed_with({&second_}), &author_, false));
    EXPECT_TRUE(crypto::signed_by(kept, first_.public_part()));
    EXPECT_TRUE(crypto::signed_by(kept, second_.public_part()));
    EXPECT_TRUE(crypto::parse_envelope(kept.write()));
}

TEST_F(Signatures, FitIntoAnEnvelope) {
    crypto::Envelope large{"type", std::string(48'500, 'x'), {}};
    crypto::Envelope more = large;
    large.signatures.push_back(crypto::sign_envelope(large, first_));
    for (int i = 0; i < 10; ++i) more.signatures.push_back(crypto::sign_envelope(more, make_key()));
    ASSERT_TRUE(crypto::parse_envelope(large.write()));
    unite_signatures(large, more, &author_, true);
    EXPECT_TRUE(crypto::parse_envelope(large.write()));
    EXPECT_TRUE(crypto::signed_by(large, first_.public_part()));
}

}  // namespace
}  // namespace comity::ledger
