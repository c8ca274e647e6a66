// Names, and what stands around them.
#include <algorithm>
#include <bit>
#include <string>

#include "intelligence/match/pass.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kProbesAtOnce = 64;
constexpr std::size_t kMaxLocal =
    64;  // bytes before the "@" of an e-mail address (RFC 5321 section 4.5.3.1.1)
constexpr std::size_t kMaxUrl = 8192;  // bytes, as classify() takes them
constexpr std::size_t kMaxScheme = 8;  // bytes, disarmed ones included
constexpr std::size_t kMaxUser = 256;  // bytes

constexpr auto kLooks = [] {
    struct Table {
        std::uint8_t bits[256];
    } table{};
    const auto set = [&](int from, int to, int bits) {
        for (int c = from; c <= to; ++c) table.bits[c] = static_cast<std::uint8_t>(table.bits[c] | bits);
    };
    set('0', '9', kIsDigit | kIsAlnum | kIsWord | kIsRun | kIsLocal);
    set('a', 'z', kIsAlnum | kIsWord | kIsRun | kIsLocal);
    set('A', 'Z', kIsAlnum | kIsWord | kIsRun | kIsLocal);
    set(0x80, 0xff, kIsWord | kIsUrl);
    set(0x21, 0x7e, kIsUrl);
    for (const char c : {'.', '-', '_'}) set(c, c, kIsWord);
    for (const char c : {'+', '/', ':', '_'}) set(c, c, kIsRun);
    for (const char c : {'.', '_', '%', '+', '-'}) set(c, c, kIsLocal);
    for (const char c : {'.', ',', ';', ':', '!', '?', ')', '\'', ']'}) set(c, c, kIsEnd);
    for (const char c : {'"', '<', '>', '\\', '^', '`', '{', '|', '}'})
        table.bits[static_cast<unsigned char>(c)] &= static_cast<std::uint8_t>(~kIsUrl);
    return table;
}();

bool scheme_letter(char c) {
    return looks(c, kIsAlnum) || c == '*' || c == '_';  // h**p and h__p (disarmed.h)
}

// What a name's ends are hashed from: the last 32 bytes before `end`, fetched once for all of them.
class NameTail {
  public:
    NameTail(const Seed& seed, const char* text, std::size_t end) : seed_(seed), end_(text + end) {
        for (std::size_t i = 0; i < 4; ++i) {
            std::memcpy(&tail_[i], end_ - 8 * (i + 1), 8);
            tail_[i] |= kNoCase;
        }
    }
    // Of the last `size` bytes.
    std::uint64_t hash(std::size_t size) const {
        return size <= 32 ? hash_of_short_name(seed_, tail_, size)
                          : hash_of(seed_, KeyClass::kName, {end_ - size, size});
    }

  private:
    const Seed& seed_;
    const char* end_;
    Tail tail_;
};

}  // namespace

const std::uint8_t (&look_bits)[256] = kLooks.bits;

// The run itself; and without the marks that it begins with.
void Pass::probe_whole(std::uint32_t begin, std::uint32_t end, std::vector<PassRoom::Probe>& to) {
    const auto probe = [&](std::uint32_t from) {
        if (end - from > kMaxKey) return;
        const std::uint64_t hash = hash_of(catalog_.seed(), KeyClass::kName, view(from, end));
        catalog_.prefetch(hash);
        to.push_back({hash, end, static_cast<std::uint16_t>(end - from), true, false});
    };
    probe(begin);
    std::uint32_t plain = begin;
    while (plain < end && !looks(text_[plain], kIsAlnum) && at(plain) < 0x80) ++plain;
    if (plain != begin && plain < end) probe(plain);
}

// One question for each name: of more than two labels the last two, which are in the filter where any name is
// listed that ends so.
void Pass::name_at(std::uint32_t end) {
    while (end > 0 && (text_[end - 1] == '.' || text_[end - 1] == '-' || text_[end - 1] == '_')) --end;
    if (end == 0) return;
    const int run = std::countl_one(bits_before(marks_.word, end));
    if (run == 0) return;
    std::uint64_t dots = bits_before(marks_.dot, end) & ~std::uint64_t{0} << (64 - run);
    // The last label alone is no name.
    dots &= ~(std::uint64_t{1} << 63 >> (std::countl_zero(dots) & 63));
    if (dots == 0 && run == 64) return long_parents_of(end, room_.probes);
    const auto size = static_cast<std::size_t>(dots == 0 ? run : std::countl_zero(dots));
    // A name without the marks that it begins with ends otherwise.
    if (!looks(text_[end - size], kIsAlnum)) return parents_of(end, room_.probes);
    const std::uint64_t hash = NameTail(catalog_.seed(), text_, end).hash(size);
    catalog_.prefetch(hash);
    room_.probes.push_back({hash, end, static_cast<std::uint16_t>(size), dots == 0, dots != 0});
}

// Every parent of the name that ends there, and itself.
void Pass::parents_of(std::uint32_t end, std::vector<PassRoom::Probe>& to) {
    const int run = std::countl_one(bits_before(marks_.word, end));
    if (run == 64) return long_parents_of(end, to);
    const NameTail tail(catalog_.seed(), text_, end);
    std::uint64_t dots = bits_before(marks_.dot, end) & ~std::uint64_t{0} << (64 - run);
    for (bool first = true; dots != 0; first = false) {
        const int before = std::countl_zero(dots);
        dots &= ~(std::uint64_t{1} << (63 - before));
        if (first || before == 0) continue;
        const std::uint64_t hash = tail.hash(static_cast<std::size_t>(before));
        catalog_.prefetch(hash);
        to.push_back({hash, end, static_cast<std::uint16_t>(before), false, false});
    }
    probe_whole(end - static_cast<std::uint32_t>(run), end, to);
}

