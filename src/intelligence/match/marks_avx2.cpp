// The kernel for AVX2: compiled with instructions that not every processor has (src/CMakeLists.txt), and
// called where has_avx2(). Nothing in it is inline for others, and it includes nothing that is.
#include "intelligence/match/mark_blocks.h"

#if defined(__AVX2__)
#include <immintrin.h>

namespace comity::intelligence::match {
namespace {

// A byte's classes are those of its upper digit and those of its lower digit, both: so each class is a
// rectangle in the table of ASCII.
enum Letters : char {
    kDigit = 1,        // 3x, x0 to x9
    kHexLetter = 2,    // 4x and 6x, x1 to x6
    kUpToO = 4,        // the same, x7 to xF
    kFromP = 8,        // 5x and 7x, x0 to xA
    kDot = 16,         // 2E
    kHyphen = 32,      // 2D
    kUnderscore = 64,  // 5F
    kColon = -128,     // 3A
};
enum Others : char {
    kSquare = 1,       // 5B, 7B
    kRound = 2,        // 28
    kAngle = 4,        // 3C
    kSquareEnd = 8,    // 5D, 7D
    kRoundEnd = 16,    // 29
    kAngleEnd = 32,    // 3E
    kBackslash = 64,   // 5C
    kPlusSlash = -128  // 2B, 2F
};

inline __m256i twice(char c0, char c1, char c2, char c3, char c4, char c5, char c6, char c7, char c8, char c9,
                     char ca, char cb, char cc, char cd, char ce, char cf) {
    return _mm256_setr_epi8(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf, c0, c1, c2, c3,
                            c4, c5, c6, c7, c8, c9, ca, cb, cc, cd, ce, cf);
}
constexpr char joined(int a, int b = 0, int c = 0, int d = 0) {
    return static_cast<char>(a | b | c | d);
}

// One mask of 32 bits where the upper bit of each byte is set.
inline std::uint64_t mask(__m256i bytes) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}
// Where one of these class bits is set.
inline std::uint64_t any_of(__m256i classes, char bits) {
    const __m256i none =
        _mm256_cmpeq_epi8(_mm256_and_si256(classes, _mm256_set1_epi8(bits)), _mm256_setzero_si256());
    return static_cast<std::uint32_t>(~_mm256_movemask_epi8(none));
}
inline std::uint64_t equal(__m256i bytes, char to) {
    return mask(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(to)));
}

struct Half {
    __m256i bytes, letters, others;
};

inline Half look(const std::uint8_t* at) {
    const __m256i letters_low =
        twice(joined(kDigit, kFromP), joined(kDigit, kHexLetter, kFromP), joined(kDigit, kHexLetter, kFromP),
              joined(kDigit, kHexLetter, kFromP), joined(kDigit, kHexLetter, kFromP),
              joined(kDigit, kHexLetter, kFromP), joined(kDigit, kHexLetter, kFromP),
              joined(kDigit, kUpToO, kFromP), joined(kDigit, kUpToO, kFromP), joined(kDigit, kUpToO, kFromP),
              joined(kColon, kUpToO, kFromP), kUpToO, kUpToO, joined(kUpToO, kHyphen), joined(kUpToO, kDot),
              joined(kUpToO, kUnderscore));
    const __m256i letters_high =
        twice(0, 0, joined(kDot, kHyphen), joined(kDigit, kColon), joined(kHexLetter, kUpToO),
              joined(kFromP, kUnderscore), joined(kHexLetter, kUpToO), kFromP, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i others_low =
        twice(0, 0, 0, 0, 0, 0, 0, 0, kRound, kRoundEnd, 0, joined(kSquare, kPlusSlash),
              joined(kAngle, kBackslash), kSquareEnd, kAngleEnd, kPlusSlash);
    const __m256i others_high = twice(0, 0, joined(kRound, kRoundEnd, kPlusSlash), joined(kAngle, kAngleEnd),
                                      0, joined(kSquare, kSquareEnd, kBackslash), 0,
                                      joined(kSquare, kSquareEnd), 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i digit = _mm256_set1_epi8(0x0f);
    const __m256i low = _mm256_and_si256(bytes, digit);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), digit);
    return {bytes,
            _mm256_and_si256(_mm256_shuffle_epi8(letters_low, low), _mm256_shuffle_epi8(letters_high, high)),
            _mm256_and_si256(_mm256_shuffle_epi8(others_low, low), _mm256_shuffle_epi8(others_high, high))};
}

struct Avx2 : CommonKernel {
    static void classify(const std::uint8_t* block, Classes& c, std::size_t lane, std::uint64_t& word,
                         std::uint64_t& dot, std::uint64_t& newline) {
        const Half a = look(block);
        const Half b = look(block + 32);
        const auto both = [](std::uint64_t low, std::uint64_t high) { return low | high << 32; };
        const auto letters = [&](int bits) {
            return both(any_of(a.letters, joined(bits)), any_of(b.letters, joined(bits)));
        };
        const auto others = [&](int bits) {
            return both(any_of(a.others, joined(bits)), any_of(b.others, joined(bits)));
        };
        const std::uint64_t high = both(mask(a.bytes), mask(b.bytes));
        // Shifted up, a class's bit is the sign of its byte.
        const std::uint64_t digit =
            both(mask(_mm256_slli_epi16(a.letters, 7)), mask(_mm256_slli_epi16(b.letters, 7)));
        const std::uint64_t hex_letter =
            both(mask(_mm256_slli_epi16(a.letters, 6)), mask(_mm256_slli_epi16(b.letters, 6)));
        const std::uint64_t underscore =
            both(mask(_mm256_slli_epi16(a.letters, 1)), mask(_mm256_slli_epi16(b.letters, 1)));
        const std::uint64_t colon = both(mask(a.letters), mask(b.letters));
        const std::uint64_t alnum = letters(kDigit | kHexLetter | kUpToO | kFromP);
        const std::uint64_t plus_slash = both(mask(a.others), mask(b.others));
        dot = both(mask(_mm256_slli_epi16(a.letters, 3)), mask(_mm256_slli_epi16(b.letters, 3)));
        word = letters(kDigit | kHexLetter | kUpToO | kFromP | kDot | kHyphen | kUnderscore) | high;
        newline = both(equal(a.bytes, '\n'), equal(b.bytes, '\n'));
        c.high[lane] = high;
        c.digit[lane] = digit;
        c.colon[lane] = colon;
        c.hex[lane] = digit | hex_letter;
        c.alnum[lane] = alnum;
        c.run[lane] = alnum | colon | underscore | plus_slash;
        c.backslash[lane] = both(mask(_mm256_slli_epi16(a.others, 1)), mask(_mm256_slli_epi16(b.others, 1)));
        c.open[lane] = others(kSquare | kRound | kAngle);
        c.close[lane] = others(kSquareEnd | kRoundEnd | kAngleEnd);
        c.hash[lane] = both(equal(a.bytes, '#'), equal(b.bytes, '#'));
    }
};

}  // namespace

void mark_text_avx2(const std::uint8_t* text, std::size_t size, Marks& marks) {
    mark_blocks<Avx2>(text, size, marks);
}

}  // namespace comity::intelligence::match

#else

namespace comity::intelligence::match {

void mark_text_avx2(const std::uint8_t* text, std::size_t size, Marks& marks) {
    mark_text_portable(text, size, marks);
}

}  // namespace comity::intelligence::match

#endif
