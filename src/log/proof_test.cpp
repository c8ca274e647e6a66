#include "log/proof.h"

#include <gtest/gtest.h>
#include <random>

#include "log/naive_tree.h"
#include "log/sample_log.h"

namespace comity::log {
namespace {

using namespace sample;

std::vector<crypto::NamedKey> witnesses() {
    return {witness_key()};
}

TEST(Proof, WhatGoWroteReadsWritesAndHolds) {
    const auto proof = Proof::parse(sample::proof()).value();
    EXPECT_EQ(proof.index, 9U);
    EXPECT_EQ(proof.hashes.size(), 2U);
    EXPECT_FALSE(proof.extra);
    EXPECT_EQ(proof.checkpoint, note());
    EXPECT_EQ(proof.write(), sample::proof());
    const auto verdict = verify_proof(proof, entry(9).view(), log_key(), witnesses()).value();
    EXPECT_EQ(verdict.checkpoint.size, 10U);
    ASSERT_EQ(verdict.cosigned.size(), 1U);
    EXPECT_EQ(verdict.cosigned[0].first, witness_key());
    EXPECT_EQ(verdict.cosigned[0].second, Time::from_seconds(kWitnessed));
}

TEST(Proof, OfEveryEntryOfLogsOfEverySize) {
    const NaiveTree naive(40);
    for (std::uint64_t size = 1; size <= 40; ++size) {
        crypto::Note checkpoint{Checkpoint{"cert-ke.example/log", size, naive.root(0, size), {}}.text(), {}};
        checkpoint.signatures.push_back(crypto::sign_note(checkpoint.text, log_secret()));
        for (std::uint64_t index = 0; index < size; ++index) {
            Proof proof{
                index, inclusion_proof(index, size, naive.reader(size)).value(), checkpoint.write(), {}};
            if (index % 2 == 1) proof.extra = Bytes(index, 7);
            const auto back = Proof::parse(proof.write()).value();
            EXPECT_EQ(back.write(), proof.write());
            EXPECT_EQ(back.extra, proof.extra);
            const std::string entry = "entry " + std::to_string(index);
            ASSERT_TRUE(verify_proof(back, as_bytes(entry), log_key(), {})) << index << " of " << size;
        }
    }
}

TEST(Proof, CutAnywhereItIsRefusedButBetweenSignatures) {
    const std::string whole = sample::proof();
    const std::size_t between = whole.size() - kCosignature.size();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto proof = Proof::parse(std::string_view(whole).substr(0, size));
        ASSERT_EQ(proof.has_value(), size == between) << size;
        if (!proof) {
            EXPECT_EQ(proof.error().kind, ErrorKind::kInvalid);
        } else {  // still a proof, by one witness less
            EXPECT_TRUE(
                verify_proof(*proof, entry(9).view(), log_key(), witnesses()).value().cosigned.empty());
        }
    }
}

TEST(Proof, NoChangedByteHolds) {
    const std::string whole = sample::proof();
    std::size_t unproven = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char change : {char(whole[at] ^ 1), char(whole[at] ^ 0x20), '\n', '0'}) {
            if (change == whole[at]) continue;
            std::string changed = whole;
            changed[at] = change;
            const auto proof = Proof::parse(changed);
            if (!proof) continue;
            EXPECT_EQ(proof->write(), changed);
            const auto verdict = verify_proof(*proof, entry(9).view(), log_key(), witnesses());
            // The name and key id of the witness decide only whether the line is one of hers: it may become a
            // stranger's.
            if (verdict) {
                EXPECT_GE(at, whole.size() - kCosignature.size());
                EXPECT_TRUE(verdict->cosigned.empty());
                ++unproven;
            }
        }
    }
    EXPECT_LT(unproven, 4 * std::string_view("cert-ke.example/witness +y2JDw").size());
}

