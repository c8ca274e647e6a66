// Patterns that say no more than "one of these values": what a table, a firewall or an index can look for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intelligence/indicator/classify.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence {

struct SimpleValues {
    std::vector<Indicator> values;  // sorted, each once; at least one
    // What else would do by the pattern, and is worth nothing as an indicator: private addresses, names in
    // nobody's DNS. The others are looked for without it.
    struct Worthless {
        std::string value;
        std::string why;

        friend auto operator<=>(const Worthless&, const Worthless&) = default;
    };
    std::vector<Worthless> worthless;  // sorted, each once
};

// The values that a pattern is about, of every kind, where it says no more than that one of them is seen:
// comparisons for equality (=, IN) or containment (ISSUBSET) joined by OR. Of a file, a sum with a name
// besides is the sum. STIX has no names for JA3, JA4 and wallets: any type or property that holds "ja3",
// "ja4", "wallet" or "cryptocurrency" is taken for theirs. kInvalid says what else the pattern asks, so that
// it takes an evaluation of the whole; kRefused that all of its values are worthless.
Result<SimpleValues> simple_values(std::string_view pattern, Spec spec);

}  // namespace comity::intelligence
