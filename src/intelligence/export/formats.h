// Active indicators in the languages of what defends: rules, sets, zones and lists.
//
// The text depends on the values alone: the same values give the same bytes, in whatever order they come.
// Nothing that others wrote stands in it but the values, and those can't leave their place: a value is made
// of what its kind allows (classify.h), and one that a format has no safe spelling for is left out and
// reported.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/export/active.h"
#include "intelligence/export/warning_lists.h"

namespace comity::intelligence {

enum class ExportFormat {
    kSuricata,         // rules
    kSuricataDataset,  // one dataset file, of one kind
    kSnort,            // rules of Snort 3
    kZeek,             // intel framework
    kRpz,              // DNS response policy zone
    kHosts,            // /etc/hosts
    kUnbound,          // configuration of the resolver
    kNftables,         // a table with sets
    kIpset,            // for `ipset restore`
    kSquid,            // dstdomain ACL
    kPlain,            // a value a line
    kCsv,              // with what is known of each
    kStix,             // a STIX 2.1 bundle of the indicators, byte for byte
    kMisp,             // a MISP event
};
std::string_view to_string(ExportFormat format);
Result<ExportFormat> parse_export_format(std::string_view text, std::string where);
std::vector<std::string> export_format_names();
std::string_view media_type(ExportFormat format);
// What kinds of indicator the format has a place for.
bool takes(ExportFormat format, IndicatorKind kind);
// "domain", "ip", "url", "email", "hash", or one kind by its name (classify.h).
Result<std::vector<IndicatorKind>> parse_kinds(std::string_view text, std::string where);

struct Exported {
    std::string text;
    std::size_t values = 0;
    std::vector<NotExported> left;  // besides what active.left has: what the format has no place for
};
// kInvalid where a dataset is asked for of several kinds.
Result<Exported> write_export(ExportFormat format, std::span<const ActiveValue> values);

// Passes over values that are well known to be benign.
struct Gated {
    std::vector<ActiveValue> values;
    struct Listed {
        ActiveValue value;
        WarningLists::Hit hit;
    };
    std::vector<Listed> listed;
};
Gated gate(std::vector<ActiveValue> values, const WarningLists& lists);

// The rule's number for a value: always the same, from 3,400,000,000 on.
std::uint32_t signature_number(const Indicator& indicator);

}  // namespace comity::intelligence
