#include "intelligence/stix/rules.h"

#include <algorithm>
#include <array>

namespace comity::intelligence {
namespace {

using Names = std::span<const std::string_view>;
using enum ObjectClass;

constexpr std::string_view kName[] = {"name"};
constexpr std::string_view kValue[] = {"value"};
constexpr std::string_view kNumber[] = {"number"};
constexpr std::string_view kPath[] = {"path"};
constexpr std::string_view kMultipart[] = {"is_multipart"};
constexpr std::string_view kProtocols[] = {"protocols"};
constexpr std::string_view kGrouping[] = {"context", "object_refs"};
constexpr std::string_view kIndicator[] = {"pattern", "pattern_type", "valid_from"};
constexpr std::string_view kMalware[] = {"is_family"};
constexpr std::string_view kAnalysis[] = {"product"};
constexpr std::string_view kNote[] = {"content", "object_refs"};
constexpr std::string_view kObserved[] = {"first_observed", "last_observed", "number_observed"};
constexpr std::string_view kOpinion[] = {"opinion", "object_refs"};
constexpr std::string_view kReport[] = {"name", "published", "object_refs"};
constexpr std::string_view kEnds[] = {"relationship_type", "source_ref", "target_ref"};
constexpr std::string_view kSighting[] = {"sighting_of_ref"};
constexpr std::string_view kLanguage[] = {"object_ref", "contents"};
constexpr std::string_view kExtension[] = {"created_by_ref", "name", "schema", "version", "extension_types"};

// Sorted by type.
constexpr std::array kRules = {
    TypeRules{"artifact", kObservable, "6.1", {}},
    TypeRules{"attack-pattern", kDomain, "4.1", kName},
    TypeRules{"autonomous-system", kObservable, "6.2", kNumber},
    TypeRules{"campaign", kDomain, "4.2", kName},
    TypeRules{"course-of-action", kDomain, "4.3", kName},
    TypeRules{"directory", kObservable, "6.3", kPath},
    TypeRules{"domain-name", kObservable, "6.4", kValue},
    TypeRules{"email-addr", kObservable, "6.5", kValue},
    TypeRules{"email-message", kObservable, "6.6", kMultipart},
    TypeRules{"extension-definition", kMeta, "7.3", kExtension},
    TypeRules{"file", kObservable, "6.7", {}},
    TypeRules{"grouping", kDomain, "4.4", kGrouping},
    TypeRules{"identity", kDomain, "4.5", kName},
    TypeRules{"incident", kDomain, "4.6", kName},
    TypeRules{"indicator", kDomain, "4.7", kIndicator},
    TypeRules{"infrastructure", kDomain, "4.8", kName},
    TypeRules{"intrusion-set", kDomain, "4.9", kName},
    TypeRules{"ipv4-addr", kObservable, "6.8", kValue},
    TypeRules{"ipv6-addr", kObservable, "6.9", kValue},
    TypeRules{"language-content", kMeta, "7.1", kLanguage},
    TypeRules{"location", kDomain, "4.10", {}},
    TypeRules{"mac-addr", kObservable, "6.10", kValue},
    TypeRules{"malware", kDomain, "4.11", kMalware},
    TypeRules{"malware-analysis", kDomain, "4.12", kAnalysis},
    TypeRules{"marking-definition", kMarking, "7.2", {}},
    TypeRules{"mutex", kObservable, "6.11", kName},
    TypeRules{"network-traffic", kObservable, "6.12", kProtocols},
    TypeRules{"note", kDomain, "4.13", kNote},
    TypeRules{"observed-data", kDomain, "4.14", kObserved},
    TypeRules{"opinion", kDomain, "4.15", kOpinion},
    TypeRules{"process", kObservable, "6.13", {}},
    TypeRules{"relationship", kRelationship, "5.1", kEnds},
    TypeRules{"report", kDomain, "4.16", kReport},
    TypeRules{"sighting", kRelationship, "5.2", kSighting},
    TypeRules{"software", kObservable, "6.14", kName},
    TypeRules{"threat-actor", kDomain, "4.17", kName},
    TypeRules{"tool", kDomain, "4.18", kName},
    TypeRules{"url", kObservable, "6.15", kValue},
    TypeRules{"user-account", kObservable, "6.16", {}},
    TypeRules{"vulnerability", kDomain, "4.19", kName},
    TypeRules{"windows-registry-key", kObservable, "6.17", {}},
    TypeRules{"x509-certificate", kObservable, "6.18", {}},
};
static_assert(std::ranges::is_sorted(kRules, {}, &TypeRules::type));

constexpr TypeRules kCustomRules{{}, kCustom, "7.3", {}};

}  // namespace

const TypeRules& rules_of(std::string_view type) {
    const auto found = std::ranges::lower_bound(kRules, type, {}, &TypeRules::type);
    return found != kRules.end() && found->type == type ? *found : kCustomRules;
}

}  // namespace comity::intelligence
