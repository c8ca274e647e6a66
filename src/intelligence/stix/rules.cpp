#include "intelligence/stix/rules.h"

#include <algorithm>
#include <array>

namespace comity::intelligence {
namespace {

using enum ObjectClass;

// Sorted by type.
constexpr std::array kRules = {
    TypeRules{"artifact", kObservable, "6.1"},
    TypeRules{"attack-pattern", kDomain, "4.1"},
    TypeRules{"autonomous-system", kObservable, "6.2"},
    TypeRules{"campaign", kDomain, "4.2"},
    TypeRules{"course-of-action", kDomain, "4.3"},
    TypeRules{"directory", kObservable, "6.3"},
    TypeRules{"domain-name", kObservable, "6.4"},
    TypeRules{"email-addr", kObservable, "6.5"},
    TypeRules{"email-message", kObservable, "6.6"},
    TypeRules{"extension-definition", kMeta, "7.3"},
    TypeRules{"file", kObservable, "6.7"},
    TypeRules{"grouping", kDomain, "4.4"},
    TypeRules{"identity", kDomain, "4.5"},
    TypeRules{"incident", kDomain, "4.6"},
    TypeRules{"indicator", kDomain, "4.7"},
    TypeRules{"infrastructure", kDomain, "4.8"},
    TypeRules{"intrusion-set", kDomain, "4.9"},
    TypeRules{"ipv4-addr", kObservable, "6.8"},
    TypeRules{"ipv6-addr", kObservable, "6.9"},
    TypeRules{"language-content", kMeta, "7.1"},
    TypeRules{"location", kDomain, "4.10"},
    TypeRules{"mac-addr", kObservable, "6.10"},
    TypeRules{"malware", kDomain, "4.11"},
    TypeRules{"malware-analysis", kDomain, "4.12"},
    TypeRules{"marking-definition", kMarking, "7.2"},
    TypeRules{"mutex", kObservable, "6.11"},
    TypeRules{"network-traffic", kObservable, "6.12"},
    TypeRules{"note", kDomain, "4.13"},
    TypeRules{"observed-data", kDomain, "4.14"},
    TypeRules{"opinion", kDomain, "4.15"},
    TypeRules{"process", kObservable, "6.13"},
    TypeRules{"relationship", kRelationship, "5.1"},
    TypeRules{"report", kDomain, "4.16"},
    TypeRules{"sighting", kRelationship, "5.2"},
    TypeRules{"software", kObservable, "6.14"},
    TypeRules{"threat-actor", kDomain, "4.17"},
    TypeRules{"tool", kDomain, "4.18"},
    TypeRules{"url", kObservable, "6.15"},
    TypeRules{"user-account", kObservable, "6.16"},
    TypeRules{"vulnerability", kDomain, "4.19"},
    TypeRules{"windows-registry-key", kObservable, "6.17"},
    TypeRules{"x509-certificate", kObservable, "6.18"},
};
static_assert(std::ranges::is_sorted(kRules, {}, &TypeRules::type));

constexpr TypeRules kCustomRules{{}, kCustom, "7.3"};

}  // namespace

const TypeRules& rules_of(std::string_view type) {
    const auto found = std::ranges::lower_bound(kRules, type, {}, &TypeRules::type);
    return found != kRules.end() && found->type == type ? *found : kCustomRules;
}

}  // namespace comity::intelligence
