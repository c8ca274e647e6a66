#include "api/taxii/taxii.h"

#include <gtest/gtest.h>
#include <algorithm>

#include <atomic>
#include <random>
#include <thread>

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

// What a client sees of an answer, but for the time and an error's id, which are the request's own.
std::string seen(const http::Response& response) {
    std::string body = response.body;
    const std::size_t id = body.find("\"error_id\":");
    if (id != std::string::npos) body.erase(id, body.find(',', id) - id);
    std::string out = std::to_string(response.status) + " " + std::to_string(body.size()) + "\n";
    for (const auto& [name, value] : response.headers) {
        if (name != "Date" && name != "Content-Length") out += name + ": " + value + "\n";
    }
    return out + body;
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
        server.share(i % 2 == 0 ? "cert-ke" : "cert-tz", std::move(objects),
                     audiences[below(audiences.size())]);
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
        if (remove_others) {
            for (const std::int64_t added : others)
                EXPECT_TRUE((*tx)->run("DELETE FROM intelligence_objects WHERE added = $1", added));
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
                answers.push_back(target + "\n" + seen(response));
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
            for (const std::string& filter : filters) {
                for (const std::string path : {"/objects/", "/manifest/"}) {
                    std::string next;
                    do {
                        const Page page = read_page(ask(
                            base + path + "?limit=" + std::to_string(questions() % 6 + 1) + filter + next));
                        next = page.more ? "&next=" + page.next : "";
                    } while (!next.empty());
                }
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
