#include "intelligence/indicator/classify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "intelligence/indicator/address.h"
#include "intelligence/indicator/disarmed.h"
#include "intelligence/indicator/domain.h"
#include "intelligence/indicator/words.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxEntries = 1'000'000;
constexpr std::size_t kMaxEntry = 8192;  // bytes
constexpr std::size_t kMaxShown = 120;
constexpr std::array<std::string_view, kIndicatorKinds> kKindNames = {
    "ipv4", "ipv4-network", "ipv6",   "ipv6-network", "domain",    "url", "email", "md5",
    "sha1", "sha256",       "sha512", "ssdeep",       "file-name", "ja3", "ja4",   "wallet"};

// Schemes of URLs that are indicators.
constexpr std::array<std::string_view, 10> kSchemes = {"https://", "http://", "ftps://", "ftp://", "ws://",
                                                       "wss://",   "sftp://", "ssh://",  "tcp://", "udp://"};

// The entry as it was meant, its scheme (if any) in lower case.
std::string entry_meant(std::string_view entry) {
    std::string text = rearmed(entry);
    for (const std::string_view scheme : kSchemes) {
        if (!starts_with_word(text, scheme)) continue;
        text.replace(0, scheme.size(), scheme);
        break;
    }
    return text;
}

std::optional<IndicatorKind> sum_kind(std::string_view text) {
    if (!is_hexadecimal(text)) return std::nullopt;
    switch (text.size()) {
        case 32:
            return IndicatorKind::kMd5;
        case 40:
            return IndicatorKind::kSha1;
        case 64:
            return IndicatorKind::kSha256;
        case 128:
            return IndicatorKind::kSha512;
        default:
            return std::nullopt;
    }
}

// A host in a URL: an address, in brackets where it is of IPv6, or a domain name; in its normal spelling.
Result<std::string> normal_host(std::string_view host) {
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (auto address = classify_address(bracketed ? host.substr(1, host.size() - 2) : host)) {
        if (!*address) return std::unexpected(std::move(*address).error());
        return bracketed ? fmt::format("[{}]", (*address)->value) : (*address)->value;
    }
    if (bracketed) return invalid({}, "has no IPv6 address between its brackets");
    return normal_domain(host);
}

Result<Indicator> classify_url(std::string_view text) {
    const std::size_t begin = text.find("://") + 3;
    const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t at = authority.rfind('@');
    const std::size_t host_begin = at == std::string_view::npos ? 0 : at + 1;
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? host_begin : bracket);
    const std::string_view host =
        authority.substr(host_begin, std::min(colon, authority.size()) - host_begin);
    if (colon != std::string_view::npos) {
        const std::string_view port = authority.substr(colon + 1);
        if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos)
            return invalid({}, "the URL's port is no number");
    }
    if (text.find_first_of(" \t\"<>\\^`{|}", begin) != std::string_view::npos)
        return invalid({}, "the URL holds characters that none does");
    if (!is_plain_utf8(text)) return invalid({}, "the URL is no plain UTF-8");
    auto normal = normal_host(host);
    if (!normal) return within("the URL's host", std::move(normal).error());
    std::string value(text.substr(0, begin + host_begin));
    value += *normal;
    value += text.substr(begin + host_begin + host.size());
    return Indicator{IndicatorKind::kUrl, std::move(value)};
}

Result<Indicator> classify_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    const std::string_view local = text.substr(0, at);
    if (local.empty() || local.size() > 64)
        return invalid({}, "an e-mail address has 1 to 64 bytes before its @");
    if (local.find_first_of(" \t\"(),:;<>@[\\]") != std::string_view::npos || local.front() == '.' ||
        local.back() == '.' || local.find("..") != std::string_view::npos || !is_plain_utf8(local)) {
        return invalid({}, "has no e-mail address's form before its @");
    }
    COMITY_TRY(const std::string domain, normal_domain(text.substr(at + 1)));
    return Indicator{IndicatorKind::kEmail, fmt::format("{}@{}", local, domain)};
}

