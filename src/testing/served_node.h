// A node in a temporary folder behind a real server on loopback, with the doors that a test gives it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/encoding.h"
#include "http/client.h"
#include "http/server.h"
#include "node/key_files.h"
#include "node/node.h"
#include "testing/clock.h"
#include "testing/community.h"
#include "testing/folder.h"

namespace comity::testing {

struct ServedNodeOptions {
    std::string origin = "test.example/log";
    unsigned failures_per_minute = 1000;
    std::string policy{};  // what policy.tlog holds; empty: there is none
    std::string federation_member{};
    http::ServerOptions http{.port = 0};
};

class ServedNode {
  public:
    using AddRoutes = std::function<void(http::Router&, node::Node&)>;
    static constexpr std::string_view kPassword = "a password of tests";

    explicit ServedNode(const AddRoutes& add_routes, const ServedNodeOptions& options = {}) {
        node::Config config;
        config.data = folder_.path() / "node";
        config.origin = options.origin;
        config.database_url = "sqlite:" + (folder_ / "node/comity.db");
        config.failures_per_minute = options.failures_per_minute;
        config.federation_member = options.federation_member;
        if (!options.policy.empty()) {
            std::filesystem::create_directories(config.data);
            std::ofstream(config.data / "policy.tlog") << options.policy;
        }
        auto made = node::Node::create(config, clock_);
        EXPECT_TRUE(made) << made.error().message();
        node_ = *std::move(made);
        add_routes(router_, *node_);
        auto started = http::Server::start(options.http, router_);
        EXPECT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
        address_ = "http://127.0.0.1:" + std::to_string(server_->port());
    }

    // An account of kPassword; a client's name begins with "client".
    void add_account(const std::string& name) {
        const auto added = node_->accounts().add(name, kPassword, !name.starts_with("client"));
        EXPECT_TRUE(added) << added.error().message();
    }
    // Of an account, made when first asked for.
    const std::string& token(const std::string& account,
                             std::vector<accounts::Scope> scopes = {accounts::Scope::kRead,
                                                                    accounts::Scope::kSubmit}) {
        auto& kept = tokens_[{account, scopes}];
        if (kept.empty()) {
            const auto made =
                node_->accounts().create_token(account, "test", std::move(scopes), std::nullopt);
            EXPECT_TRUE(made) << made.error().message();
            if (made) kept = made->secret;
        }
        return kept;
    }
    http::Client::Headers bearer(const std::string& account) {
        if (account.empty()) return {};
        return {{"Authorization", "Bearer " + token(account)}};
    }
    static http::Client::Headers basic(const std::string& account, std::string_view password = kPassword) {
        return {{"Authorization", "Basic " + base64_encode(as_bytes(account + ":" + std::string(password)))}};
    }

    // Into the ledger, past the doors.
    ledger::Receipt submit(ledger::Submission submission) {
        const auto receipt = node_->ledger().submit(std::move(submission));
        EXPECT_TRUE(receipt) << receipt.error().message();
        return receipt.value_or(ledger::Receipt{});
    }
    ledger::Receipt submit(const crypto::Envelope& envelope) {
        return submit(ledger::Submission{envelope.write(), {}, {}});
    }

    // From now on the node signs for the member, with a key of its own.
    void hold_key(Community& community, const std::string& member) {
        const crypto::NamedSecret key{member, crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
        const auto written = node::write_secret_key(node_->config().data / "keys" / (member + ".key"), key);
        EXPECT_TRUE(written) << written.error().message();
        submit(community.statement(
            member, governance::kKeyAddition,
            {{"key", json::Object{{"key", key.public_part().text()}, {"custody", true}}}}));
    }

    // One thread at a time, but with a client of the caller's own.
    http::Response send(http::Method method, const std::string& target,
                        const http::Client::Headers& headers = {}, std::string_view body = {}) {
        return send(client_, method, target, headers, body);
    }
    http::Response send(http::Client& client, http::Method method, const std::string& target,
                        const http::Client::Headers& headers = {}, std::string_view body = {}) const {
        auto response = client.send(method, address_ + target, headers, body);
        EXPECT_TRUE(response) << response.error().message();
        return response ? *std::move(response) : http::Response{.status = 0};
    }

    testing::TestClock& clock() { return clock_; }
    node::Node& node() { return *node_; }
    http::Server& server() { return *server_; }
    const http::Router& router() const { return router_; }
    const std::string& address() const { return address_; }

  private:
    testing::TemporaryFolder folder_;
    testing::TestClock clock_;
    std::unique_ptr<node::Node> node_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    http::Client client_;
    std::string address_;
    std::map<std::pair<std::string, std::vector<accounts::Scope>>, std::string> tokens_;
};

}  // namespace comity::testing
