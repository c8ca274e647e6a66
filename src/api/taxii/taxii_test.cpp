#include "api/taxii/taxii.h"

#include <gtest/gtest.h>
#include <algorithm>

#include <atomic>
#include <random>
#include <thread>

#include "intelligence/collection.h"
#include "intelligence/stix/marking.h"
#include "json/slices.h"
#include "ledger/access.h"
#include "testing/shared_data.h"
#include "testing/taxii_server.h"

namespace comity::api::taxii {
namespace {

using http::Method;
using ledger::Tlp;
using testing::header_of;
using testing::indicator;
using testing::seen_of;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};

struct Page {
    std::vector<std::string> ids;
    std::vector<std::string> dates;  // of a manifest's entries
    bool more = false;
    std::string next;
    std::string first;  // the headers
    std::string last;
};

Page read_page(const http::Response& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    Page page;
    page.first = header_of(response, "X-TAXII-Date-Added-First");
    page.last = header_of(response, "X-TAXII-Date-Added-Last");
    const auto body = json::parse(response.body);
    if (!body) {
        ADD_FAILURE() << response.body;
        return page;
    }
    const json::Object& object = body->as_object();
    if (const auto* more = object.if_contains("more")) page.more = more->as_bool();
    if (const auto* next = object.if_contains("next")) page.next = next->as_string();
    if (const auto* objects = object.if_contains("objects")) {
        for (const auto& each : objects->as_array()) {
            page.ids.emplace_back(each.at("id").as_string());
            if (const auto* date = each.as_object().if_contains("date_added"))
                page.dates.emplace_back(date->as_string());
        }
    }
    EXPECT_EQ(page.more, !page.next.empty());
    EXPECT_EQ(page.ids.empty(), page.last.empty());
    if (!page.dates.empty()) {
        EXPECT_EQ(page.dates.front(), page.first);
        EXPECT_EQ(page.dates.back(), page.last);
    }
    return page;
}

class Walks : public ::testing::Test {
  protected:
    Walks()
        : server_({"cert-ke", "cert-ug"}, {}),
          base_("/taxii2/community/collections/" + server_.collection()) {}

    void add(const std::string& author, std::size_t objects) {
        std::vector<std::string> list;
        for (std::size_t i = 0; i < objects; ++i) list.push_back(indicator(number_++));
        server_.share(author, std::move(list), kClear);
    }
    void add_more_in_the_background() {
        writer_ = std::thread([this] {
            while (number_ < 400) add("cert-ug", number_ % 5 + 1);
            done_ = true;
        });
    }
    // Polls until the writer has ended: each poll from where the one before ended, by next or, as clients do
    // that do not know it, by added_after alone.
    void walk(const std::string& path, unsigned seed, bool by_next) {
        http::Client client;
        std::mt19937 random(seed);
        std::string after;
        for (bool finished = false; !finished;) {
            finished = done_;
            for (std::string next;;) {
                std::string target = base_ + path + "?limit=" + std::to_string(random() % 40 + 1);
                if (!after.empty()) target += "&added_after=" + after;
                if (!next.empty()) target += "&next=" + next;
                const Page page = read_page(server_.send(client, Method::kGet, target));
                ids_.insert(ids_.end(), page.ids.begin(), page.ids.end());
                dates_.insert(dates_.end(), page.dates.begin(), page.dates.end());
                if (!page.last.empty()) last_ = page.last;
                if (!page.more) break;
                if (by_next) {
                    next = page.next;
                } else {
                    after = page.last;
                }
            }
            after = last_;
        }
        std::vector<std::string> expected;
        for (unsigned i = 0; i < number_; ++i)
            expected.push_back(fmt::format("indicator--00000000-0000-4000-8000-{:012x}", i));
        EXPECT_EQ(ids_, expected);
        EXPECT_TRUE(std::ranges::is_sorted(dates_));
        EXPECT_EQ(std::ranges::adjacent_find(dates_), dates_.end());
    }
    void TearDown() override {
        if (writer_.joinable()) writer_.join();
    }