// A line without its comment and the white space around it.
std::string_view entry_of(std::string_view line) {
    constexpr std::string_view kSpace = " \t\r\f\v";
    for (std::size_t i = 0; i < line.size(); ++i) {
        // A '#' inside a word is a URL's own.
        if (line[i] == '#' && (i == 0 || kSpace.find(line[i - 1]) != std::string_view::npos)) {
            line = line.substr(0, i);
            break;
        }
    }
    const std::size_t first = line.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

std::string_view to_string(IndicatorKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<IndicatorKind> parse_indicator_kind(std::string_view name) {
    const auto found = std::ranges::find(kKindNames, name);
    if (found == kKindNames.end()) return std::nullopt;
    return static_cast<IndicatorKind>(found - kKindNames.begin());
}

Result<Indicator> classify(std::string_view entry) {
    if (entry.empty()) return invalid({}, "is empty");
    if (entry.size() > kMaxEntry) return invalid({}, fmt::format("has more than {} bytes", kMaxEntry));
    if (const auto kind = sum_kind(entry)) return Indicator{*kind, lowered(entry)};
    if (auto word = word_by_looks(entry)) return *std::move(word);
    if (const std::size_t space = entry.find_first_of(" \t"); space != std::string_view::npos) {
        std::string word = lowered(entry.substr(0, space));
        if (word.ends_with(':')) word.pop_back();
        if (const auto kind = parse_indicator_kind(word))
            return classify_as(*kind, trimmed(entry.substr(space), " \t"));
    }
    const std::string text = entry_meant(entry);
    if (text.find("://") != std::string::npos) {
        const bool known =
            std::ranges::any_of(kSchemes, [&](std::string_view each) { return text.starts_with(each); });
        if (!known) return invalid({}, "the URL's scheme is not known");
        return classify_url(text);
    }
    if (auto address = classify_address(text)) return *std::move(address);
    if (text.find_first_of(" \t") != std::string::npos)
        return invalid({}, "holds white space: give one indicator a line");
    if (text.find('@') != std::string::npos) return classify_email(text);
    if (text.find('/') != std::string::npos)
        return invalid({}, "is no URL without its scheme", "write http:// or https:// before it");
    if (text.find(':') != std::string::npos)
        return invalid({}, "is no address, and a port is none of an indicator's",
                       "leave the port out, or give a URL");
    COMITY_TRY(std::string domain, normal_domain(text));
    return Indicator{IndicatorKind::kDomain, std::move(domain)};
}

Result<Indicator> classify_as(IndicatorKind kind, std::string_view entry) {
    if (kind > IndicatorKind::kSha512) return classify_word(kind, entry);
    COMITY_TRY(Indicator indicator, classify(entry));
    if (indicator.kind != kind)
        return invalid({}, fmt::format("is of kind {}, not {}", to_string(indicator.kind), to_string(kind)));
    return indicator;
}

Result<IndicatorList> read_list(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    IndicatorList list;
    std::set<Indicator> seen;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = text.find('\n');
        const std::string_view entry = entry_of(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (entry.empty()) continue;
        auto indicator = classify(entry);
        if (!indicator) {
            auto& left = indicator.error().kind == ErrorKind::kRefused ? list.not_taken : list.errors;
            left.push_back({line, shown(entry, kMaxShown), indicator.error().message()});
        } else if (!seen.insert(*indicator).second) {
            ++list.repeated;
        } else {
            list.entries.push_back({line, *std::move(indicator)});
        }
        if (list.entries.size() + list.errors.size() + list.not_taken.size() > kMaxEntries) {
            return too_large(fmt::format("line {}", line),
                             fmt::format("the list has more than {} entries", kMaxEntries),
                             "share it in parts");
        }
    }
    return list;
}

}  // namespace comity::intelligence
