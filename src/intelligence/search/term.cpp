#include "intelligence/search/term.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/text.h"
#include "crypto/sha256.h"
#include "crypto/unicode.h"
#include "intelligence/indicator/disarmed.h"

namespace comity::intelligence::search {
namespace {

struct SearchedNetwork {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};
    unsigned length = 0;

    unsigned bits() const { return v6 ? 128 : 32; }
    std::size_t size() const { return v6 ? 16 : 4; }
    bool is_address() const { return length == bits(); }
    std::string text() const { return std::string(bytes.begin(), bytes.begin() + static_cast<long>(size())); }
};

void clear_from(SearchedNetwork& network, unsigned length) {
    for (unsigned bit = length; bit < network.bits(); ++bit)
        network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
    network.length = length;
}

SearchedNetwork last_in(SearchedNetwork network) {
    for (unsigned bit = network.length; bit < network.bits(); ++bit)
        network.bytes[bit / 8] |= static_cast<std::uint8_t>(0x80u >> bit % 8);
    return network;
}

std::string family_term(Kind kind, const SearchedNetwork& network) {
    std::string term{static_cast<char>(kind), network.v6 ? '6' : '4'};
    return term + network.text();
}
std::string address_term(const SearchedNetwork& network) {
    return family_term(Kind::kAddress, network);
}
std::string network_term(const SearchedNetwork& network) {
    return family_term(Kind::kNetwork, network) + static_cast<char>(network.length);
}

bool is_mapped(const SearchedNetwork& network) {  // ::ffff:0:0/96 (RFC 4291 section 2.5.5.2)
    static constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return network.v6 && std::equal(kPrefix.begin(), kPrefix.end(), network.bytes.begin());
}

// An address or a network, in brackets or not.
std::optional<SearchedNetwork> parse_network(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    if (address.empty() || address.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    SearchedNetwork network;
    network.v6 = address.find(':') != std::string::npos;
    if (inet_pton(network.v6 ? AF_INET6 : AF_INET, address.c_str(), network.bytes.data()) != 1)
        return std::nullopt;
    network.length = network.bits();
    if (slash != std::string_view::npos) {
        const std::string_view length = text.substr(slash + 1);
        unsigned bits = 0;
        const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
        if (length.empty() || error != std::errc() || end != length.data() + length.size() ||
            bits > network.bits())
            return std::nullopt;
        clear_from(network, bits);
    }
    if (is_mapped(network) && network.length >= 96) {
        std::copy(network.bytes.begin() + 12, network.bytes.end(), network.bytes.begin());
        std::fill(network.bytes.begin() + 4, network.bytes.end(), std::uint8_t{0});
        network.v6 = false;
        network.length -= 96;
    }
    return network;
}

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

// A name with a dot in it whose labels are a domain's; in punycode where it is in a script of its own.
std::optional<std::string> normal_domain(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() || text.size() > 1000 || text.find('.') == std::string_view::npos) return std::nullopt;
    std::string name(text);
    std::ranges::transform(name, name.begin(), lower);
    if (std::ranges::any_of(name, [](char c) { return static_cast<std::uint8_t>(c) >= 0x80; })) {
        if (!crypto::is_utf8(name)) return std::nullopt;
        char* ascii = nullptr;
        const int done = idn2_to_ascii_8z(name.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
        const std::unique_ptr<char, void (*)(void*)> owned(ascii, idn2_free);
        if (done != IDN2_OK) return std::nullopt;
        name = owned.get();
    }
    bool letters = false;
    char before = '.';
    for (const char c : name) {
        if (!(letter(c) || digit(c) || c == '-' || c == '_' || c == '.')) return std::nullopt;
        if (c == '.' && before == '.') return std::nullopt;
        letters = letters || letter(c);
        before = c;
    }
    if (!letters) return std::nullopt;
    return name;
}

// Host, and what stands behind it, of what follows "://".
std::optional<std::string> url_term(std::string_view text, std::vector<std::string>& more) {
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos || mark == 0 || mark > 32) return std::nullopt;
    std::string scheme(text.substr(0, mark));
    std::ranges::transform(scheme, scheme.begin(), lower);
    std::string_view rest = text.substr(mark + 3);
    const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, path);
    rest.remove_prefix(path);
    const std::size_t at = authority.rfind('@');
    const std::string user(at == std::string_view::npos ? "" : authority.substr(0, at + 1));
    if (at != std::string_view::npos) authority.remove_prefix(at + 1);
    std::string_view port;
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos &&
        (authority.front() == '[' || authority.find(':') == colon)) {
        port = authority.substr(colon + 1);
        authority = authority.substr(0, colon);
    }
    std::string host(authority);
    if (const auto network = parse_network(authority); network && network->is_address()) {
        char buffer[INET6_ADDRSTRLEN] = {};
        host = inet_ntop(network->v6 ? AF_INET6 : AF_INET, network->bytes.data(), buffer, sizeof buffer);
        if (network->v6) host = "[" + host + "]";
        more.push_back(address_term(*network));
    } else if (const auto domain = normal_domain(authority)) {
        host = *domain;
        more.push_back(make_term(Kind::kDomain, host));
    } else {
        std::ranges::transform(host, host.begin(), lower);
    }
    std::string url = scheme + "://" + user + host;
    const bool usual = (scheme == "http" && port == "80") || (scheme == "https" && port == "443");
    if (!port.empty() && !usual) url += ":" + std::string(port);
    if (rest != "/") url += rest;
    return make_term(Kind::kUrl, url);
}

