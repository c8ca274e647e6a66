#include "cli/procedure/read_procedure.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/files.h"
#include "governance/procedure/presets.h"
#include "governance/procedure/read.h"
#include "node/nearest.h"

namespace comity::cli {
namespace {

constexpr std::size_t kMaxProcedure = 64 * 1024;

Result<void> check_circle(const governance::Procedure& procedure) {
    return governance::check_no_circle(procedure, [](std::string_view id) {
        const governance::Preset* preset = governance::find_preset(id);
        return preset == nullptr ? nullptr : &preset->procedure;
    });
}

}  // namespace

Result<NamedProcedure> read_procedure(Context& context, const std::string& name) {
    if (const governance::Preset* preset = governance::find_preset(name)) {
        COMITY_TRY(json::Value value, json::parse(preset->json));
        return NamedProcedure{preset->procedure, std::move(value)};
    }
    std::error_code ignored;
    if (name != "-" && !std::filesystem::exists(name, ignored)) {
        std::vector<std::string_view> known;
        for (const governance::Preset& preset : governance::presets()) known.push_back(preset.procedure.id);
        const auto meant = node::nearest(name, known);
        return not_found(
            fmt::format("\"{}\" is neither a procedure that comes with the program nor a file", name),
            meant ? fmt::format("did you mean {}?", *meant) : "comity procedure list shows them");
    }
    COMITY_TRY(const std::string text, read_file(context, name, kMaxProcedure));
    const std::string file = name == "-" ? "standard input" : name;
    auto value = json::parse(text);
    if (!value) return within(file, value.error());
    auto procedure = governance::parse_procedure(*value, "");
    if (!procedure) return within(file, procedure.error());
    if (auto circle = check_circle(*procedure); !circle) return within(file, circle.error());
    return NamedProcedure{std::move(*procedure), std::move(*value)};
}

}  // namespace comity::cli
