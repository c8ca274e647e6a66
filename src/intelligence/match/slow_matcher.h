// For tests: the same answers as the scanner's, by looking at every byte of a line and asking a plain map.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "intelligence/match/address_text.h"
#include "intelligence/match/networks4.h"
#include "intelligence/match/respell.h"
#include "intelligence/match/value.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {

// What was met, where, how long: offset and size are of the line.
using Met = std::set<std::tuple<std::size_t, std::size_t, Value>>;

class SlowMatcher {
  public:
    explicit SlowMatcher(const std::set<Value>& values) : values_(values) {}

    Met match(const std::string& line) const {
        Met met;
        look(line,
             [&](std::size_t at, std::size_t size, const Value& value) { met.emplace(at, size, value); });
        if (const auto again = respell(line)) {
            std::set<Value> plain;
            for (const auto& [at, size, value] : met) plain.insert(value);
            look(again->text, [&](std::size_t at, std::size_t size, const Value& value) {
                const std::size_t from = again->places[at];
                if (!plain.contains(value)) met.emplace(from, again->places[at + size] - from, value);
            });
        }
        return met;
    }

  private:
    static bool alnum(char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 && (c & '\x80') == 0;
    }
    static bool mark(char c) { return c == '.' || c == '-' || c == '_'; }
    static std::string lower(std::string text) {
        std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
        return text;
    }

    template <typename Is, typename Take>
    static void runs(const std::string& line, Is is, Take take) {
        for (std::size_t at = 0; at < line.size();) {
            std::size_t end = at;
            while (end < line.size() && is(line[end])) ++end;
            if (end > at) take(at, end);
            at = end + 1;
        }
    }

    template <typename Tell>
    void look(const std::string& line, Tell tell) const {
        const auto word = [](char c) { return alnum(c) || mark(c) || (c & '\x80') != 0; };
        const auto part = [&](std::size_t a, std::size_t b) { return line.substr(a, b - a); };
        const auto ask = [&](ValueKind kind, const std::string& text, std::size_t a, std::size_t b) {
            if (!values_.contains({kind, text})) return false;
            tell(a, b - a, Value{kind, text});
            return true;
        };
        runs(line, word, [&](std::size_t begin, std::size_t end) {
            while (end > begin && mark(line[end - 1])) --end;
            std::size_t plain = begin;
            while (plain < end && mark(line[plain])) ++plain;
            for (const std::size_t from : std::set{begin, plain})
                ask(ValueKind::kFileName, lower(part(from, end)), from, end);
            for (std::size_t at = begin; at < end; ++at) {  // the first is the nearest
                const bool starts = at == begin || at == plain || line[at - 1] == '.';
                if (starts && ask(ValueKind::kDomain, lower(part(at, end)), at, end)) break;
            }
            address(part(plain, end), plain, end, tell);
        });
        runs(
            line, [&](char c) { return word(c) || c == ':'; },
            [&](std::size_t begin, std::size_t end) {
                while (end > begin && mark(line[end - 1])) --end;
                if (end >= begin + 2 && line[end - 1] == ':' && line[end - 2] != ':') --end;
                while (begin < end && mark(line[begin])) ++begin;
                if (part(begin, end).contains(':')) address(part(begin, end), begin, end, tell);
            });
        runs(line, alnum, [&](std::size_t a, std::size_t b) {
            if (b - a < kMinWord || b - a > kMaxWord) return;
            std::set<std::string> keys{part(a, b), word_key(part(a, b))};
            for (const auto kind : {ValueKind::kMd5, ValueKind::kSha1, ValueKind::kSha256, ValueKind::kSha512,
                                    ValueKind::kJa3, ValueKind::kWallet}) {
                for (const auto& key : keys) ask(kind, key, a, b);
            }
        });
        runs(
            line, [](char c) { return alnum(c) || c == '_'; },
            [&](std::size_t a, std::size_t b) { ask(ValueKind::kJa4, lower(part(a, b)), a, b); });
        runs(
            line, [](char c) { return alnum(c) || std::string_view("+/:_").contains(c); },
            [&](std::size_t a, std::size_t b) { ask(ValueKind::kSsdeep, part(a, b), a, b); });
        const auto local = [](char c) { return alnum(c) || std::string_view("._%+-").contains(c); };
        for (std::size_t at = line.find('@'); at != std::string::npos; at = line.find('@', at + 1)) {
            std::size_t a = at, b = at + 1;
            while (a > 0 && local(line[a - 1])) --a;
            while (b < line.size() && word(line[b])) ++b;
            while (b > at && mark(line[b - 1])) --b;
            if (a < at && at - a <= 64) term(part(a, b), ValueKind::kEmail, a, b, ask);
        }
        for (std::size_t at = line.find("://"); at != std::string::npos; at = line.find("://", at + 1)) {
            std::size_t a = at, b = at + 3;
            while (a > 0 && (alnum(line[a - 1]) || line[a - 1] == '*' || line[a - 1] == '_')) --a;
            if (a == at || at - a > 8) continue;
            const auto in_url = [](char c) {
                return (c & '\x80') != 0 ||
                       (c > ' ' && c != 0x7f && !std::string_view("\"<>\\^`{|}").contains(c));
            };
            while (b < line.size() && in_url(line[b])) ++b;
            if (term(part(a, b), ValueKind::kUrl, a, b, ask)) continue;
            // What ends a sentence, but for the bracket of an IPv6 address.
            const bool bracket = line.substr(at + 3, 1) == "[" && line.find(']', at) < b;
            const std::size_t least = bracket ? line.find(']', at) + 1 : at + 3;
            while (b > least && std::string_view(".,;:!?)']").contains(line[b - 1])) --b;
            term(part(a, b), ValueKind::kUrl, a, b, ask);
        }
    }

    template <typename Ask>
    static bool term(const std::string& text, ValueKind kind, std::size_t a, std::size_t b, Ask ask) {
        const auto terms = search::value_terms(text);
        const char wanted = kind == ValueKind::kUrl ? 'u' : 'm';
        return !terms.empty() && terms.front().front() == wanted && ask(kind, terms.front().substr(1), a, b);
    }

    template <typename Tell>
    void address(const std::string& text, std::size_t a, std::size_t b, Tell tell) const {
        Network network;
        if (const auto four = read_address4(text)) {
            for (int i = 0; i < 4; ++i)
                network.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(*four >> (24 - 8 * i));
        } else if (const auto six = read_address6(text)) {
            const auto mapped = mapped_address4(*six);
            network.v6 = !mapped;
            network.bytes = *six;
            if (mapped) std::copy(six->begin() + 12, six->end(), network.bytes.begin());
        } else {
            return;
        }
        const Value* longest = nullptr;
        unsigned length = 0;
        for (const Value& value : values_) {
            if (value.kind > ValueKind::kIpv6Network) break;
            const Network holder = network_of(value.text);
            Network same = network;
            clear_host_bits(same, holder.length);
            if (holder.v6 != network.v6 ||
                !std::equal(same.bytes.begin(), same.bytes.begin() + (same.v6 ? 16 : 4),
                            holder.bytes.begin()) ||
                (longest != nullptr && holder.length <= length))
                continue;
            longest = &value;
            length = holder.length;
        }
        if (longest != nullptr) tell(a, b - a, *longest);
    }

    const std::set<Value>& values_;
};

}  // namespace comity::intelligence::match
