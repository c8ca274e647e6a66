#include "intelligence/match/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include "intelligence/match/builder.h"
#include "intelligence/match/catalog.h"
#include "intelligence/match/increments.h"
#include "testing/folder.h"
#include "testing/shared_data.h"

namespace comity::intelligence::match {
namespace {

constexpr Time kThen = Time::from_seconds(1'700'000'000);
constexpr Seed kSeed{{11, 22, 33, 44}};

constexpr std::string_view kPattern = "[file:name = 'a'] FOLLOWEDBY [domain-name:value = 'b.net']";

About said_by(std::string source, int confidence = 50) {
    return {"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            std::move(source),
            "C2",
            confidence,
            ledger::Tlp::kAmber,
            Time::from_seconds(1'900'000'000)};
}

struct Held {
    Bytes bytes;
    std::shared_ptr<const Index> index;
};
Held held(Builder& builder) {
    Held out{builder.bytes(kThen), nullptr};
    auto index = Index::over(out.bytes);
    EXPECT_TRUE(index) << index.error().message();
    out.index = *index;
    EXPECT_TRUE(out.index->verify());
    return out;
}

std::vector<Value> some_values() {
    std::vector<Value> values;
    for (const char* entry :
         {"evil.com", "9.9.9.9", "8.8.0.0/16", "2a00:1450::1", "2a00:1450::/32", "http://evil.com/x",
          "a@evil.com", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
          "file-name a b.exe", "t13d1516h2_8daaf6152771_b186095e22b6", "http://[2a00:1450::2]/",
          "http://7.7.7.7/a"})
        values.push_back(*read_value(entry));
    return values;
}

TEST(Index, HasWhatWasAddedWithAllThatIsSaidOfIt) {
    Builder builder(kSeed);
    const auto a = builder.add_about(said_by("cert-ke"));
    const auto b = builder.add_about(said_by("cert-ug", 90));
    for (const Value& value : some_values()) ASSERT_TRUE(builder.add(value, a));
    for (const std::uint32_t about : {b, a, b}) builder.add_pattern(kPattern, PatternGrammar::k21, about);
    builder.add_pattern(kPattern, PatternGrammar::k20, a);
    ASSERT_TRUE(builder.add(some_values()[0], b));
    ASSERT_TRUE(builder.add(some_values()[1], b));
    ASSERT_TRUE(builder.add(some_values()[1], b));
    const Held index = held(builder);
    const auto catalog = Catalog::of(index.index);
    EXPECT_EQ(catalog->values(), some_values().size());
    for (const Value& value : some_values()) {
        const auto listed = catalog->find_value(value);
        ASSERT_TRUE(listed) << value.text;
        EXPECT_EQ(listed->text(), value.text);
        const auto abouts = index.index->abouts(listed->records);
        ASSERT_FALSE(abouts.empty());
        EXPECT_EQ(abouts[0], said_by("cert-ke"));
        EXPECT_EQ(abouts.size(), value == some_values()[0] || value == some_values()[1] ? 2U : 1U);
    }
    EXPECT_FALSE(catalog->find_value({ValueKind::kDomain, "com"}));
    EXPECT_FALSE(catalog->find_value({ValueKind::kIpv4, "7.7.7.7"})) << "only the host of a URL";
    std::vector<std::pair<PatternGrammar, std::size_t>> patterns;
    ASSERT_TRUE(catalog->each_pattern([&](const IndexedPattern& one, const Index& from) -> Result<void> {
        EXPECT_EQ(one.text, kPattern);
        patterns.emplace_back(one.grammar, from.abouts(one.records).size());
        return {};
    }));
    EXPECT_EQ(patterns, (std::vector<std::pair<PatternGrammar, std::size_t>>{{PatternGrammar::k20, 1},
                                                                             {PatternGrammar::k21, 2}}));
    EXPECT_EQ(index.index->patterns(), 2U);
    std::set<Value> listed;
    ASSERT_TRUE(catalog->each([&](const Value& value, const Index&, std::uint32_t) -> Result<void> {
        listed.insert(value);
        return {};
    }));
    const auto values = some_values();
    EXPECT_EQ(listed, std::set<Value>(values.begin(), values.end()));
}

TEST(Index, IsTheSameBytesInWhateverOrderValuesCome) {
    std::mt19937 random(1);
    auto values = some_values();
    Bytes first;
    for (int round = 0; round < 5; ++round) {
        std::ranges::shuffle(values, random);
        Builder builder(kSeed);
        const auto about = builder.add_about(said_by("x"));
        std::vector<std::string> patterns{"[a:b = 1]", std::string(kPattern), "[c:d = 2]"};
        std::ranges::shuffle(patterns, random);
        for (const std::string& pattern : patterns) builder.add_pattern(pattern, PatternGrammar::k21, about);
        for (const Value& value : values) ASSERT_TRUE(builder.add(value, about));
        const Bytes bytes = builder.bytes(kThen);
        if (round == 0) first = bytes;
        EXPECT_EQ(bytes, first);
    }
}

TEST(Index, OfNothingFindsNothing) {
    Builder builder(kSeed);
    const Held index = held(builder);
    const auto catalog = Catalog::of(index.index);
    for (const Value& value : some_values()) EXPECT_FALSE(catalog->find_value(value));
    EXPECT_EQ(catalog->values(), 0U);
}

TEST(Index, AgreesWithASetOverManyValues) {
    std::mt19937 random(4);
    std::set<Value> values;
    const auto word = [&] {
        std::string text;
        for (unsigned n = 1 + random() % 9; n > 0; --n) text += static_cast<char>('b' + random() % 20);
        return text;
    };
    const auto draw = [&]() -> Value {
        switch (random() % 4) {
            case 0:
                return {ValueKind::kDomain, word() + "." + word() + ".net"};
            case 1:
                return {ValueKind::kIpv4, fmt::format("{}.{}.{}.{}", 20 + random() % 3, random() % 256,
                                                      random() % 256, random() % 256)};
            case 2: {
                const unsigned length = 8 + random() % 24;
                Value value{ValueKind::kIpv4Network,
                            fmt::format("{}.{}.{}.{}/{}", 20 + random() % 3, random() % 256, random() % 256,
                                        random() % 256, length)};
                Network network = network_of(value.text);
                value.text = fmt::format("{}.{}.{}.{}/{}", network.bytes[0], network.bytes[1],
                                         network.bytes[2], network.bytes[3], length);
                return value;
            }
            default:
                return {ValueKind::kSha1, fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}", random(), random(),
                                                      random(), random(), random())};
        }
    };
    Builder builder(random_seed());
    const auto about = builder.add_about(said_by("x"));
    for (int i = 0; i < 30'000; ++i) {
        const Value value = draw();
        values.insert(value);
        ASSERT_TRUE(builder.add(value, about));
    }
    const Held index = held(builder);
    const auto catalog = Catalog::of(index.index);
    EXPECT_EQ(catalog->values(), values.size());
    for (const Value& value : values) ASSERT_TRUE(catalog->find_value(value)) << value.text;
    for (int i = 0; i < 30'000; ++i) {
        const Value value = draw();
        ASSERT_EQ(catalog->find_value(value).has_value(), values.contains(value)) << value.text;
    }
    // Addresses: the bits agree with the list of networks.
    for (int i = 0; i < 30'000; ++i) {
        const std::uint32_t address = (20 + random() % 4) << 24 | (random() & 0xffffff);
        std::vector<Prefix> holders;
        index.index->find4(address, holders);
        ASSERT_EQ(index.index->listed4(address), !holders.empty()) << address;
    }
}

TEST(Index, CorruptedAtAnyByteIsRefused) {
    Builder builder(kSeed);
    const auto about = builder.add_about(said_by("cert-ke"));
    for (const Value& value : some_values()) {
        if (value.kind == ValueKind::kIpv4 || value.kind == ValueKind::kIpv4Network ||
            value.text.contains("7.7.7.7"))
            continue;
        ASSERT_TRUE(builder.add(value, about));
    }
    builder.add_pattern(kPattern, PatternGrammar::k21, about);
    builder.add_pattern("[a:b = 1]", PatternGrammar::k20, about);
    builder.set_recipe(R"({"file_names":false})");
    Bytes bytes = builder.bytes(kThen);
    ASSERT_LT(bytes.size(), 10'000U) << "without IPv4 it is small enough to try every byte";
    const auto refused = [](const Bytes& file) {
        const auto index = Index::over(file);
        return !index || !(*index)->verify();
    };
    ASSERT_FALSE(refused(bytes));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const std::uint8_t change : {0x01, 0x80, 0xff}) {
            bytes[i] ^= change;
            EXPECT_TRUE(refused(bytes)) << "byte " << i;
            // Asked all the same it says something, and reads no further than the file.
            if (const auto index = Index::over(bytes)) {
                const auto catalog = Catalog::of(*index);
                for (const Value& value : some_values()) (void)catalog->find_value(value);
                (void)catalog->each(
                    [](const Value&, const Index& from, std::uint32_t records) -> Result<void> {
                        (void)from.abouts(records);
                        return {};
                    });
                (void)catalog->recipe();
                (void)catalog->each_pattern([](const IndexedPattern& one, const Index& from) -> Result<void> {
                    (void)from.abouts(one.records);
                    return {};
                });
            }
            bytes[i] ^= change;
        }
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(Index::over(std::span(bytes).first(size))) << size;
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_TRUE(refused(longer));
}

TEST(Catalog, IncrementsAddChangeAndTakeAway) {
    const testing::TemporaryFolder folder;
    const std::filesystem::path path = folder / "x.cmx";
    Builder base(kSeed);
    const auto old = base.add_about(said_by("old"));
    for (const Value& value : some_values()) ASSERT_TRUE(base.add(value, old));
    ASSERT_TRUE(base.write(path, kThen));
    const auto before = Catalog::open(path);
    ASSERT_TRUE(before) << before.error().message();
    EXPECT_FALSE((*before)->outdated(path));

    Builder more(kSeed, (*before)->base().header().sha256);
    const auto now = more.add_about(said_by("new"));
    const auto values = some_values();
    ASSERT_TRUE(more.remove(values[0]));    // evil.com
    ASSERT_TRUE(more.add(values[1], now));  // 9.9.9.9
    ASSERT_TRUE(more.remove(values[2]));    // 8.8.0.0/16
    ASSERT_TRUE(more.add({ValueKind::kDomain, "fresh.org"}, now));
    ASSERT_TRUE(more.add({ValueKind::kIpv4Network, "8.8.8.0/24"}, now));
    ASSERT_TRUE(more.remove({ValueKind::kDomain, "never.was"}));
    ASSERT_TRUE(more.write(increments_of(path), kThen));
    EXPECT_TRUE((*before)->outdated(path));
    const auto after = Catalog::open(path);
    ASSERT_TRUE(after) << after.error().message();
    EXPECT_TRUE((*after)->verify());
    EXPECT_FALSE((*after)->outdated(path));
    const Catalog& catalog = **after;
    EXPECT_FALSE(catalog.find_value(values[0]));
    EXPECT_FALSE(catalog.find_value(values[2]));
    const auto changed = catalog.find_value(values[1]);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->index->abouts(changed->records).at(0).source, "new");
    EXPECT_TRUE(catalog.find_value({ValueKind::kDomain, "fresh.org"}));
    for (std::size_t i = 3; i < values.size(); ++i)
        EXPECT_TRUE(catalog.find_value(values[i])) << values[i].text;
    std::vector<Listed> holders;
    catalog.find4(0x08080808, holders);
    ASSERT_EQ(holders.size(), 1U);
    EXPECT_EQ(holders[0].text(), "8.8.8.0/24");
    std::size_t count = 0;
    ASSERT_TRUE(catalog.each([&](const Value&, const Index&, std::uint32_t) -> Result<void> {
        ++count;
        return {};
    }));
    EXPECT_EQ(count, values.size() - 2 + 2);

    // Increments of another file change nothing.
    Builder again(Seed{{1, 1, 1, 1}});
    ASSERT_TRUE(again.write(path, kThen));
    const auto other = Catalog::open(path);
    ASSERT_TRUE(other);
    EXPECT_EQ((*other)->more(), nullptr);
}

// By text, with who says it.
std::vector<std::string> patterns_in(const std::filesystem::path& path) {
    const auto catalog = Catalog::open(path).value();
    EXPECT_TRUE(catalog->verify());
    std::vector<std::string> out;
    EXPECT_TRUE(catalog->each_pattern([&](const IndexedPattern& one, const Index& from) -> Result<void> {
        out.push_back(std::string(one.text));
        for (const About& about : from.abouts(one.records)) out.back() += " " + about.source;
        return {};
    }));
    return out;
}

TEST(Catalog, IncrementsChangePatternsToo) {
    const testing::TemporaryFolder folder;
    const std::filesystem::path path = folder / "x.cmx";
    const auto builder_of = [](const std::vector<std::pair<std::string, std::string>>& patterns) {
        Builder builder(kSeed);
        const auto about = builder.add_about(said_by("list"));
        for (int i = 0; i < 100; ++i)
            EXPECT_TRUE(builder.add({ValueKind::kDomain, fmt::format("n{}.net", i)}, about));
        for (const auto& [text, source] : patterns)
            builder.add_pattern(text, PatternGrammar::k21, builder.add_about(said_by(source)));
        return builder;
    };
    Builder base = builder_of({{"[a:b = 1]", "x"}, {"[c:d = 1]", "x"}, {"[e:f = 1]", "x"}});
    ASSERT_TRUE(base.write(path, kThen));
    Builder wanted = builder_of({{"[a:b = 1]", "x"}, {"[c:d = 1]", "y"}, {"[g:h = 1]", "x"}});
    const auto catalog = Catalog::open(path).value();
    const auto changes = write_increments(path, *catalog, wanted, kThen);
    ASSERT_TRUE(changes) << changes.error().message();
    EXPECT_EQ(changes->added + changes->removed, 0U);
    EXPECT_EQ(changes->patterns_added, 2U);
    EXPECT_EQ(changes->patterns_removed, 1U);
    EXPECT_FALSE(changes->whole);
    EXPECT_TRUE(catalog->outdated(path));
    EXPECT_EQ(patterns_in(path), (std::vector<std::string>{"[a:b = 1] x", "[c:d = 1] y", "[g:h = 1] x"}));
    // What went away comes back.
    Builder again = builder_of({{"[a:b = 1]", "x"}, {"[c:d = 1]", "x"}, {"[e:f = 1]", "x"}});
    ASSERT_TRUE(write_increments(path, *Catalog::open(path).value(), again, kThen));
    EXPECT_FALSE(std::filesystem::exists(increments_of(path)));
    EXPECT_EQ(patterns_in(path), (std::vector<std::string>{"[a:b = 1] x", "[c:d = 1] x", "[e:f = 1] x"}));
}

TEST(Index, SaysWhatIsNoIndex) {
    const testing::TemporaryFolder folder;
    EXPECT_EQ(Index::open(folder / "none").error().kind, ErrorKind::kNotFound);
    std::ofstream(folder / "empty").flush();
    EXPECT_EQ(Index::open(folder / "empty").error().kind, ErrorKind::kCorrupt);
    std::ofstream(folder / "text") << std::string(5000, 'x');
    EXPECT_EQ(Index::open(folder / "text").error().kind, ErrorKind::kCorrupt);
    EXPECT_EQ(Index::open(folder.path()).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace comity::intelligence::match
