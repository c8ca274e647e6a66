#include "cli/intel/print.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"

namespace comity::cli {

const json::Array& list_of(const json::Object& object, std::string_view name) {
    static const json::Array none;
    const json::Value* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

const json::Object& object_of(const json::Object& object, std::string_view name) {
    static const json::Object none;
    const json::Value* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

std::string confidence_text(const json::Object& confidence) {
    const std::string stated = field(confidence, "stated");
    std::string text = field(confidence, "now");
    std::string_view separator = " (";
    const auto add = [&](const std::string& part) {
        text += separator;
        text += part;
        separator = ", ";
    };
    add(stated.empty() ? "none stated" : "stated " + stated);
    if (field(confidence, "sighted_by") != "0") add("sighted by " + field(confidence, "sighted_by"));
    if (field(confidence, "false_by") != "0") add("false by " + field(confidence, "false_by"));
    return text + ")";
}

std::string title_of(const json::Object& item) {
    const json::Object& object = object_of(item, "object");
    for (const std::string_view name : {"name", "value", "pattern", "relationship_type", "key", "user_id"}) {
        if (std::string text = field(object, name); !text.empty()) return text;
    }
    for (const auto& hash : object_of(object, "hashes")) {
        if (hash.value().is_string()) return std::string(hash.value().get_string());
    }
    return {};
}

void print_graph(Context& context, const json::Object& graph) {
    std::vector<std::vector<std::string>> nodes;
    for (const json::Value& value : list_of(graph, "nodes")) {
        const json::Object& node = value.get_object();
        nodes.push_back({field(node, "distance"), field(node, "id"),
                         field(node, "known") == "true" ? field(node, "name") : "(not here)"});
    }
    print_table(context, {"STEP", "OBJECT", "NAME"}, nodes, "Nothing.");
    std::vector<std::vector<std::string>> edges;
    for (const json::Value& value : list_of(graph, "edges")) {
        const json::Object& edge = value.get_object();
        edges.push_back({field(edge, "from"), field(edge, "kind"), field(edge, "to")});
    }
    if (!edges.empty()) context.out << '\n';
    print_table(context, {"FROM", "", "TO"}, edges, "It is related to nothing that you may read.");
    if (field(graph, "more") == "true")
        context.err << "There is more: raise --limit, or begin at another object.\n";
}

std::string graph_dot(const json::Object& graph) {
    const auto quoted = [](const std::string& text) {
        std::string out = "\"";
        for (const char c : printable(text)) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        return out + "\"";
    };
    std::string dot = "digraph intelligence {\n  node [shape=box];\n";
    for (const json::Value& value : list_of(graph, "nodes")) {
        const json::Object& node = value.get_object();
        const std::string name = field(node, "name");
        const std::string label = field(node, "type") + (name.empty() ? "" : ": " + name);
        dot += fmt::format("  {} [label={}{}];\n", quoted(field(node, "id")), quoted(label),
                           field(node, "known") == "true" ? "" : ", style=dashed");
    }
    for (const json::Value& value : list_of(graph, "edges")) {
        const json::Object& edge = value.get_object();
        dot += fmt::format("  {} -> {} [label={}];\n", quoted(field(edge, "from")), quoted(field(edge, "to")),
                           quoted(field(edge, "kind")));
    }
    return dot + "}\n";
}

}  // namespace comity::cli
