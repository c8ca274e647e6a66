// The part of a kernel (marks.h) that is not about the processor: from what each of 512 bytes is to where
// something ends. Included by the kernels alone, each compiled for its processor: so everything here is
// its own, and nothing of the standard library is used.
//
// A bit is about a byte, 64 of them are a word, and eight words go through the same shifts at once, in as
// many registers as the processor has room for them. Runs of any length are found by carrying: adding a bit
// to a run of ones carries to the first bit behind the run, in one addition for 64 bytes.
#pragma once

#include "intelligence/match/mark_addresses.h"
#include "intelligence/match/marks.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kLanes = 8;
// May alias the words that it is loaded from.
using Lanes [[gnu::vector_size(8 * kLanes), gnu::aligned(8), gnu::may_alias]] = std::uint64_t;

inline Lanes lanes_at(const std::uint64_t* words) {
    return *reinterpret_cast<const Lanes*>(words);
}
// What bytes are, a bit each, of the words that marks.h does not keep.
struct Classes {
    std::uint64_t digit[kLanes], alnum[kLanes], hex[kLanes], colon[kLanes], run[kLanes], hash[kLanes],
        open[kLanes], close[kLanes], backslash[kLanes], high[kLanes];
};

// Bits and what stood before the first of them.
class Bits {
  public:
    Bits(Lanes now, Lanes& before)
        : now_(now), lower_(__builtin_shufflevector(before, now, 7, 8, 9, 10, 11, 12, 13, 14)) {
        before = now;
    }
    // One to 63 places further up.
    template <int kPlaces>
    Lanes above() const {
        return now_ << kPlaces | lower_ >> (64 - kPlaces);
    }

  private:
    Lanes now_, lower_;
};

// The first bits behind those runs in `in` that hold a bit of `seeds`. `carry`: from word to word.
inline Lanes ends_of(Lanes in, Lanes seeds, std::uint64_t& carry) {
    Lanes ends;
    for (std::size_t i = 0; i < kLanes; ++i) {
        std::uint64_t sum = 0;
        const bool first = __builtin_add_overflow(in[i], seeds[i], &sum);
        const bool second = __builtin_add_overflow(sum, carry, &sum);
        carry = first || second ? 1 : 0;
        ends[i] = sum & ~in[i];
    }
    return ends;
}

// What a kernel does of which its processor has no better way (mark_blocks).
struct CommonKernel {
    static bool any(Lanes lanes) {
        std::uint64_t all = 0;
        for (std::size_t i = 0; i < kLanes; ++i) all |= lanes[i];
        return all != 0;
    }
    // Up to four positions at once, without asking how many there are: words with more are rare.
    static std::size_t put(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
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
};

inline std::size_t put_rare(Lanes lanes, std::uint32_t base, std::uint32_t* out) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kLanes; ++i) {
        for (std::uint64_t bits = lanes[i]; bits != 0; bits &= bits - 1)
            out[count++] =
                base + static_cast<std::uint32_t>(64 * i) + static_cast<std::uint32_t>(__builtin_ctzll(bits));
    }
    return count;
}

// Marks (dots or colons) that have another one of `earlier` before them, with one to `kMost` bytes of
// `between` and nothing else in the middle.
template <int kMost>
inline Lanes chained(Lanes mark, const Bits& earlier, const Bits& between) {
    Lanes inner = between.above<1>();
    Lanes found = inner & earlier.above<2>();
    inner &= between.above<2>();
    found |= inner & earlier.above<3>();
    inner &= between.above<3>();
    found |= inner & earlier.above<4>();
    if constexpr (kMost > 3) found |= inner & between.above<4>() & earlier.above<5>();
    return mark & found;
}

// Bytes that end at least 26 of a kind (value.h: kMinWord).
class LongRuns {
  public:
    Lanes find(Lanes in) {
        in = longer<1>(in, before_[0]);
        in = longer<2>(in, before_[1]);
        in = longer<4>(in, before_[2]);
        in = longer<8>(in, before_[3]);
        return longer<10>(in, before_[4]);
    }

  private:
    template <int kPlaces>
    static Lanes longer(Lanes in, Lanes& before) {
        return in & Bits(in, before).above<kPlaces>();
    }
    Lanes before_[5] = {};
};

// An escape that means something else than what stands there: "\/", "\u", "\x", JSON's marks of white space.
inline std::size_t put_escapes(Lanes lanes, const std::uint8_t* text, std::uint32_t base,
                               std::uint32_t* out) {
    const std::size_t count = put_rare(lanes, base, out);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
        switch (text[out[i] + 1]) {
            case '/':
            case 'u':
            case 'x':
            case 'n':
            case 'r':
            case 't':
            case 'b':
            case 'f':
                out[kept++] = out[i];
                break;
            default:
                break;
        }
    }
    return kept;
}

