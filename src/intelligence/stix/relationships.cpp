#include "intelligence/stix/relationships.h"

#include <algorithm>
#include <array>
#include <string>

#include "intelligence/stix/vocabulary.h"

namespace comity::intelligence {
namespace {

struct Row {
    std::string_view source;
    std::string_view told;  // "type target|target, type target"
};

// Sorted by source.
constexpr auto kRelationships = std::to_array<Row>({
    {"attack-pattern", "delivers malware, targets location|vulnerability|identity, uses malware|tool"},
    {"campaign",
     "attributed-to intrusion-set|threat-actor, compromises infrastructure, originates-from location, "
     "targets location|identity|vulnerability, uses attack-pattern|infrastructure|malware|tool"},
    {"course-of-action",
     "investigates indicator, mitigates attack-pattern|indicator|malware|tool|vulnerability, "
     "remediates malware|vulnerability"},
    {"domain-name", "resolves-to domain-name|ipv4-addr|ipv6-addr"},
    {"identity", "located-at location"},
    {"indicator",
     "based-on observed-data, indicates "
     "attack-pattern|campaign|infrastructure|intrusion-set|malware|threat-actor|tool"},
    {"infrastructure",
     "communicates-with infrastructure|ipv4-addr|ipv6-addr|domain-name|url, consists-of "
     "infrastructure|observed-data|artifact|autonomous-system|directory|domain-name|email-addr|email-message|"
     "file|ipv4-addr|ipv6-addr|mac-addr|mutex|network-traffic|process|software|url|user-account|windows-"
     "registry-key|x509-certificate, "
     "controls infrastructure|malware, delivers malware, has vulnerability, hosts tool|malware, "
     "located-at location, uses infrastructure"},
    {"intrusion-set",
     "attributed-to threat-actor, compromises infrastructure, hosts infrastructure, originates-from "
     "location, owns infrastructure, targets identity|location|vulnerability, uses "
     "attack-pattern|infrastructure|malware|tool"},
    {"ipv4-addr", "belongs-to autonomous-system, resolves-to mac-addr"},
    {"ipv6-addr", "belongs-to autonomous-system, resolves-to mac-addr"},
    {"malware",
     "authored-by threat-actor|intrusion-set, beacons-to infrastructure, communicates-with "
     "ipv4-addr|ipv6-addr|domain-name|url, controls malware, downloads malware|file|tool, drops "
     "malware|file|tool, exfiltrates-to infrastructure, exploits vulnerability, originates-from "
     "location, targets identity|infrastructure|location, uses "
     "attack-pattern|infrastructure|malware|tool, variant-of malware"},
    {"malware-analysis",
     "analysis-of malware, characterizes malware, dynamic-analysis-of malware, static-analysis-of "
     "malware"},
    {"threat-actor",
     "attributed-to identity, compromises infrastructure, hosts infrastructure, impersonates identity, "
     "located-at location, owns infrastructure, targets identity|location|vulnerability, uses "
     "attack-pattern|infrastructure|malware|tool"},
    {"tool",
     "delivers malware, drops malware, has vulnerability, targets "
     "identity|infrastructure|location|vulnerability, uses infrastructure"},
});
static_assert(std::ranges::is_sorted(kRelationships, {}, &Row::source));

}  // namespace

bool is_told_relationship(std::string_view source, std::string_view type, std::string_view target) {
    if (type == "related-to") return true;
    if (type == "derived-from" || type == "duplicate-of") return source == target;
    const auto row = std::ranges::lower_bound(kRelationships, source, {}, &Row::source);
    if (row == kRelationships.end() || row->source != source) return false;
    std::string_view rest = row->told;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(", "), rest.size());
        const std::string_view one = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 2, rest.size()));
        const std::size_t space = one.find(' ');
        if (one.substr(0, space) != type) continue;
        std::string targets(one.substr(space + 1));
        std::ranges::replace(targets, '|', ' ');
        if (has_word(targets, target)) return true;
    }
    return false;
}

}  // namespace comity::intelligence
