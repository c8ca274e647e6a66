// Addresses of IPv4.
#include <algorithm>

#include "intelligence/match/address_text.h"
#include "intelligence/match/pass.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kFetchedAhead = 32;

bool is_mark(char c) {
    return c == '.' || c == '-' || c == '_';
}

}  // namespace

void Pass::addresses4() {
    if (!catalog_.has_addresses4()) return;
    const std::size_t count = marks_.plain4_count;
    for (std::size_t i = 0; i < std::min(count, kFetchedAhead); ++i)
        catalog_.prefetch4(marks_.plain4[i].address);
    for (std::size_t i = 0; i < count; ++i) {
        if (i + kFetchedAhead < count) catalog_.prefetch4(marks_.plain4[i + kFetchedAhead].address);
        const Address4& each = marks_.plain4[i];
        if (catalog_.listed4(each.address)) tell_address4(each.address, each.begin, each.end);
    }
    for (std::size_t i = 0; i < marks_.odd4_count; ++i) odd_address4_at(marks_.odd4[i]);
}

// Marks that a run begins or ends with are none of its address.
void Pass::odd_address4_at(std::size_t third) {
    constexpr std::size_t kMaxFront = 12;  // bytes of three numbers and their dots, and one more
    std::size_t begin = third;
    while (begin > 0 && third - begin < kMaxFront &&
           (looks(text_[begin - 1], kIsDigit) || text_[begin - 1] == '.'))
        --begin;
    while (text_[begin] == '.') ++begin;
    std::size_t end = third + 1;
    while (end < size_ && end - third < 5 && looks(text_[end], kIsDigit)) ++end;
    const auto address = begin < third ? read_address4(view(begin, end)) : std::nullopt;
    if (!address || !catalog_.listed4(*address)) return;
    std::size_t before = begin;
    while (before > 0 && is_mark(text_[before - 1])) --before;
    if (before > 0 && looks(text_[before - 1], kIsWord)) return;
    std::size_t behind = end;
    while (behind < size_ && is_mark(text_[behind])) ++behind;
    if (behind < size_ && looks(text_[behind], kIsWord)) return;
    tell_address4(*address, begin, end);
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

}  // namespace comity::intelligence::match