TEST(Proof, MisspellingsAreRefusedWithTheirLine) {
    const std::string rest = "gnY5CR8xKOLnq0FWJI8HaC6r3AEv7n1z7GqVEvqnnDw=\n\n" + note();
    const std::string first = "c2sp.org/tlog-proof@v1\n";
    const std::vector<std::string> texts = {"c2sp.org/tlog-proof@v2\nindex 9\n" + rest,
                                            first + "index 09\n" + rest,
                                            first + "index -9\n" + rest,
                                            first + "index +9\n" + rest,
                                            first + "index  9\n" + rest,
                                            first + "index 9 \n" + rest,
                                            first + "index\n" + rest,
                                            first + "index \n" + rest,
                                            first + "index 18446744073709551616\n" + rest,
                                            first + "Index 9\n" + rest,
                                            first + rest,
                                            first + "\nindex 9\n" + rest,
                                            first + "extra\nindex 9\n" + rest,
                                            first + "extra x\nindex 9\n" + rest,
                                            first + "extra QQ==\nextra QQ==\nindex 9\n" + rest,
                                            first + "extra QQ== \nindex 9\n" + rest,
                                            first + "index 9\nextra QQ==\n" + rest,
                                            first + "index 9\nindex 9\n" + rest,
                                            first + "index 9\nQQ==\n" + rest,
                                            first + "index 9\n " + rest,
                                            first + "index 9\r\n" + rest,
                                            first + "index 9\n" + std::string(kText),
                                            first + "index 9\n\n\n" + note(),
                                            first + "index 9\n\n" + std::string(kText),
                                            " " + first + "index 9\n" + rest};
    for (const std::string& text : texts) {
        const auto proof = Proof::parse(text);
        ASSERT_FALSE(proof) << text;
        EXPECT_EQ(proof.error().kind, ErrorKind::kInvalid);
    }
    EXPECT_EQ(Proof::parse(first + "extra QQ==\nindex x\n" + rest).error().where, "proof line 3");
    EXPECT_TRUE(Proof::parse(first + "extra \nindex 9\n" + rest).value().extra.value().empty());
    std::string many = first + "index 9\n";
    for (int i = 0; i < 64; ++i) many += "gnY5CR8xKOLnq0FWJI8HaC6r3AEv7n1z7GqVEvqnnDw=\n";
    EXPECT_FALSE(Proof::parse(many + rest));
}

TEST(Proof, SaysWhichStepFailed) {
    const auto proof = Proof::parse(sample::proof()).value();
    const auto failure = [&](const Proof& changed, const Digest& of = entry(9)) {
        const auto verdict = verify_proof(changed, of.view(), log_key(), witnesses());
        if (verdict) return std::string("it holds");
        EXPECT_EQ(verdict.error().kind, ErrorKind::kRefused);
        return verdict.error().where;
    };
    EXPECT_EQ(failure(proof), "it holds");
    EXPECT_EQ(failure(proof, entry(8)), "proof");
    auto changed = proof;
    changed.index = 8;
    EXPECT_EQ(failure(changed), "proof");
    changed.index = 10;
    EXPECT_EQ(failure(changed), "proof");
    changed = proof;
    changed.hashes.pop_back();
    EXPECT_EQ(failure(changed), "proof");
    changed = proof;
    std::swap(changed.hashes[0], changed.hashes[1]);
    EXPECT_EQ(failure(changed), "proof");
    changed = proof;
    changed.checkpoint.replace(changed.checkpoint.find("10\n"), 3, "11\n");
    EXPECT_EQ(failure(changed), "checkpoint");

    // A cosignature in a trusted witness's name that does not verify refuses the whole, as signed-note has
    // it.
    auto open = open_checkpoint(proof.checkpoint, log_key()).value();
    open.note.signatures[1].bytes.back() ^= 1;
    changed = proof;
    changed.checkpoint = open.note.write();
    EXPECT_EQ(failure(changed), "cosignature");
    EXPECT_TRUE(verify_proof(changed, entry(9).view(), log_key(),
                             {}));  // to one who does not know her, it says nothing
}

TEST(Proof, AWitnessThatSignedTwiceGivesTheEarlierTime) {
    auto proof = Proof::parse(sample::proof()).value();
    auto open = open_checkpoint(proof.checkpoint, log_key()).value();
    for (const std::int64_t more : {60, -60, 30}) {
        open.note.signatures.push_back(
            cosign(kText, witness_secret(), Time::from_seconds(kWitnessed + more)));
    }
    proof.checkpoint = open.note.write();
    const auto verdict = verify_proof(proof, entry(9).view(), log_key(), witnesses()).value();
    ASSERT_EQ(verdict.cosigned.size(), 1U);
    EXPECT_EQ(verdict.cosigned[0].second, Time::from_seconds(kWitnessed - 60));
}

TEST(Proof, RandomTextIsNoProof) {
    std::mt19937 random(11);
    const std::string whole = sample::proof();
    for (int i = 0; i < 5'000; ++i) {
        std::string text = whole;
        for (int edits = 1 + static_cast<int>(random() % 4); edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text.erase(at, random() % 40);
                    break;
                case 1:
                    text.insert(at, text.substr(random() % text.size(), random() % 40));
                    break;
                default:
                    text[at] = static_cast<char>(random());
            }
        }
        if (const auto proof = Proof::parse(text)) {
            EXPECT_EQ(proof->write(), text);
        }
    }
}

}  // namespace
}  // namespace comity::log
