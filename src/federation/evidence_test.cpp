#include "federation/evidence.h"

#include <gtest/gtest.h>

#include "federation/evidence_against.h"
#include "testing/forged_log.h"

namespace comity::federation {
namespace {

using testing::ForgedLog;
using History = ForgedLog::History;

const ForgedLog kLog;

// What was found must hold for one who has only the file.
std::string checked(const Evidence& evidence) {
    const auto parsed = parse_evidence(evidence.write());
    if (!parsed) return parsed.error().message();
    EXPECT_EQ(*parsed, evidence);
    EXPECT_EQ(parsed->id(), evidence.id());
    const auto words = check_evidence(*parsed);
    return words ? *words : words.error().message();
}

TEST(Evidence, OfASplitViewIsTwoNotesOfOneSizeInWhicheverOrderTheyCame) {
    const History true_history = History::of(9);
    const std::string a = kLog.note(true_history, 9, 1000);
    const std::string b = kLog.note(true_history.changed(4), 9, 1000);
    const auto found = compare_notes(a, b, kLog.key(), {});
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->lie, Lie::kSplitView);
    EXPECT_TRUE(
        checked(**found).starts_with("liar.example/log has signed two different logs of 9 entries: it "
                                     "shows two histories (a split view)."))
        << checked(**found);
    EXPECT_EQ(compare_notes(b, a, kLog.key(), {}), found);
}

TEST(Evidence, OfDroppedEntriesIsShownByTheLargerTreesOwnHashes) {
    const History true_history = History::of(40);
    for (std::uint64_t small = 1; small < 39; ++small) {
        for (const std::size_t at : {std::size_t{0}, static_cast<std::size_t>(small - 1)}) {
            const History without = true_history.without(at);
            const std::string before = kLog.note(true_history, small);
            const std::string after = kLog.note(without, 39);
            const auto found = compare_with_tree(before, after, kLog.key(), without.reader());
            ASSERT_TRUE(found && *found) << small << " " << at;
            EXPECT_EQ((*found)->lie, Lie::kDroppedEntries);
            EXPECT_TRUE(checked(**found).contains("does not begin with it")) << checked(**found);
        }
    }
}

TEST(Evidence, IsNotFoundOfAnHonestLog) {
    const History history = History::of(40);
    const std::vector cosigners{kLog.cosigner()};
    for (std::uint64_t small = 0; small <= 40; ++small) {
        const std::string before = kLog.note(history, small, static_cast<std::int64_t>(1000 + small / 3));
        for (std::uint64_t large = small; large <= 40; large += 7) {
            const std::string after = kLog.note(history, large, static_cast<std::int64_t>(1000 + large / 3));
            const auto none = compare_notes(before, after, kLog.key(), cosigners);
            ASSERT_TRUE(none) << none.error().message();
            EXPECT_FALSE(*none) << small << " " << large;
            History tree = history;
            tree.leaves.resize(large);
            const auto grown = compare_with_tree(before, after, kLog.key(), tree.reader());
            ASSERT_TRUE(grown) << grown.error().message();
            EXPECT_FALSE(*grown);
        }
    }
}

TEST(Evidence, OfARollbackIsTheSameCosignersSmallerStatementLater) {
    const History history = History::of(20);
    const std::string larger = kLog.note(history, 20, 1000);
    const std::string smaller = kLog.note(history, 12, 2000);
    const std::vector cosigners{kLog.cosigner()};
    const auto found = compare_notes(smaller, larger, kLog.key(), cosigners);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->lie, Lie::kRollback);
    EXPECT_EQ((*found)->first.contains("\n20\n"), true) << "the larger first";
    EXPECT_TRUE(checked(**found).contains("the log was set back")) << checked(**found);
    EXPECT_EQ(compare_notes(larger, smaller, kLog.key(), cosigners), found);
    // In the same second a log may grow.
    const auto same = compare_notes(larger, kLog.note(history, 12, 1000), kLog.key(), cosigners);
    ASSERT_TRUE(same);
    EXPECT_FALSE(*same);
}

TEST(Evidence, OfABackdatedCheckpointIsALargerOneWithAnEarlierTime) {
    const History history = History::of(20);
    const std::string honest = kLog.note(history, 12, 2000);
    const std::string backdated = kLog.note(history, 13, 1500);  // entry 12 was to have been in time
    const std::vector cosigners{kLog.cosigner()};
    const auto found = compare_notes(honest, backdated, kLog.key(), cosigners);
    ASSERT_TRUE(found && *found);
    EXPECT_TRUE(checked(**found).contains("(backdated)")) << checked(**found);
}

