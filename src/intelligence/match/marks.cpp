#include "intelligence/match/marks.h"

#include <cstdlib>
#include <iterator>

#include "intelligence/match/mark_blocks.h"

namespace comity::intelligence::match {
namespace {

enum Bit : std::uint16_t {
    kDigit = 1,
    kAlnum = 2,
    kHex = 4,
    kDot = 8,
    kColon = 16,
    kWord = 32,
    kRun = 64,
    kNewline = 128,
    kHash = 256,
    kOpen = 512,
    kClose = 1024,
    kBackslash = 2048,
    kHigh = 4096,
};

constexpr auto kTable = [] {
    struct Table {
        std::uint16_t bits[256];
    } table{};
    const auto set = [&](int from, int to, int bits) {
        for (int c = from; c <= to; ++c) table.bits[c] = static_cast<std::uint16_t>(table.bits[c] | bits);
    };
    set('0', '9', kDigit | kAlnum | kHex | kWord | kRun);
    set('a', 'z', kAlnum | kWord | kRun);
    set('A', 'Z', kAlnum | kWord | kRun);
    set('a', 'f', kHex);
    set('A', 'F', kHex);
    set('.', '.', kDot | kWord);
    set('-', '-', kWord);
    set('_', '_', kWord | kRun);
    set(':', ':', kColon | kRun);
    set('+', '+', kRun);
    set('/', '/', kRun);
    set('\n', '\n', kNewline);
    set('#', '#', kHash);
    for (const char c : {'[', '(', '{', '<'}) set(c, c, kOpen);
    for (const char c : {']', ')', '}', '>'}) set(c, c, kClose);
    set('\\', '\\', kBackslash);
    set(0x80, 0xff, kHigh | kWord);
    return table;
}();

struct Portable : CommonKernel {
    static void classify(const std::uint8_t* block, Classes& c, std::size_t lane, std::uint64_t& word,
                         std::uint64_t& dot, std::uint64_t& newline) {
        std::uint64_t* const masks[] = {&c.digit[lane], &c.alnum[lane], &c.hex[lane],   &dot,
                                        &c.colon[lane], &word,          &c.run[lane],   &newline,
                                        &c.hash[lane],  &c.open[lane],  &c.close[lane], &c.backslash[lane],
                                        &c.high[lane]};
        std::uint64_t found[std::size(masks)] = {};
        for (int i = 0; i < 64; ++i) {
            const unsigned bits = kTable.bits[block[i]];
            for (std::size_t k = 0; k < std::size(masks); ++k) found[k] |= std::uint64_t{bits >> k & 1U} << i;
        }
        for (std::size_t k = 0; k < std::size(masks); ++k) *masks[k] = found[k];
    }
};

constexpr std::size_t kSpare = 48;  // positions that put() may write beyond what there is

}  // namespace

Marks::Marks(std::size_t most) : max_size(most) {
    // Kernels fill them by eight.
    const std::size_t blocks = most / 64 + 1 + 2 * kLanes;
    bits_ = std::make_unique<std::uint64_t[]>(3 * blocks);
    word = bits_.get() + 1;
    dot = word + blocks;
    newline = dot + blocks;
    lines_ = std::make_unique<std::uint32_t[]>(blocks);
    lines = lines_.get();
    // No two of one list stand on one byte.
    const std::size_t positions = most + 64 + kSpare;
    positions_ = std::make_unique_for_overwrite<std::uint32_t[]>(7 * positions);
    names = positions_.get();
    dots3 = names + positions;
    odd4 = dots3 + positions;
    addresses6 = odd4 + positions;
    words = addresses6 + positions;
    odd = words + positions;
    comments = odd + positions;
    addresses_ =
        std::make_unique_for_overwrite<Address4[]>(most / 7 + 2);  // "1.2.3.4" and what is between them
    plain4 = addresses_.get();
}

void mark_text_portable(const std::uint8_t* text, std::size_t size, Marks& marks) {
    mark_blocks<Portable>(text, size, marks);
}

bool has_avx2() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
           __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
#else
    return false;
#endif
}

bool has_avx512() {
#if defined(__x86_64__)
    return has_avx2() && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0;
#else
    return false;
#endif
}

MarkText best_mark_text() {
    static const bool portable = std::getenv("COMITY_SCAN_PORTABLE") != nullptr;
    if (portable) return mark_text_portable;
    return has_avx512() ? mark_text_avx512 : has_avx2() ? mark_text_avx2 : mark_text_portable;
}

}  // namespace comity::intelligence::match
