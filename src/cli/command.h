// How a command is added to the tree. The tree (CLI11's App) is the one source of the command line, of
// --help, of the man pages (man.h) and of the shells' completion (completion.h).
//
//     void add_key_show(CLI::App& key, Context& context) {
//         auto file = std::make_shared<std::string>();
//         CLI::App* command = add_command(key, {.name = "show",
//                                               .summary = "Print the public part of a key",
//                                               .description = "...",
//                                               .examples = {{"comity key show keys/cert-ke.key", "what to
//                                               give others"}}});
//         command->add_option("FILE", *file, "the key's file")->required()->type_name("FILE");
//         on_run(*command, context, [file](Context& c) { return show(c, *file); });
//     }
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace comity::cli {

struct Example {
    std::string line;  // as typed
    std::string what;  // what it does; may be empty
};

struct CommandSpec {
    std::string name;
    std::string summary;      // one line, imperative, without a final stop
    std::string description;  // paragraphs, separated by empty lines; may be empty
    std::vector<Example> examples;
};

// A noun (a group of commands) or a verb below `parent`.
CLI::App* add_command(CLI::App& parent, const CommandSpec& spec);
// A noun: `comity NOUN` alone is a usage error that prints its help.
CLI::App* add_noun(CLI::App& parent, const CommandSpec& spec);
void on_run(CLI::App& command, Context& context, std::function<Result<void>(Context&)> run);

}  // namespace comity::cli
