// A request's URL parameters: filters and paging (TAXII 2.1 sections 3.4 and 3.5).
#pragma once

#include <cstddef>
#include <string>

#include "http/message.h"
#include "intelligence/selection.h"

namespace comity::api::taxii {

inline constexpr std::size_t kDefaultLimit = 1000;  // objects a page where the client names no limit
inline constexpr std::size_t kMaxLimit = 5000;      // and where it names a larger one

enum class Filters {
    kObjects,   // objects, manifest: all of them
    kObject,    // one object: no match[id], match[type]
    kVersions,  // its versions: no match[version] either, all are asked for
};

struct Parameters {
    intelligence::ObjectFilter filter;
    std::size_t limit = kDefaultLimit;
    std::optional<std::string> next;
    // The filters as they were given, the same for no others: what a `next` is good for, and a kept page.
    std::string bound_to;
};

// kInvalid names the parameter: one given twice, a time, limit, version or list that is none. What is not
// known is passed over, and so is a filter of the endpoint's others.
Result<Parameters> read_parameters(const http::Request& request, Filters filters);

}  // namespace comity::api::taxii
