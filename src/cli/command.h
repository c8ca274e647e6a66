// How a command is added to the tree. The tree is the one source of the command line, of --help, of the man
// pages (man.h) and of the shells' completion (completion.h). Behind it is CLI11; that no command includes it
// keeps building quick.
//
//     void add_key_show(Command& key, Context& context) {
//         auto file = std::make_shared<std::string>();
//         Command command = key.add_command({.name = "show",
//                                            .summary = "Print the public part of a key",
//                                            .description = "...",
//                                            .examples = {{"comity key show keys/cert-ke.key", "what to give
//                                            others"}}});
//         command.add_option("FILE", *file, "The key's file").required();
//         command.on_run(context, [file](Context& c) { return show(c, *file); });
//     }
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
class Option;
}  // namespace CLI

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

// An option or argument that was added; what is not said of it: optional, any value, shown as TEXT.
class Option {
  public:
    explicit Option(CLI::Option& option) : option_(&option) {}
    Option& required();
    Option& type_name(const std::string& shown);  // what help calls the value: "FILE", "DIR"
    Option& one_of(const std::vector<std::string>& values);
    Option& range(std::int64_t min, std::int64_t max);
    Option& environment(const std::string& variable);  // stands for it where it is not given
    Option& excludes(const Option& other);

  private:
    CLI::Option* option_;
};

// A command or noun of the tree. Refers to it; the tree outlives it, and so must what options are read into.
class Command {
  public:
    explicit Command(CLI::App& app) : app_(&app) {}

    Command add_command(const CommandSpec& spec);
    // A group of commands: alone it is a usage error that prints its help.
    Command add_noun(const CommandSpec& spec);

    // "--name" is an option, "NAME" an argument (in the order they are added). A vector takes it repeatedly.
    Option add_option(const std::string& name, std::string& into, const std::string& what);
    Option add_option(const std::string& name, std::vector<std::string>& into, const std::string& what);
    Option add_option(const std::string& name, std::int64_t& into, const std::string& what);
    Option add_flag(const std::string& name, bool& into, const std::string& what);

    void on_run(Context& context, std::function<Result<void>(Context&)> run);

    CLI::App& app() { return *app_; }

  private:
    CLI::App* app_;
};

}  // namespace comity::cli
