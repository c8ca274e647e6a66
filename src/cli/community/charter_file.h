// The charter file: what a community's founders agree on, in TOML, before they sign it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "cli/context.h"
#include "json/value.h"

namespace comity::cli {

struct CharterMember {
    std::string id;
    std::string name;
    std::string stakeholder_class;
    std::vector<std::string> keys;  // vkeys
    bool custody = false;
};

struct CharterFile {
    std::string name;
    std::string purpose;
    std::string origin;  // the name of this node's log
    std::int64_t sponsors = 1;
    std::vector<CharterMember> members;
    // Of its [procedures], a preset's id or a file each.
    std::vector<std::string> rules_by;
    std::vector<std::string> bodies_by;
    std::vector<std::string> charter_by;
    json::Object procedures{};  // those, whole: add_procedures()

    json::Object body() const;  // of the statement governance.charter
};

// Reads the procedures that the file names and those given beside it, as the statement carries them.
Result<void> add_procedures(Context& context, CharterFile& charter);

// kInvalid with the line. A key that is a file's name is looked for beside the charter, then in the data
// folder's keys.
Result<CharterFile> parse_charter_file(Context& context, std::string_view text, const std::string& file);

// A commented example.
std::string_view example_charter();

}  // namespace comity::cli