    testing::TaxiiServer server_;
    std::string base_;
    std::atomic<unsigned> number_ = 0;
    std::atomic<bool> done_ = false;
    std::thread writer_;
    std::vector<std::string> ids_;
    std::vector<std::string> dates_;
    std::string last_;
};

TEST_F(Walks, ByNextMeetEveryObjectOnceWhileWritersAdd) {
    for (std::size_t i = 0; i < 20; ++i) add("cert-ke", i % 7 + 1);
    add_more_in_the_background();
    walk("/objects/", 1, true);
}

TEST_F(Walks, ByAddedAfterMeetEveryObjectOnceWhileWritersAdd) {
    add_more_in_the_background();
    walk("/objects/", 2, false);
}

TEST_F(Walks, OfTheManifestMeetEveryEntryOnceWhileWritersAdd) {
    add_more_in_the_background();
    walk("/manifest/", 3, true);
}

// Law 4: every answer is to the byte what it would be if what the asker may not read had never been there.
TEST(Taxii, ShowsNothingOfWhatMayNotBeRead) {
    const std::vector<std::string> accounts = {"juma@cert-ke", "amina@cert-ug", "client@cert-ug",
                                               "neema@cert-tz", "eve@bank"};
    testing::TaxiiServer server({"cert-ke", "cert-ug", "cert-tz", "bank"}, accounts);
    server.submit(server.community().group("cert-ke", "responders", {"cert-tz"}));
    const std::vector<ledger::Audience> audiences = {kClear,
                                                     {Tlp::kGreen, {}, {}, {}},
                                                     {Tlp::kAmber, {"cert-ug"}, {}, {}},
                                                     {Tlp::kAmberStrict, {"cert-tz", "cert-ug"}, {}, {}},
                                                     {Tlp::kAmber, {}, {"cert-ke/responders"}, {}},
                                                     {Tlp::kRed, {}, {}, {"amina@cert-ug"}}};
    const std::vector<std::string_view> markings = {{},
                                                    intelligence::marking_id(Tlp::kClear),
                                                    intelligence::marking_id(Tlp::kGreen),
                                                    intelligence::marking_id(Tlp::kRed)};
    // Collections for some, with and without filters; what is posted into them is for others again.
    std::vector<std::string> collections;
    for (std::size_t i = 0; i < audiences.size(); ++i) {
        collections.push_back(intelligence::new_collection_id().text());
        json::Object body{{"id", collections.back()},
                          {"root", "root-" + std::to_string(i / 2)},
                          {"alias", "alias-" + std::to_string(i)},
                          {"title", "T"}};
        if (i % 3 == 0) body["filter"] = json::Object{{"authors", json::Array{"cert-ke"}}};
        server.submit(server.community().statement("cert-ke", intelligence::kCollection, body, audiences[i]));
    }
    std::mt19937 random(5);
    const auto below = [&](std::size_t n) { return random() % n; };
    for (int i = 0; i < 60; ++i) {
        std::vector<std::string> objects;
        for (std::size_t first = below(30), k = 0; k <= below(4); ++k) {
            std::string object =
                indicator(static_cast<unsigned>(first + k), markings[below(markings.size())]);
            const std::string version = R"("modified":"202)" + std::to_string(6 + below(3));
            object.replace(object.find(R"("modified":"2026)"), version.size(), version);
            objects.push_back(std::move(object));
        }
        std::vector<Digest> leaves;
        for (const std::string& object : objects) leaves.push_back(log::leaf_hash(as_bytes(object)));
        json::Object body{
            {"objects", json::Object{{"count", objects.size()}, {"root", log::root_of(leaves).hex()}}}};
        if (below(2) == 0) body["collection"] = collections[below(collections.size())];
        const crypto::Envelope envelope =
            server.community().statement(i % 2 == 0 ? "cert-ke" : "cert-tz", "intelligence.share",
                                         std::move(body), audiences[below(audiences.size())]);
        const auto receipt = server.node().ledger().submit({envelope.write(), std::move(objects), {}});
        ASSERT_TRUE(receipt) << receipt.error().message();
        server.clock().advance_seconds(static_cast<std::int64_t>(below(3)));
    }
    const std::string base = "/taxii2/community/collections/" + server.collection();
    const auto id = [](std::size_t n) {
        return fmt::format("indicator--00000000-0000-4000-8000-{:012x}", n);
    };
    const auto readable_rows = [&](const std::string& as, bool remove_others) {
        ledger::Viewer viewer;
        if (!as.empty()) {
            viewer = {as.substr(as.find('@') + 1), as, !as.starts_with("client"), {}};
            viewer.groups = server.node().ledger().roll()->groups_of(viewer.member);
        }
        auto tx = server.node().database().begin();
        const auto readable = ledger::readable_by(**tx, viewer);
        std::vector<std::int64_t> others;
        std::size_t own = 0;
        EXPECT_TRUE(
            (*tx)->each("SELECT added, audience FROM intelligence_objects", {}, [&](const db::Row& row) {
                if (readable->contains(row.integer(1))) {
                    ++own;
                } else {
                    others.push_back(row.integer(0));
                }
                return true;
            }));
        std::vector<std::int64_t> other_collections;
        EXPECT_TRUE(
            (*tx)->each("SELECT seq, audience FROM intelligence_collections", {}, [&](const db::Row& row) {
                if (!readable->contains(row.integer(1))) other_collections.push_back(row.integer(0));
                return true;
            }));
        if (remove_others) {
            for (const std::int64_t seq : other_collections)
                EXPECT_TRUE((*tx)->run("DELETE FROM intelligence_collections WHERE seq = $1", seq));
            for (const std::int64_t added : others)
                EXPECT_TRUE((*tx)->run("DELETE FROM intelligence_objects WHERE added = $1", added));
            EXPECT_TRUE((*tx)->run("UPDATE ledger_log SET changes = changes + 1"));
            EXPECT_TRUE((*tx)->commit());
        }
        return std::pair(own, others.size());
    };
    std::vector<std::string> askers = accounts;
    askers.emplace_back();  // the public
    http::Client client;
    for (const std::string& as : askers) {
        const auto [own, others] = readable_rows(as, false);
        EXPECT_GT(own, 5u) << as;
        EXPECT_GT(others, 5u) << as;
        const auto ask_everything = [&] {
            std::mt19937 questions(9);
            std::vector<std::string> answers;
            const auto ask = [&](const std::string& target) {
                http::Response response = server.send(client, Method::kGet, target, as);
                answers.push_back(target + "\n" + seen_of(response));
                // Asked for again it is kept, and then it is given as it was kept.
                for (int again = 0; again < 2; ++again)
                    EXPECT_EQ(seen_of(server.send(client, Method::kGet, target, as)), seen_of(response));
                return response;
            };
            for (std::size_t i = 0; i < 36; ++i) {
                ask(base + "/objects/" + id(i) + "/?match[version]=all");
                ask(base + "/objects/" + id(i) + "/versions/");
                ask(base + "/objects/" + id(i) + "/?match[version]=first&limit=1");
            }
            const std::string filters[] = {"",
                                           "&match[version]=all",
                                           "&match[version]=first",
                                           "&match[id]=" + id(3) + "," + id(7),
                                           "&added_after=2025-10-09T08:53:40Z",
                                           "&match[version]=2027-01-01T00:00:00Z"};
            const auto walk = [&](const std::string& collection, const std::string& path,
                                  const std::string& filter) {
                std::string next;
                do {
                    const auto response = ask(
                        collection + path + "?limit=" + std::to_string(questions() % 6 + 1) + filter + next);
                    if (response.status == 404) return;
                    const Page page = read_page(response);
                    next = page.more ? "&next=" + page.next : "";
                } while (!next.empty());
            };
            for (const std::string& filter : filters) {
                for (const std::string path : {"/objects/", "/manifest/"}) walk(base, path, filter);
            }
            ask("/taxii2/");
            for (std::size_t i = 0; i < collections.size(); ++i) {
                const std::string root = "/taxii2/root-" + std::to_string(i / 2);
                ask(root + "/");
                ask(root + "/collections/");
                ask(root + "/collections/alias-" + std::to_string(i) + "/");
                const std::string collection = root + "/collections/" + collections[i];
                ask(collection + "/");
                for (const std::string path : {"/objects/", "/manifest/"}) walk(collection, path, "");
                for (std::size_t k = 0; k < 36; k += 5) ask(collection + "/objects/" + id(k) + "/versions/");
                ask(root + "/status/" + collections[i] + "/");
            }
            return answers;
        };
        const std::vector<std::string> with = ask_everything();
        readable_rows(as, true);
        const std::vector<std::string> without = ask_everything();
        ASSERT_EQ(with.size(), without.size()) << as;
        for (std::size_t i = 0; i < with.size(); ++i) EXPECT_EQ(with[i], without[i]) << as;
        ASSERT_TRUE(server.node().ledger().rebuild({}));
        EXPECT_EQ(readable_rows(as, false), std::pair(own, others));
    }
}

// Readers that go by added_after have been past what counts again after a while: it comes to them as new.
TEST(Taxii, GivesWhatCountsAgainAsNew) {
    testing::TaxiiServer server({"cert-ke", "cert-ug"}, {});
    testing::Community& community = server.community();
    std::vector<crypto::NamedSecret> keys;
    for (int i = 0; i < 2; ++i) {
        keys.push_back({"cert-ug", crypto::KeyType::kEd25519, crypto::SecretKey::generate()});
        server.submit(community.key_addition("cert-ug", keys.back()));
    }
    const ledger::Witnessed start = server.clock().now().seconds();
    server.clock().advance_seconds(100);
    server.share("cert-ug", {indicator(1), indicator(2)}, kClear);
    server.share("cert-ke", {indicator(3)}, kClear);
    http::Client client;
    const std::string objects = "/taxii2/community/collections/all/objects/";
    const Page first = read_page(server.send(client, Method::kGet, objects));
    EXPECT_EQ(first.ids.size(), 3u);
    const auto revoke = [&](const crypto::NamedSecret& by, const crypto::NamedKey& key,
                            ledger::Witnessed at) {
        const ledger::Draft draft{community.id(),
                                  std::string(governance::kKeyRevocation),
                                  "cert-ug",
                                  community.clear(),
                                  {{"key", key.text()}}};
        const auto taken = server.node().ledger().ingest(
            {ledger::sign_statement(draft, Time::from_seconds(at), by).write(), {}, {}}, at);
        EXPECT_TRUE(taken) << taken.error().message();
    };
    revoke(keys[0], community.key("cert-ug").public_part(), start + 50);
    EXPECT_EQ(read_page(server.send(client, Method::kGet, objects)).ids.size(), 1u);
    // Whoever revoked that key had lost its own before.
    revoke(keys[1], keys[0].public_part(), start + 40);
    const Page again = read_page(server.send(client, Method::kGet, objects + "?added_after=" + first.last));
    EXPECT_EQ(again.ids, (std::vector<std::string>{"indicator--00000000-0000-4000-8000-000000000001",
                                                   "indicator--00000000-0000-4000-8000-000000000002"}));
    const auto report = server.node().ledger().check({});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->faults, std::vector<std::string>{});
}

