#include "cli/proposal/changes.h"

#include <algorithm>
#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"

namespace comity::cli {

void print_changes(Context& context, const json::Array& changes) {
    std::string line;
    const auto flush = [&] {
        context.out << printable(line) << '\n';
        line.clear();
    };
    for (const json::Value& value : changes) {
        const std::string change = field(value.as_object(), "change");
        const std::string_view open = change == "removed" ? "[-" : change == "added" ? "{+" : "";
        const std::string_view close = change == "removed" ? "-]" : change == "added" ? "+}" : "";
        std::string text = field(value.as_object(), "text");
        std::string_view rest = text;
        for (;;) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            if (end > 0) line.append(open).append(rest.substr(0, end)).append(close);
            if (end == rest.size()) break;
            flush();
            rest.remove_prefix(end + 1);
        }
    }
    if (!line.empty()) flush();
}

}  // namespace comity::cli
