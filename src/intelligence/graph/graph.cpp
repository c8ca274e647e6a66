#include "intelligence/graph/graph.h"

#include <algorithm>
#include <map>
#include <set>

namespace comity::intelligence {
namespace {

using search::Hit;
using search::Hits;
using search::Kind;
using search::make_term;
using search::Query;

constexpr std::size_t kReferring = 1000;  // objects that refer to one step's, read at the most

class Walk {
  public:
    Walk(db::Session& session, const ledger::Readable& readable, std::size_t most)
        : session_(session), readable_(readable), most_(most) {}

    Result<Graph> from(const ObjectId& root, int depth) {
        reach(root.text(), 0);
        for (int distance = 0; distance <= depth && !frontier_.empty(); ++distance) {
            const std::vector<std::string> step = std::move(frontier_);
            frontier_.clear();
            for (const std::string& id : step) COMITY_CHECK(look_at(id, distance, distance < depth));
            if (distance < depth) COMITY_CHECK(look_back(step, distance));
        }
        Graph graph;
        for (auto& [id, node] : nodes_) graph.nodes.push_back(std::move(node));
        std::ranges::sort(graph.nodes, {}, [](const Graph::Node& n) { return std::pair(n.distance, n.id); });
        for (const Graph::Edge& edge : edges_) {
            if (nodes_.contains(edge.from) && nodes_.contains(edge.to)) graph.edges.push_back(edge);
        }
        graph.more = more_;
        return graph;
    }

  private:
    // The object itself: is it there, what is its name, what does it refer to?
    Result<void> look_at(const std::string& id, int distance, bool go_on) {
        const auto parsed = ObjectId::parse(id);
        if (!parsed) return {};
        Query query;
        query.id = *parsed;
        COMITY_TRY(const Hits hits, search::find(session_, readable_, query, {.before = {}, .limit = 1}));
        if (hits.found.empty()) return {};
        const Hit& hit = hits.found.front();
        Graph::Node& node = nodes_.at(id);
        node.known = true;
        node.name = hit.facts.name;
        return refer(hit, distance, go_on);
    }

    // What refers to any of them.
    Result<void> look_back(const std::vector<std::string>& ids, int distance) {
        Query query;
        std::vector<search::TermRange>& any = query.needs.emplace_back();
        for (const std::string& id : ids) {
            const std::string term = make_term(Kind::kReference, id);
            any.push_back({term, term});
        }
        COMITY_TRY(const Hits hits, search::find(session_, readable_, query,
                                                 {.before = {}, .limit = kReferring, .max_bytes = SIZE_MAX}));
        more_ = more_ || hits.more;
        const std::set<std::string_view> step(ids.begin(), ids.end());
        for (const Hit& hit : hits.found) {
            if (hit.row.id.type != "relationship" && !reach(hit.row.id.text(), distance + 1)) continue;
            if (hit.row.id.type == "relationship") {
                COMITY_CHECK(refer(hit, distance, true));
                continue;
            }
            for (const search::Reference& reference : hit.facts.references) {
                if (step.contains(reference.id))
                    edges_.insert({hit.row.id.text(), reference.id, reference.property, ""});
            }
        }
        return {};
    }

    Result<void> refer(const Hit& hit, int distance, bool go_on) {
        const std::string id = hit.row.id.text();
        if (hit.row.id.type == "relationship") {
            std::string from;
            std::string to;
            for (const search::Reference& reference : hit.facts.references) {
                if (reference.property == "source_ref") from = reference.id;
                if (reference.property == "target_ref") to = reference.id;
            }
            edges_.insert({from, to, hit.facts.relationship, id});
            if (!go_on) return {};
            reach(from, distance + 1);
            reach(to, distance + 1);
            return {};
        }
        for (const search::Reference& reference : hit.facts.references) {
            edges_.insert({id, reference.id, reference.property, ""});
            if (go_on) reach(reference.id, distance + 1);
        }
        return {};
    }

    // Is it a node, now or already?
    bool reach(const std::string& id, int distance) {
        if (id.empty()) return false;
        if (nodes_.contains(id)) return true;
        if (nodes_.size() == most_) {
            more_ = true;
            return false;
        }
        nodes_.emplace(id, Graph::Node{id, "", distance, false});
        frontier_.push_back(id);
        return true;
    }

    db::Session& session_;
    const ledger::Readable& readable_;
    const std::size_t most_;
    std::map<std::string, Graph::Node> nodes_;
    std::set<Graph::Edge> edges_;
    std::vector<std::string> frontier_;  // reached, not yet looked at
    bool more_ = false;
};

}  // namespace

Result<Graph> related(db::Session& session, const ledger::Readable& readable, const ObjectId& root, int depth,
                      std::size_t most) {
    return Walk(session, readable, most).from(root, depth);
}

}  // namespace comity::intelligence
