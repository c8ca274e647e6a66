// How answers are printed: JSON for programs, aligned columns and fields for people. What others wrote (a
// member's name, a title) is made harmless first: no control character, no turning of the writing's direction
// reaches a terminal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "json/value.h"

namespace comity::cli {

// The text with control characters, C1 codes and bidirectional overrides replaced by U+FFFD; line feeds and
// tabs by a space.
std::string printable(std::string_view text);

// How many columns a terminal gives the text, as far as it can be told without a font: one a code point, none
// for combining marks, two for the wide ones of East Asia.
std::size_t columns_of(std::string_view text);

// JSON text with the same characters written as \uXXXX: the same values, harmless to look at.
std::string printable_json(std::string_view text);

// On one line for programs, indented for people.
void print_json(Context& context, const json::Value& value);

// Rows under a heading, each column as wide as its widest cell. Nothing at all, where there are no rows, but
// `none` on standard error.
void print_table(Context& context, const std::vector<std::string>& heading,
                 const std::vector<std::vector<std::string>>& rows, std::string_view none);

// "key:   value" lines.
void print_fields(Context& context, const std::vector<std::pair<std::string, std::string>>& fields);

// "comity: where: what: mend" on standard error.
void print_error(Context& context, const Error& error);

}  // namespace comity::cli
