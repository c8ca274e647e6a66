// A node with an example community behind a real server, for TAXII's tests.
#pragma once

#include <gtest/gtest.h>
#include <algorithm>

#include <memory>
#include <string>
#include <vector>

#include "api/taxii/taxii.h"
#include "base/encoding.h"
#include "http/client.h"
#include "http/server.h"
#include "json/value.h"
#include "node/key_files.h"
#include "testing/clock.h"
#include "testing/community.h"
#include "testing/folder.h"

namespace comity::testing {

inline constexpr std::string_view kTestPassword = "taxii in a test";

class TaxiiServer {
  public:
    // Members' people may have accounts: "amina@cert-ke"; a client's begins with "client".
    // On a database of its own where none is named.
    TaxiiServer(const std::vector<std::string>& members, const std::vector<std::string>& accounts,
                const std::string& database_url = {})
        : community_(members) {
        node::Config config;
        config.data = folder_.path() / "node";
        config.origin = "test.example/log";
        config.database_url = database_url.empty() ? "sqlite:" + (folder_ / "node/comity.db") : database_url;
        auto made = node::Node::create(config, clock_);
        EXPECT_TRUE(made) << made.error().message();
        node_ = *std::move(made);
        const auto founded = node_->ledger().submit({community_.charter().write(), {}, {}});
        EXPECT_TRUE(founded) << founded.error().message();
        for (const std::string& account : accounts) {
            EXPECT_TRUE(node_->accounts().add(account, kTestPassword, !account.starts_with("client")));
        }
        start();
    }
    // Another node on the first one's database and data folder; of pages it keeps so many bytes.
    explicit TaxiiServer(const TaxiiServer& first, std::size_t kept_pages = api::taxii::kKeptPages)
        : community_(first.community_) {
        auto made = node::Node::open(first.node_->config(), clock_);
        EXPECT_TRUE(made) << made.error().message();
        node_ = *std::move(made);
        start(kept_pages);
    }

  private:
    void start(std::size_t kept_pages = api::taxii::kKeptPages) {
        api::taxii::add_routes(router_, *node_, kept_pages);
        auto started = http::Server::start({.port = 0}, router_);
        EXPECT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
        address_ = "http://127.0.0.1:" + std::to_string(server_->port());
    }

  public:
    void share(const std::string& author, std::vector<std::string> objects, ledger::Audience audience) {
        const auto receipt =
            node_->ledger().submit(community_.share(author, std::move(objects), std::move(audience)));
        ASSERT_TRUE(receipt) << receipt.error().message();
    }
    // From now on the node signs for the member, with a key of its own.
    void hold_key(const std::string& member) {
        const crypto::NamedSecret key{member, crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
        const auto written = node::write_secret_key(node_->config().data / "keys" / (member + ".key"), key);
        ASSERT_TRUE(written) << written.error().message();
        submit(community_.statement(
            member, governance::kKeyAddition,
            {{"key", json::Object{{"key", key.public_part().text()}, {"custody", true}}}}));
    }
    void submit(const crypto::Envelope& envelope) {
        const auto receipt = node_->ledger().submit({envelope.write(), {}, {}});
        ASSERT_TRUE(receipt) << receipt.error().message();
    }

    // As an account, by password; empty: as the public.
    http::Response send(http::Client& client, http::Method method, const std::string& target,
                        const std::string& as = {}, http::Client::Headers headers = {},
                        std::string_view body = {}) const {
        if (!as.empty())
            headers.emplace_back("Authorization",
                                 "Basic " + base64_encode(as_bytes(as + ":" + std::string(kTestPassword))));
        auto response = client.send(method, address_ + target, headers, body);
        EXPECT_TRUE(response) << response.error().message();
        return response ? *std::move(response) : http::Response{};
    }

    // The collection's id, from the server.
    std::string collection() const {
        http::Client client;
        const auto response = send(client, http::Method::kGet, "/taxii2/community/collections/");
        const auto body = json::parse(response.body);
        return body ? std::string(body->at("collections").at(0).at("id").as_string()) : std::string();
    }

    TestClock& clock() { return clock_; }
    Community& community() { return community_; }
    node::Node& node() { return *node_; }

  private:
    TemporaryFolder folder_;
    TestClock clock_;
    Community community_;
    std::unique_ptr<node::Node> node_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    std::string address_;
};

inline std::string header_of(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (std::ranges::equal(key, name, [](char a, char b) { return std::tolower(a) == std::tolower(b); }))
            return value;
    }
    return {};
}

// What a client sees of an answer, but for the time and an error's id, which are the request's own.
inline std::string seen_of(const http::Response& response) {
    std::string body(response.bytes());
    const std::size_t id = body.find("\"error_id\":");
    if (id != std::string::npos) body.erase(id, body.find(',', id) - id);
    std::string out = std::to_string(response.status) + " " + std::to_string(body.size()) + "\n";
    for (const auto& [name, value] : response.headers) {
        if (name != "Date" && name != "Content-Length") out += name + ": " + value + "\n";
    }
    return out + body;
}

}  // namespace comity::testing
