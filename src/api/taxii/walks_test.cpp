// Several write and several walk at once, at two processes' worth of nodes on one database: no walk misses an
// object or meets one twice, by whichever node its pages come and however it finds its next page.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "testing/database.h"
#include "testing/taxii_server.h"

namespace comity::api::taxii {
namespace {

using http::Method;
using testing::header_of;

constexpr std::string_view kPath = "/taxii2/community/collections/all";
constexpr unsigned kPosts = 25;  // of each writer

class WalksOnOneDatabase : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        const std::vector<std::string> accounts{"amina@cert-ke", "okello@cert-ug"};
        server_ = std::make_unique<testing::TaxiiServer>(std::vector<std::string>{"cert-ke", "cert-ug"},
                                                         accounts, database().url());
        for (const std::string member : {"cert-ke", "cert-ug"}) server_->hold_key(member);
        other_ = std::make_unique<testing::TaxiiServer>(*server_);
    }
    testing::TaxiiServer& either(std::mt19937& random) { return random() % 2 == 0 ? *server_ : *other_; }

    // Posts batches of its own, some objects of which were posted before: a success that adds nothing.
    void write(unsigned writer) {
        http::Client client;
        std::mt19937 random(writer);
        const std::string as = writer % 2 == 0 ? "amina@cert-ke" : "okello@cert-ug";
        unsigned number = writer * 10'000;
        std::vector<std::string> before;
        for (unsigned i = 0; i < kPosts; ++i) {
            std::string body = R"({"objects":[)";
            if (!before.empty()) body += before[random() % before.size()] + ",";
            for (std::size_t n = random() % 6 + 1; n > 0; --n) {
                before.push_back(testing::indicator(number++));
                body += before.back() + ",";
            }
            body.back() = ']';
            const auto response =
                either(random).send(client, Method::kPost, std::string(kPath) + "/objects/", as,
                                    {{"Content-Type", "application/taxii+json;version=2.1"}}, body + "}");
            EXPECT_EQ(response.status, 202) << response.body;
            EXPECT_NE(response.body.find(R"("failure_count":0)"), std::string::npos) << response.body;
        }
        made_[writer] = number - writer * 10'000;
    }

    // What a walker has met, until the writers are done and nothing is left.
    std::vector<std::string> walk(unsigned walker, const std::string& list, bool by_next) {
        http::Client client;
        std::mt19937 random(100 + walker);
        std::vector<std::string> ids;
        std::string after;
        for (bool last_round = false; !last_round;) {
            last_round = done_;
            for (std::string next;;) {
                std::string target =
                    std::string(kPath) + list + "?limit=" + std::to_string(random() % 30 + 1);
                if (!after.empty()) target += "&added_after=" + after;
                if (!next.empty()) target += "&next=" + next;
                const auto response = either(random).send(client, Method::kGet, target, "amina@cert-ke");
                EXPECT_EQ(response.status, 200) << response.body;
                const auto body = json::parse(response.body);
                if (!body || body->as_object().empty()) break;
                for (const auto& each : body->at("objects").as_array())
                    ids.emplace_back(each.at("id").as_string());
                const std::string last = header_of(response, "X-TAXII-Date-Added-Last");
                const bool more = body->at("more").as_bool();
                if (by_next && more) {
                    next = body->at("next").as_string();  // good for the same filters only
                    continue;
                }
                after = last;
                next.clear();
                if (!more) break;
            }
        }
        return ids;
    }

    std::unique_ptr<testing::TaxiiServer> server_;
    std::unique_ptr<testing::TaxiiServer> other_;
    std::atomic<bool> done_ = false;
    std::array<unsigned, 3> made_{};
};
INSTANTIATE_TEST_SUITE_P(Engines, WalksOnOneDatabase, testing::each_engine(), testing::engine_name);

TEST_P(WalksOnOneDatabase, MeetEveryObjectOnceWhileSeveralWrite) {
    std::vector<std::thread> writers;
    for (unsigned writer = 0; writer < made_.size(); ++writer)
        writers.emplace_back([this, writer] { write(writer); });
    std::vector<std::vector<std::string>> met(4);
    std::vector<std::thread> walkers;
    for (unsigned walker = 0; walker < met.size(); ++walker) {
        walkers.emplace_back([this, walker, &met] {
            met[walker] = walk(walker, walker % 2 == 0 ? "/objects/" : "/manifest/", walker < 2);
        });
    }
    for (std::thread& writer : writers) writer.join();
    done_ = true;
    for (std::thread& walker : walkers) walker.join();

    std::vector<std::string> expected;
    for (unsigned writer = 0; writer < made_.size(); ++writer) {
        for (unsigned i = 0; i < made_[writer]; ++i)
            expected.push_back(
                fmt::format("indicator--00000000-0000-4000-8000-{:012x}", writer * 10'000 + i));
    }
    std::ranges::sort(expected);
    for (std::vector<std::string>& ids : met) {
        EXPECT_EQ(ids, met.front()) << "not in the same order";
        std::vector<std::string> sorted = ids;
        std::ranges::sort(sorted);
        EXPECT_EQ(sorted, expected);
    }
}

}  // namespace
}  // namespace comity::api::taxii
