// One comparison of a pattern against one value of an observable (STIX 2.1 section 9.6).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "intelligence/pattern/pattern.h"
#include "json/value.h"

namespace comity::intelligence {

// A regular expression of MATCHES, compiled once: RE2's language, which is PCRE's without what needs time
// beyond all bounds (back references, look-around). It is searched for anywhere in the text; $ is the text's
// very end, \d \w \s are ASCII's. Thread-safe.
class Expectation {
  public:
    // kInvalid where RE2 does not take it, with RE2's reason.
    static Result<Expectation> compile(std::string_view regex);

    bool found_in(std::string_view text) const;  // UTF-8
    bool found_in_bytes(
        std::string_view bytes) const;  // each byte a character; false where the regex has others

  private:
    struct Compiled;
    std::shared_ptr<const Compiled> compiled_;  // shared: a copy of a matcher need not compile again
};

// LIKE: % stands for any characters, _ for one; the whole text must fit. Time in the product of the lengths
// at worst.
bool like(std::string_view text, std::string_view pattern);

// An address or network in the network: both IPv4 or both IPv6, "198.51.100.7", "198.51.100.0/24",
// "2001:db8::/32". False where either is neither.
bool is_subset(std::string_view inner, std::string_view outer);

// A value as comparisons see it: that of a property whose name ends in _hex or _bin is the bytes that it
// stands for.
struct Observed {
    const json::Value* value = nullptr;
    std::optional<std::string> bytes;
};
Observed observe(std::string_view property, const json::Value& value);

// `expectation` is the comparison's where it is MATCHES, else null. Not for kExists, which looks at no value.
bool holds(const Pattern& pattern, const Comparison& comparison, const Expectation* expectation,
           const Observed& value);

}  // namespace comity::intelligence