// Kernel: classify(block, c, lane, word, dot, newline) says what 64 bytes are; put(bits, base, out) puts down
// where bits are, and may write up to kSpare positions more than there are.
template <typename Kernel>
inline void mark_blocks(const std::uint8_t* text, std::size_t size, Marks& marks) {
    std::size_t names = 0, fours = 0, sixes = 0, words = 0, odd = 0, comments = 0;
    std::uint64_t name_carry = 0, six_carry = 0, word_carry = 0;
    Lanes dot_before = {}, label_before = {}, digit_before = {}, second_before = {}, colon_before = {},
          hex_before = {}, second_colon_before = {}, open_before = {}, high_before = {};
    Lanes newline_before = {0, 0, 0, 0, 0, 0, 0, std::uint64_t{1} << 63};  // the text begins a line
    LongRuns long_runs;
    std::uint32_t lines = 0;
    // One byte behind the text, at least, is looked at: so that what it ends with ends.
    const std::size_t blocks = size / 64 + 1;
    Classes c;
    for (std::size_t first = 0; first < blocks; first += kLanes) {
        const std::uint8_t* const from = text + 64 * first;
        const auto base = static_cast<std::uint32_t>(64 * first);
        std::uint64_t* const word_at = marks.word + first;
        std::uint64_t* const dot_at = marks.dot + first;
        std::uint64_t* const newline_at = marks.newline + first;
        const std::size_t here = blocks - first < kLanes ? blocks - first : kLanes;
        if (here < kLanes) {
            c = {};
            for (std::size_t i = here; i < kLanes; ++i) word_at[i] = dot_at[i] = newline_at[i] = 0;
        }
        for (std::size_t i = 0; i < here; ++i)
            Kernel::classify(from + 64 * i, c, i, word_at[i], dot_at[i], newline_at[i]);
        for (std::size_t i = 0; i < kLanes; ++i) {
            marks.lines[first + i] = lines;
            lines += static_cast<std::uint32_t>(__builtin_popcountll(newline_at[i]));
        }

        const Lanes word = lanes_at(word_at);
        const Lanes dot = lanes_at(dot_at);
        const Lanes digit = lanes_at(c.digit);
        const Bits dots(dot, dot_before);
        const Bits labels(word & ~dot, label_before);
        const Lanes letter = lanes_at(c.alnum) & ~digit;
        const Lanes name_ends = ends_of(word, letter & dots.above<1>() & labels.above<2>(), name_carry);

        const Bits digits(digit, digit_before);
        const Lanes second = chained<3>(dot, dots, digits);
        const Lanes third = chained<3>(dot, Bits(second, second_before), digits);
        for (std::size_t i = 0; i < kLanes; ++i) {
            const auto lane_base = base + static_cast<std::uint32_t>(64 * i);
            names += Kernel::put(name_ends[i], lane_base, marks.names + names);
            fours += Kernel::put(third[i], lane_base, marks.dots3 + fours);
        }

        const Lanes colon = lanes_at(c.colon);
        const Bits colons(colon, colon_before);
        const Bits hexes(lanes_at(c.hex), hex_before);
        const Lanes second_colon = chained<4>(colon, colons, hexes);
        const Lanes six_seeds =
            chained<4>(colon, Bits(second_colon, second_colon_before), hexes) | (colon & colons.above<1>());
        if (six_carry != 0 || Kernel::any(six_seeds))
            sixes += put_rare(ends_of(word | colon, six_seeds, six_carry), base, marks.addresses6 + sixes);

        const Lanes run = lanes_at(c.run);
        const Lanes long_run = long_runs.find(run);
        if (word_carry != 0 || Kernel::any(long_run))
            words += put_rare(ends_of(run, long_run, word_carry), base, marks.words + words);

        const Lanes comment = lanes_at(c.hash) & Bits(lanes_at(newline_at), newline_before).above<1>();
        if (Kernel::any(comment)) comments += put_rare(comment, base, marks.comments + comments);
        const Bits opens(lanes_at(c.open), open_before);
        const Lanes closed = lanes_at(c.close) & (opens.above<2>() | opens.above<3>() | opens.above<4>());
        const Lanes high = lanes_at(c.high);
        const Lanes not_plain = closed | (high & ~Bits(high, high_before).above<1>());
        if (Kernel::any(not_plain)) odd += put_rare(not_plain, base, marks.odd + odd);
        const Lanes backslash = lanes_at(c.backslash);
        if (Kernel::any(backslash)) odd += put_escapes(backslash, text, base, marks.odd + odd);
    }
    marks.word[blocks] = 0;
    marks.dot[blocks] = 0;
    marks.newline[blocks] = 0;
    marks.line_count = lines;
    marks.name_count = names;
    marks.dot3_count = fours;
    marks.address6_count = sixes;
    marks.word_count = words;
    marks.odd_count = odd;
    marks.comment_count = comments;
    mark_addresses(text, marks);
}

}  // namespace
}  // namespace comity::intelligence::match
