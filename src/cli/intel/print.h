// Objects as the intel commands print them.
#pragma once

#include <string>

#include "cli/context.h"
#include "json/value.h"

namespace comity::cli {

// "62 (stated 70, sighted by 2, false by 1)"
std::string confidence_text(const json::Object& confidence);

// The STIX object's name, else its value or pattern: what a person knows it by.
std::string title_of(const json::Object& item);

// A graph from REST's form (related) as a tree of lines, or as Graphviz DOT.
void print_graph(Context& context, const json::Object& graph);
std::string graph_dot(const json::Object& graph);

// The list under a name; empty where there is none.
const json::Array& list_of(const json::Object& object, std::string_view name);
// The object under a name; empty where there is none.
const json::Object& object_of(const json::Object& object, std::string_view name);

}  // namespace comity::cli
