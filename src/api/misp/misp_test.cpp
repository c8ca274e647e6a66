#include "api/misp/misp.h"

#include <gmock/gmock.h>

#include <random>

#include "api/misp/feed.h"
#include "api/misp/freshness.h"
#include "crypto/md5.h"
#include "intelligence/marking_change.h"
#include "intelligence/stix/marking.h"
#include "intelligence/withdrawal.h"
#include "json/value.h"
#include "testing/served_node.h"

namespace comity::api::misp {
namespace {

using ::testing::HasSubstr;

// An address for documentation is no indicator's: the attribute has the whole pattern.
std::string pattern_of(unsigned n) {
    return fmt::format("[ipv4-addr:value = '198.51.100.{}']", n);
}

class MispFeed : public ::testing::Test {
  protected:
    MispFeed() : community_({"cert-ke", "cert-ug"}), server_(add_routes) {
        server_.submit(community_.charter());
        server_.add_account("amina@cert-ke");
        server_.add_account("okello@cert-ug");
    }
    http::Response get(const std::string& file, const std::string& as = "", http::Client::Headers more = {}) {
        http::Client::Headers headers = server_.bearer(as);
        headers.insert(headers.end(), more.begin(), more.end());
        return server_.send(http::Method::kGet, "/misp/feed/" + file, headers);
    }
    json::Object manifest(const std::string& as = "") {
        const auto response = get("manifest.json", as);
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body).value_or(json::Value(json::Object{})).as_object();
    }
    void share(unsigned n, ledger::Tlp label, std::vector<std::string> members = {}) {
        server_.clock().advance_seconds(1);
        server_.submit(
            community_.share("cert-ke", {testing::indicator(n)}, {label, std::move(members), {}, {}}));
    }

    testing::Community community_;
    testing::ServedNode server_;
};

TEST_F(MispFeed, ListsAnEventForEachShareAndServesIt) {
    share(1, ledger::Tlp::kClear);
    const json::Object listed = manifest();
    ASSERT_EQ(listed.size(), 1u);
    const std::string uuid(listed.begin()->key());
    EXPECT_EQ(listed.begin()->value().at("Orgc").at("name"), "Member cert-ke");
    EXPECT_EQ(listed.begin()->value().at("Tag").at(0).at("name"), "tlp:clear");
    const auto event = json::parse(get(uuid + ".json").body);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->at("Event").at("uuid"), json::Value(uuid));
    EXPECT_EQ(event->at("Event").at("timestamp"), listed.begin()->value().at("timestamp"));
}

TEST_F(MispFeed, EachReaderHasItsOwn) {
    share(1, ledger::Tlp::kClear);
    share(2, ledger::Tlp::kGreen);
    share(3, ledger::Tlp::kAmber, {"cert-ug"});
    share(4, ledger::Tlp::kAmber);
    EXPECT_EQ(manifest().size(), 1u);
    EXPECT_EQ(manifest("okello@cert-ug").size(), 3u);
    const json::Object all = manifest("amina@cert-ke");
    EXPECT_EQ(all.size(), 4u);
    std::size_t readable = 0;
    for (const auto& event : all) {
        const std::string file = std::string(event.key()) + ".json";
        EXPECT_EQ(get(file, "amina@cert-ke").status, 200);
        readable += get(file).status == 200 ? 1 : 0;
        if (get(file).status == 200) continue;
        EXPECT_EQ(get(file).status, get("00000000-0000-4000-8000-000000000000.json").status);
    }
    EXPECT_EQ(readable, 1u);
    EXPECT_EQ(get("manifest.json", "", {{"Authorization", "Bearer comity_no"}}).status, 401);
}

TEST_F(MispFeed, AnObjectThatIsStricterThanItsStatementIsInNoEvent) {
    server_.submit(community_.share(
        "cert-ke",
        {testing::indicator(1), testing::indicator(2, intelligence::marking_id(ledger::Tlp::kRed))},
        {ledger::Tlp::kClear, {}, {}, {}}));
    server_.submit(community_.share("cert-ke",
                                    {testing::indicator(3, intelligence::marking_id(ledger::Tlp::kRed))},
                                    {ledger::Tlp::kClear, {}, {}, {}}));
    const json::Object listed = manifest();
    ASSERT_EQ(listed.size(), 1u) << "an event without attributes is none";
    const auto event = json::parse(get(std::string(listed.begin()->key()) + ".json").body);
    EXPECT_EQ(event->at("Event").at("Attribute").as_array().size(), 1u);
    EXPECT_EQ(get("hashes.csv").body.find(crypto::md5_hex(as_bytes(pattern_of(2)))), std::string::npos);
}

