// Addresses of IPv6, and words.
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
// Of letters and digits in lower case, what is added to carry into the upper bit from "g" on.
constexpr std::uint64_t kNotHex = 0x1919191919191919;
constexpr std::uint64_t kUpperBits = 0x8080808080808080;

}  // namespace

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
    room_.words.clear();
    for (std::size_t i = 0; i < marks_.word_count; ++i) run_at(marks_.words[i]);
    for (const PassRoom::Word& word : room_.words) {
        if (!catalog_.maybe(word.hash)) continue;
        char key[kMaxWord];
        const std::string_view spelled = view(word.begin, word.end);
        std::ranges::transform(spelled, key, lower);
        find_key(KeyClass::kWord, word.hexadecimal ? std::string_view(key, spelled.size()) : spelled,
                 word.begin, word.end);
    }
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
    static_assert(kMinWord >= 8 && kMaxWord % 8 == 0);
    char lowered[kMaxWord];
    const std::size_t size = end - begin;
    std::uint64_t others = 0;  // upper bits of bytes that are no hexadecimal digits
    // The last eight overlap those before them.
    for (std::size_t at = 0; at < size; at += 8) {
        const std::size_t from = std::min(at, size - 8);
        std::uint64_t eight = 0;
        std::memcpy(&eight, text_ + begin + from, 8);
        eight |= kNoCase;
        others |= (eight + kNotHex) & kUpperBits;
        std::memcpy(lowered + from, &eight, 8);
    }
    const bool hexadecimal = others == 0;
    const std::string_view asked = hexadecimal ? std::string_view(lowered, size) : view(begin, end);
    const std::uint64_t hash = hash_of(catalog_.seed(), KeyClass::kWord, asked);
    catalog_.prefetch(hash);
    room_.words.push_back(
        {hash, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), hexadecimal});
    if (hexadecimal) return;
    const std::string_view word = view(begin, end);
    const std::string other = lower(word[1]) == 'x' || lower(word[1]) == 'c' || lower(word[1]) == 'b'
                                  ? word_key(word)
                                  : std::string();
    if (!other.empty() && other != asked) find_key(KeyClass::kWord, other, begin, end);
}

}  // namespace comity::intelligence::match
