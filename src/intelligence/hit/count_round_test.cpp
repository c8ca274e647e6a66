#include "intelligence/hit/count_round.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <random>

#include "base/encoding.h"
#include "crypto/sha256.h"

namespace comity::intelligence {
namespace {

using ::testing::HasSubstr;

const CountWeek kWeek = *CountWeek::parse("2026-11-23");

TEST(CountWeek, BeginsOnMondayAndKnowsItsNeighbours) {
    EXPECT_EQ(kWeek.text(), "2026-11-23");
    EXPECT_EQ(kWeek, CountWeek::of(*parse_time("2026-11-29T23:59:59Z")));
    EXPECT_EQ(kWeek.end(), *parse_time("2026-11-30T00:00:00Z"));
    EXPECT_EQ(CountWeek::of_day(kWeek.end_day()).number, kWeek.number + 1);
    EXPECT_EQ(CountWeek::of_day(3).number, -1) << "the first Sunday is of the week before the first Monday";
    EXPECT_EQ(keys_until(kWeek), *parse_time("2026-12-01T00:00:00Z"));
    EXPECT_EQ(counts_from(kWeek), *parse_time("2026-12-01T06:00:00Z"));
    for (const std::string_view wrong : {"2026-11-24", "2026-11-2", "x", "2026-13-01", "1969-12-29"})
        EXPECT_FALSE(CountWeek::parse(wrong)) << wrong;
}

// Members of a round, each with what it has met.
struct Round {
    Round(std::size_t members, unsigned seed) : random(seed) {
        for (std::size_t i = 0; i < members; ++i) {
            secrets.push_back(crypto::AgreementSecret::generate());
            keys.push_back({crypto::sha256(as_bytes(std::to_string(seed * 1000 + i))), std::to_string(i),
                            secrets.back().public_key()});
        }
        // The secrets stay with their keys.
        std::vector<std::size_t> order(members);
        for (std::size_t i = 0; i < members; ++i) order[i] = i;
        std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return keys[a].id < keys[b].id; });
        std::vector<crypto::AgreementSecret> sorted;
        for (const std::size_t i : order) sorted.push_back(secrets[i]);
        secrets = sorted;
        std::ranges::sort(keys, {}, &CountKey::id);
        CountBody body{kWeek, {}};
        for (const CountKey& key : keys) body.keys.push_back(key.id);
        id = round_of(body);
    }
    Cells contribution(std::size_t member, Cells cells, std::int64_t noise) {
        EXPECT_TRUE(
            hide(cells, id, secrets[member], keys[member].id, keys, noise, [this] { return random(); }));
        return cells;
    }
    void add(Cells& sum, const Cells& cells) {
        for (std::size_t i = 0; i < kCountCells; ++i) sum[i] = static_cast<std::uint16_t>(sum[i] + cells[i]);
    }

    std::mt19937_64 random;
    std::vector<crypto::AgreementSecret> secrets;
    std::vector<CountKey> keys;
    Digest id;
};

TEST(CountRound, MasksCancelInTheSumOverAllAndInNoOther) {
    for (const std::size_t members : {5U, 6U, 9U}) {
        Round round(members, static_cast<unsigned>(members));
        Cells truth(kCountCells, 0), sum(kCountCells, 0), without_last(kCountCells, 0);
        for (std::size_t member = 0; member < members; ++member) {
            Cells met(kCountCells, 0);
            for (std::uint16_t& cell : met) cell = static_cast<std::uint16_t>(round.random() % 2);
            round.add(truth, met);
            without_last = sum;
            round.add(sum, round.contribution(member, met, 0));
        }
        EXPECT_EQ(sum, truth);
        std::size_t alike = 0;
        for (std::size_t i = 0; i < kCountCells; ++i)
            alike += cell_number(without_last[i]) >= 0 && cell_number(without_last[i]) <= 9 ? 1 : 0;
        EXPECT_LT(alike, kCountCells / 1000) << "with one missing it is as random";
    }
}

TEST(CountRound, OneContributionIsAsRandomBytes) {
    Round round(5, 77);
    const Cells cells = round.contribution(2, Cells(kCountCells, 1), 1);
    std::array<double, 256> seen{};
    for (const std::uint16_t cell : cells) {
        ++seen[cell >> 8];
        ++seen[cell & 0xff];
    }
    const double expected = static_cast<double>(kCellBytes) / 256;
    double chi = 0;
    for (const double count : seen) chi += (count - expected) * (count - expected) / expected;
    // 255 degrees of freedom: beyond these once in a million.
    EXPECT_GT(chi, 155);
    EXPECT_LT(chi, 380);
    EXPECT_NE(cells, round.contribution(1, Cells(kCountCells, 1), 1));
}

// As many shares as make it up are the rule's noise.
TEST(CountRound, SharesOfNoiseMakeUpTheRules) {
    std::mt19937_64 random(11);
    constexpr int kDraws = 50'000;
    for (const std::int64_t scale : {1, 3}) {
        std::map<std::int64_t, int> seen;
        for (int i = 0; i < kDraws; ++i) {
            std::int64_t sum = 0;
            for (int share = 0; share < 4; ++share)
                sum += count_noise_share(scale, 4, [&] { return random(); });
            ++seen[sum];
        }
        const double ratio = std::exp(-1.0 / static_cast<double>(scale));
        for (std::int64_t n = -4; n <= 4; ++n) {
            const double expected =
                (1 - ratio) / (1 + ratio) * std::pow(ratio, static_cast<double>(std::abs(n)));
            EXPECT_NEAR(seen[n] / static_cast<double>(kDraws), expected, 0.008) << scale << " " << n;
        }
    }
    EXPECT_EQ(count_noise_share(0, 4, [] { return 1U; }), 0);
    EXPECT_EQ(count_noise_share(1, 4, [] { return std::uint64_t{0}; }), 0) << "the least number";
    EXPECT_EQ(honest_shares(6), 4U);
    EXPECT_EQ(honest_shares(5), 4U);
    EXPECT_EQ(honest_shares(500), 334U);
}

