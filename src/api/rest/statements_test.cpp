#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include "testing/colliding.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ledger::Tlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::indicator;
using testing::problem_of;
using testing::RestServer;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};
const std::string kNoId(64, 'e');

class Statements : public ::testing::Test {
  protected:
    Statements() : community_({"cert-ke", "cert-ug"}) { server_.submit(community_.charter()); }

    std::string share(const std::string& author, unsigned n, std::size_t objects = 1) {
        std::vector<std::string> list;
        for (std::size_t i = 0; i < objects; ++i) list.push_back(indicator(n + static_cast<unsigned>(i)));
        server_.clock().advance_seconds(1);
        return server_.submit(community_.share(author, std::move(list))).id.hex();
    }
    // All items of a list, page by page, each read out of its item.
    template <typename Read>
    std::vector<std::string> walk(const std::string& target, std::size_t limit, const Read& read) {
        std::vector<std::string> out;
        for (std::string cursor;;) {
            const char mark = target.find('?') == std::string::npos ? '?' : '&';
            const json::Value page =
                server_.get_json(fmt::format("{}{}limit={}{}", target, mark, limit, cursor));
            const json::Array& items = page.at("items").as_array();
            EXPECT_LE(items.size(), limit);
            for (const json::Value& item : items) out.push_back(read(item));
            if (page.at("next").is_null()) return out;
            EXPECT_EQ(items.size(), limit);
            cursor = "&cursor=" + std::string(page.at("next").as_string());
        }
    }
    static std::string id_of(const json::Value& item) { return std::string(item.at("id").as_string()); }
    void expect_refused(const std::string& target, int status, std::string_view where) {
        const http::Response response = server_.get(target);
        EXPECT_EQ(response.status, status) << target;
        const json::Object problem = problem_of(response);
        EXPECT_EQ(problem.contains("where") ? problem.at("where").as_string() : "", where) << target;
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(Statements, AreListedInPagesOfAnySizeEitherWay) {
    std::vector<std::string> ids{community_.id().hex()};
    std::vector<std::string> of_uganda;
    for (unsigned i = 0; i < 12; ++i) {
        ids.push_back(share(i % 3 == 0 ? "cert-ug" : "cert-ke", i));
        if (i % 3 == 0) of_uganda.push_back(ids.back());
    }
    const std::vector<std::string> newest_first(ids.rbegin(), ids.rend());
    for (const std::size_t limit : {1u, 2u, 5u, 12u, 13u, 14u, 1000u}) {
        EXPECT_EQ(walk("/api/v1/statements?order=asc", limit, id_of), ids) << limit;
        EXPECT_EQ(walk("/api/v1/statements", limit, id_of), newest_first) << limit;
        EXPECT_EQ(walk("/api/v1/statements?author=cert-ug&order=asc", limit, id_of), of_uganda) << limit;
    }
    EXPECT_THAT(walk("/api/v1/statements?type=governance.charter", 10, id_of), ElementsAre(ids.front()));
    EXPECT_TRUE(walk("/api/v1/statements?type=nothing.such", 10, id_of).empty());
    EXPECT_TRUE(walk("/api/v1/statements?author=nobody", 10, id_of).empty());
}

TEST_F(Statements, AreListedOnceEachWhileOthersCome) {
    for (unsigned i = 0; i < 5; ++i) share("cert-ke", i);
    std::vector<std::string> seen;
    unsigned n = 100;
    const auto ids = walk("/api/v1/statements", 2, [&](const json::Value& item) {
        share("cert-ug", n++);
        return id_of(item);
    });
    EXPECT_EQ(ids.size(), 6u);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 6u);
}

TEST_F(Statements, SayWhichParameterOfAListIsWrong) {
    for (const std::string& list : std::vector<std::string>{
             "/api/v1/statements", "/api/v1/members", "/api/v1/groups", "/api/v1/objects",
             "/api/v1/statements/" + community_.id().hex() + "/objects"}) {
        for (const std::string limit :
             {"0", "1001", "-1", "+1", "1.0", "ten", "", "%31%20", "99999999999999999999"})
            expect_refused(list + "?limit=" + limit, 400, "limit");
        for (const std::string cursor : {"", "!", "%C3%A9", "Z", "-1", "1.5"})
            expect_refused(list + "?cursor=" + cursor, 400, "cursor");
    }
    const std::string objects = "/api/v1/statements/" + community_.id().hex() + "/objects";
    for (const std::string cursor : {"1e3", "99999999999999999999", "18446744073709551615"})
        expect_refused(objects + "?cursor=" + cursor, 400, "cursor");
    expect_refused("/api/v1/statements?cursor=" + kNoId, 400, "cursor");
    expect_refused("/api/v1/statements?order=up", 400, "order");
    expect_refused("/api/v1/members?class=pirate", 400, "class");
    expect_refused("/api/v1/groups?cursor=cert-ke", 400, "cursor");
    expect_refused("/api/v1/members?cursor=cert-ke/x", 400, "cursor");
    for (const std::string package : {"x", "-1", "1.5", "2199023255552", "99999999999999999999"})
        expect_refused("/api/v1/envelopes/" + package, 400, "package");
}

TEST_F(Statements, AreFoundByAnyUniqueBeginning) {
    const std::string id = share("cert-ke", 1);
    const http::Response whole = server_.get("/api/v1/statements/" + id);
    EXPECT_EQ(whole.status, 200);
    for (std::size_t n = 8; n < 64; n += 7)
        EXPECT_EQ(server_.get("/api/v1/statements/" + id.substr(0, n)).body, whole.body) << n;
    std::string upper = id;
    std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    std::string long_text = "%C3%A9";
    for (int i = 0; i < 40; ++i) long_text += "%C3%A9";
    for (const std::string& suffix : std::vector<std::string>{"", "/envelope", "/proof", "/objects",
                                                              "/objects/0/proof", "/attachments/" + kNoId}) {
        for (const std::string& wrong :
             {id.substr(0, 7), std::string("1"), id + "0", upper, std::string("xxxxxxxx"), long_text})
            expect_refused("/api/v1/statements/" + wrong + suffix, 400, "id");
        expect_refused("/api/v1/statements/" + kNoId + suffix, 404, "");
        expect_refused("/api/v1/statements/" + kNoId.substr(0, 9) + suffix, 404, "");
    }
}

TEST_F(Statements, WithTheSameBeginningAreAmbiguous) {
    const auto [first, second] =
        testing::collide(community_.group("cert-ke", "one", {}), community_.group("cert-ug", "two", {}),
                         community_.key("cert-ke"), community_.key("cert-ug"));
    const std::string id = first.digest().hex();
    server_.submit(first);
    EXPECT_EQ(server_.get("/api/v1/statements/" + id.substr(0, 8)).status, 200);
    server_.submit(second);
    for (const std::string& suffix : std::vector<std::string>{"", "/envelope", "/proof", "/objects",
                                                              "/objects/0/proof", "/attachments/" + kNoId})
        expect_refused("/api/v1/statements/" + id.substr(0, 8) + suffix, 409, "id");
    EXPECT_EQ(server_.get_json("/api/v1/statements/" + id.substr(0, 20)).at("id").as_string(), id);
    const http::Response again = server_.submit_here(testing::Community({"cert-ke"}).charter());
    EXPECT_EQ(again.status, 409);
}

TEST_F(Statements, AreProvedOffline) {
    const ledger::LogIdentity& identity = server_.node().ledger().identity();
    for (unsigned i = 0; i < 20; ++i) share("cert-ke", i);
    for (const std::string& id : walk("/api/v1/statements", 100, id_of)) {
        const http::Response file = server_.get("/api/v1/statements/" + id + "/proof");
        ASSERT_EQ(file.status, 200);
        EXPECT_THAT(std::string(file.find("Content-Disposition").value_or("")), HasSubstr(".tlog-proof"));
        const auto proof = log::Proof::parse(file.body);
        ASSERT_TRUE(proof) << proof.error().message();
        const crypto::NamedKey cosigner = identity.cosigner.public_part();
        const auto verdict = log::verify_proof(*proof, Digest::from_hex(id)->view(),
                                               identity.key.public_part(), std::span(&cosigner, 1));
        ASSERT_TRUE(verdict) << verdict.error().message();
        EXPECT_EQ(verdict->checkpoint.size, 21u);
        EXPECT_EQ(verdict->cosigned.size(), 1u);
    }
    // What came from another node's log has no place in this one.
    const ledger::Submission foreign = community_.share("cert-ug", {indicator(77)});
    ASSERT_TRUE(server_.node().ledger().ingest(foreign, server_.clock().now().seconds()));
    const std::string id = crypto::parse_envelope(foreign.envelope)->digest().hex();
    EXPECT_EQ(server_.get_json("/api/v1/statements/" + id).at("index"), nullptr);
    EXPECT_EQ(server_.get("/api/v1/statements/" + id + "/proof").status, 404);
}

TEST_F(Statements, AreProvedWhenTheyAreErasedToo) {
    const std::string id = share("cert-ke", 1);
    server_.submit(community_.statement("cert-ke", "federation.erasure", {{"statement", id}}));
    const std::string path = "/api/v1/statements/" + id;
    const http::Response gone = server_.get(path);
    EXPECT_EQ(gone.status, 404);
    EXPECT_THAT(gone.body, HasSubstr("was erased by its author"));
    EXPECT_EQ(server_.get(path + "/envelope").status, 404);
    const http::Response file = server_.get(path + "/proof");
    ASSERT_EQ(file.status, 200);
    const auto proof = log::Proof::parse(file.body);
    ASSERT_TRUE(proof) << proof.error().message();
    EXPECT_EQ(proof->index, 1U);
    EXPECT_TRUE(log::verify_proof(*proof, Digest::from_hex(id)->view(),
                                  server_.node().ledger().identity().key.public_part(), {}));
}

TEST_F(Statements, TellOfTheLog) {
    share("cert-ke", 1);
    const json::Value log = server_.get_json("/api/v1/log");
    const ledger::LogIdentity& identity = server_.node().ledger().identity();
    const auto open = log::open_checkpoint(log.at("checkpoint").as_string(), identity.key.public_part());
    ASSERT_TRUE(open);
    EXPECT_EQ(log.at("size"), 2);
    EXPECT_EQ(open->checkpoint.size, 2u);
    EXPECT_EQ(log.at("root").as_string(), open->checkpoint.root.hex());
    EXPECT_EQ(log.at("witnessed"), "2025-10-09T08:53:21Z");
    EXPECT_EQ(log.at("key").as_string(), identity.key.public_part().text());
    EXPECT_EQ(server_.get_json("/api/v1/node").at("log").at("cosigner_key").as_string(),
              identity.cosigner.public_part().text());
}

TEST_F(Statements, GiveTheirObjectsAndTheProofOfEach) {
    for (const std::size_t count : {1u, 2u, 3u, 7u, 8u, 33u}) {
        const std::string id = share("cert-ke", static_cast<unsigned>(count) * 100, count);
        const std::string base = "/api/v1/statements/" + id + "/objects";
        const std::string root(server_.get_json("/api/v1/statements/" + id)
                                   .at("statement")
                                   .at("body")
                                   .at("objects")
                                   .at("root")
                                   .as_string());
        std::vector<std::string> positions;
        for (std::size_t i = 0; i < count; ++i) {
            positions.push_back(std::to_string(i));
            const json::Value proof = server_.get_json(base + "/" + positions.back() + "/proof");
            EXPECT_EQ(proof.at("count"), count);
            EXPECT_EQ(proof.at("root").as_string(), root);
            std::vector<Digest> hashes;
            for (const json::Value& hash : proof.at("hashes").as_array())
                hashes.push_back(*Digest::from_hex(hash.as_string()));
            const std::string object =
                indicator(static_cast<unsigned>(count) * 100 + static_cast<unsigned>(i));
            EXPECT_TRUE(log::verify_inclusion(log::leaf_hash(as_bytes(object)), i, count, hashes,
                                              *Digest::from_hex(root)));
        }
        for (const std::size_t limit : {1u, 2u, 100u}) {
            const auto read = [](const json::Value& item) { return json::write(item.at("position")); };
            EXPECT_EQ(walk(base, limit, read), positions);
        }
        expect_refused(fmt::format("{}/{}/proof", base, count), 404, "");
        expect_refused(base + "/1000000000/proof", 404, "");
        for (const std::string wrong : {"-1", "x", "1.0", "99999999999999999999", "18446744073709551615"})
            expect_refused(base + "/" + wrong + "/proof", 400, "position");
        EXPECT_EQ(server_.get(base + "?cursor=1000000000").body, R"({"items":[],"next":null})");
    }
    EXPECT_EQ(server_.get("/api/v1/statements/" + community_.id().hex() + "/objects").body,
              R"({"items":[],"next":null})");
    expect_refused("/api/v1/statements/" + community_.id().hex() + "/objects/0/proof", 404, "");
}

TEST_F(Statements, ListAllObjectsInTheOrderTheyCame) {
    std::vector<std::string> expected;
    for (unsigned i = 0; i < 9; ++i) {
        const std::string id = share("cert-ke", i * 10, i + 1);
        for (unsigned k = 0; k <= i; ++k)
            expected.push_back(fmt::format("{} {} {}", id, k, indicator(i * 10 + k)));
    }
    const auto read = [](const json::Value& item) {
        return fmt::format("{} {} {}", std::string(item.at("statement").as_string()),
                           json::write(item.at("position")), json::write(item.at("object")));
    };
    for (const std::size_t limit : {1u, 7u, 45u, 1000u})
        EXPECT_EQ(walk("/api/v1/objects", limit, read), expected);
    EXPECT_EQ(walk("/api/v1/objects?type=indicator", 10, read), expected);
    EXPECT_TRUE(walk("/api/v1/objects?type=malware", 10, read).empty());
    EXPECT_TRUE(walk("/api/v1/objects?type=no%20type", 10, read).empty());
}

TEST_F(Statements, GiveEnvelopesByTheirPlaceInTheLog) {
    std::vector<std::string> ids{community_.id().hex()};
    for (unsigned i = 0; i < 260; ++i)
        ids.push_back(server_.submit(community_.group("cert-ke", fmt::format("g{}", i), {})).id.hex());
    std::vector<std::string> found;
    for (const std::string package : {"0", "1", "2", "1000000"}) {
        const json::Value page = server_.get_json("/api/v1/envelopes/" + package);
        for (const json::Value& item : page.at("items").as_array()) {
            EXPECT_EQ(item.at("index"), found.size());
            found.push_back(crypto::parse_envelope(json::write(item.at("envelope")))->digest().hex());
        }
        if (package == "0") {
            EXPECT_EQ(found.size(), 256u);
        }
    }
    EXPECT_EQ(found, ids);
}

TEST_F(Statements, TellOfMembersAndGroups) {
    server_.submit(community_.admission("cert-ke", "a-newcomer"));
    const crypto::NamedSecret second{"cert-ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    server_.submit(community_.key_addition("cert-ke", second));
    server_.submit(community_.key_revocation("cert-ke", second));
    server_.submit(community_.departure("cert-ug"));
    server_.submit(community_.group("cert-ke", "watch", {"a-newcomer", "cert-ke"}));
    server_.submit(community_.group("cert-ke", "empty", {}));
    server_.submit(community_.group("a-newcomer", "own", {"cert-ke"}));
    for (const std::size_t limit : {1u, 2u, 3u, 100u}) {
        EXPECT_THAT(walk("/api/v1/members", limit, id_of), ElementsAre("a-newcomer", "cert-ke", "cert-ug"));
        EXPECT_THAT(walk("/api/v1/groups", limit, id_of),
                    ElementsAre("a-newcomer/own", "cert-ke/empty", "cert-ke/watch"));
    }
    const json::Value member = server_.get_json("/api/v1/members/cert-ke");
    EXPECT_EQ(member, server_.get_json("/api/v1/members").at("items").at(1));
    EXPECT_EQ(member.at("name"), "Member cert-ke");
    EXPECT_EQ(member.at("left"), nullptr);
    ASSERT_EQ(member.at("keys").as_array().size(), 2u);
    for (const json::Value& key : member.at("keys").as_array()) {
        const bool revoked = key.at("key").as_string() == second.public_part().text();
        EXPECT_EQ(key.at("until"), revoked ? json::Value("2025-10-09T08:53:20Z") : json::Value(nullptr));
    }
    EXPECT_EQ(server_.get_json("/api/v1/members/cert-ug").at("left"), "2025-10-09T08:53:20Z");
    EXPECT_EQ(server_.get_json("/api/v1/node").at("members"), 2);
    const std::string of_class(member.at("class").as_string());
    for (const std::string each :
         {"government", "international", "company", "technical", "civil", "citizen"}) {
        const auto ids = walk("/api/v1/members?class=" + each, 1, id_of);
        EXPECT_EQ(std::ranges::count(ids, "cert-ke"), each == of_class ? 1 : 0);
    }
    EXPECT_EQ(server_.get_json("/api/v1/groups").at("items").at(2).at("members"),
              (json::Array{"a-newcomer", "cert-ke"}));
    expect_refused("/api/v1/members/nobody", 404, "");
    std::string long_name;
    for (int i = 0; i < 40; ++i) long_name += "%C3%A9";
    expect_refused("/api/v1/members/x" + long_name, 404, "");
}

}  // namespace
}  // namespace comity::api::rest
