// What is related to an object: the objects that it refers to and those that refer to it, step by step. A
// relationship object is an edge, not a node. Only what the reader may read takes part: an object that may
// not be read is, where a readable one names it, a node that nobody knows, as one that there is not.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "intelligence/search/search.h"

namespace comity::intelligence {

struct Graph {
    struct Node {
        std::string id;
        std::string name;
        int distance = 0;
        bool known = false;  // there is such an object that the reader may read
    };
    struct Edge {
        std::string from;
        std::string to;
        std::string kind;  // the relationship's type, or the property that refers: "created_by_ref"
        std::string via;   // the relationship object; empty: the reference stands in `from` itself
        friend auto operator<=>(const Edge&, const Edge&) = default;
    };
    std::vector<Node> nodes;  // by distance, then id; the root first
    std::vector<Edge> edges;  // sorted, each once; both ends are among the nodes
    bool more = false;        // there are more than `most` nodes, or too many that refer to one step's
};

// From `root` on, `depth` steps, `most` nodes (at least 1).
Result<Graph> related(db::Session& session, const ledger::Readable& readable, const ObjectId& root, int depth,
                      std::size_t most);

}  // namespace comity::intelligence
