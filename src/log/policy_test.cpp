#include "log/policy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "log/sample_log.h"

namespace comity::log {
namespace {

crypto::NamedSecret witness_secret(unsigned n) {
    Bytes seed(32, 7);
    seed[0] = static_cast<std::uint8_t>(n);
    seed[1] = static_cast<std::uint8_t>(n >> 8);
    return {fmt::format("w{}.example", n), crypto::KeyType::kEd25519Cosignature,
            crypto::SecretKey::from_seed(seed).value()};
}
std::string vkey(unsigned n) {
    return witness_secret(n).public_part().text();
}
std::string log_vkey(unsigned n) {
    crypto::NamedSecret secret = witness_secret(n);
    secret.type = crypto::KeyType::kEd25519;
    return secret.public_part().text();
}
std::string fault(std::string_view text) {
    const auto policy = Policy::parse(text);
    return policy ? "no fault" : policy.error().message();
}
std::string witnesses(unsigned count) {
    std::string text;
    for (unsigned n = 0; n < count; ++n) text += fmt::format("witness w{} {}\n", n, vkey(n));
    return text;
}
crypto::Note cosigned_by(const std::vector<std::pair<unsigned, std::int64_t>>& when) {
    crypto::Note note{std::string(sample::kText), {}};
    note.signatures.push_back(crypto::sign_note(note.text, sample::log_secret()));
    for (const auto& [n, seconds] : when) {
        note.signatures.push_back(cosign(note.text, witness_secret(n), Time::from_seconds(seconds)));
    }
    return note;
}

TEST(Policy, IsReadAndWrittenAsTheSpecificationsExampleHasIt) {
    const std::string text = fmt::format(
        "# whom we trust\n"
        "log {}\n\n"
        "witness X1 {}\nwitness X2 {} https://x2.example/witness\n \t witness\tX3  {} \n"
        "group X-witnesses 2 X1 X2 X3\n\n"
        "witness Y1 {}\nwitness Y2 {}\n  # comment\ngroup Y-witnesses any Y1 Y2\n\n"
        "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n",
        sample::kLogKey, vkey(1), vkey(2), vkey(3), vkey(4), vkey(5));
    const auto policy = Policy::parse(text);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->logs.size(), 1U);
    EXPECT_EQ(policy->witnesses.size(), 5U);
    EXPECT_EQ(policy->find_witness("X2")->url, "https://x2.example/witness");
    EXPECT_EQ(policy->find_group("X-witnesses")->threshold, 2U);
    EXPECT_EQ(policy->find_group("X-and-Y")->threshold, 2U);
    EXPECT_EQ(policy->find_group("Y-witnesses")->threshold, 1U);
    const auto again = Policy::parse(policy->write());
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*again, *policy);
}

TEST(Policy, AsksForNobodyWithQuorumNone) {
    const auto policy = Policy::parse("quorum none");
    ASSERT_TRUE(policy) << policy.error().message();
    const auto verdict = judge(*policy, cosigned_by({}));
    ASSERT_TRUE(verdict);
    EXPECT_TRUE(verdict->met);
    EXPECT_FALSE(verdict->since);
}

