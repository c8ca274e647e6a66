// Where in a text something stands that may be an indicator, found 64 bytes at a time without looking at
// tokens: the ends of runs that have the marks of a name, an address or a long word. Kernels for processors
// with AVX-512 and with AVX2, and one for all; they find the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace comity::intelligence::match {

// Bytes that must be readable, and belong to the caller, before and behind a text that is scanned. Those
// before it are not part of it; those behind it must be zero.
inline constexpr std::size_t kMargin = 128;

// An address of IPv4 that is a run of its own.
struct Address4 {
    std::uint32_t address = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    friend bool operator==(const Address4&, const Address4&) = default;
};

// Room for what is found in a text of up to so many bytes.
class Marks {
  public:
    explicit Marks(std::size_t max_size);

    // Bit i of word i / 64 is about byte i. Words at -1 and behind the last are there, and zero.
    std::uint64_t* word = nullptr;  // letters, digits, ".", "-", "_", bytes over 0x7f
    std::uint64_t* dot = nullptr;
    std::uint64_t* newline = nullptr;
    std::uint32_t* lines = nullptr;  // newlines before byte 64 i
    // Positions, rising. Of runs: one behind their last byte.
    std::uint32_t* names = nullptr;  // runs of `word` with a dot in it that a letter follows
    std::uint32_t* dots3 =
        nullptr;  // third dots of four numbers of one to three digits, the last perhaps none
    std::uint32_t* odd4 = nullptr;        // those of dots3 that are not in plain4
    std::uint32_t* addresses6 = nullptr;  // runs of `word` and ":" with "::" or three colons between digits
    std::uint32_t* words = nullptr;       // runs of letters, digits and "+/:_" of at least kMinWord bytes
    std::uint32_t* odd = nullptr;       // what is not spelled plainly: marks of disarming, escapes, no ASCII
    std::uint32_t* comments = nullptr;  // "#" at the beginning of a line
    Address4* plain4 = nullptr;         // of dots3, those that are addresses
    std::size_t name_count = 0, dot3_count = 0, odd4_count = 0, plain4_count = 0, address6_count = 0,
                word_count = 0, odd_count = 0, comment_count = 0;
    std::size_t line_count = 0;  // newlines
    std::size_t max_size = 0;

  private:
    std::unique_ptr<std::uint64_t[]> bits_;
    std::unique_ptr<std::uint32_t[]> lines_;
    std::unique_ptr<std::uint32_t[]> positions_;
    std::unique_ptr<Address4[]> addresses_;
};

// 64 bits of a mask: the lowest one is about the byte at `begin`; the upper one about the byte before `end`.
// Static: a kernel's own are compiled for its processor, and must not become everybody's.
static inline std::uint64_t bits_from(const std::uint64_t* bits, std::size_t begin) {
    const unsigned more = begin % 64;
    return bits[begin / 64] >> more | bits[begin / 64 + 1] << 1 << (63 - more);
}
static inline std::uint64_t bits_before(const std::uint64_t* bits, std::size_t end) {
    return bits_from(bits + static_cast<std::ptrdiff_t>(end / 64) - 1, end % 64);
}

// Precondition: `size` is at most marks.max_size, with kMargin on both sides.
using MarkText = void (*)(const std::uint8_t* text, std::size_t size, Marks& marks);
void mark_text_portable(const std::uint8_t* text, std::size_t size, Marks& marks);
void mark_text_avx2(const std::uint8_t* text, std::size_t size, Marks& marks);    // where has_avx2()
void mark_text_avx512(const std::uint8_t* text, std::size_t size, Marks& marks);  // where has_avx512()
bool has_avx2();
bool has_avx512();
// The fastest that this processor has; the portable one where COMITY_SCAN_PORTABLE is set.
MarkText best_mark_text();

}  // namespace comity::intelligence::match