std::optional<std::string> email_term(std::string_view text, std::vector<std::string>& more) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || text.find_first_of(" /\\:") != std::string_view::npos)
        return std::nullopt;
    const auto domain = normal_domain(text.substr(at + 1));
    if (!domain) return std::nullopt;
    more.push_back(make_term(Kind::kDomain, *domain));
    std::string local(text.substr(0, at));
    std::ranges::transform(local, local.begin(), lower);
    return make_term(Kind::kEmail, local + "@" + *domain);
}

bool is_hash(std::string_view text) {
    if (text.size() != 32 && text.size() != 40 && text.size() != 64 && text.size() != 96 &&
        text.size() != 128)
        return false;
    return std::ranges::all_of(text, [](char c) { return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); });
}

// One code point in lower case; scripts whose capitals lie beside their small letters, as most do.
char32_t lower_letter(char32_t c) {
    if (c >= U'A' && c <= U'Z') return c + 32;
    if (c < 0x80) return c;
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f) return c + 80;
    if (c >= 0x531 && c <= 0x556) return c + 48;
    const bool even = (c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
                      (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) ||
                      (c >= 0x4d0 && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1eff);
    if (even && c % 2 == 0) return c + 1;
    const bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e) || (c >= 0x4c1 && c <= 0x4ce);
    if (odd && c % 2 == 1) return c + 1;
    return c;
}

// Scripts written without spaces between words.
bool stands_alone(char32_t c) {
    return (c >= 0x0e00 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) ||
           (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x4dbf) ||
           (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}
bool in_word(char32_t c) {
    if (c < 0x80) return letter(static_cast<char>(c)) || digit(static_cast<char>(c));
    return !crypto::is_space(c) && !(c >= 0x80 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) &&
           c != 0xd7 && c != 0xf7 && !(c >= 0x2000 && c <= 0x206f) && !(c >= 0x3000 && c <= 0x303f) &&
           !(c >= 0xff00 && c <= 0xff0f) && c != 0x60c && c != 0x61b && c != 0x61f;
}

}  // namespace

std::string folded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (const auto c = crypto::next_code_point(text, at)) {
            crypto::append_utf8(out, lower_letter(*c));
        } else {
            ++at;  // no UTF-8: passed over
        }
    }
    return out;
}

std::string make_term(Kind kind, std::string_view text) {
    std::string term(1, static_cast<char>(kind));
    term += text;
    if (term.size() <= kMaxTerm) return term;
    const Digest digest = crypto::sha256(as_bytes(term));
    term.resize(kMaxTerm - Digest::kSize);
    term.append(as_text(digest.view()));
    return term;
}

