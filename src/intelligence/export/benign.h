// What is known to be benign, as tables: facts of public registries, each with its source.
#pragma once

#include <span>
#include <string_view>

namespace comity::intelligence {

struct BenignList {
    enum class Kind {
        kNetworks,         // addresses and networks
        kNames,            // these names and all below them
        kNamesThemselves,  // these names alone: below them lies what others put there
    };
    std::string_view name;
    std::string_view source;
    Kind kind;
    std::span<const std::string_view> entries;
};

std::span<const BenignList> benign_lists();

}  // namespace comity::intelligence
