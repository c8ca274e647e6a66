#include "intelligence/match/marks.h"

#include <cstdlib>

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

Classes classes_of(const std::uint8_t* block) {
    Classes c{};
    for (int i = 0; i < 64; ++i) {
        const unsigned bits = kTable.bits[block[i]];
        const auto add = [&](std::uint64_t& to, unsigned bit) {
            to |= static_cast<std::uint64_t>((bits & bit) != 0 ? 1U : 0U) << i;
        };
        add(c.digit, kDigit);
        add(c.alnum, kAlnum);
        add(c.hex, kHex);
        add(c.dot, kDot);
        add(c.colon, kColon);
        add(c.word, kWord);
        add(c.run, kRun);
        add(c.newline, kNewline);
        add(c.hash, kHash);
        add(c.open, kOpen);
        add(c.close, kClose);
        add(c.backslash, kBackslash);
        add(c.high, kHigh);
    }
    return c;
}

constexpr std::size_t kSpare = 8;  // positions that put() writes beyond what there is

}  // namespace

Marks::Marks(std::size_t most) : max_size(most) {
    const std::size_t blocks = most / 64 + 4;
    bits_ = std::make_unique<std::uint64_t[]>(3 * blocks);
    word = bits_.get() + 1;
    dot = word + blocks;
    newline = dot + blocks;
    // No two of one list stand on one byte.
    const std::size_t positions = most + 64 + kSpare;
    positions_ = std::make_unique_for_overwrite<std::uint32_t[]>(6 * positions);
    names = positions_.get();
    addresses4 = names + positions;
    addresses6 = addresses4 + positions;
    words = addresses6 + positions;
    odd = words + positions;
    comments = odd + positions;
}

void mark_text_portable(const std::uint8_t* text, std::size_t size, Marks& marks) {
    mark_blocks(text, size, marks, classes_of);
}

bool has_avx2() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
           __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
#else
    return false;
#endif
}

MarkText best_mark_text() {
    static const bool portable = std::getenv("COMITY_SCAN_PORTABLE") != nullptr;
    return !portable && has_avx2() ? mark_text_avx2 : mark_text_portable;
}

}  // namespace comity::intelligence::match
