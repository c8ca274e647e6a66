// Names and addresses for resolvers, packet filters, proxies and Zeek.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "intelligence/export/writers.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxZoneName = 230;  // so that "*." and the zone's own name find room in 255 bytes

bool is_v4(IndicatorKind kind) {
    return kind == IndicatorKind::kIpv4 || kind == IndicatorKind::kIpv4Network;
}
bool is_v6(IndicatorKind kind) {
    return kind == IndicatorKind::kIpv6 || kind == IndicatorKind::kIpv6Network;
}

// Names that a resolver takes; others are left out.
std::vector<const ActiveValue*> names_of(Writing& writing) {
    std::vector<const ActiveValue*> names;
    for (const ActiveValue& value : writing.values) {
        if (value.indicator.kind != IndicatorKind::kDomain) continue;
        if (!is_ascii_name(value.indicator.value)) {
            writing.leave(value, "is no name in ASCII");
        } else if (value.indicator.value.size() > kMaxZoneName) {
            writing.leave(value, "is too long for a zone");
        } else {
            names.push_back(&value);
        }
    }
    return names;
}

// draft-vixie-dnsop-dns-rpz section 4.2: the length, then the address from its end; of IPv6 the longest run
// of zeros as "zz".
std::string rpz_owner(const Indicator& indicator) {
    const std::size_t slash = indicator.value.find('/');
    const std::string address = indicator.value.substr(0, slash);
    const bool v6 = address.find(':') != std::string::npos;
    const std::string length =
        slash == std::string::npos ? (v6 ? "128" : "32") : indicator.value.substr(slash + 1);
    std::array<unsigned char, 16> bytes{};
    inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data());
    if (!v6) return fmt::format("{}.{}.{}.{}.{}.rpz-ip", length, bytes[3], bytes[2], bytes[1], bytes[0]);
    std::array<unsigned, 8> words{};
    for (std::size_t i = 0; i < 8; ++i)
        words[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    std::size_t best = 8;
    std::size_t longest = 1;  // a single zero stays one
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t run = 0;
        while (i + run < 8 && words[i + run] == 0) ++run;
        if (run > longest) {
            longest = run;
            best = i;
        }
    }
    std::string out = length;
    for (std::size_t i = 8; i-- > 0;) {
        if (best < 8 && i + 1 == best + longest) {
            out += ".zz";
            i = best;
            continue;
        }
        out += fmt::format(".{:x}", words[i]);
    }
    return out + ".rpz-ip";
}

// Not below another of them.
bool stands_alone(std::string_view name, const std::set<std::string_view>& all) {
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
        if (all.contains(name.substr(dot + 1))) return false;
    }
    return true;
}

void write_elements(std::string& text, const std::vector<const ActiveValue*>& values) {
    if (values.empty()) return;
    text += "        elements = {";
    for (std::size_t i = 0; i < values.size(); ++i)
        fmt::format_to(std::back_inserter(text), "{}\n            {}", i > 0 ? "," : "",
                       values[i]->indicator.value);
    text += "\n        }\n";
}

}  // namespace

void write_rpz(Writing& writing) {
    // The serial comes of the content, so that the same content is the same file; a transfer that compares
    // serials is told by whoever loads it.
    writing.text =
        "$TTL 300\n@ IN SOA localhost. hostmaster.localhost. 1 3600 600 86400 300\n@ IN NS localhost.\n"
        "; Indicators of a Comity node: a response policy zone. CNAME . answers NXDOMAIN.\n";
    for (const ActiveValue* value : names_of(writing)) {
        fmt::format_to(std::back_inserter(writing.text), "{0} IN CNAME .\n*.{0} IN CNAME .\n",
                       value->indicator.value);
        ++writing.count;
    }
    for (const ActiveValue& value : writing.values) {
        if (value.indicator.kind == IndicatorKind::kDomain) continue;
        fmt::format_to(std::back_inserter(writing.text), "{} IN CNAME .\n", rpz_owner(value.indicator));
        ++writing.count;
    }
}