TEST_F(MispFeed, HashesTellWhichEventHasAValue) {
    share(1, ledger::Tlp::kClear);
    const std::string uuid(manifest().begin()->key());
    EXPECT_THAT(get("hashes.csv").body, HasSubstr("," + uuid + "\n"));
}

TEST_F(MispFeed, IsNotSentAgainUnchanged) {
    share(1, ledger::Tlp::kClear);
    const std::vector<std::string> files = {"manifest.json", "hashes.csv",
                                            std::string(manifest().begin()->key()) + ".json"};
    for (const std::string& file : files) {
        const std::string etag(get(file).find("ETag").value_or(""));
        EXPECT_EQ(get(file, "", {{"If-None-Match", etag}}).status, 304) << file;
    }
    const std::string etag(get("manifest.json").find("ETag").value_or(""));
    share(2, ledger::Tlp::kClear);
    EXPECT_EQ(get("manifest.json", "", {{"If-None-Match", etag}}).status, 200);
    EXPECT_EQ(get("nothing").status, 404);
}

TEST_F(MispFeed, IsNotSentAgainByItsTimeEither) {
    share(1, ledger::Tlp::kClear);
    const std::string file = std::string(manifest().begin()->key()) + ".json";
    for (const std::string& name : {std::string("manifest.json"), std::string("hashes.csv"), file}) {
        EXPECT_EQ(get(name).find("Last-Modified"), std::nullopt) << "it may change in this very second";
        server_.clock().advance_seconds(5);
        const std::string time(get(name).find("Last-Modified").value_or(""));
        EXPECT_TRUE(time.ends_with(" GMT")) << time;
        const auto same = get(name, "", {{"If-Modified-Since", time}});
        EXPECT_EQ(same.status, 304) << name;
        EXPECT_EQ(same.body, "");
        EXPECT_TRUE(same.find("ETag"));
        EXPECT_EQ(get(name, "", {{"If-Modified-Since", time}, {"If-None-Match", "\"x\""}}).status, 200)
            << "the tag counts alone";
        EXPECT_EQ(get(name, "", {{"If-Modified-Since", "Sun, 06 Nov 2094 08:49:37 GMT"}}).status, 200);
        EXPECT_EQ(get(name, "", {{"If-Modified-Since", "nonsense"}}).status, 200);
    }
    const std::string time(get("manifest.json").find("Last-Modified").value_or(""));
    share(2, ledger::Tlp::kClear);
    EXPECT_EQ(get("manifest.json", "", {{"If-Modified-Since", time}}).status, 200) << "at once";
    server_.clock().advance_seconds(60);
    EXPECT_EQ(get("manifest.json", "", {{"If-Modified-Since", time}}).status, 200);
    share(3, ledger::Tlp::kGreen);
    const std::string own(get("manifest.json").find("Last-Modified").value_or(""));
    EXPECT_EQ(get("manifest.json", "okello@cert-ug", {{"If-Modified-Since", own}}).status, 200)
        << "each reader's feed has its own time";
}