TEST(Taxii, GivesAllOfCapecBackByteForByte) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const std::string bundle = testing::file_text(data / "stix/capec-2.1.json");
    const auto elements = json::array_elements(bundle, "objects");
    ASSERT_TRUE(elements);
    testing::TaxiiServer server({"cert-ke"}, {});
    server.share("cert-ke", {elements->begin(), elements->end()}, kClear);
    const std::string target = "/taxii2/community/collections/" + server.collection() + "/objects/?limit=700";
    http::Client client;
    std::size_t n = 0;
    for (std::string next;;) {
        const http::Response response = server.send(client, Method::kGet, target + next);
        const auto objects = json::array_elements(response.body, "objects");
        ASSERT_TRUE(objects) << response.body.substr(0, 200);
        for (const std::string_view object : *objects) ASSERT_EQ(object, (*elements)[n++]);
        const Page page = read_page(response);
        if (!page.more) break;
        next = "&next=" + page.next;
    }
    EXPECT_EQ(n, elements->size());
}

TEST(Taxii, KnowsNoCollectionBeforeThereIsACommunity) {
    testing::TemporaryFolder folder;
    testing::TestClock clock;
    node::Config config;
    config.data = folder.path() / "node";
    config.origin = "test.example/log";
    config.database_url = "sqlite:" + (folder / "node/comity.db");
    auto node = node::Node::create(config, clock);
    ASSERT_TRUE(node) << node.error().message();
    http::Router router;
    add_routes(router, **node);
    auto server = http::Server::start({.port = 0}, router);
    ASSERT_TRUE(server);
    http::Client client;
    const std::string address =
        "http://127.0.0.1:" + std::to_string((*server)->port()) + "/taxii2/community/";
    const auto collections = client.send(Method::kGet, address + "collections/");
    ASSERT_TRUE(collections);
    EXPECT_EQ(collections->body, "{}");
    EXPECT_EQ(client.send(Method::kGet, address)->status, 200);
    EXPECT_EQ(client.send(Method::kGet, address + "collections/all/objects/")->status, 404);
}

}  // namespace
}  // namespace comity::api::taxii
