#include "governance/consultation/diff.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace comity::governance {
namespace {

using Kind = TextChange::Kind;

// The bytes of the character that begins here.
std::size_t length_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return std::min(length, text.size() - at);
}

enum class Character { kWord, kSpace, kOther };
Character kind_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first == ' ' || first == '\n' || first == '\t' || first == '\r') return Character::kSpace;
    if (first < 0x80) {
        const bool word = (first >= '0' && first <= '9') || ((first | 0x20) >= 'a' && (first | 0x20) <= 'z');
        return word ? Character::kWord : Character::kOther;
    }
    // Letters of alphabets take two bytes; what takes three or four is written without spaces, or is a sign.
    return first < 0xe0 ? Character::kWord : Character::kOther;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        const Character kind = kind_at(text, at);
        std::size_t end = at + length_at(text, at);
        while (kind != Character::kOther && end < text.size() && kind_at(text, end) == kind)
            end += length_at(text, end);
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

class Changes {
  public:
    void add(Kind kind, std::string_view text) {
        if (text.empty()) return;
        if (list_.empty() || list_.back().kind != kind) list_.push_back({kind, {}});
        list_.back().text.append(text);
    }
    void add(Kind kind, std::span<const std::string_view> words) {
        for (const std::string_view word : words) add(kind, word);
    }
    std::vector<TextChange> list() && { return std::move(list_); }

  private:
    std::vector<TextChange> list_;
};

// The furthest reaching paths by number of changes; empty: more than kMaxChanges.
std::vector<std::vector<int>> trace_of(std::span<const std::string_view> a,
                                       std::span<const std::string_view> b) {
    const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
    const int most = std::min(n + m, kMaxChanges);
    std::vector<std::vector<int>> trace;
    std::vector<int> reach(static_cast<std::size_t>(2 * most + 3));
    const auto at = [&](int k) -> int& {
        const int place = k + most + 1;
        return reach[static_cast<std::size_t>(place)];
    };
    for (int d = 0; d <= most; ++d) {
        // Of the row before only what this one reads is kept: 2 d + 1 values.
        trace.emplace_back(reach.begin() + (most + 1 - d), reach.begin() + (most + 2 + d));
        for (int k = -d; k <= d; k += 2) {
            int x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
            while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
                ++x;
            at(k) = x;
            if (x >= n && x - k >= m) return trace;
        }
    }
    return {};
}

}  // namespace

std::vector<TextChange> text_changes(std::string_view before, std::string_view after) {
    const auto all_before = words_of(before), all_after = words_of(after);
    const auto first = std::ranges::mismatch(all_before, all_after);
    const auto begin = static_cast<std::size_t>(first.in1 - all_before.begin());
    std::size_t end = 0;  // of the same words at the end
    while (end < std::min(all_before.size(), all_after.size()) - begin &&
           all_before[all_before.size() - 1 - end] == all_after[all_after.size() - 1 - end])
        ++end;
    const std::span<const std::string_view> a(all_before.data() + begin, all_before.size() - begin - end);
    const std::span<const std::string_view> b(all_after.data() + begin, all_after.size() - begin - end);

    // Back along the path, from the end.
    std::vector<std::pair<Kind, std::string_view>> steps;
    const auto trace = trace_of(a, b);
    int x = static_cast<int>(a.size()), y = static_cast<int>(b.size());
    for (int d = static_cast<int>(trace.size()) - 1; d >= 0; --d) {
        const std::vector<int>& row = trace[static_cast<std::size_t>(d)];  // row[i]: diagonal i - d
        const int k = x - y;
        const auto at = [&](int diagonal) {
            const int place = diagonal + d;
            return row[static_cast<std::size_t>(place)];
        };
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        const int from = down ? k + 1 : k - 1;
        const int from_x = d == 0 ? 0 : at(from);
        const int from_y = d == 0 ? 0 : from_x - from;
        while (x > from_x && y > from_y) {
            --x, --y;
            steps.emplace_back(Kind::kSame, a[static_cast<std::size_t>(x)]);
        }
        if (d == 0) break;
        if (down)
            steps.emplace_back(Kind::kAdded, b[static_cast<std::size_t>(--y)]);
        else
            steps.emplace_back(Kind::kRemoved, a[static_cast<std::size_t>(--x)]);
    }
    if (trace.empty()) {
        for (std::size_t i = b.size(); i-- > 0;) steps.emplace_back(Kind::kAdded, b[i]);
        for (std::size_t i = a.size(); i-- > 0;) steps.emplace_back(Kind::kRemoved, a[i]);
    }

    Changes changes;
    changes.add(Kind::kSame, std::span(all_before).first(begin));
    // Of what changed in one place, what went comes first.
    for (std::size_t i = steps.size(); i > 0;) {
        if (steps[i - 1].first == Kind::kSame) {
            changes.add(Kind::kSame, steps[--i].second);
            continue;
        }
        std::size_t last = i;
        while (last > 0 && steps[last - 1].first != Kind::kSame) --last;
        for (const Kind kind : {Kind::kRemoved, Kind::kAdded}) {
            for (std::size_t j = i; j > last; --j) {
                if (steps[j - 1].first == kind) changes.add(kind, steps[j - 1].second);
            }
        }
        i = last;
    }
    changes.add(Kind::kSame, std::span(all_before).last(end));
    return std::move(changes).list();
}

}  // namespace comity::governance
