#include "intelligence/answer/parts.h"
#include "intelligence/graph/graph.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

constexpr std::int64_t kMaxDepth = 5;
constexpr std::int64_t kMaxNodes = 500;
constexpr std::int64_t kUsualNodes = 100;

}  // namespace

Result<std::string> answer_related(const Asking& asking, std::string_view id, const Parameters& parameters) {
    COMITY_TRY(const std::int64_t depth, number(parameters, "depth", 1, kMaxDepth, 1));
    COMITY_TRY(const std::int64_t limit, number(parameters, "limit", 1, kMaxNodes, kUsualNodes));
    COMITY_TRY(const auto copies, copies_of(asking, id));
    COMITY_TRY(const Graph graph, related(asking.session, asking.readable, copies.front().row.id,
                                          static_cast<int>(depth), static_cast<std::size_t>(limit)));
    json::Array nodes;
    for (const Graph::Node& node : graph.nodes) {
        nodes.push_back(json::Object{{"id", node.id},
                                     {"type", node.id.substr(0, node.id.find("--"))},
                                     {"name", node.name},
                                     {"distance", node.distance},
                                     {"known", node.known}});
    }
    json::Array edges;
    for (const Graph::Edge& edge : graph.edges) {
        edges.push_back(
            json::Object{{"from", edge.from},
                         {"to", edge.to},
                         {"kind", edge.kind},
                         {"via", edge.via.empty() ? json::Value(nullptr) : json::Value(edge.via)}});
    }
    return json::write(json::Object{{"root", copies.front().row.id.text()},
                                    {"nodes", std::move(nodes)},
                                    {"edges", std::move(edges)},
                                    {"more", graph.more}});
}

}  // namespace comity::intelligence
