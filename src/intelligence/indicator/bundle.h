// From indicators to the STIX 2.1 objects that are shared, and from a STIX document to its objects.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "intelligence/indicator/classify.h"
#include "ledger/audience.h"

namespace comity::intelligence {

// The STIX pattern that matches it (STIX 2.1 section 9): "[domain-name:value = 'evil.example.net']"; networks
// by ISSUBSET.
std::string pattern_of(const Indicator& indicator);

// An indicator with what its source says of it.
struct Described {
    Indicator indicator;
    std::string description;
    std::vector<std::string> labels;
    std::optional<int> confidence;   // 0 to 100
    std::optional<Time> valid_from;  // otherwise: when it is shared
    std::optional<Time> valid_until;
    std::optional<ledger::Tlp> marking;  // the source's own label
};

// Who shares a list.
struct Sharer {
    std::string community;                        // 64 hex; tells the same member id in two communities apart
    std::string member;                           // "cert-ke"
    std::string name;                             // "CERT Kenya"
    std::string identity_class = "organization";  // "individual" for a citizen (STIX 2.1 section 10.7)
    Time since{};  // when it was admitted: its identity object is of that time, and the same in every share
};

// The objects' bytes: the sharer's identity, then an indicator for each. Ids come from sharer and pattern
// alone (UUID version 5), so that a list shared again is new versions of the same objects. Every indicator
// carries the label's TLP marking.
std::vector<std::string> objects_of(std::span<const Indicator> indicators, const Sharer& sharer,
                                    ledger::Tlp label, Time at);
// With what is known of each; the stricter of `label` and its own marking is each one's.
std::vector<std::string> objects_of(std::span<const Described> indicators, const Sharer& sharer,
                                    ledger::Tlp label, Time at);
// The id of the sharer's identity object.
std::string identity_of(const Sharer& sharer);

// A STIX document taken apart: a bundle's objects, or the one object that it is; views into the document.
struct Document {
    std::vector<std::string_view> objects;   // each once, in order; every one valid (stix/object.h)
    std::vector<IndicatorList::Left> wrong;  // the others, each with the line that it begins in
    std::size_t repeated = 0;                // left out because the same bytes stood there before
};
// One wrong object of a bundle fails alone: it breaks a rule, or differs from an earlier one of the same id
// and version. kInvalid: no JSON, no bundle, no object at all, or the one object that it is is wrong.
Result<Document> open_document(std::string_view document);

}  // namespace comity::intelligence