// What a round's sum has over the truth: shares of all, of whom a third could be missing.
TEST(CountRound, TheSumIsTheTruthAndNoise) {
    Round round(6, 5);
    Cells sum(kCountCells, 0);
    for (std::size_t member = 0; member < 6; ++member)
        round.add(sum, round.contribution(member, Cells(kCountCells, member < 3 ? 1 : 0), 1));
    double mean = 0, square = 0;
    for (const std::uint16_t cell : sum) {
        const auto over = static_cast<double>(cell_number(cell) - 3);
        mean += over / kCountCells;
        square += over * over / kCountCells;
    }
    const double ratio = std::exp(-1.0);
    const double expected = 2 * ratio / ((1 - ratio) * (1 - ratio)) * 6 / 4;
    EXPECT_NEAR(mean, 0, 0.05);
    EXPECT_NEAR(square, expected, expected * 0.06);
}

ledger::Statement statement_of(json::Object body, std::string_view issued) {
    ledger::Statement statement;
    statement.body = std::move(body);
    statement.issued = *parse_time(issued);
    return statement;
}

constexpr std::string_view kKeyTime = "2026-11-30T10:00:00Z";
constexpr std::string_view kCountTime = "2026-12-01T10:00:00Z";

TEST(CountStatements, ComeBackAsTheyWere) {
    const CountKeyBody key{kWeek, crypto::AgreementSecret::generate().public_key()};
    const auto read = parse_count_key(statement_of(count_key_json(key), kKeyTime));
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->week, kWeek);
    EXPECT_EQ(read->key, key.key);
    CountBody body{kWeek, {}};
    for (const char* name : {"a", "b", "c", "d", "e"}) body.keys.push_back(crypto::sha256(as_bytes(name)));
    std::ranges::sort(body.keys);
    json::Object form = count_json(body);
    form["objects"] = json::Object{{"count", 1}, {"root", Digest{}.hex()}};
    const auto count = parse_count(statement_of(form, kCountTime));
    ASSERT_TRUE(count) << count.error().message();
    EXPECT_EQ(count->keys, body.keys);
    Cells cells(kCountCells, 0);
    cells[1] = 513;
    EXPECT_EQ(*parse_cells(cells_text(cells)), cells);
    EXPECT_EQ(cell_number(0xfffe), -2);
}

TEST(CountStatements, AreRefusedWithWhatToDo) {
    const auto key = [](std::string_view week, const Bytes& bytes, std::string_view issued) {
        const auto read =
            parse_count_key(statement_of({{"week", week}, {"key", base64_encode(bytes)}}, issued));
        return read ? std::string() : read.error().message();
    };
    const auto good = crypto::AgreementSecret::generate().public_key().bytes;
    const Bytes bytes(good.begin(), good.end());
    EXPECT_EQ(key("2026-11-23", bytes, kKeyTime), "");
    EXPECT_THAT(key("2026-11-24", bytes, kKeyTime), HasSubstr("body.week"));
    EXPECT_THAT(key("2026-11-23", Bytes(32), kKeyTime), HasSubstr("body.key"));
    EXPECT_THAT(key("2026-11-23", Bytes(31), kKeyTime), HasSubstr("body.key"));
    EXPECT_THAT(key("2026-11-23", bytes, "2026-12-01T00:00:00Z"),
                HasSubstr("from 2026-11-30T00:00:00.000Z to 2026-12-01T00:00:00.000Z"))
        << "late";
    EXPECT_THAT(key("2026-11-23", bytes, "2026-11-29T23:59:59Z"), HasSubstr("body.week")) << "early";

    const auto count = [](std::vector<std::string> keys, std::string_view issued) {
        json::Array list;
        for (const std::string& each : keys) list.emplace_back(each);
        const auto read = parse_count(statement_of(
            {{"week", "2026-11-23"}, {"keys", std::move(list)}, {"objects", json::Object{}}}, issued));
        return read ? std::string() : read.error().message();
    };
    std::vector<std::string> keys;
    for (char digit = '1'; digit <= '5'; ++digit) keys.emplace_back(64, digit);
    EXPECT_EQ(count(keys, kCountTime), "");
    EXPECT_THAT(count(keys, kKeyTime), HasSubstr("2026-12-01T06:00:00.000Z")) << "early";
    auto few = keys;
    few.pop_back();
    EXPECT_THAT(count(few, kCountTime), HasSubstr("body.keys"));
    auto twice = keys;
    twice.push_back(twice.back());
    EXPECT_THAT(count(twice, kCountTime), HasSubstr("sort them, each once"));
    auto wrong = keys;
    wrong[0] = "x";
    EXPECT_THAT(count(wrong, kCountTime), HasSubstr("body.keys[0]"));

    const auto cells = [](const std::string& text) {
        const auto read = parse_cells(text);
        return read ? std::string() : read.error().message();
    };
    EXPECT_THAT(cells(R"({"cells":"AAAA"})"), HasSubstr("send all 65536 of them"));
    EXPECT_THAT(cells(R"({"cells":"AAA"})"), HasSubstr("cells"));
    EXPECT_THAT(cells(R"({"cell":"AAAA"})"), HasSubstr("cells"));
    EXPECT_NE(cells("[]"), "");
    EXPECT_NE(cells("{"), "");
}

}  // namespace
}  // namespace comity::intelligence
