// Law 4 on REST: nothing is shown to one who may not read it, not its content, its existence, its count, or
// its size. Whatever a viewer asks a node that holds everything, it gets the answer of a node that never held
// what it may not read.
#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "intelligence/search/index.h"
#include "intelligence/stix/marking.h"
#include "testing/colliding.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ledger::Audience;
using ledger::Tlp;
using testing::RestServer;

const std::vector<std::string> kMembers = {"cert-ke", "cert-ug", "cert-tz", "bank"};
const std::vector<std::string> kPersons = {"amina@cert-ke", "juma@cert-ke", "okello@cert-ug", "neema@cert-tz",
                                           "eve@bank"};
const std::vector<std::string> kViewers = {"",  // the public
                                           "amina@cert-ke",
                                           "client-siem@cert-ke",
                                           "okello@cert-ug",
                                           "client@cert-ug",
                                           "neema@cert-tz",
                                           "eve@bank"};

struct Given {
    ledger::Submission submission;
    ledger::Statement statement;
};

class Leaks : public ::testing::Test {
  protected:
    Leaks() : community_(kMembers), random_(20'261'124) {}

    std::size_t below(std::size_t n) { return random_() % n; }
    template <typename T>
    std::vector<T> some_of(const std::vector<T>& all) {
        std::vector<T> out;
        while (out.empty())
            std::ranges::copy_if(all, std::back_inserter(out), [&](const T&) { return below(3) == 0; });
        std::ranges::sort(out);
        return out;
    }
    Audience any_audience() {
        switch (below(7)) {
            case 0:
                return {Tlp::kClear, {}, {}, {}};
            case 1:
                return {Tlp::kGreen, {}, {}, {}};
            case 2:
                return {Tlp::kAmber, some_of(kMembers), {}, {}};
            case 3:
                return {Tlp::kAmberStrict, some_of(kMembers), {}, {}};
            case 4:
                return {Tlp::kAmber, {}, {"cert-ke/responders"}, {}};
            case 5:
                return {Tlp::kAmberStrict, {}, {"cert-ke/responders"}, {}};
            default:
                return {Tlp::kRed, {}, {}, some_of(kPersons)};
        }
    }
    // A share of a few objects, some marked stricter than the statement, some with attachments.
    ledger::Draft draft(std::vector<std::string>& objects, std::vector<std::string>& attachments) {
        static const std::vector<std::string_view> markings = {{},
                                                               {},
                                                               {},
                                                               intelligence::marking_id(Tlp::kClear),
                                                               intelligence::marking_id(Tlp::kGreen),
                                                               intelligence::marking_id(Tlp::kAmber),
                                                               intelligence::marking_id(Tlp::kRed)};
        std::vector<Digest> leaves;
        const std::size_t first = below(40);  // the same objects come again, by others
        for (std::size_t i = 0; i <= below(5); ++i) {
            objects.push_back(
                testing::indicator(static_cast<unsigned>(first + i), markings[below(markings.size())]));
            leaves.push_back(log::leaf_hash(as_bytes(objects.back())));
        }
        if (below(3) == 0) {
            objects.push_back(fmt::format(
                R"({{"type":"sighting","spec_version":"2.1","id":"sighting--{:08x}-0000-4000-8000-000000000000",)"
                R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",)"
                R"("sighting_of_ref":"indicator--00000000-0000-4000-8000-{:012x}"}})",
                sightings_++, below(40)));
            leaves.push_back(log::leaf_hash(as_bytes(objects.back())));
        }
        ledger::Draft out{.community = community_.id(),
                          .type = "intelligence.share",
                          .author = kMembers[below(kMembers.size())],
                          .audience = any_audience(),
                          .body = {{"objects", json::Object{{"count", objects.size()},
                                                            {"root", log::root_of(leaves).hex()}}}},
                          .attachments = {}};
        if (below(3) == 0) {
            // Of few texts, so that what one may not read is often what another statement has too.
            attachments.push_back(fmt::format("attachment {}", below(4)));
            out.attachments.push_back(
                {crypto::sha256(as_bytes(attachments.back())), attachments.back().size(), "text/plain", "a"});
        }
        return out;
    }
    void give(const crypto::Envelope& envelope, std::vector<std::string> objects,
              std::vector<std::string> attachments) {
        const auto statement = ledger::parse_statement(envelope);
        ASSERT_TRUE(statement) << statement.error().message();
        given_.push_back({{envelope.write(), std::move(objects), std::move(attachments)}, *statement});
    }
    void make_statements() {
        give(community_.charter(), {}, {});
        give(community_.group("cert-ke", "responders", {"cert-tz"}), {}, {});
        for (int i = 0; i < 40; ++i) {
            std::vector<std::string> objects;
            std::vector<std::string> attachments;
            const ledger::Draft made = draft(objects, attachments);
            give(ledger::sign_statement(made, Time::from_seconds(1'760'000'000), community_.key(made.author)),
                 objects, attachments);
        }
        // Ids with the same beginning: one for all, one for a person.
        std::vector<std::string> objects[2];
        std::vector<std::string> attachments[2];
        ledger::Draft open = draft(objects[0], attachments[0]);
        ledger::Draft closed = draft(objects[1], attachments[1]);
        open.audience = {Tlp::kClear, {}, {}, {}};
        closed.audience = {Tlp::kRed, {}, {}, {"eve@bank"}};
        const Time time = Time::from_seconds(1'760'000'000);
        const auto [first, second] =
            testing::collide(ledger::unsigned_statement(open, time), ledger::unsigned_statement(closed, time),
                             community_.key(open.author), community_.key(closed.author));
        ASSERT_EQ(first.digest().hex().substr(0, 8), second.digest().hex().substr(0, 8));
        give(first, objects[0], attachments[0]);
        give(second, objects[1], attachments[1]);
        give(community_.group("bank", "own", {"cert-ke"}), {}, {});
    }

    static ledger::Viewer viewer_of(RestServer& server, const std::string& as) {
        if (as.empty()) return {};
        ledger::Viewer viewer{as.substr(as.find('@') + 1), as, !as.starts_with("client"), {}};
        viewer.groups = server.node().ledger().roll()->groups_of(viewer.member);
        return viewer;
    }
    // Objects inside statements that it may read, but that are marked stricter: what is submitted is whole,
    // so here the view forgets them.
    static void forget_objects(RestServer& server, const ledger::Viewer& viewer) {
        auto tx = server.node().database().begin();
        const auto readable = ledger::readable_by(**tx, viewer);
        std::vector<std::int64_t> others;
        ASSERT_TRUE(
            (*tx)->each("SELECT added, audience FROM intelligence_objects", {}, [&](const db::Row& row) {
                if (!readable->contains(row.integer(1))) others.push_back(row.integer(0));
                return true;
            }));
        for (const std::int64_t added : others)
            ASSERT_TRUE((*tx)->run("DELETE FROM intelligence_objects WHERE added = $1", added));
        ASSERT_TRUE((*tx)->commit());
    }

    // What is seen of an answer, but for what is public of the log (places in it, proofs) and the request's
    // own id.
    static std::string seen(const http::Response& response, bool is_proof) {
        std::string out = std::to_string(response.status) + "\n";
        for (const auto& [name, value] : response.headers) {
            if (name == "Date" || name == "Content-Length" || name == "Vary") continue;
            out += name + ": " + value + "\n";
        }
        if (is_proof && response.status == 200) return out;
        std::string body = response.body;
        for (const std::string_view name : {"\"index\":", "\"instance\":"}) {
            for (std::size_t at = 0; (at = body.find(name, at)) != std::string::npos; ++at)
                body.erase(at, body.find_first_of(",}", at) - at);
        }
        return out + body;
    }

    using Answers = std::vector<std::pair<std::string, std::string>>;  // what was asked, what was seen
    Answers ask_everything(RestServer& server, const std::string& as) {
        Answers answers;
        const http::Client::Headers headers = server.bearer(as);
        const auto ask = [&](const std::string& target, bool is_proof = false) {
            http::Response response = server.send(Method::kGet, target, headers);
            answers.emplace_back(target, seen(response, is_proof));
            return response;
        };
        const auto walk = [&](const std::string& target, std::size_t limit) {
            for (std::string cursor;;) {
                const char mark = target.find('?') == std::string::npos ? '?' : '&';
                const auto page =
                    json::parse(ask(fmt::format("{}{}limit={}{}", target, mark, limit, cursor)).body);
                const json::Value* next = page ? page->as_object().if_contains("next") : nullptr;
                if (next == nullptr || next->is_null()) return;
                cursor = "&cursor=" + std::string(next->as_string());
            }
        };
        for (const std::size_t limit : {1u, 3u, 7u, 1000u}) {
            for (const std::string list :
                 {"/api/v1/statements", "/api/v1/statements?order=asc", "/api/v1/objects"})
                walk(list, limit);
        }
        for (const std::string filter :
             {"statements?type=intelligence.share", "statements?type=governance.group",
              "objects?type=indicator", "objects?type=malware", "members", "groups"})
            walk("/api/v1/" + filter, 4);
        for (const std::string format : {"plain", "csv", "stix", "misp"}) {
            for (const std::string gate : {"", "?min_sightings=1", "?max_false_reports=0",
                                           "?sighted_within=36000", "?min_confidence=1"})
                ask("/api/v1/intel/export/" + format + gate);
        }
        json::Array ids;
        for (unsigned n = 0; n < 50; ++n)
            ids.emplace_back(fmt::format("indicator--00000000-0000-4000-8000-{:012x}", n));
        answers.emplace_back("earlier",
                             seen(server.post("/api/v1/intel/earlier",
                                              json::write(json::Object{{"ids", std::move(ids)}}), headers),
                                  false));
        for (const std::string& member : kMembers) walk("/api/v1/statements?author=" + member, 2);
        for (const std::string question :
             {"q=198.51.100.3", "q=198.51.100.0/28", "source=cert-ke", "tlp=green",
              "type=indicator&versions=all", "property=pattern_type=stix", "text=malware", "tlp=amber",
              "tlp=red", "confidence=0", "type=sighting&type=indicator",
              "property=created=2026-01-01T00:00:00.000Z", "since=2020-01-01T00:00:00Z",
              "property=sighting_of_ref=indicator--00000000-0000-4000-8000-000000000003"})
            walk("/api/v1/intel/search?" + question, 3);
        for (unsigned n = 0; n < 46; ++n) {
            const std::string id = fmt::format("indicator--00000000-0000-4000-8000-{:012x}", n);
            for (const std::string what : {"", "/related?depth=2", "/readers", "/readers?for=cert-ug"})
                ask("/api/v1/intel/objects/" + id + what);
        }
        for (const std::string package : {"0", "1"}) ask("/api/v1/envelopes/" + package);
        std::set<std::string> attachments{std::string(64, '0')};
        for (const Given& given : given_) {
            for (const auto& ref : given.statement.attachments) attachments.insert(ref.sha256.hex());
        }
        std::mt19937 questions(7);
        for (const Given& given : given_) {
            const std::string id = given.statement.id.hex();
            const std::string base = "/api/v1/statements/" + id;
            ask(base);
            ask(base + "/envelope");
            ask(base + "/proof", true);
            ask("/api/v1/statements/" + id.substr(0, 8));
            ask("/api/v1/statements/" + id.substr(0, 8 + questions() % 50) + "/objects");
            for (const std::size_t limit : {1u, 2u}) walk(base + "/objects", limit);
            for (std::size_t i = 0; i <= given.submission.objects.size(); ++i) {
                ask(fmt::format("{}/objects/{}/proof", base, i), true);
                ask(fmt::format("{}/objects?cursor={}", base, i));
            }
            for (const std::string& sha256 : attachments) ask(base + "/attachments/" + sha256);
            ask("/api/v1/statements?cursor=" + id);
            ask("/api/v1/statements?order=asc&cursor=" + id);
        }
        return answers;
    }

    testing::Community community_;
    std::mt19937 random_;
    unsigned sightings_ = 0;
    std::vector<Given> given_;
};

TEST_F(Leaks, AnswersAreThoseOfANodeThatNeverHeldWhatMayNotBeRead) {
    make_statements();
    RestServer whole;
    for (const Given& given : given_) {
        whole.clock().advance_seconds(1);
        whole.submit(given.submission);
    }
    // A part of one node's objects is in the index, and nothing of the other's: the answers are the same.
    ASSERT_TRUE(intelligence::search::advance_index(whole.node().database(), 60));
    for (const std::string& as : kViewers) {
        SCOPED_TRACE(as.empty() ? "the public" : as);
        RestServer less;
        if (!as.empty()) {
            whole.add_account(as);
            less.add_account(as);
        }
        const ledger::Viewer viewer = viewer_of(whole, as);
        std::size_t held = 0;
        for (const Given& given : given_) {
            less.clock().advance_seconds(1);
            if (!ledger::may_read(viewer, given.statement.audience, given.statement.author)) continue;
            ++held;
            less.submit(given.submission);
        }
        EXPECT_GT(held, 5u);
        EXPECT_LT(held, given_.size() - 5);
        forget_objects(less, viewer);
        const Answers expected = ask_everything(less, as);
        const Answers found = ask_everything(whole, as);
        ASSERT_EQ(found.size(), expected.size());
        EXPECT_GT(found.size(), 500u);
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_EQ(found[i].first, expected[i].first);
            EXPECT_EQ(found[i].second, expected[i].second) << found[i].first;
        }
    }
}

// Accounts are the node's own affair and stay when their member leaves; what they may read does not.
TEST_F(Leaks, WhoHasLeftReadsWhatThePublicReads) {
    RestServer server;
    server.submit(community_.charter());
    server.submit(community_.group("cert-ke", "responders", {"cert-ug"}));
    const Audience audiences[] = {{Tlp::kGreen, {}, {}, {}},
                                  {Tlp::kAmber, {"cert-ug"}, {}, {}},
                                  {Tlp::kAmberStrict, {}, {"cert-ke/responders"}, {}},
                                  {Tlp::kRed, {}, {}, {"okello@cert-ug"}}};
    std::vector<std::string> ids;
    for (unsigned i = 0; i < 4; ++i)
        ids.push_back(
            server.submit(community_.share("cert-ke", {testing::indicator(i)}, audiences[i])).id.hex());
    ids.push_back(server.submit(community_.share("cert-ug", {testing::indicator(9)}, audiences[0])).id.hex());
    server.add_account("okello@cert-ug");
    server.add_account("stranger@nobody");
    const http::Client::Headers okello = server.bearer("okello@cert-ug");
    for (const std::string& id : ids) EXPECT_EQ(server.get("/api/v1/statements/" + id, okello).status, 200);
    server.clock().advance_seconds(1);
    server.submit(community_.departure("cert-ug"));
    for (const auto& headers : {okello, server.bearer("stranger@nobody")}) {
        for (const std::string& id : ids)
            EXPECT_EQ(server.get("/api/v1/statements/" + id, headers).status, 404);
        for (const std::string list : {"/api/v1/statements", "/api/v1/objects", "/api/v1/envelopes/0"})
            EXPECT_EQ(server.get(list, headers).body, server.get(list).body) << list;
    }
}

// An id that may not be read is answered as one that there is not.
TEST_F(Leaks, WhatMayNotBeReadIsAsIfItDidNotExist) {
    make_statements();
    RestServer server;
    for (const Given& given : given_) server.submit(given.submission);
    const std::string nothing = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    std::size_t compared = 0;
    for (const std::string as : {"", "okello@cert-ug", "client@cert-ug"}) {
        if (!as.empty()) server.add_account(as);
        const ledger::Viewer viewer = viewer_of(server, as);
        const http::Client::Headers headers = server.bearer(as);
        for (const Given& given : given_) {
            if (ledger::may_read(viewer, given.statement.audience, given.statement.author)) continue;
            const std::string id = given.statement.id.hex();
            for (const std::size_t length : {64u, 20u}) {
                for (const std::string suffix :
                     {"", "/envelope", "/proof", "/objects", "/objects/0/proof", "/objects/9/proof"}) {
                    const auto ask = [&](const std::string& name) {
                        const std::string target = "/api/v1/statements/" + name.substr(0, length) + suffix;
                        std::string text = seen(server.ask(Method::kGet, target, headers), false);
                        for (std::size_t at; (at = text.find(name.substr(0, length))) != std::string::npos;)
                            text.replace(at, length, "ID");
                        return text;
                    };
                    EXPECT_EQ(ask(id), ask(nothing)) << as << " " << suffix;
                    ++compared;
                }
            }
        }
    }
    EXPECT_GT(compared, 300u);
}

}  // namespace
}  // namespace comity::api::rest