TEST(Evidence, AgainstAnHonestLogCannotBeForged) {
    const History history = History::of(20);
    const std::string honest = kLog.note(history, 12, 2000);
    const std::string later = kLog.note(history, 20, 2100);
    const ForgedLog other("liar.example/log", 99);  // another key under the same name
    EXPECT_FALSE(compare_notes(honest, other.note(history.changed(1), 12), kLog.key(), {}));
    // A proof of "dropped entries" with hashes of a tree that the log never signed.
    const History changed = history.changed(3);
    EXPECT_FALSE(compare_with_tree(honest, later, kLog.key(), changed.reader()));
    auto hashes = log::prefix_proof(12, 20, changed.reader()).value();
    EXPECT_FALSE(check_evidence({Lie::kDroppedEntries, kLog.key(), std::nullopt, hashes, honest, later}));
    hashes = log::prefix_proof(12, 20, history.reader()).value();
    EXPECT_EQ(
        check_evidence({Lie::kDroppedEntries, kLog.key(), std::nullopt, hashes, honest, later}).error().what,
        "the larger log continues the smaller");
    for (const Lie lie : {Lie::kSplitView, Lie::kDroppedEntries, Lie::kRollback}) {
        EXPECT_FALSE(check_evidence({lie, kLog.key(), kLog.cosigner(), {}, honest, later}));
        EXPECT_FALSE(check_evidence({lie, kLog.key(), kLog.cosigner(), {}, later, honest}));
        EXPECT_FALSE(check_evidence({lie, kLog.key(), kLog.cosigner(), {}, honest, honest}));
    }
}

TEST(Evidence, WithAnyByteChangedIsRefused) {
    const History history = History::of(20);
    const std::vector cosigners{kLog.cosigner()};
    const std::string text =
        (*compare_notes(kLog.note(history, 20, 1000), kLog.note(history, 12, 2000), kLog.key(), cosigners))
            ->write();
    ASSERT_TRUE(check_evidence(*parse_evidence(text)));
    for (std::size_t at = 0; at < text.size(); ++at) {
        EXPECT_FALSE(parse_evidence(std::string_view(text).substr(0, at))) << at;
        std::string changed = text;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        const auto parsed = parse_evidence(changed);
        EXPECT_FALSE(parsed && check_evidence(*parsed)) << at << ": " << changed.substr(at, 20);
    }
}

TEST(Evidence, KeepsOnlyTheSignaturesThatCount) {
    const History history = History::of(9);
    const crypto::NamedSecret other{"stranger.example", crypto::KeyType::kEd25519Cosignature,
                                    crypto::SecretKey::generate()};
    const std::string stranger = log::cosign("another text\n", other, Time::from_seconds(5)).line();
    const auto found =
        compare_notes(kLog.note(history, 9) + stranger, kLog.note(history.changed(0), 9, 70), kLog.key(), {});
    ASSERT_TRUE(found && *found);
    EXPECT_FALSE((*found)->write().contains("stranger"));
    EXPECT_FALSE((*found)->write().contains("cosigner"));
}

TEST(Evidence, SpeaksAgainstTheWitnessOfTheNodeWhoseItIs) {
    const auto key = [](const std::string& name, std::uint8_t seed) {
        return crypto::NamedSecret{name, crypto::KeyType::kEd25519Cosignature,
                                   crypto::SecretKey::from_seed(Bytes(32, seed)).value()}
            .public_part();
    };
    const crypto::NamedKey of_liar = key("liar.example/log/witness", 1);
    const crypto::NamedKey of_other = key("other.example/log/witness", 2);
    const ForgedLog other("other.example/log", 70);
    log::Policy policy;
    policy.witnesses = {{"liar", of_liar, {}}, {"other", of_other, {}}, {"cosigner", other.cosigner(), {}}};
    Evidence split, back;
    split.log = back.log = kLog.key();
    back.lie = Lie::kRollback;
    back.cosigner = other.cosigner();
    const Digest one = History::of(1).leaves[0], two = History::of(2).leaves[1];

    EvidenceAgainst first;
    first.announced(kLog.key().text(), kLog.cosigner().text(), of_liar.text());
    first.announced(other.key().text(), other.cosigner().text(), of_other.text());
    first.found(one, split);
    first.found(two, back);
    const std::vector<std::vector<Digest>> expected{{one}, {two}, {two}};
    EXPECT_EQ(first.of(policy), expected) << "a rollback is its cosigner's, not the log's";

    EvidenceAgainst second;
    second.found(two, back);
    second.found(one, split);
    second.found(one, split);
    EXPECT_EQ(second.of(policy), (std::vector<std::vector<Digest>>{{}, {}, {two}})) << "nobody has announced";
    second.announced(other.key().text(), other.cosigner().text(), of_other.text());
    second.announced(kLog.key().text(), kLog.cosigner().text(), of_liar.text());
    EXPECT_EQ(second.of(policy), expected);
}

}  // namespace
}  // namespace comity::federation
