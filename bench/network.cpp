#include "bench/network.h"

#include "api/rest/rest.h"
#include "api/tlog/tlog.h"
#include "bench/must.h"

namespace comity::bench {
ServedNode::ServedNode(const std::string& origin) {
    node::Config config;
    config.data = folder_.path() / "node";
    config.origin = origin;
    config.database_url = "sqlite:" + (config.data / "comity.db").string();
    node_ = must(node::Node::create(config));
    api::rest::add_routes(router_, *node_);
    api::tlog::add_routes(router_, *node_);
    server_ = must(http::Server::start({.port = 0, .workers = 16}, router_));
    address_ = "http://127.0.0.1:" + std::to_string(server_->port());
}

ServedNode::~ServedNode() {
    node_->growth().stop();
    server_->stop();
}

federation::Peer ServedNode::peer(ServedNode& other, const std::string& name) {
    const ledger::LogIdentity& identity = other.ledger().identity();
    must(node_->mirrors().log(identity.key.public_part(), identity.cosigner.public_part()));
    federation::Peer peer;
    peer.name = name;
    peer.url = other.address();
    peer.log = identity.key.public_part();
    return peer;
}

}  // namespace comity::bench
