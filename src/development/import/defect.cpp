#include "development/import/defect.h"

#include <fmt/format.h>

#include <array>

namespace comity::development {

std::string_view to_string(DefectKind kind) {
    static constexpr std::array<std::string_view, 10> kNames{
        "not-utf8",        "broken-table", "broken-json",   "missing-column", "unknown-place",
        "impossible-year", "bad-value",    "out-of-bounds", "duplicate",      "bad-name"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string Defect::message() const {
    std::string out = file;
    if (line > 0) out += fmt::format(" line {}", line);
    out += fmt::format(": {}: {}", to_string(kind), what);
    if (!mend.empty()) out += ": " + mend;
    return out;
}

json::Object defect_json(const Defect& defect) {
    return {{"kind", to_string(defect.kind)},
            {"file", defect.file},
            {"line", defect.line == 0 ? json::Value(nullptr) : json::Value(defect.line)},
            {"what", defect.what},
            {"mend", defect.mend}};
}

}  // namespace comity::development
