// Several nodes of one community, each behind a server of its own, and what they do with each other.
#pragma once

#include "api/rest/rest.h"
#include "api/tlog/tlog.h"
#include "federation/announcement.h"
#include "federation/http_source.h"
#include "federation/join.h"
#include "federation/sync.h"
#include "testing/served_node.h"

namespace comity::federation::testing {

using comity::testing::Community;
using comity::testing::ServedNode;

class NetNode : public ServedNode {
  public:
    explicit NetNode(const std::string& origin)
        : ServedNode(
              [](http::Router& router, node::Node& node) {
                  api::rest::add_routes(router, node);
                  api::tlog::add_routes(router, node);
              },
              {.origin = origin}) {}

    const ledger::LogIdentity& identity() { return node().ledger().identity(); }
    crypto::NamedKey log_key() { return identity().key.public_part(); }
    crypto::NamedKey cosigner_key() { return identity().cosigner.public_part(); }

    // As the operator of a node that knows its keys would.
    Peer peer_of(NetNode& other, const std::string& name, const std::string& token = {}) {
        EXPECT_TRUE(node().mirrors().log(other.log_key(), other.cosigner_key()));
        Peer peer;
        peer.name = name;
        peer.url = other.address();
        peer.token = token;
        peer.log = other.log_key();
        return peer;
    }
    Result<Synced> sync_with(NetNode& other, const std::string& token = {}, FollowOptions options = {}) {
        HttpSource source({.url = other.address(), .token = token});
        options.clock = &clock();
        return federation::sync(node().ledger(), node().mirrors(), source, peer_of(other, "other", token),
                                {.follow = options});
    }
    void must_sync_with(NetNode& other, const std::string& token = {}) {
        const auto synced = sync_with(other, token);
        EXPECT_TRUE(synced) << synced.error().message();
        if (synced) {
            EXPECT_EQ(synced->fault, "");
        }
    }
    Result<Joined> join_by(NetNode& other, const Digest& charter) {
        HttpSource source({.url = other.address(), .token = {}});
        return federation::join(node().ledger(), node().mirrors(), source, charter, clock());
    }
    Digest views() {
        const auto digest = node().ledger().view_digest();
        EXPECT_TRUE(digest) << digest.error().message();
        return digest.value_or(Digest{});
    }
    void expect_sound() {
        const auto report = node().ledger().check({});
        ASSERT_TRUE(report) << report.error().message();
        for (const std::string& fault : report->faults) ADD_FAILURE() << fault;
    }
    std::uint64_t statements() {
        const auto session = node().database().reader();
        return static_cast<std::uint64_t>(
            (*session)->integer("SELECT COUNT(*) FROM statements")->value_or(0));
    }
};

// The member says that the node is its own.
inline crypto::Envelope announce(Community& community, const std::string& member, NetNode& node,
                                 const std::string& url = {}) {
    Announcement said{.log = node.log_key(),
                      .cosigner = node.cosigner_key(),
                      .witness = node.node().witness().key(),
                      .url = url.empty() ? node.address() : url,
                      .retired = false,
                      .possession = {}};
    const std::string text = possession_text(community.id(), member, said.cosigner);
    said.possession = node.identity().key.key.sign(as_bytes(text));
    said.witness_possession = node.node().witness().possession(community.id(), member, said.log);
    return community.statement(member, kNode, announcement_json(said));
}

}  // namespace comity::federation::testing
