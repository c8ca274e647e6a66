// Rules for sensors: Suricata, Snort.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/encoding.h"
#include "intelligence/export/writers.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxContent = 255;  // bytes that a rule's content may have

// A content's text: what the languages give a meaning, and what is no printable ASCII, in hexadecimal.
std::string content(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain =
            c > ' ' && c < 0x7f && std::string_view("\";:|\\").find(c) == std::string_view::npos;
        if (plain) {
            out.push_back(c);
        } else {
            out += fmt::format("|{:02X}|", static_cast<unsigned char>(c));
        }
    }
    return out;
}

// Numbers stay a value's own; where two values have the same, the later one takes the next that is free.
class Numbers {
  public:
    std::uint32_t take(const Indicator& indicator) {
        std::uint32_t number = signature_number(indicator);
        while (!taken_.insert(number).second) ++number;
        return number;
    }

  private:
    std::set<std::uint32_t> taken_;
};

// "|04|evil|03|com|00|": a name as it stands in a question to a resolver.
std::string wire_name(std::string_view name) {
    std::string out;
    for (std::string_view rest = name;;) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        out += fmt::format("|{:02X}|{}", dot, rest.substr(0, dot));
        if (dot == rest.size()) break;
        rest.remove_prefix(dot + 1);
    }
    return out + "|00|";
}

}  // namespace

UrlParts parts_of(std::string_view url) {
    UrlParts parts;
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return parts;
    parts.scheme = url.substr(0, colon);
    const std::size_t begin = colon + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
    std::string_view host = url.substr(begin, end - begin);
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    if (host.starts_with('[')) {
        host = host.substr(1, host.find(']') - 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    parts.host = host;
    parts.path = url.substr(end);
    if (const std::size_t hash = parts.path.find('#'); hash != std::string_view::npos)
        parts.path = parts.path.substr(0, hash);
    return parts;
}

bool is_ascii_name(std::string_view name) {
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    });
}

void write_suricata(Writing& writing) {
    Numbers numbers;
    writing.text = "# Indicators of a Comity node, for Suricata 6 and later.\n";
    for (const ActiveValue& value : writing.values) {
        const std::string& text = value.indicator.value;
        std::string options;
        std::string_view protocol = "http";
        std::string to = "any";
        if (is_address(value.indicator.kind)) {
            protocol = "ip";
            to = fmt::format("[{}]", text);
        } else if (value.indicator.kind == IndicatorKind::kDomain) {
            if (!is_ascii_name(text)) {
                writing.leave(value, "is no name in ASCII");
                continue;
            }
            protocol = "dns";
            options = fmt::format(" dns.query; dotprefix; content:\".{}\"; nocase; endswith;", text);
        } else {
            const UrlParts parts = parts_of(text);
            if (parts.scheme != "http") {
                writing.leave(value, fmt::format("{} is not to be read on the wire", parts.scheme));
                continue;
            }
            if (parts.host.size() > kMaxContent || parts.path.size() > kMaxContent ||
                !is_ascii_name(parts.host)) {
                writing.leave(value, "is too long for a rule, or has no host in ASCII");
                continue;
            }
            options = fmt::format(" http.host; content:\"{}\"; bsize:{};", parts.host, parts.host.size());
            if (parts.path.size() > 1) {
                options +=
                    fmt::format(" http.uri.raw; content:\"{}\"; startswith; endswith;", content(parts.path));
            }
        }
        const std::string_view flow = protocol == "http" ? " flow:established,to_server;" : "";
        fmt::format_to(std::back_inserter(writing.text),
                       "alert {} $HOME_NET any -> {} any (msg:\"Comity {} {}\";{}{} classtype:misc-attack; "
                       "sid:{}; rev:1;)\n",
                       protocol, to, to_string(value.indicator.kind), value.id, flow, options,
                       numbers.take(value.indicator));
        ++writing.count;
    }
}

void write_snort(Writing& writing) {
    Numbers numbers;
    writing.text = "# Indicators of a Comity node, for Snort 3.\n";
    for (const ActiveValue& value : writing.values) {
        const std::string& text = value.indicator.value;
        std::string rule;
        if (is_address(value.indicator.kind)) {
            rule = fmt::format("alert ip $HOME_NET any -> [{}] any (", text);
        } else if (value.indicator.kind == IndicatorKind::kDomain) {
            if (!is_ascii_name(text)) {
                writing.leave(value, "is no name in ASCII");
                continue;
            }
            rule = fmt::format("alert udp $HOME_NET any -> any 53 ( content:\"{}\",nocase;", wire_name(text));
        } else {
            const UrlParts parts = parts_of(text);
            if (parts.scheme != "http" || parts.host.size() > kMaxContent ||
                parts.path.size() > kMaxContent || !is_ascii_name(parts.host)) {
                writing.leave(value,
                              "is not to be read on the wire, too long for a rule, or has no host in ASCII");
                continue;
            }
            rule = fmt::format(
                "alert http $HOME_NET any -> any any ( flow:to_server,established; http_header:field host; "
                "content:\"{}\",nocase;",
                parts.host);
            if (parts.path.size() > 1)
                rule += fmt::format(" http_raw_uri; content:\"{}\";", content(parts.path));
        }
        fmt::format_to(std::back_inserter(writing.text),
                       "{} msg:\"Comity {} {}\"; classtype:misc-attack; sid:{}; rev:1; )\n", rule,
                       to_string(value.indicator.kind), value.id, numbers.take(value.indicator));
        ++writing.count;
    }
}

Result<void> write_dataset(Writing& writing) {
    std::set<std::string_view> families;
    for (const ActiveValue& value : writing.values)
        families.insert(is_address(value.indicator.kind) ? "ip" : to_string(value.indicator.kind));
    if (families.size() > 1)
        return invalid("--type",
                       fmt::format("a dataset holds one kind, and there are {}", fmt::join(families, ", ")),
                       "ask for one of them");
    for (const ActiveValue& value : writing.values) {
        switch (value.indicator.kind) {
            case IndicatorKind::kDomain:
            case IndicatorKind::kUrl:
            case IndicatorKind::kEmail:  // a dataset of the type string: base64
                writing.text += base64_encode(as_bytes(value.indicator.value));
                break;
            default:
                writing.text += value.indicator.value;
        }
        writing.text += '\n';
        ++writing.count;
    }
    return {};
}

}  // namespace comity::intelligence
