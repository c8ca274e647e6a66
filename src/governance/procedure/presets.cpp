#include "governance/procedure/presets.h"

#include <algorithm>

#include "base/logging.h"
#include "governance/procedure/read.h"

namespace comity::governance {
namespace {

std::vector<Preset> read_all() {
    std::vector<Preset> all;
    for (const auto family : {united_nations_presets(), standards_presets(), union_presets(),
                              internet_presets(), general_presets()}) {
        for (const std::string_view text : family) {
            const auto value = json::parse(text);
            auto procedure = value ? parse_procedure(*value, "") : std::unexpected(value.error());
            if (procedure) {
                all.push_back({text, std::move(*procedure)});
            } else {  // a fault of this program; its tests read them all
                logging::error("preset", {{"error", procedure.error().message()}});
            }
        }
    }
    return all;
}

}  // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> all = read_all();
    return all;
}

const Preset* find_preset(std::string_view id) {
    const auto at =
        std::ranges::find_if(presets(), [&](const Preset& preset) { return preset.procedure.id == id; });
    return at == presets().end() ? nullptr : &*at;
}

}  // namespace comity::governance