// Of a run of 64 bytes or more: byte by byte, and no further than the longest name goes.
void Pass::long_parents_of(std::uint32_t end, std::vector<PassRoom::Probe>& to) {
    std::uint32_t begin = end;
    bool first = true;
    while (begin > 0 && looks(text_[begin - 1], kIsWord) && end - begin <= kMaxKey) {
        --begin;
        if (text_[begin] != '.') continue;
        const std::uint32_t size = end - begin - 1;
        if (!first && size > 0) {
            const std::uint64_t hash = hash_of(catalog_.seed(), KeyClass::kName, view(end - size, end));
            catalog_.prefetch(hash);
            to.push_back({hash, end, static_cast<std::uint16_t>(size), false, false});
        }
        first = false;
    }
    if (end - begin <= kMaxKey) probe_whole(begin, end, to);
}

// What is listed of what is asked for. Of names whose last two labels may be there, all that they may be met
// by goes to room_.more.
void Pass::find_names(std::vector<PassRoom::Probe>& probes) {
    std::size_t kept = 0;
    for (const PassRoom::Probe& probe : probes) {
        if (!catalog_.maybe(probe.hash)) continue;
        if (probe.beyond) {
            parents_of(probe.end, room_.more);
        } else {
            catalog_.prefetch_slot(probe.hash);
            probes[kept++] = probe;
        }
    }
    probes.resize(kept);
    for (const PassRoom::Probe& probe : probes) catalog_.prefetch_entry(probe.hash);
    for (const PassRoom::Probe& probe : probes) {
        room_.found.clear();
        catalog_.find(KeyClass::kName, view(probe.end - probe.size, probe.end), probe.hash, room_.found);
        for (const Listed& listed : room_.found) room_.names.push_back({probe, listed});
    }
    probes.clear();
}

void Pass::ask_probes() {
    find_names(room_.probes);
    find_names(room_.more);
}

void Pass::names() {
    room_.names.clear();
    room_.probes.clear();
    room_.probes.reserve(2 * kProbesAtOnce);
    room_.more.clear();
    for (std::size_t i = 0; i < marks_.name_count; ++i) {
        name_at(marks_.names[i]);
        if (room_.probes.size() >= kProbesAtOnce) ask_probes();
    }
    ask_probes();
    tell_names();
}

// Of each run, the nearest name that is listed; its file name; and what stands around it.
void Pass::tell_names() {
    const auto& names = room_.names;
    for (std::size_t i = 0; i < names.size();) {
        const std::uint32_t end = names[i].probe.end;
        const PassRoom::Name* nearest = nullptr;
        std::size_t around = 0;  // size of the whole run, where it is listed or marked
        for (; i < names.size() && names[i].probe.end == end; ++i) {
            const PassRoom::Name& name = names[i];
            if (name.probe.whole) around = std::max<std::size_t>(around, name.probe.size);
            if (!valid(name.listed)) continue;
            if (name.listed.kind == ValueKind::kDomain) {
                if (nearest == nullptr || name.probe.size > nearest->probe.size) nearest = &name;
            } else if (name.probe.whole) {
                hit(end - name.probe.size, end, name.listed);
            }
        }
        if (nearest != nullptr) hit(end - nearest->probe.size, end, nearest->listed);
        if (around > 0) around_host(end - around, end);
    }
}

void Pass::find_key(KeyClass key_class, std::string_view key, std::size_t begin, std::size_t end) {
    room_.found.clear();
    catalog_.find(key_class, key, room_.found);
    for (const Listed& listed : room_.found) {
        if (valid(listed)) hit(begin, end, listed);
    }
}

void Pass::around_host(std::size_t begin, std::size_t end) {
    out_.closer.push_back(begin);
    if (begin > 0 && text_[begin - 1] == '@') {
        std::size_t local = begin - 1;
        while (local > 0 && looks(text_[local - 1], kIsLocal) && begin - local <= kMaxLocal + 1) --local;
        if (local < begin - 1 && begin - 1 - local <= kMaxLocal) {
            const auto terms = search::value_terms(view(local, end));
            if (terms.front().front() == static_cast<char>(search::Kind::kEmail))
                find_key(KeyClass::kEmail, std::string_view(terms.front()).substr(1), local, end);
        }
        std::size_t user = begin - 1;
        while (user > 0 && looks(text_[user - 1], kIsUrl) && text_[user - 1] != '/' &&
               begin - user < kMaxUser)
            --user;
        if (user >= 3 && view(user - 3, user) == "://") url_at(user - 3, end);
    } else if (begin >= 3 && view(begin - 3, begin) == "://") {
        url_at(begin - 3, end);
    }
}

// `begin`: where its "://" stands.
void Pass::url_at(std::size_t begin, std::size_t host_end) {
    std::size_t scheme = begin;
    while (scheme > 0 && scheme_letter(text_[scheme - 1]) && begin - scheme <= kMaxScheme) --scheme;
    if (scheme == begin || begin - scheme > kMaxScheme) return;
    std::size_t end = host_end;
    while (end < size_ && looks(text_[end], kIsUrl) && end - scheme < kMaxUrl) ++end;
    const auto ask = [&](std::size_t until) {
        const auto terms = search::value_terms(view(scheme, until));
        if (terms.front().front() == static_cast<char>(search::Kind::kUrl))
            find_key(KeyClass::kUrl, std::string_view(terms.front()).substr(1), scheme, until);
    };
    const std::size_t before = out_.hits.size();
    ask(end);
    std::size_t plain = end;
    while (plain > host_end && looks(text_[plain - 1], kIsEnd)) --plain;
    if (plain != end && out_.hits.size() == before) ask(plain);
}

}  // namespace comity::intelligence::match
