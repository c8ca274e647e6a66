// Nodes of one community for the benchmarks, each served over loopback.
#pragma once

#include <memory>
#include <string>

#include "federation/http_source.h"
#include "federation/sync.h"
#include "http/server.h"
#include "node/node.h"
#include "testing/folder.h"

namespace comity::bench {

class ServedNode {
  public:
    explicit ServedNode(const std::string& origin);  // aborts where it cannot be made
    ~ServedNode();

    node::Node& node() { return *node_; }
    ledger::Ledger& ledger() { return node_->ledger(); }
    const std::string& address() const { return address_; }
    std::uint16_t port() const { return server_->port(); }
    // The other as one that this node follows, its keys known.
    federation::Peer peer(ServedNode& other, const std::string& name);

  private:
    testing::TemporaryFolder folder_;
    std::unique_ptr<node::Node> node_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    std::string address_;
};

}  // namespace comity::bench
