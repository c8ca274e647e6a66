#include "intelligence/export/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "crypto/sha256.h"
#include "intelligence/export/writers.h"

namespace comity::intelligence {
namespace {

constexpr std::uint32_t kFirstNumber = 3'400'000'000;
constexpr std::uint32_t kNumbers = 800'000'000;

struct Form {
    std::string_view name;
    std::string_view media_type;
};
constexpr std::array<Form, 14> kForms = {{{"suricata", "text/plain; charset=utf-8"},
                                          {"suricata-dataset", "text/plain; charset=utf-8"},
                                          {"snort", "text/plain; charset=utf-8"},
                                          {"zeek", "text/plain; charset=utf-8"},
                                          {"rpz", "text/dns"},
                                          {"hosts", "text/plain; charset=utf-8"},
                                          {"unbound", "text/plain; charset=utf-8"},
                                          {"nftables", "text/plain; charset=utf-8"},
                                          {"ipset", "text/plain; charset=utf-8"},
                                          {"squid", "text/plain; charset=utf-8"},
                                          {"plain", "text/plain; charset=utf-8"},
                                          {"csv", "text/csv; charset=utf-8"},
                                          {"stix", "application/stix+json;version=2.1"},
                                          {"misp", "application/json"}}};

}  // namespace

std::string_view to_string(ExportFormat format) {
    return kForms[static_cast<std::size_t>(format)].name;
}

std::vector<std::string> export_format_names() {
    std::vector<std::string> names;
    for (const Form& form : kForms) names.emplace_back(form.name);
    return names;
}

Result<ExportFormat> parse_export_format(std::string_view text, std::string where) {
    const auto found = std::ranges::find(kForms, text, &Form::name);
    if (found == kForms.end())
        return invalid(std::move(where), fmt::format("\"{}\" is no format of export", shown(text, 40)),
                       fmt::format("one of {}", fmt::join(export_format_names(), ", ")));
    return static_cast<ExportFormat>(found - kForms.begin());
}

std::string_view media_type(ExportFormat format) {
    return kForms[static_cast<std::size_t>(format)].media_type;
}

bool takes(ExportFormat format, IndicatorKind kind) {
    switch (format) {
        case ExportFormat::kSuricata:
        case ExportFormat::kSnort:
            return is_address(kind) || kind == IndicatorKind::kDomain || kind == IndicatorKind::kUrl;
        case ExportFormat::kSuricataDataset:
            return kind == IndicatorKind::kIpv4 || kind == IndicatorKind::kIpv6 ||
                   kind == IndicatorKind::kDomain || kind == IndicatorKind::kUrl ||
                   kind == IndicatorKind::kEmail || kind == IndicatorKind::kMd5 ||
                   kind == IndicatorKind::kSha256;
        case ExportFormat::kRpz:
            return is_address(kind) || kind == IndicatorKind::kDomain;
        case ExportFormat::kHosts:
        case ExportFormat::kUnbound:
        case ExportFormat::kSquid:
            return kind == IndicatorKind::kDomain;
        case ExportFormat::kNftables:
        case ExportFormat::kIpset:
            return is_address(kind);
        case ExportFormat::kZeek:
            return kind <= IndicatorKind::kSha512 || kind == IndicatorKind::kFileName;
        case ExportFormat::kPlain:
        case ExportFormat::kCsv:
        case ExportFormat::kStix:
        case ExportFormat::kMisp:
            return true;
    }
    return false;
}

Result<std::vector<IndicatorKind>> parse_kinds(std::string_view text, std::string where) {
    std::vector<IndicatorKind> kinds;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t before = kinds.size();
        for (std::size_t n = 0; n < kIndicatorKinds; ++n) {
            const auto kind = static_cast<IndicatorKind>(n);
            if (word == to_string(kind) || (word == "ip" && is_address(kind)) ||
                (word == "hash" && is_sum(kind)))
                kinds.push_back(kind);
        }
        if (kinds.size() == before)
            return invalid(
                std::move(where), fmt::format("\"{}\" is no kind of indicator", shown(word, 40)),
                "domain, url, email, ip, ipv4, ipv6, ipv4-network, ipv6-network, hash, md5, sha1, sha256, "
                "sha512, ssdeep, file-name, ja3, ja4 or wallet");
    }
    return kinds;
}

std::uint32_t signature_number(const Indicator& indicator) {
    const Digest digest = crypto::sha256({as_bytes("comity rule\n"), as_bytes(to_string(indicator.kind)),
                                          as_bytes("\n"), as_bytes(indicator.value)});
    return kFirstNumber + static_cast<std::uint32_t>(read_u64(digest.view()) % kNumbers);
}

Gated gate(std::vector<ActiveValue> values, const WarningLists& lists) {
    Gated out;
    for (ActiveValue& value : values) {
        if (auto hit = lists.find(value.indicator)) {
            out.listed.push_back({std::move(value), *std::move(hit)});
        } else {
            out.values.push_back(std::move(value));
        }
    }
    return out;
}

Result<Exported> write_export(ExportFormat format, std::span<const ActiveValue> values) {
    Exported out;
    std::vector<ActiveValue> fitting;
    for (const ActiveValue& value : values) {
        if (takes(format, value.indicator.kind)) {
            fitting.push_back(value);
        } else {
            out.left.push_back(
                {value.id, value.indicator.value,
                 fmt::format("{} has no place for {}", to_string(format), to_string(value.indicator.kind))});
        }
    }
    std::ranges::sort(fitting, {}, &ActiveValue::indicator);
    Writing writing{.values = fitting, .text = out.text, .left = out.left, .count = out.values};
    switch (format) {
        case ExportFormat::kSuricata:
            write_suricata(writing);
            break;
        case ExportFormat::kSuricataDataset:
            COMITY_CHECK(write_dataset(writing));
            break;
        case ExportFormat::kSnort:
            write_snort(writing);
            break;
        case ExportFormat::kZeek:
            write_zeek(writing);
            break;
        case ExportFormat::kRpz:
            write_rpz(writing);
            break;
        case ExportFormat::kHosts:
        case ExportFormat::kUnbound:
        case ExportFormat::kSquid:
            write_names(writing, format);
            break;
        case ExportFormat::kNftables:
            write_nftables(writing);
            break;
        case ExportFormat::kIpset:
            write_ipset(writing);
            break;
        case ExportFormat::kPlain:
            write_plain(writing);
            break;
        case ExportFormat::kCsv:
            write_csv(writing);
            break;
        case ExportFormat::kStix:
            write_stix(writing);
            break;
        case ExportFormat::kMisp:
            write_misp(writing);
            break;
    }
    std::ranges::sort(out.left);
    return out;
}

}  // namespace comity::intelligence
