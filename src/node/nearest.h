// The known word that a mistyped one most likely meant: for unknown configuration keys and unknown commands.
// Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace comity::node {

// How many letters must be inserted, left out, replaced or swapped with their neighbour to make `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of the words, the first of several; nothing where none is within a third of the word's length
// (at least 2).
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace comity::node