// Random audiences and markings: each reader's feed against what the audiences say, file by file.
TEST_F(MispFeed, HoldsForEachReaderWhatTheModelSaysAndNothingElse) {
    using ledger::Tlp;
    std::mt19937 random(2026);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    struct Shared {
        std::string value;  // of its attribute
        Tlp label;          // of the statement
        Tlp own;            // of the object, as strict at the least
        bool named;
    };
    std::vector<Shared> all;
    for (unsigned statement = 0; statement < 30; ++statement) {
        const auto label = static_cast<Tlp>(below(4));
        const bool named = label >= Tlp::kAmber && below(2) == 0;
        std::vector<std::string> objects;
        for (unsigned i = 0; i < 1 + below(3); ++i) {
            const auto n = static_cast<unsigned>(all.size() + 1);
            const Tlp own = below(2) == 0 ? label : std::max(label, static_cast<Tlp>(below(5)));
            objects.push_back(testing::indicator(n, own == label ? "" : intelligence::marking_id(own)));
            all.push_back({pattern_of(n), label, own, named});
        }
        server_.clock().advance_seconds(1);
        server_.submit(community_.share(
            "cert-ke", std::move(objects),
            {label, named ? std::vector<std::string>{"cert-ug"} : std::vector<std::string>{}, {}, {}}));
    }
    // The model: the author's own people read all; another member what is green or laxer, amber where it is
    // named (a label that the object alone has keeps the names, but red has none); the public what is clear.
    const auto may = [](const std::string& as, const Shared& each) {
        if (as == "amina@cert-ke") return true;
        if (as.empty()) return each.own == Tlp::kClear;
        if (each.own <= Tlp::kGreen) return true;
        return each.own != Tlp::kRed && each.named;
    };
    std::size_t cases = 0;
    for (const int round : {1, 2}) {
        for (const std::string as : {"", "okello@cert-ug", "amina@cert-ke"}) {
            const json::Object listed = manifest(as);
            const std::string hashes = get("hashes.csv", as).body;
            std::string events;
            for (const auto& event : listed) events += get(std::string(event.key()) + ".json", as).body;
            for (const Shared& each : all) {
                cases += 2;
                EXPECT_EQ(events.find(each.value) != std::string::npos, may(as, each))
                    << each.value << " for " << as << " in round " << round;
                EXPECT_EQ(hashes.find(crypto::md5_hex(as_bytes(each.value))) != std::string::npos,
                          may(as, each));
            }
        }
    }
    EXPECT_GT(cases, 300u);
}

// However often it is asked for, each event is written once for those who may read the same of it.
TEST_F(MispFeed, WritesAnEventOnceUntilSomethingOfItChanges) {
    misp::Feed feed(server_.node());
    const ledger::Viewer nobody;
    const ledger::Viewer member{"cert-ug", "okello@cert-ug", true, {}};
    for (unsigned n = 1; n <= 5; ++n) share(n, ledger::Tlp::kClear);
    server_.submit(community_.share(
        "cert-ke",
        {testing::indicator(20), testing::indicator(21, intelligence::marking_id(ledger::Tlp::kGreen))},
        {ledger::Tlp::kClear, {}, {}, {}}));
    const auto texts = [&](const ledger::Viewer& viewer) {
        const auto events = feed.list(viewer);
        EXPECT_TRUE(events) << events.error().message();
        std::vector<std::string> out;
        for (const auto& event : *events) out.push_back(event->entry + event->hashes);
        return out;
    };
    const auto first = texts(nobody);
    EXPECT_EQ(first.size(), 6u);
    EXPECT_EQ(feed.written(), 6u);
    EXPECT_EQ(texts(nobody), first);
    EXPECT_EQ(feed.written(), 6u);
    EXPECT_EQ(texts(member).size(), 6u);
    EXPECT_EQ(feed.written(), 7u) << "one of them has more for a member";
    share(6, ledger::Tlp::kClear);
    EXPECT_EQ(texts(nobody).size(), 7u);
    EXPECT_EQ(feed.written(), 8u);
    // Withdrawn, and marked anew: seen at the next request.
    server_.clock().advance_seconds(2);
    const auto id = [](unsigned n) {
        return *intelligence::ObjectId::parse(fmt::format("indicator--00000000-0000-4000-8000-{:012x}", n));
    };
    server_.submit(community_.statement("cert-ke", intelligence::kWithdrawal,
                                        intelligence::withdrawal_json({{{id(1), std::nullopt}}, ""})));
    EXPECT_EQ(texts(nobody).size(), 6u);
    server_.submit(community_.statement(
        "cert-ke", intelligence::kMarkingChange,
        intelligence::marking_change_json({id(2), {}, {ledger::Tlp::kGreen, {}, {}, {}}})));
    EXPECT_EQ(texts(nobody).size(), 5u);
    EXPECT_EQ(texts(member).size(), 6u);
    const auto has_21 = [&] {
        return std::ranges::any_of(texts(member), [](const std::string& text) {
            return text.find(crypto::md5_hex(as_bytes(pattern_of(21)))) != std::string::npos;
        });
    };
    EXPECT_TRUE(has_21());
    server_.submit(community_.statement(
        "cert-ke", intelligence::kMarkingChange,
        intelligence::marking_change_json({id(21), {}, {ledger::Tlp::kRed, {}, {}, {}}})));
    EXPECT_FALSE(has_21());
}

}  // namespace
}  // namespace comity::api::misp
