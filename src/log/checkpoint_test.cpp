#include "log/checkpoint.h"

#include <gtest/gtest.h>

#include "log/sample_log.h"
#include "log/tree.h"

namespace comity::log {
namespace {

using namespace sample;

// The example of C2SP tlog-checkpoint and tlog-cosignature; its keys are not published.
constexpr std::string_view kSofa =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

TEST(Checkpoint, TheSpecificationsExampleReadsAndWrites) {
    const auto checkpoint = Checkpoint::parse(kSofa).value();
    EXPECT_EQ(checkpoint.origin, "example.com/behind-the-sofa");
    EXPECT_EQ(checkpoint.size, 20'852'163U);
    EXPECT_EQ(checkpoint.root.hex(), "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
    EXPECT_TRUE(checkpoint.extensions.empty());
    EXPECT_EQ(checkpoint.text(), kSofa);
}

TEST(Checkpoint, OfAnEmptyLogAndOfTheLargest) {
    Checkpoint checkpoint{"a", 0, empty_root(), {}};
    EXPECT_EQ(checkpoint.text(), "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    EXPECT_EQ(Checkpoint::parse(checkpoint.text()), checkpoint);
    checkpoint.size = UINT64_MAX;
    EXPECT_EQ(Checkpoint::parse(checkpoint.text()), checkpoint);
}

TEST(Checkpoint, KeepsExtensionLines) {
    const std::string text = std::string(kSofa) + "first\n— second \n";
    const auto checkpoint = Checkpoint::parse(text).value();
    EXPECT_EQ(checkpoint.extensions, (std::vector<std::string>{"first", "— second "}));
    EXPECT_EQ(checkpoint.text(), text);
}

TEST(Checkpoint, EveryOtherSpellingIsRefused) {
    const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    const std::vector<std::string> texts = {"",
                                            "\n",
                                            "a",
                                            "a\n",
                                            "a\n1\n",
                                            "a\n1\n" + root,
                                            "\n1\n" + root + "\n",
                                            "a\n\n" + root + "\n",
                                            "a\n1\n\n" + root + "\n",
                                            "a\n1\n" + root + "\n\n",
                                            "a\n1\n" + root + "\n\nextension\n",
                                            "a\n01\n" + root + "\n",
                                            "a\n00\n" + root + "\n",
                                            "a\n-1\n" + root + "\n",
                                            "a\n+1\n" + root + "\n",
                                            "a\n 1\n" + root + "\n",
                                            "a\n1 \n" + root + "\n",
                                            "a\n1\r\n" + root + "\n",
                                            "a\n0x1\n" + root + "\n",
                                            "a\n1.0\n" + root + "\n",
                                            "a\n18446744073709551616\n" + root + "\n",
                                            "a\n1\n" + root + " \n",
                                            "a\n1\n " + root + "\n",
                                            "a\n1\n" + root.substr(0, 43) + "\n",
                                            "a\n1\n" + root.substr(0, 40) + "\n",
                                            "a\n1\n" + root + root + "\n",
                                            "a\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n",
                                            "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n"};
    for (const std::string& text : texts) {
        const auto checkpoint = Checkpoint::parse(text);
        ASSERT_FALSE(checkpoint) << text;
        EXPECT_EQ(checkpoint.error().kind, ErrorKind::kInvalid);
    }
    for (std::size_t size = 0; size < kSofa.size(); ++size)
        EXPECT_FALSE(Checkpoint::parse(kSofa.substr(0, size))) << size;
}

TEST(OpenCheckpoint, ANoteThatGoSignedOpens) {
    const auto open = open_checkpoint(note(), log_key()).value();
    EXPECT_EQ(open.checkpoint.origin, "cert-ke.example/log");
    EXPECT_EQ(open.checkpoint.size, 10U);
    EXPECT_EQ(open.checkpoint.text(), kText);
    EXPECT_EQ(open.note.signatures.size(), 2U);
    Frontier frontier;
    for (int i = 0; i < 10; ++i) frontier.append(leaf_hash(entry(i).view()));
    EXPECT_EQ(open.checkpoint.root, frontier.root());
}

TEST(OpenCheckpoint, WhatWeSignIsWhatGoSigns) {
    EXPECT_EQ(log_secret().public_part().text(), kLogKey);
    EXPECT_EQ(witness_secret().public_part().text(), kWitnessKey);
    EXPECT_EQ(crypto::sign_note(kText, log_secret()).line(), kLogSignature);
    EXPECT_EQ(cosign(kText, witness_secret(), Time::from_seconds(kWitnessed)).line(), kCosignature);
    EXPECT_EQ(cosign(kText, witness_secret(), {kWitnessed * 1'000'000 + 999'999}).line(), kCosignature);
}

TEST(OpenCheckpoint, OnlyTheLogsOwnKeyOpensIt) {
    const auto refused_by = [](const crypto::NamedKey& key) {
        const auto open = open_checkpoint(note(), key);
        return !open && open.error().kind == ErrorKind::kRefused;
    };
    EXPECT_TRUE(refused_by(secret("cert-ke.example/log", crypto::KeyType::kEd25519, 9).public_part()));
    EXPECT_TRUE(refused_by(secret("other.example/log", crypto::KeyType::kEd25519, 2).public_part()));
    EXPECT_TRUE(
        refused_by(secret("cert-ke.example/log", crypto::KeyType::kEd25519Cosignature, 2).public_part()));
    EXPECT_TRUE(refused_by(witness_key()));
}

TEST(OpenCheckpoint, SignedByTheKeyButOfAnotherOriginIsRefused) {
    crypto::Note other{Checkpoint{"other.example/log", 10, entry(0), {}}.text(), {}};
    other.signatures.push_back(crypto::sign_note(other.text, log_secret()));
    EXPECT_EQ(open_checkpoint(other.write(), log_key()).error().kind, ErrorKind::kRefused);
}

TEST(OpenCheckpoint, ASignedTextThatIsNoCheckpointIsInvalid) {
    crypto::Note other{"cert-ke.example/log\nten\n", {}};
    other.signatures.push_back(crypto::sign_note(other.text, log_secret()));
    EXPECT_EQ(open_checkpoint(other.write(), log_key()).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(open_checkpoint("", log_key()).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(open_checkpoint(kText, log_key()).error().kind, ErrorKind::kInvalid);
}

TEST(OpenCheckpoint, EveryChangedByteOfTextAndLogSignatureIsRefused) {
    const std::string whole = note();
    const std::size_t end = kText.size() + 1 + kLogSignature.size();
    for (std::size_t at = 0; at < end; ++at) {
        for (const char change : {char(whole[at] ^ 1), char(whole[at] ^ 0x20), '\n', 'A'}) {
            if (change == whole[at]) continue;
            std::string changed = whole;
            changed[at] = change;
            ASSERT_FALSE(open_checkpoint(changed, log_key())) << at << " " << int(change);
        }
        std::string shorter = whole;
        shorter.erase(at, 1);
        ASSERT_FALSE(open_checkpoint(shorter, log_key())) << at;
    }
}

TEST(OpenCheckpoint, CutAnywhereItIsRefusedButAtTheEndOfASignature) {
    const std::string whole = note();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const bool between = size == kText.size() + 1 + kLogSignature.size();
        EXPECT_EQ(open_checkpoint(whole.substr(0, size), log_key()).has_value(), between) << size;
    }
}

TEST(Cosignature, StatesItsTime) {
    const auto open = open_checkpoint(note(), log_key()).value();
    EXPECT_EQ(verify_cosignature(open.note.text, open.note.signatures[1], witness_key()),
              Time::from_seconds(kWitnessed));
    for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{1}, std::int64_t{4'102'444'800}}) {
        const auto signature = cosign(kText, witness_secret(), Time::from_seconds(seconds));
        EXPECT_EQ(verify_cosignature(kText, signature, witness_key()), Time::from_seconds(seconds));
    }
}

TEST(Cosignature, EveryFlippedBitIsRefused) {
    const auto right = cosign(kText, witness_secret(), Time::from_seconds(kWitnessed));
    ASSERT_EQ(right.bytes.size(), 72U);
    for (std::size_t bit = 0; bit < right.bytes.size() * 8; ++bit) {
        auto signature = right;
        signature.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        const auto time = verify_cosignature(kText, signature, witness_key());
        ASSERT_FALSE(time) << bit;
        EXPECT_EQ(time.error().kind, ErrorKind::kRefused);
    }
    for (std::size_t at = 0; at < kText.size(); ++at) {
        std::string text(kText);
        text[at] ^= 1;
        ASSERT_FALSE(verify_cosignature(text, right, witness_key())) << at;
    }
}

TEST(Cosignature, OfAnyOtherLengthIsRefused) {
    const auto right = cosign(kText, witness_secret(), Time::from_seconds(kWitnessed));
    for (std::size_t size = 0; size < 200; ++size) {
        if (size == right.bytes.size()) continue;
        auto signature = right;
        signature.bytes.resize(size);
        EXPECT_EQ(verify_cosignature(kText, signature, witness_key()).error().kind, ErrorKind::kRefused)
            << size;
    }
}

TEST(Cosignature, ByAnotherKeyNameOrTypeIsRefused) {
    const auto right = cosign(kText, witness_secret(), Time::from_seconds(kWitnessed));
    using crypto::KeyType;
    for (const auto& key : {secret("cert-ke.example/witness", KeyType::kEd25519Cosignature, 4).public_part(),
                            secret("other.example/witness", KeyType::kEd25519Cosignature, 3).public_part(),
                            secret("cert-ke.example/witness", KeyType::kEd25519, 3).public_part()}) {
        auto signature = right;
        EXPECT_EQ(verify_cosignature(kText, signature, key).error().kind, ErrorKind::kRefused);
        signature.name = key.name;  // as one would who forges it
        signature.id = key.id();
        if (key.key != witness_key().key || key.type != witness_key().type) {
            EXPECT_EQ(verify_cosignature(kText, signature, key).error().kind, ErrorKind::kRefused);
        }
    }
    auto renamed = right;
    renamed.name = "other.example/witness";
    EXPECT_EQ(verify_cosignature(kText, renamed, witness_key()).error().kind, ErrorKind::kRefused);
    // A note's signature is no cosignature, and the other way round.
    EXPECT_FALSE(verify_cosignature(kText, crypto::sign_note(kText, log_secret()), log_key()));
    crypto::Note note{std::string(kText), {right}};
    EXPECT_FALSE(open_checkpoint(note.write(), log_key()));
}

TEST(Cosignature, ATimeBeyondTheClockIsRefusedThoughSigned) {
    for (const std::uint64_t seconds :
         {std::uint64_t{INT64_MAX / 1'000'000 + 1}, std::uint64_t{INT64_MAX}, UINT64_MAX}) {
        const auto secret = witness_secret();
        const std::string message =
            "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(kText);
        crypto::NoteSignature signature{secret.name, secret.public_part().id(), {}};
        append_u64(signature.bytes, seconds);
        append(signature.bytes, secret.key.sign(as_bytes(message)).bytes);
        EXPECT_EQ(verify_cosignature(kText, signature, witness_key()).error().kind, ErrorKind::kRefused);
    }
}

}  // namespace
}  // namespace comity::log