TEST(Policy, SaysWhichLineIsWrongAndWhatToDo) {
    const std::string w = witnesses(3);
    EXPECT_EQ(fault(""),
              "policy: has no quorum line: end it with 'quorum <witness or group>', or 'quorum none' to ask "
              "for nobody");
    EXPECT_EQ(fault("quorum none\nquorum none\n"), "policy line 2: is a second quorum line: leave one");
    EXPECT_EQ(fault("quorum w0\n" + w).substr(0, 49), "policy line 1: 'w0' is not defined before this li");
    EXPECT_EQ(
        fault(w + "group g 2 w0 w0\nquorum g\n"),
        "policy line 4: 'w0' is a member of a group already: each name may stand in one group only, once");
    EXPECT_EQ(fault(w + "group g any w0\ngroup h any w0\nquorum g\n").substr(0, 14), "policy line 5:");
    EXPECT_EQ(fault(w + "group g 3 w0 w1\nquorum g\n"),
              "policy line 4: asks for 3 of 2 members: lower the number, or name more members");
    for (const char* k : {"0", "01", "-1", "+1", "1x", "", "99999999999999999999999", "ALL"}) {
        EXPECT_NE(fault(w + fmt::format("group g {} w0 w1\nquorum g\n", k)), "no fault") << k;
    }
    EXPECT_NE(fault(w + "group g any g\nquorum g\n"), "no fault");
    EXPECT_NE(fault(w + "group g any\nquorum g\n"), "no fault");
    EXPECT_NE(fault(w + "group g any none\nquorum g\n"), "no fault");
    EXPECT_NE(fault(w + "group none any w0\nquorum none\n"), "no fault");
    EXPECT_NE(fault(w + "group w1 any w0\nquorum w1\n"), "no fault");
    EXPECT_NE(fault("witness none " + vkey(1) + "\nquorum none\n"), "no fault");
    EXPECT_NE(fault(w + "witness again " + vkey(1) + "\nquorum none\n"), "no fault");
    EXPECT_NE(fault("log " + vkey(1) + "\nquorum none\n"), "no fault");
    EXPECT_NE(fault("witness a " + log_vkey(1) + "\nquorum none\n"), "no fault");
    EXPECT_NE(fault("log " + log_vkey(1) + "\nlog " + log_vkey(1) + "\nquorum none\n"), "no fault");
    EXPECT_NE(fault("log " + log_vkey(1) + " url more\nquorum none\n"), "no fault");
    EXPECT_NE(fault("quorum none\r\n"), "no fault");
    EXPECT_NE(fault(std::string("quorum none\n\0", 13)), "no fault");
    EXPECT_NE(fault("quorum none\n\x7f"), "no fault");
    EXPECT_NE(fault("quorom none\n"), "no fault");
    // A no-break space is none of the two white spaces: it is part of a name.
    EXPECT_NE(fault("quorum\xc2\xa0none\n"), "no fault");
}

TEST(Policy, TreatsNamesAsBytes) {
    const auto policy = Policy::parse(fmt::format(
        "witness K {}\nwitness \xe2\x84\xaa {}\nwitness \xff {}\nquorum \xff\n", vkey(0), vkey(1), vkey(2)));
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(Policy::parse(policy->write()), *policy);
}

TEST(Policy, TakesHundredsOfEach) {
    std::string text;
    for (unsigned n = 0; n < 300; ++n) text += "log " + log_vkey(1000 + n) + "\n";
    text += witnesses(300);
    for (unsigned n = 0; n < 300; ++n) {
        text += fmt::format("group g{} all w{}{}\n", n, n, n > 0 ? fmt::format(" g{}", n - 1) : "");
    }
    text += "quorum g299\n";
    const auto policy = Policy::parse(text);
    ASSERT_TRUE(policy) << policy.error().message();
    const auto verdict = judge(*policy, cosigned_by({{3, 50}}));
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->met);
    EXPECT_EQ(verdict->waits.size(), 299U);
}

TEST(Policy, CutAtAnyByteIsReadOrRefusedNeverMore) {
    const std::string text = witnesses(3) + "group g 2 w0 w1\ngroup h all g w2\nquorum h\n";
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto policy = Policy::parse(std::string_view(text).substr(0, size));
        if (!policy) continue;
        EXPECT_EQ(Policy::parse(policy->write()), *policy);
    }
}

TEST(Policy, NamesTheGroupsThatHaveSeenACheckpointAndWhomItWaitsFor) {
    const auto policy = Policy::parse(witnesses(5) +
                                      "group governments 2 w0 w1 w2\ngroup civil any w3 w4\n"
                                      "group community all governments civil\nquorum community\n");
    ASSERT_TRUE(policy);
    auto verdict = judge(*policy, cosigned_by({{1, 300}, {0, 200}}));
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->met);
    EXPECT_EQ(verdict->groups[0].met, Time::from_seconds(300));
    EXPECT_FALSE(verdict->groups[1].met);
    EXPECT_EQ(verdict->groups[2].have, 1U);
    EXPECT_EQ(verdict->waits, (std::vector<std::string>{"w3", "w4"}));
    verdict = judge(*policy, cosigned_by({{1, 300}, {0, 200}, {4, 250}, {4, 100}, {2, 900}}));
    ASSERT_TRUE(verdict);
    EXPECT_TRUE(verdict->met);
    EXPECT_EQ(verdict->since, Time::from_seconds(300));
    EXPECT_EQ(verdict->witnesses[4].cosigned, Time::from_seconds(100)) << "the earlier of two";
    EXPECT_TRUE(verdict->waits.empty());
}

