// Logs: any bytes at all. What is met is what the slow matcher meets, and both kernels mark the same.
#include <cstring>

#include "fuzz/target.h"
#include "intelligence/match/builder.h"
#include "intelligence/match/scanner.h"
#include "intelligence/match/slow_matcher.h"

using namespace comity;
using namespace comity::intelligence::match;
using fuzz::hold;

namespace {

struct Fixed {
    std::set<Value> values;
    Bytes bytes;
    std::shared_ptr<const Catalog> catalog;

    Fixed() {
        for (const char* entry : {"evil.com", "a.evil.com", "1.2.3.4", "1.2.0.0/16", "2a00:1450::/32",
                                  "http://evil.com/x", "a@evil.com", "d41d8cd98f00b204e9800998ecf8427e",
                                  "t13d1516h2_8daaf6152771_b186095e22b6", "file-name setup.exe"})
            values.insert(*read_value(entry));
        Builder builder(Seed{{1, 2, 3, 4}});
        const auto about = builder.add_about({});
        for (const Value& value : values) hold(builder.add(value, about).has_value(), "a value is added");
        bytes = builder.bytes(Time{});
        catalog = Catalog::of(*Index::over(bytes));
    }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Fixed fixed;
    if (size > 8192) return 0;
    std::string line(fuzz::text_of(data, size));
    std::erase(line, '\n');
    const MarginText text(line);
    Met fast;
    for (const MarkText mark : {mark_text_portable, best_mark_text()}) {
        Scanner scanner(std::max<std::size_t>(line.size(), 1), mark);
        Scanned scanned;
        scanner.scan(*fixed.catalog, Time{}, text.data(), text.size(), scanned);
        Met met;
        for (const Hit& hit : scanned.hits) {
            hold(hit.offset + hit.size <= line.size() && hit.line == 0, "what is met stands in the text");
            met.emplace(hit.offset, hit.size, Value{hit.listed.kind, hit.listed.text()});
        }
        hold(mark == mark_text_portable || met == fast, "both kernels find the same");
        fast = met;
    }
    hold(fast == SlowMatcher(fixed.values).match(line), "the slow matcher finds the same");
    return 0;
}
