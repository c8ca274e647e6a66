// Addresses and words.
#include <algorithm>
#include <array>
#include <bit>

#include "base/text.h"
#include "intelligence/match/address_text.h"
#include "intelligence/match/pass.h"
#include "intelligence/match/value.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxAddress6 = 45;  // bytes

// The number of `size` (1 to 3) digits that end before `end`; -1 where it has a leading zero or is over 255.
inline int octet(const char* end, unsigned size) {
    std::uint32_t four = 0;
    std::memcpy(&four, end - 4, 4);
    four &= ~std::uint32_t{0} << 8 * (4 - size);
    four &= 0x0f0f0f0f;
    const unsigned ones = four >> 24, tens = four >> 16 & 0xff, hundreds = four >> 8 & 0xff;
    const unsigned value = hundreds * 100 + tens * 10 + ones;
    const bool leading = (size == 2 && tens == 0) || (size == 3 && hundreds == 0);
    return leading || value > 255 ? -1 : static_cast<int>(value);
}

}  // namespace

void Pass::addresses4() {
    if (!catalog_.has_addresses4()) return;
    auto& addresses = room_.addresses;
    addresses.clear();
    for (std::size_t i = 0; i < marks_.address4_count; ++i) {
        // The kernel has seen to it that there are one to three digits between the dots.
        const std::size_t third = marks_.addresses4[i];
        std::uint64_t dots = bits_before(marks_.dot, third);
        const auto to_second = static_cast<unsigned>(std::countl_zero(dots));
        dots &= ~(std::uint64_t{1} << (63 - to_second));
        const auto to_first = static_cast<unsigned>(std::countl_zero(dots));
        const std::size_t second = third - 1 - to_second;
        const std::size_t first = third - 1 - to_first;
        std::size_t begin = first;
        while (begin > 0 && first - begin < 4 && looks(text_[begin - 1], kIsDigit)) --begin;
        std::size_t end = third + 1;
        while (end < size_ && end - third < 5 && looks(text_[end], kIsDigit)) ++end;
        const std::size_t front = first - begin, back = end - third - 1;
        if (front == 0 || front > 3 || back == 0 || back > 3) continue;
        if (begin > 0 && looks(text_[begin - 1], kIsWord)) {
            // Marks that a run begins with are none of its address.
            std::size_t before = begin;
            while (before > 0 &&
                   (text_[before - 1] == '.' || text_[before - 1] == '-' || text_[before - 1] == '_'))
                --before;
            if (before == begin || (before > 0 && looks(text_[before - 1], kIsWord))) continue;
        }
        if (end < size_ && looks(text_[end], kIsWord)) {
            std::size_t behind = end;
            while (behind < size_ && (text_[behind] == '.' || text_[behind] == '-' || text_[behind] == '_'))
                ++behind;
            if (behind == end || (behind < size_ && looks(text_[behind], kIsWord))) continue;
        }
        const int a = octet(text_ + first, static_cast<unsigned>(front));
        const int b = octet(text_ + second, static_cast<unsigned>(second - first - 1));
        const int c = octet(text_ + third, to_second);
        const int d = octet(text_ + end, static_cast<unsigned>(back));
        if ((a | b | c | d) < 0) continue;
        const auto address = static_cast<std::uint32_t>(a) << 24 | static_cast<std::uint32_t>(b) << 16 |
                             static_cast<std::uint32_t>(c) << 8 | static_cast<std::uint32_t>(d);
        catalog_.prefetch4(address);
        addresses.push_back({address, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
    for (const PassRoom::Address& each : addresses) {
        if (catalog_.listed4(each.address)) tell_address4(each.address, each.begin, each.end);
    }
}

void Pass::tell_address4(std::uint32_t address, std::size_t begin, std::size_t end) {
    room_.found.clear();
    catalog_.find4(address, room_.found);
    const auto longest =
        std::ranges::find_if(room_.found, [&](const Listed& listed) { return valid(listed); });
    if (longest != room_.found.end()) hit(begin, end, *longest);
    if (std::ranges::any_of(room_.found, [](const Listed& listed) { return listed.length == 32; }))
        around_host(begin, end);
}

void Pass::addresses6() {
    for (std::size_t i = 0; i < marks_.address6_count; ++i) address6_at(marks_.addresses6[i]);
}

void Pass::address6_at(std::uint32_t run_end) {
    std::size_t end = run_end;
    while (end > 0 && (text_[end - 1] == '.' || text_[end - 1] == '-' || text_[end - 1] == '_')) --end;
    if (end >= 2 && text_[end - 1] == ':' && text_[end - 2] != ':') --end;
    std::size_t begin = end;
    while (begin > 0 && (looks(text_[begin - 1], kIsWord) || text_[begin - 1] == ':')) {
        if (end - begin > kMaxAddress6) return;
        --begin;
    }
    while (begin < end && (text_[begin] == '.' || text_[begin] == '-' || text_[begin] == '_')) ++begin;
    const auto address = read_address6(view(begin, end));
    if (!address) return;
    if (const auto mapped = mapped_address4(*address)) {
        if (catalog_.listed4(*mapped)) tell_address4(*mapped, begin, end);
        return;
    }
    room_.found.clear();
    catalog_.find6(*address, room_.found);
    const auto longest =
        std::ranges::find_if(room_.found, [&](const Listed& listed) { return valid(listed); });
    if (longest != room_.found.end()) hit(begin, end, *longest);
    const bool itself =
        std::ranges::any_of(room_.found, [](const Listed& listed) { return listed.length == 128; });
    // In a URL it stands in brackets.
    if (itself && begin > 0 && text_[begin - 1] == '[' && end < size_ && text_[end] == ']')
        around_host(begin - 1, end + 1);
}

void Pass::words() {
    for (std::size_t i = 0; i < marks_.word_count; ++i) run_at(marks_.words[i]);
}

// A run of letters, digits and "+/:_": the words in it, and whether it is one of those that have such marks.
void Pass::run_at(std::uint32_t end) {
    std::size_t begin = end;
    std::size_t word_end = end;    // of letters and digits
    std::size_t joined_end = end;  // and "_"
    const auto close_word = [&] {
        if (word_end - begin >= kMinWord && word_end - begin <= kMaxWord) word_at(begin, word_end);
    };
    const auto close_joined = [&] {
        if (joined_end - begin == 36 && text_[begin + 10] == '_' && is_ja4(view(begin, joined_end))) {
            char key[36];
            std::transform(text_ + begin, text_ + joined_end, key, lower);
            find_key(KeyClass::kWord, {key, sizeof key}, begin, joined_end);
        }
    };
    int colons = 0;
    for (; begin > 0 && looks(text_[begin - 1], kIsRun); --begin) {
        if (looks(text_[begin - 1], kIsAlnum)) continue;
        close_word();
        word_end = begin - 1;
        if (text_[begin - 1] == '_') continue;
        close_joined();
        joined_end = begin - 1;
        colons += text_[begin - 1] == ':' ? 1 : 0;
    }
    close_word();
    close_joined();
    if (colons == 2 && is_ssdeep(view(begin, end))) find_key(KeyClass::kWord, view(begin, end), begin, end);
}

void Pass::word_at(std::size_t begin, std::size_t end) {
    // As word_key(), without a string of its own for every word of a log.
    char key[kMaxWord];
    const std::string_view word = view(begin, end);
    const bool hexadecimal = std::ranges::all_of(
        word, [](char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f'); });
    std::string_view asked = word;
    if (hexadecimal) {
        std::ranges::transform(word, key, lower);
        asked = {key, word.size()};
    }
    const std::uint64_t hash = hash_of(catalog_.seed(), KeyClass::kWord, asked);
    if (catalog_.maybe(hash)) find_key(KeyClass::kWord, asked, begin, end);
    if (hexadecimal) return;
    const std::string other = lower(word[1]) == 'x' || lower(word[1]) == 'c' || lower(word[1]) == 'b'
                                  ? word_key(word)
                                  : std::string();
    if (!other.empty() && other != asked) find_key(KeyClass::kWord, other, begin, end);
}

}  // namespace comity::intelligence::match
