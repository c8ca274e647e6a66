#include "intelligence/export/warning_lists.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "intelligence/export/benign.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxListSize = 64u << 20;
constexpr std::string_view kTooWide = "networks too wide to be anybody's alone";
constexpr unsigned kWidestV4 = 16;
constexpr unsigned kWidestV6 = 32;

struct Span {
    bool v6 = false;
    unsigned length = 0;
    std::string bytes;  // 4 or 16
};

std::optional<Span> parse_span(std::string_view text) {
    Span span;
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    span.v6 = address.find(':') != std::string::npos;
    span.bytes.resize(span.v6 ? 16 : 4);
    if (inet_pton(span.v6 ? AF_INET6 : AF_INET, address.c_str(), span.bytes.data()) != 1) return std::nullopt;
    const auto bits = static_cast<unsigned>(span.bytes.size() * 8);
    span.length = bits;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), span.length);
        if (error != std::errc() || end != digits.data() + digits.size() || span.length > bits)
            return std::nullopt;
    }
    return span;
}

// The first `length` bits, the rest zero.
std::string masked(std::string bytes, unsigned length) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned begin = static_cast<unsigned>(i) * 8;
        const unsigned keep = length <= begin ? 0 : std::min(8u, length - begin);
        bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) & (0xff00u >> keep));
    }
    return bytes;
}

std::string shown_span(const Span& span, const std::string& bytes, unsigned length) {
    char buffer[INET6_ADDRSTRLEN] = {};
    inet_ntop(span.v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
    return length == bytes.size() * 8 ? std::string(buffer) : fmt::format("{}/{}", buffer, length);
}

// Of a URL without a path: the host; empty where it leads to one.
std::string_view bare_host(std::string_view url) {
    const std::size_t begin = url.find("://") + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
    if (url.size() - end > 1 || (end < url.size() && url[end] != '/')) return {};
    std::string_view host = url.substr(begin, end - begin);
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
    return host;
}

}  // namespace

std::size_t WarningLists::add_list(std::string name, std::string source) {
    lists_.push_back({std::move(name), std::move(source), 0, 0});
    return lists_.size() - 1;
}

bool WarningLists::add_network(std::string_view text, std::size_t list) {
    const auto span = parse_span(text);
    if (!span) return false;
    networks_[{span->v6, span->length}].emplace(masked(span->bytes, span->length), list);
    return true;
}

const WarningLists& WarningLists::built_in() {
    static const WarningLists lists = [] {
        WarningLists all;
        for (const BenignList& each : benign_lists()) {
            const std::size_t list = all.add_list(std::string(each.name), std::string(each.source));
            for (const std::string_view entry : each.entries) {
                switch (each.kind) {
                    case BenignList::Kind::kNetworks:
                        all.add_network(entry, list);
                        break;
                    case BenignList::Kind::kNames:
                        all.suffixes_.emplace(entry, list);
                        break;
                    case BenignList::Kind::kNamesThemselves:
                        all.exact_.emplace(entry, list);
                        break;
                }
                ++all.lists_[list].entries;
            }
        }
        return all;
    }();
    return lists;
}

Result<void> WarningLists::add_misp(std::string_view text, const std::string& file) {
    auto value = json::parse(text);
    if (!value) return within(file, std::move(value).error());
    COMITY_TRY(json::Fields fields, json::Fields::of(*value, file));
    COMITY_TRY(const std::string name, fields.text("name", 1, 1000));
    COMITY_TRY(const std::string type, fields.text("type", 1, 100));
    COMITY_TRY(const json::Array* entries, fields.array("list", 0, 10'000'000));
    const std::size_t list = add_list(name, file);
    for (const json::Value& entry : *entries) {
        bool taken = false;
        if (entry.is_string() && !entry.get_string().empty()) {
            std::string_view word = entry.get_string();
            if (type == "cidr") taken = add_network(word, list);
            if (type == "hostname") {
                while (word.starts_with('.')) word.remove_prefix(1);
                taken = !word.empty() && (suffixes_.emplace(lowered(word), list), true);
            }
            // An address in a list of texts is one, whatever its spelling.
            if (type == "string")
                taken = add_network(word, list) || (exact_.emplace(lowered(word), list), true);
            if (type == "substring") {
                substrings_.emplace_back(lowered(word), list);
                taken = true;
            }
        }
        ++(taken ? lists_[list].entries : lists_[list].passed_over);
    }
    return {};
}

