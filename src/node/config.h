// The node's configuration: one TOML file, every key defined, documented and checked here and nowhere else. An unknown key, a
// wrong type or a value out of range is refused with its line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/logging.h"
#include "http/server.h"

namespace comity::node {

struct Config {
    std::filesystem::path data;   // the data folder: store, keys, configuration (comity.toml)
    std::string name;             // what people call this node
    std::string origin;           // the log's name
    std::string database_url;     // default: sqlite in the data folder
    std::string public_url;       // as others reach it: "https://cert-ke.example"; for links and TAXII
    http::ServerOptions http;
    unsigned failures_per_minute = 10;  // failed log-ins an account and an address may make
    unsigned session_hours = 12;
    logging::Level log_level = logging::Level::kInfo;
    logging::Form log_form = logging::Form::kJson;
};

// The file's text; `file` names it in errors ("comity.toml line 7: http.prot: unknown key: did you mean http.port?").
Result<Config> parse_config(std::string_view text, std::string_view file, const std::filesystem::path& data);
// data/comity.toml, or all defaults where there is none.
Result<Config> load_config(const std::filesystem::path& data);
// A commented file with every key and its default: what `comity serve --print-config` prints and docs/operators.md quotes.
std::string documented_config();

}  // namespace comity::node
