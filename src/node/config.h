// The node's configuration: one TOML file, every key defined, documented and checked here and nowhere else.
// An unknown key, a wrong type or a value out of range is refused with its line.
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
    std::filesystem::path data;               // the data folder: store, keys, configuration (comity.toml)
    std::string name = "Comity";              // what people call this node
    std::string origin;                       // the log's name; empty: the one that keys/log.key bears
    std::string database_url;                 // parse_config fills in sqlite in the data folder
    std::string public_url;                   // as others reach it, no slash at the end; empty: not known
    std::string policy_file = "policy.tlog";  // C2SP tlog-policy; a relative path is one in `data`
    http::ServerOptions http;
    unsigned failures_per_minute = 10;  // failed log-ins an account and an address may make
    unsigned session_hours = 12;
    unsigned comments_per_minute =
        3;  // that an address may make in public consultations; 0: none is taken in
    std::size_t federation_bytes_per_second = 0;  // received from each node that is followed; 0: no limit
    std::string federation_ca_file;               // certificates to trust besides the system's; empty: none
    std::string federation_member;  // in whose name the node speaks by itself; empty: it does not
    logging::Level log_level = logging::Level::kInfo;
    logging::Form log_form = logging::Form::kJson;
};

// The file's text; `file` names it in errors ("comity.toml line 7: http.prot: unknown key: did you mean
// http.port?").
Result<Config> parse_config(std::string_view text, std::string_view file, const std::filesystem::path& data);
// data/comity.toml, or all defaults where there is none.
Result<Config> load_config(const std::filesystem::path& data);
// A file with every key, its meaning, its range and its value in `config`; a key that has its default stands
// commented out. What `comity serve --print-config` prints and docs/operators.md quotes, and what `comity
// community found` writes.
std::string documented_config(const Config& config = {});

}  // namespace comity::node
