#include "crypto/sha256.h"

#include <gtest/gtest.h>
#include <atomic>

#include <random>
#include <thread>

#include "base/encoding.h"

namespace comity::crypto {
namespace {

// The vectors of FIPS 180-4's companion (NIST CAVP).
TEST(Sha256, GivesTheStandardsVectors) {
    EXPECT_EQ(sha256(ByteView()).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256(as_bytes("abc")).hex(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).hex(),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(as_bytes(std::string(1'000'000, 'a'))).hex(),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfPartsIsThatOfTheWhole) {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        std::string whole(random() % 300, 'x');
        for (char& c : whole) c = static_cast<char>(random());
        const std::size_t a = random() % (whole.size() + 1);
        const std::size_t b = a + random() % (whole.size() - a + 1);
        const ByteView view = as_bytes(whole);
        EXPECT_EQ(sha256({view.first(a), view.subspan(a, b - a), view.subspan(b)}), sha256(view));
        Sha256 pieces;
        pieces.update(view.first(a));
        pieces.update(view.subspan(a));
        EXPECT_EQ(pieces.finish(), sha256(view));
    }
    EXPECT_EQ(sha256({}), sha256(ByteView()));
    EXPECT_EQ(Sha256().finish(), sha256(ByteView()));
}

TEST(Sha256, PiecesDoNotDisturbWholes) {
    Sha256 outer;
    outer.update(as_bytes("a"));
    Sha256 other;
    other.update(as_bytes("zzz"));
    EXPECT_EQ(sha256(as_bytes("abc")).hex().substr(0, 8), "ba7816bf");
    outer.update(as_bytes("bc"));
    EXPECT_EQ(outer.finish(), sha256(as_bytes("abc")));
    EXPECT_EQ(other.finish(), sha256(as_bytes("zzz")));
}

TEST(Sha256, IsTheSameOnEveryThread) {
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&wrong] {
            for (int i = 0; i < 1'000; ++i) {
                if (sha256(as_bytes("abc")).bytes[0] != 0xba) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

// RFC 4231.
TEST(HmacSha256, GivesTheRfcsVectors) {
    EXPECT_EQ(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There")).hex(),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).hex(),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha256(Bytes(20, 0xaa), Bytes(50, 0xdd)).hex(),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(
        hmac_sha256(Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
            .hex(),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(
        hmac_sha256(Bytes(131, 0xaa),
                    as_bytes("This is a test using a larger than block-size key and a larger than block-size "
                             "data. The key needs to be hashed before being used by the HMAC algorithm."))
            .hex(),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(EqualInConstantTime, ComparesLengthAndContent) {
    EXPECT_TRUE(equal_in_constant_time({}, {}));
    EXPECT_TRUE(equal_in_constant_time(as_bytes("abc"), as_bytes("abc")));
    EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("abd")));
    EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("ab")));
    EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), {}));
}

}  // namespace
}  // namespace comity::crypto
