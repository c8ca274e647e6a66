// The keyed hash that places values in an index: 64 bits from a value's bytes, by products of 64 with 64
// bits. The key is drawn anew for every index, so that nobody who writes log lines or indicators can choose
// what collides. Names are hashed without regard to case, by their last 32 bytes first: a scan has those in
// four registers for every parent of a name.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace comity::intelligence::match {

struct Seed {
    std::array<std::uint64_t, 4> words{};
    friend bool operator==(const Seed&, const Seed&) = default;
};

// What a value is looked up as; two values of different classes are never the same.
enum class KeyClass : std::uint8_t {
    kName = 0,     // domain names, file names: without case
    kWord = 1,     // sums, fingerprints, wallets, SSDEEP: as word_key() has them
    kUrl = 2,      // the term of search/term.h without its kind
    kEmail = 3,    // likewise
    kNetwork6 = 4  // 16 bytes, and the length in one
};

__extension__ using WideProduct = unsigned __int128;

inline std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
    const WideProduct product = static_cast<WideProduct>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// The last 32 bytes of a text, last ones first; what does not belong to it is zero.
using Tail = std::array<std::uint64_t, 4>;

inline constexpr std::uint64_t kNoCase = 0x2020202020202020;

// keep_mask(n)[i]: which bits of word i of a tail belong to a text of n bytes.
inline constexpr std::array<Tail, 33> kKeep = [] {
    std::array<Tail, 33> masks{};
    for (unsigned n = 0; n <= 32; ++n) {
        for (unsigned i = 0; i < 4; ++i) {
            const unsigned bytes = n <= 8 * i ? 0 : n - 8 * i >= 8 ? 8 : n - 8 * i;
            masks[n][i] = bytes == 0 ? 0 : ~std::uint64_t{0} << (8 * (8 - bytes));
        }
    }
    return masks;
}();

inline std::uint64_t mixed(const Seed& seed, std::uint64_t before, const Tail& tail) {
    return folded_product(before ^ tail[0] ^ seed.words[0], tail[1] ^ seed.words[1]) ^
           folded_product(tail[2] ^ seed.words[2], tail[3] ^ seed.words[3]);
}
inline std::uint64_t finished(const Seed& seed, std::uint64_t mix, std::size_t size, KeyClass key_class) {
    return folded_product(mix ^ seed.words[1],
                          size ^ static_cast<std::uint64_t>(key_class) << 32 ^ seed.words[2]);
}

// A name of at most 32 bytes whose last 32 bytes, with kNoCase set in all, are `tail`.
inline std::uint64_t hash_of_short_name(const Seed& seed, const Tail& tail, std::size_t size) {
    const Tail& keep = kKeep[size];
    return finished(
        seed, mixed(seed, 0, {tail[0] & keep[0], tail[1] & keep[1], tail[2] & keep[2], tail[3] & keep[3]}),
        size, KeyClass::kName);
}

// Any text.
inline std::uint64_t hash_of(const Seed& seed, KeyClass key_class, std::string_view text) {
    std::uint64_t mix = 0;
    std::size_t left = text.size();
    do {
        const std::size_t size = left < 32 ? left : 32;
        unsigned char block[32] = {};
        if (size == 32) {
            std::memcpy(block, text.data() + left - 32, 32);
        } else {
            std::memcpy(block + 32 - size, text.data() + left - size, size);
        }
        Tail tail;
        for (std::size_t i = 0; i < 4; ++i) {
            std::memcpy(&tail[i], block + 32 - 8 * (i + 1), 8);
            if (key_class == KeyClass::kName) tail[i] |= kNoCase & kKeep[size][i];
        }
        mix = mixed(seed, mix, tail);
        left -= size;
    } while (left > 0);
    return finished(seed, mix, text.size(), key_class);
}

}  // namespace comity::intelligence::match
