// Procedures that come with the program: how real bodies decide, each with its source. A community takes one
// as it is, or changes it and proposes that.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "governance/procedure/procedure.h"

namespace comity::governance {

struct Preset {
    std::string_view json;  // as a procedure is written (docs/formats.md)
    Procedure procedure;
};

// In their families' order. Read once; lives as long as the program.
const std::vector<Preset>& presets();
const Preset* find_preset(std::string_view id);  // null: none such

// The families, in a file each.
std::span<const std::string_view> united_nations_presets();
std::span<const std::string_view> standards_presets();
std::span<const std::string_view> union_presets();
std::span<const std::string_view> internet_presets();
std::span<const std::string_view> general_presets();

}  // namespace comity::governance
