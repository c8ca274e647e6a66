// The part of a kernel (marks.h) that is not about the processor: from what each of 64 bytes is to where
// something ends. Included by the kernels alone, each compiled for its processor: so everything here is
// its own, and nothing of the standard library is used.
//
// Runs are found by carrying: adding a bit to a run of ones carries to the first bit behind the run, in one
// addition for 64 bytes.
#pragma once

#include "intelligence/match/marks.h"

namespace comity::intelligence::match {
namespace {

// What 64 bytes are, a bit each.
struct Classes {
    std::uint64_t digit, alnum, hex, dot, colon, word, run, newline, hash, open, close, backslash, high;
};

// x one to 63 places further up, with what was above the end of the 64 bytes before.
inline std::uint64_t above(std::uint64_t x, std::uint64_t before, int places) {
    return x << places | before >> (64 - places);
}

// The first bits behind those runs in `in` that hold a bit of `seeds`. `carry`: from block to block.
inline std::uint64_t ends_of(std::uint64_t in, std::uint64_t seeds, std::uint64_t& carry) {
    const std::uint64_t sum = in + seeds;
    const std::uint64_t all = sum + carry;
    carry = (sum < in ? 1U : 0U) | (all < sum ? 1U : 0U);
    return all & ~in;
}

// Up to four positions at once, without asking how many there are: blocks with more are rare.
inline std::size_t put(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
    constexpr std::uint64_t kTop = std::uint64_t{1} << 63;
    const auto count = static_cast<std::size_t>(__builtin_popcountll(bits));
    for (int i = 0; i < 4; ++i) {
        out[i] = base + static_cast<std::uint32_t>(__builtin_ctzll(bits | kTop));
        bits &= bits - 1;
    }
    for (std::size_t i = 4; i < count; ++i) {
        out[i] = base + static_cast<std::uint32_t>(__builtin_ctzll(bits));
        bits &= bits - 1;
    }
    return count;
}
inline std::size_t put_rare(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
    std::size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        out[count++] = base + static_cast<std::uint32_t>(__builtin_ctzll(bits));
    return count;
}

// Dots or colons (`mark`) that have another one of `earlier` before them, with one to `most` bytes of
// `between` and nothing else in the middle.
struct Chain {
    std::uint64_t between_before = 0, earlier_before = 0;
    template <int kMost>
    std::uint64_t next(std::uint64_t mark, std::uint64_t earlier, std::uint64_t between) {
        std::uint64_t inner = ~std::uint64_t{0};
        std::uint64_t found = 0;
        for (int n = 1; n <= kMost; ++n) {
            inner &= above(between, between_before, n);
            found |= inner & above(earlier, earlier_before, n + 1);
        }
        between_before = between;
        earlier_before = earlier;
        return mark & found;
    }
};

// Bytes that end at least 26 of `in` (value.h: kMinWord).
struct LongRuns {
    std::uint64_t before[5] = {};
    std::uint64_t find(std::uint64_t in) {
        constexpr int kSteps[] = {1, 2, 4, 8, 10};
        for (int i = 0; i < 5; ++i) {
            const std::uint64_t longer = in & above(in, before[i], kSteps[i]);
            before[i] = in;
            in = longer;
        }
        return in;
    }
};
// An escape that means something else than what stands there: "\/", "\u", "\x", JSON's marks of white space.
inline std::size_t put_escapes(std::uint64_t bits, const std::uint8_t* block, std::uint32_t base,
                               std::uint32_t* out) {
    std::size_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        const auto at = static_cast<std::uint32_t>(__builtin_ctzll(bits));
        switch (block[at + 1]) {
            case '/':
            case 'u':
            case 'x':
            case 'n':
            case 'r':
            case 't':
            case 'b':
            case 'f':
                out[count++] = base + at;
                break;
            default:
                break;
        }
    }
    return count;
}

template <typename Classify>
inline void mark_blocks(const std::uint8_t* text, std::size_t size, Marks& marks, Classify classify) {
    std::size_t names = 0, fours = 0, sixes = 0, words = 0, odd = 0, comments = 0;
    std::uint64_t name_carry = 0, six_carry = 0, word_carry = 0;
    std::uint64_t dot_before = 0, label_before = 0, colon_before = 0, open_before = 0, high_before = 0;
    std::uint64_t newline_before = std::uint64_t{1} << 63;  // the text begins a line
    Chain dots_2, dots_3, colons_2, colons_3;
    LongRuns long_runs;
    // One byte behind the text, at least, is looked at: so that what it ends with ends.
    const std::size_t blocks = size / 64 + 1;
    for (std::size_t i = 0; i < blocks; ++i) {
        const std::uint8_t* const block = text + 64 * i;
        const auto base = static_cast<std::uint32_t>(64 * i);
        const Classes c = classify(block);
        marks.word[i] = c.word;
        marks.dot[i] = c.dot;
        marks.newline[i] = c.newline;

        const std::uint64_t letter = c.alnum & ~c.digit;
        const std::uint64_t label = c.word & ~c.dot;
        const std::uint64_t name_seeds = letter & above(c.dot, dot_before, 1) & above(label, label_before, 2);
        names += put(ends_of(c.word, name_seeds, name_carry), base, marks.names + names);

        const std::uint64_t second = dots_2.next<3>(c.dot, c.dot, c.digit);
        const std::uint64_t third = dots_3.next<3>(c.dot, second, c.digit);
        fours += put(third, base, marks.addresses4 + fours);

        const std::uint64_t second_colon = colons_2.next<4>(c.colon, c.colon, c.hex);
        const std::uint64_t third_colon = colons_3.next<4>(c.colon, second_colon, c.hex);
        const std::uint64_t double_colon = c.colon & above(c.colon, colon_before, 1);
        sixes += put_rare(ends_of(c.word | c.colon, third_colon | double_colon, six_carry), base,
                          marks.addresses6 + sixes);

        words += put_rare(ends_of(c.run, long_runs.find(c.run), word_carry), base, marks.words + words);

        comments += put_rare(c.hash & above(c.newline, newline_before, 1), base, marks.comments + comments);
        const std::uint64_t closed =
            c.close &
            (above(c.open, open_before, 2) | above(c.open, open_before, 3) | above(c.open, open_before, 4));
        odd += put_rare(closed | (c.high & ~above(c.high, high_before, 1)), base, marks.odd + odd);
        if (c.backslash != 0) odd += put_escapes(c.backslash, block, base, marks.odd + odd);

        dot_before = c.dot;
        label_before = label;
        colon_before = c.colon;
        open_before = c.open;
        high_before = c.high;
        newline_before = c.newline;
    }
    marks.word[blocks] = 0;
    marks.dot[blocks] = 0;
    marks.newline[blocks] = 0;
    marks.name_count = names;
    marks.address4_count = fours;
    marks.address6_count = sixes;
    marks.word_count = words;
    marks.odd_count = odd;
    marks.comment_count = comments;
}

}  // namespace
}  // namespace comity::intelligence::match
