// The kernel for AVX-512 with VBMI and VBMI2: compiled with instructions that not every processor has
// (src/CMakeLists.txt), and called where has_avx512(). Nothing in it is inline for others, and it includes
// nothing that is.
#include "intelligence/match/mark_blocks.h"

#if defined(__AVX512VBMI2__)
#include <immintrin.h>

namespace comity::intelligence::match {
namespace {

// What a byte is: a bit each, in two tables of ASCII.
enum Letters : std::uint8_t {
    kDigit = 1,
    kHexLetter = 2,
    kOtherLetter = 4,
    kDot = 8,
    kHyphen = 16,
    kUnderscore = 32,
    kColon = 64,
    kPlusSlash = 128,
};
enum Others : std::uint8_t { kOpen = 1, kClose = 2, kBackslash = 4, kNewline = 8, kHash = 16 };

struct Tables {
    alignas(64) std::uint8_t letters[128];
    alignas(64) std::uint8_t others[128];
};
constexpr Tables kTables = [] {
    Tables tables{};
    const auto letters = [&](int from, int to, Letters what) {
        for (int c = from; c <= to; ++c) tables.letters[c] = what;
    };
    letters('a', 'z', kOtherLetter);
    letters('A', 'Z', kOtherLetter);
    letters('a', 'f', kHexLetter);
    letters('A', 'F', kHexLetter);
    letters('0', '9', kDigit);
    letters('.', '.', kDot);
    letters('-', '-', kHyphen);
    letters('_', '_', kUnderscore);
    letters(':', ':', kColon);
    letters('+', '+', kPlusSlash);
    letters('/', '/', kPlusSlash);
    for (const unsigned char c : {'[', '(', '{', '<'}) tables.others[c] = kOpen;
    for (const unsigned char c : {']', ')', '}', '>'}) tables.others[c] = kClose;
    tables.others[static_cast<int>('\\')] = kBackslash;
    tables.others[static_cast<int>('\n')] = kNewline;
    tables.others[static_cast<int>('#')] = kHash;
    return tables;
}();

inline std::uint64_t any_of(__m512i classes, int bits) {
    return _cvtmask64_u64(_mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(bits))));
}
inline __m512i looked_up(__mmask64 ascii, __m512i bytes, const std::uint8_t* table) {
    return _mm512_maskz_permutex2var_epi8(ascii, _mm512_load_si512(table), bytes,
                                          _mm512_load_si512(table + 64));
}

struct Avx512 {
    static void classify(const std::uint8_t* block, Classes& c, std::size_t lane, std::uint64_t& word,
                         std::uint64_t& dot, std::uint64_t& newline) {
        constexpr int kAlnum = kDigit | kHexLetter | kOtherLetter;
        const __m512i bytes = _mm512_loadu_si512(block);
        const __mmask64 high = _mm512_movepi8_mask(bytes);
        const __mmask64 ascii = _knot_mask64(high);
        const __m512i letters = looked_up(ascii, bytes, kTables.letters);
        const __m512i others = looked_up(ascii, bytes, kTables.others);
        word = any_of(letters, kAlnum | kDot | kHyphen | kUnderscore) | _cvtmask64_u64(high);
        dot = any_of(letters, kDot);
        newline = any_of(others, kNewline);
        c.high[lane] = _cvtmask64_u64(high);
        c.digit[lane] = any_of(letters, kDigit);
        c.alnum[lane] = any_of(letters, kAlnum);
        c.hex[lane] = any_of(letters, kDigit | kHexLetter);
        c.colon[lane] = any_of(letters, kColon);
        c.run[lane] = any_of(letters, kAlnum | kUnderscore | kColon | kPlusSlash);
        c.hash[lane] = any_of(others, kHash);
        c.open[lane] = any_of(others, kOpen);
        c.close[lane] = any_of(others, kClose);
        c.backslash[lane] = any_of(others, kBackslash);
    }

    static bool any(Lanes lanes) {
        const auto bits = reinterpret_cast<__m512i>(lanes);
        return _mm512_test_epi64_mask(bits, bits) != 0;
    }
    static std::size_t put(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
        const __m512i places = _mm512_maskz_compress_epi8(_cvtu64_mask64(bits), _mm512_load_si512(kPlaces));
        const auto widened = [&](__m128i few) {
            return _mm512_add_epi32(_mm512_cvtepu8_epi32(few), _mm512_set1_epi32(static_cast<int>(base)));
        };
        const auto count = static_cast<std::size_t>(__builtin_popcountll(bits));
        _mm512_storeu_si512(out, widened(_mm512_castsi512_si128(places)));
        if (count > 16) {
            _mm512_storeu_si512(out + 16, widened(_mm512_extracti32x4_epi32(places, 1)));
            _mm512_storeu_si512(out + 32, widened(_mm512_extracti32x4_epi32(places, 2)));
            _mm512_storeu_si512(out + 48, widened(_mm512_extracti32x4_epi32(places, 3)));
        }
        return count;
    }

  private:
    struct Places {
        alignas(64) std::uint8_t at[64];
    };
    static constexpr Places kAllPlaces = [] {
        Places places{};
        for (std::uint8_t i = 0; i < 64; ++i) places.at[i] = i;
        return places;
    }();
    static constexpr const std::uint8_t* kPlaces = kAllPlaces.at;
};

}  // namespace

void mark_text_avx512(const std::uint8_t* text, std::size_t size, Marks& marks) {
    mark_blocks<Avx512>(text, size, marks);
}

}  // namespace comity::intelligence::match

#else

namespace comity::intelligence::match {

void mark_text_avx512(const std::uint8_t* text, std::size_t size, Marks& marks) {
    mark_text_portable(text, size, marks);
}

}  // namespace comity::intelligence::match

#endif