Result<WarningLists> WarningLists::load(const std::filesystem::path& folder) {
    WarningLists lists = built_in();
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) return lists;
    std::vector<std::filesystem::path> files;
    for (auto it = std::filesystem::recursive_directory_iterator(folder, failed);
         !failed && it != std::filesystem::recursive_directory_iterator(); it.increment(failed)) {
        if (it->path().extension() == ".json") files.push_back(it->path());
    }
    if (failed) return unavailable(folder.string(), failed.message());
    std::ranges::sort(files);
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        if (!in) return unavailable(file.string(), "cannot be read", "check the file and its permissions");
        if (text.size() > kMaxListSize) return too_large(file.string(), "is too large for a warning list");
        COMITY_CHECK(lists.add_misp(text, file.string()));
    }
    return lists;
}

std::optional<WarningLists::Hit> WarningLists::find_address(const Indicator& indicator) const {
    const auto span = parse_span(indicator.value);
    if (!span) return std::nullopt;
    if (span->length < (span->v6 ? kWidestV6 : kWidestV4))
        return Hit{std::string(kTooWide), fmt::format("/{}", span->length)};
    for (const auto& [key, entries] : networks_) {
        const auto [v6, length] = key;
        if (v6 != span->v6) continue;
        if (length <= span->length) {  // a network that holds it
            const auto found = entries.find(masked(span->bytes, length));
            if (found != entries.end())
                return Hit{lists_[found->second].name, shown_span(*span, found->first, length)};
        } else {  // one that it holds
            const auto found = entries.lower_bound(masked(span->bytes, span->length));
            if (found != entries.end() &&
                masked(found->first, span->length) == masked(span->bytes, span->length))
                return Hit{lists_[found->second].name, shown_span(*span, found->first, length)};
        }
    }
    return std::nullopt;
}

std::optional<WarningLists::Hit> WarningLists::find_name(std::string_view name) const {
    if (const auto found = exact_.find(std::string(name)); found != exact_.end())
        return Hit{lists_[found->second].name, found->first};
    for (std::string_view rest = name;;) {
        if (const auto found = suffixes_.find(std::string(rest)); found != suffixes_.end())
            return Hit{lists_[found->second].name, found->first};
        const std::size_t dot = rest.find('.');
        if (dot == std::string_view::npos) return std::nullopt;
        rest.remove_prefix(dot + 1);
    }
}

std::optional<WarningLists::Hit> WarningLists::find_substring(std::string_view value) const {
    for (const auto& [part, list] : substrings_) {
        if (value.find(part) != std::string_view::npos) return Hit{lists_[list].name, part};
    }
    return std::nullopt;
}

std::optional<WarningLists::Hit> WarningLists::find(const Indicator& indicator) const {
    std::optional<Hit> hit;
    switch (indicator.kind) {
        case IndicatorKind::kIpv4:
        case IndicatorKind::kIpv4Network:
        case IndicatorKind::kIpv6:
        case IndicatorKind::kIpv6Network:
            hit = find_address(indicator);
            break;
        case IndicatorKind::kDomain:
            hit = find_name(indicator.value);
            break;
        case IndicatorKind::kEmail:
            hit = find_name(std::string_view(indicator.value).substr(indicator.value.rfind('@') + 1));
            break;
        case IndicatorKind::kUrl:
            if (const std::string_view host = bare_host(indicator.value); !host.empty()) {
                const auto inner = classify(host.starts_with('[') ? host.substr(1, host.size() - 2) : host);
                if (inner && inner->kind != IndicatorKind::kUrl) hit = find(*inner);
            }
            break;
        default:
            break;
    }
    if (hit) return hit;
    const std::string value = lowered(indicator.value);
    if (const auto found = exact_.find(value); found != exact_.end())
        return Hit{lists_[found->second].name, found->first};
    return find_substring(value);
}

}  // namespace comity::intelligence