void write_names(Writing& writing, ExportFormat format) {
    const auto names = names_of(writing);
    std::set<std::string_view> all;
    for (const ActiveValue* value : names) all.insert(value->indicator.value);
    if (format == ExportFormat::kUnbound) writing.text = "server:\n";
    for (const ActiveValue* value : names) {
        const std::string& name = value->indicator.value;
        ++writing.count;
        switch (format) {
            case ExportFormat::kHosts:
                fmt::format_to(std::back_inserter(writing.text), "0.0.0.0 {0}\n:: {0}\n", name);
                break;
            case ExportFormat::kUnbound:
                fmt::format_to(std::back_inserter(writing.text), "    local-zone: \"{}.\" always_nxdomain\n",
                               name);
                break;
            default:
                // Squid refuses a name that is below another of the list: the wider one covers it.
                if (stands_alone(name, all)) writing.text += "." + name + "\n";
        }
    }
}

void write_nftables(Writing& writing) {
    std::vector<const ActiveValue*> v4;
    std::vector<const ActiveValue*> v6;
    for (const ActiveValue& value : writing.values) (is_v6(value.indicator.kind) ? v6 : v4).push_back(&value);
    writing.text =
        "#!/usr/sbin/nft -f\n# Indicators of a Comity node: sets to refer to as @blocked_v4 and "
        "@blocked_v6.\n"
        "table inet comity {\n";
    for (const auto& [name, type, values] :
         {std::tuple("blocked_v4", "ipv4_addr", &v4), std::tuple("blocked_v6", "ipv6_addr", &v6)}) {
        fmt::format_to(std::back_inserter(writing.text),
                       "    set {} {{\n        type {}\n        flags interval\n        auto-merge\n", name,
                       type);
        write_elements(writing.text, *values);
        writing.text += "    }\n";
        writing.count += values->size();
    }
    writing.text += "}\n";
}

void write_ipset(Writing& writing) {
    constexpr std::size_t kLeast = 65536;  // what ipset makes room for by itself
    std::size_t most = kLeast;
    while (most < writing.values.size()) most *= 2;
    writing.text = fmt::format(
        "create comity4 hash:net family inet maxelem {0} -exist\ncreate comity6 hash:net family inet6 "
        "maxelem {0} -exist\n"
        "flush comity4\nflush comity6\n",
        most);
    for (const ActiveValue& value : writing.values) {
        fmt::format_to(std::back_inserter(writing.text), "add comity{} {} -exist\n",
                       is_v4(value.indicator.kind) ? 4 : 6, value.indicator.value);
        ++writing.count;
    }
}

void write_zeek(Writing& writing) {
    writing.text = "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n";
    for (const ActiveValue& value : writing.values) {
        std::string_view shown = value.indicator.value;
        std::string_view type;
        switch (value.indicator.kind) {
            case IndicatorKind::kIpv4:
            case IndicatorKind::kIpv6:
                type = "Intel::ADDR";
                break;
            case IndicatorKind::kIpv4Network:
            case IndicatorKind::kIpv6Network:
                type = "Intel::SUBNET";
                break;
            case IndicatorKind::kDomain:
                type = "Intel::DOMAIN";
                break;
            case IndicatorKind::kUrl:
                type = "Intel::URL";
                shown.remove_prefix(shown.find("://") + 3);  // Zeek compares without the scheme
                break;
            case IndicatorKind::kEmail:
                type = "Intel::EMAIL";
                break;
            case IndicatorKind::kFileName:
                type = "Intel::FILE_NAME";
                break;
            default:
                type = "Intel::FILE_HASH";
        }
        fmt::format_to(std::back_inserter(writing.text), "{}\t{}\tComity\t{}\n", shown, type, value.id);
        ++writing.count;
    }
}

}  // namespace comity::intelligence