std::string property_term(std::string_view path, std::string_view value) {
    static constexpr std::size_t kDigits = 10;  // of a digest: two properties in 10^24 share a term
    std::string text(path);
    text += '\0';
    text += value;
    const Digest digest = crypto::sha256(as_bytes(text));
    return make_term(Kind::kProperty, as_text(digest.view().first(kDigits)));
}

std::string confidence_term(int confidence) {
    return {static_cast<char>(Kind::kConfidence), static_cast<char>(confidence)};
}

std::string audience_term(std::int64_t audience) {
    std::string term(1, static_cast<char>(Kind::kAudience));
    for (int shift = 56; shift >= 0; shift -= 8)
        term += static_cast<char>(static_cast<std::uint64_t>(audience) >> shift & 0xff);
    return term;
}

std::string text_of_term(std::string_view term) {
    if (term.empty()) return {};
    const auto kind = static_cast<Kind>(term.front());
    term.remove_prefix(1);
    if (kind == Kind::kAddress || kind == Kind::kNetwork) {
        const bool v6 = term.starts_with('6');
        const std::size_t size = v6 ? 16 : 4;
        if (term.size() != 1 + size + (kind == Kind::kNetwork ? 1 : 0)) return {};
        char buffer[INET6_ADDRSTRLEN] = {};
        std::string text = inet_ntop(v6 ? AF_INET6 : AF_INET, term.data() + 1, buffer, sizeof buffer);
        if (kind == Kind::kNetwork) text += "/" + std::to_string(static_cast<std::uint8_t>(term.back()));
        return text;
    }
    if (term.size() + 1 < kMaxTerm) return std::string(term);
    return shown(term.substr(0, kMaxTerm - Digest::kSize - 1), kMaxTerm - Digest::kSize - 2);
}

std::vector<std::string> value_terms(std::string_view text) {
    text = trimmed(text, " \t\r\n");
    if (text.empty()) return {};
    const std::string value = rearmed(text);
    std::vector<std::string> more;
    std::vector<std::string> terms;
    if (const auto network = parse_network(value)) {
        terms.push_back(network->is_address() ? address_term(*network) : network_term(*network));
    } else if (is_hash(value)) {
        terms.push_back(make_term(Kind::kHash, folded(value)));
    } else if (auto url = url_term(value, more)) {
        terms.push_back(*std::move(url));
    } else if (auto email = email_term(value, more)) {
        terms.push_back(*std::move(email));
    } else if (auto domain = normal_domain(value)) {
        terms.push_back(make_term(Kind::kDomain, *domain));
    } else {
        terms.push_back(make_term(Kind::kOther, folded(value)));
    }
    terms.insert(terms.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    return terms;
}

std::vector<TermRange> value_ranges(std::string_view text) {
    text = trimmed(text, " \t\r\n");
    std::vector<TermRange> ranges;
    const auto only = [&](const std::string& term) { ranges.push_back({term, term}); };
    const auto network = parse_network(rearmed(text));
    if (!network) {
        const auto terms = value_terms(text);
        if (!terms.empty()) only(terms.front());
        return ranges;
    }
    if (network->is_address()) {
        only(address_term(*network));
    } else {
        const SearchedNetwork last = last_in(*network);
        ranges.push_back({address_term(*network), address_term(last)});
        // Of those that begin in it, the ones as long as itself or longer. A shorter one that begins at the
        // same address holds it; it is among the following.
        std::string end = family_term(Kind::kNetwork, last);
        end.push_back(static_cast<char>(0xff));
        ranges.push_back({network_term(*network), std::move(end)});
    }
    SearchedNetwork holder = *network;
    for (unsigned length = network->is_address() ? network->bits() : network->length; length-- > 0;) {
        clear_from(holder, length);
        only(network_term(holder));
    }
    return ranges;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto c = crypto::next_code_point(text, at);
        if (!c) {
            ++at;
            end();
        } else if (stands_alone(*c)) {
            end();
            crypto::append_utf8(word, *c);
            end();
        } else if (in_word(*c)) {
            crypto::append_utf8(word, lower_letter(*c));
        } else {
            end();
        }
    }
    end();
    return words;
}

}  // namespace comity::intelligence::search
