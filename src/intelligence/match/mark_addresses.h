// The part of a kernel (marks.h) that reads addresses of IPv4 where their third dots are. As mark_blocks.h:
// compiled for each processor, so everything here is its own, and nothing of the standard library is used.
#pragma once

#include "intelligence/match/marks.h"

#if defined(__SSSE3__)
#include <immintrin.h>
#endif

namespace comity::intelligence::match {
namespace {

// The least that a number of so many digits may be: one that begins with a zero is none.
constexpr std::uint32_t kLeast[4] = {0, 0, 10, 100};

// How many digits each of an address's numbers has: one to three.
struct Sizes {
    unsigned a, b, c, d;
};

#if defined(__SSSE3__)

// For each combination of sizes: from where in the text each number's three places come, and the least that
// it may be.
struct Spread {
    alignas(16) std::uint8_t places[16];
    alignas(16) std::uint32_t least[4];
};
struct Spreads {
    Spread of[81];
};
constexpr Spreads kSpreads = [] {
    Spreads spreads{};
    for (unsigned i = 0; i < 81; ++i) {
        const unsigned sizes[4] = {i / 27 + 1, i / 9 % 3 + 1, i / 3 % 3 + 1, i % 3 + 1};
        unsigned end = 0;
        for (unsigned n = 0; n < 4; ++n) {
            end += sizes[n];
            for (unsigned place = 0; place < 4; ++place) {
                const bool there = place < 3 && place + sizes[n] >= 3;
                spreads.of[i].places[4 * n + place] =
                    there ? static_cast<std::uint8_t>(end + place - 3) : std::uint8_t{0x80};
            }
            spreads.of[i].least[n] = kLeast[sizes[n]];
            ++end;
        }
    }
    return spreads;
}();

// False where one is no number, is over 255 or begins with a zero.
inline bool read_numbers(const std::uint8_t* begin, Sizes sizes, std::uint32_t& address) {
    const Spread& spread = kSpreads.of[27 * sizes.a + 9 * sizes.b + 3 * sizes.c + sizes.d - 40];
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const __m128i digits = _mm_shuffle_epi8(_mm_sub_epi8(text, _mm_set1_epi8('0')),
                                            _mm_load_si128(reinterpret_cast<const __m128i*>(spread.places)));
    const __m128i nine = _mm_set1_epi8(9);
    const __m128i are_digits = _mm_cmpeq_epi8(_mm_max_epu8(digits, nine), nine);
    const __m128i weights = _mm_set1_epi32(100 | 10 << 8 | 1 << 16);
    const __m128i numbers = _mm_madd_epi16(_mm_maddubs_epi16(digits, weights), _mm_set1_epi16(1));
    const __m128i least = _mm_load_si128(reinterpret_cast<const __m128i*>(spread.least));
    const __m128i bad =
        _mm_or_si128(_mm_cmpgt_epi32(numbers, _mm_set1_epi32(255)), _mm_cmpgt_epi32(least, numbers));
    const __m128i last_first = _mm_set1_epi32(12 | 8 << 8 | 4 << 16);
    address = static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_shuffle_epi8(numbers, last_first)));
    return _mm_movemask_epi8(_mm_andnot_si128(bad, are_digits)) == 0xffff;
}

#else

// Four numbers at once, one in each lane.
using Four [[gnu::vector_size(16)]] = std::uint32_t;

inline std::uint32_t four_before(const std::uint8_t* end) {
    std::uint32_t four = 0;
    __builtin_memcpy(&four, end - 4, 4);
    return four;
}

// False where one is no number, is over 255 or begins with a zero.
inline bool read_numbers(const std::uint8_t* begin, Sizes sizes, std::uint32_t& address) {
    // Of the four bytes that end with a number's last: those of so many digits.
    constexpr std::uint32_t kOwn[4] = {0, 0xff000000, 0xffff0000, 0xffffff00};
    constexpr std::uint32_t kZeros = 0x30303030;
    const std::uint8_t* const a_end = begin + sizes.a;
    const std::uint8_t* const b_end = a_end + 1 + sizes.b;
    const std::uint8_t* const c_end = b_end + 1 + sizes.c;
    const std::uint8_t* const d_end = c_end + 1 + sizes.d;
    const Four own = {kOwn[sizes.a], kOwn[sizes.b], kOwn[sizes.c], kOwn[sizes.d]};
    const Four least = {kLeast[sizes.a], kLeast[sizes.b], kLeast[sizes.c], kLeast[sizes.d]};
    const Four text = {four_before(a_end), four_before(b_end), four_before(c_end), four_before(d_end)};
    const Four digits = (text ^ kZeros) & own;
    const Four no_digits = ((digits + 0x76767676) | digits) & 0x80808080;
    const Four numbers = (digits >> 24) + (digits >> 16 & 0xff) * 10 + (digits >> 8 & 0xff) * 100;
    // All are small: so a difference below zero shows in the upper bit.
    const Four bad = no_digits | (((255 - numbers) | (numbers - least)) & 0x80000000);
    address = numbers[0] << 24 | numbers[1] << 16 | numbers[2] << 8 | numbers[3];
    return (bad[0] | bad[1] | bad[2] | bad[3]) == 0;
}

#endif

inline unsigned upper_zeros(std::uint64_t bits) {
    return bits == 0 ? 64 : static_cast<unsigned>(__builtin_clzll(bits));
}
inline unsigned lower_zeros(std::uint64_t bits) {
    return bits == 0 ? 64 : static_cast<unsigned>(__builtin_ctzll(bits));
}

// From marks.dots3 to marks.plain4, of runs that are an address and nothing else, and marks.odd4, of the
// rest.
inline void mark_addresses(const std::uint8_t* text, Marks& marks) {
    std::size_t plain_count = 0, odd_count = 0;
    for (std::size_t i = 0; i < marks.dot3_count; ++i) {
        // One to three digits are between the dots.
        const std::size_t third = marks.dots3[i];
        const std::uint64_t dots = bits_before(marks.dot, third);
        const unsigned c_size = upper_zeros(dots);
        const std::uint64_t more_dots = dots << c_size << 1;
        const unsigned b_size = upper_zeros(more_dots);
        const unsigned to_first = c_size + b_size + 2;
        // Of the run, what is before the first dot and behind the third, the byte next to it at the edge.
        const std::uint64_t run_before = bits_before(marks.word, third) << to_first;
        const std::uint64_t run_behind = bits_from(marks.word, third + 1);
        const unsigned a_size = upper_zeros(~run_before | more_dots << b_size << 1);
        const unsigned d_size = lower_zeros(~run_behind | bits_from(marks.dot, third + 1));
        const bool plain = a_size - 1 < 3 && d_size - 1 < 3 &&
                           ((run_before << (a_size & 63) >> 63) | (run_behind >> (d_size & 63) & 1)) == 0;
        marks.odd4[odd_count] = static_cast<std::uint32_t>(third);
        if (!plain) {
            ++odd_count;
            continue;
        }

        const std::size_t end = third + 1 + d_size;
        const std::size_t begin = third - c_size - b_size - 2 - a_size;
        std::uint32_t address = 0;
        const bool read = read_numbers(text + begin, {a_size, b_size, c_size, d_size}, address);
        marks.plain4[plain_count] = {address, static_cast<std::uint32_t>(begin),
                                     static_cast<std::uint32_t>(end)};
        const std::size_t good = read ? 1 : 0;
        plain_count += good;
        odd_count += 1 - good;
    }
    marks.plain4_count = plain_count;
    marks.odd4_count = odd_count;
}

}  // namespace
}  // namespace comity::intelligence::match
