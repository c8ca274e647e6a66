// What every command is given: the global options, where it reads and writes, and what it will run.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace comity::cli {

struct Context {
    Context(std::istream& input, std::ostream& output, std::ostream& errors)
        : in(input), out(output), err(errors) {}

    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool in_terminal = false;  // is it a person that types, reads the answer, reads the errors?
    bool out_terminal = false;
    bool err_terminal = false;
    bool colour = false;  // out_terminal, and NO_COLOR is not set
    Clock* clock = &system_clock();

    // Global options.
    std::string data;  // --data; empty: see data_folder()
    bool json = false;

    // Who acts and where; bound by commands that need it (options.h).
    std::string as;                 // --as: a member, or a person of it
    std::vector<std::string> keys;  // --key: files
    std::string node;               // --node: URL of a server; empty: the data folder
    std::string token;              // --token

    // The exit code of a command that fails: one that tells several ends apart sets it.
    int failure_code = 1;
    // What the command that was parsed does.
    std::function<Result<void>()> run;
};

// --data, or else COMITY_DATA (CLI11 has read it into --data), ./comity-data where it exists,
// $XDG_DATA_HOME/comity or
// ~/.local/share/comity.
std::filesystem::path data_folder(const Context& context);

}  // namespace comity::cli