TEST(Policy, RefusesANoteWithABadCosignatureInAKnownWitnessName) {
    const auto policy = Policy::parse(witnesses(2) + "quorum w0\n");
    ASSERT_TRUE(policy);
    crypto::Note note = cosigned_by({{0, 100}, {1, 100}});
    note.signatures[2].bytes.back() ^= 1;
    const auto verdict = judge(*policy, note);
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().kind, ErrorKind::kRefused);
    // In an unknown one's it is passed over.
    const auto other = Policy::parse(witnesses(1) + "quorum w0\n");
    EXPECT_TRUE(judge(*other, note));
}

// Any policy and any cosignatures against the rule as the specification says it: a quorum is met at the first
// moment at which the witnesses that have cosigned by then fulfil it.
bool naive(const Policy& policy, const std::string& name, const std::set<std::string>& seen) {
    const Policy::Group* group = policy.find_group(name);
    if (group == nullptr) return seen.contains(name);
    std::size_t have = 0;
    for (const std::string& member : group->members) have += naive(policy, member, seen) ? 1 : 0;
    return have >= group->threshold;
}

TEST(Policy, JudgesAsANaiveEvaluatorDoes) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        const auto below = [&](std::size_t n) {
            return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
        };
        const auto count = static_cast<unsigned>(1 + below(7));
        std::string text = witnesses(count);
        std::vector<std::string> free;
        for (unsigned n = 0; n < count; ++n) free.push_back(fmt::format("w{}", n));
        std::string quorum = free[below(free.size())];
        for (unsigned n = 0; n < 5 && !free.empty(); ++n) {
            std::ranges::shuffle(free, random);
            const std::size_t take = 1 + below(free.size());
            text += fmt::format("group g{} {}", n, 1 + below(take));
            for (std::size_t i = 0; i < take; ++i) text += " " + free[i];
            text += '\n';
            free.erase(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(take));
            quorum = fmt::format("g{}", n);
            free.push_back(quorum);
        }
        text += "quorum " + quorum + "\n";
        const auto policy = Policy::parse(text);
        ASSERT_TRUE(policy) << policy.error().message() << "\n" << text;
        std::vector<std::pair<unsigned, std::int64_t>> when;
        for (unsigned n = 0; n < count; ++n) {
            if (below(3) > 0) when.emplace_back(n, static_cast<std::int64_t>(100 + below(4)));
        }
        std::ranges::shuffle(when, random);
        const auto verdict = judge(*policy, cosigned_by(when));
        ASSERT_TRUE(verdict);
        std::optional<Time> first;
        for (std::int64_t second = 100; second < 104 && !first; ++second) {
            std::set<std::string> seen;
            for (const auto& [n, at] : when) {
                if (at <= second) seen.insert(fmt::format("w{}", n));
            }
            if (naive(*policy, quorum, seen)) first = Time::from_seconds(second);
        }
        EXPECT_EQ(verdict->since, first) << "seed " << seed << "\n" << text;
        EXPECT_EQ(verdict->met, first.has_value());
        // Whom it waits for: with all of them it is met, and none of them has cosigned.
        if (!verdict->met) {
            std::set<std::string> seen(verdict->waits.begin(), verdict->waits.end());
            for (const auto& [n, at] : when) {
                EXPECT_FALSE(seen.contains(fmt::format("w{}", n))) << "seed " << seed;
            }
            for (const auto& [n, at] : when) seen.insert(fmt::format("w{}", n));
            EXPECT_TRUE(naive(*policy, quorum, seen)) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace comity::log
