// Warning lists: values that are well known to be benign, so that blocking them does harm, whatever an
// indicator says. Exports pass over them (MISP/MISP issue 1838 asks for it since 2017).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "intelligence/indicator/classify.h"

namespace comity::intelligence {

class WarningLists {
  public:
    struct Hit {
        std::string list;   // its name
        std::string entry;  // what it has
    };
    struct Listed {
        std::string name;
        std::string source;  // where its facts are from
        std::size_t entries = 0;
        std::size_t passed_over = 0;  // entries in a form that is not read
    };

    // The built-in ones: registries of special addresses and names, public resolvers, root and top-level
    // servers, names that everybody uses.
    static const WarningLists& built_in();
    // These, and MISP's from every *.json in the folder (types cidr, hostname, string and substring; others
    // are passed over and counted). Without the folder: the built-in ones alone. kInvalid names a file that
    // is none.
    static Result<WarningLists> load(const std::filesystem::path& folder);
    // The text of one of MISP's lists; `file` names it in errors.
    Result<void> add_misp(std::string_view json, const std::string& file);

    // The first list that has it. Addresses also by a network that holds them, networks also by an address in
    // them, or because they are too wide to be anybody's alone (over /16, of IPv6 over /32). Names and the
    // names in e-mail addresses by a listed name that they are, or are below. URLs only where they lead to no
    // path: a harmless host may carry a harmful page. Thread-safe.
    std::optional<Hit> find(const Indicator& indicator) const;

    const std::vector<Listed>& lists() const { return lists_; }

  private:
    using Entries = std::unordered_map<std::string, std::size_t>;  // -> the list

    std::size_t add_list(std::string name, std::string source);
    bool add_network(std::string_view text, std::size_t list);
    std::optional<Hit> find_address(const Indicator& indicator) const;
    std::optional<Hit> find_name(std::string_view name) const;
    std::optional<Hit> find_substring(std::string_view value) const;

    std::vector<Listed> lists_;
    Entries exact_;     // names and values as they are
    Entries suffixes_;  // names, and those below them
    std::vector<std::pair<std::string, std::size_t>> substrings_;
    // By family and length, the networks' leading bits -> the list.
    std::map<std::pair<bool, unsigned>, std::map<std::string, std::size_t>> networks_;
};

}  // namespace comity::intelligence
