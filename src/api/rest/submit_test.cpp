#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "federation/refusal.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ::testing::HasSubstr;
using testing::indicator;
using testing::problem_of;
using testing::RestServer;
using ::testing::StartsWith;

class Submitting : public ::testing::Test {
  protected:
    Submitting() : community_({"cert-ke", "cert-ug", "cert-tz"}) { server_.submit(community_.charter()); }

    // Refused with that status, naming that place, and nothing has changed.
    void expect_refused(const http::Response& response, int status, std::string_view where) {
        EXPECT_EQ(response.status, status) << response.body;
        const json::Object problem = problem_of(response);
        EXPECT_THAT(std::string(problem.contains("where") ? problem.at("where").as_string() : ""),
                    StartsWith(std::string(where)))
            << response.body;
        EXPECT_EQ(server_.log_size(), size_);
    }
    // A statement whose payload is changed by hand before it is signed.
    crypto::Envelope changed(std::string_view from, std::string_view to,
                             const std::string& author = "cert-ke") {
        crypto::Envelope envelope = community_.group(author, "watch", {"cert-ug"});
        const std::size_t at = envelope.payload.find(from);
        EXPECT_NE(at, std::string::npos) << from << " in " << envelope.payload;
        envelope.payload.replace(at, from.size(), to);
        envelope.signatures = {crypto::sign_envelope(envelope, community_.key(author))};
        return envelope;
    }

    testing::Community community_;
    RestServer server_;
    std::uint64_t size_ = 1;
};

TEST_F(Submitting, IsAnsweredWhenTheStatementStandsInTheLog) {
    const ledger::Submission submission = community_.share("cert-ke", {indicator(1), indicator(2)});
    const http::Response response = server_.submit_here(submission);
    const json::Value receipt = RestServer::json_of(response, 201);
    const std::string id(receipt.at("id").as_string());
    EXPECT_EQ(receipt.at("index"), 1);
    EXPECT_EQ(receipt.at("witnessed"), "2025-10-09T08:53:20Z");
    EXPECT_EQ(receipt.at("origin"), "test.example/log");
    EXPECT_EQ(response.find("Location"), "/api/v1/statements/" + id);
    EXPECT_EQ(server_.log_size(), 2u);
    const json::Value shown = server_.get_json("/api/v1/statements/" + id);
    EXPECT_EQ(shown.at("id"), receipt.at("id"));
    EXPECT_EQ(shown.at("index"), 1);
    EXPECT_EQ(shown.at("effective"), true);
    EXPECT_EQ(shown.at("statement").at("author"), "cert-ke");
    EXPECT_EQ(server_.get("/api/v1/statements/" + id + "/envelope").body, submission.envelope);
}

TEST_F(Submitting, ARefusalIsSignedByTheNodesLog) {
    const crypto::NamedKey log = server_.node().ledger().identity().key.public_part();
    // By one whom nobody knows; of a known type that says nonsense; and what was changed after it was signed.
    crypto::Envelope unknown = community_.group("cert-ke", "watch", {"cert-ug"});
    unknown.payload.replace(unknown.payload.find("cert-ke"), 7, "cert-xx");
    unknown.signatures = {crypto::sign_envelope(unknown, community_.key("cert-ke"))};
    crypto::Envelope forged = community_.group("cert-ke", "watch", {"cert-ug"});
    forged.payload.replace(forged.payload.find("cert-ug"), 7, "cert-fr");
    for (const crypto::Envelope& envelope : {unknown, forged}) {
        const http::Response response = server_.submit_here(envelope);
        const json::Object problem = problem_of(response);
        ASSERT_TRUE(problem.contains("refusal")) << response.body;
        const auto refusal =
            federation::Refusal::open(std::string_view(problem.at("refusal").as_string()), log);
        ASSERT_TRUE(refusal) << refusal.error().message();
        EXPECT_EQ(refusal->statement, envelope.digest());
        EXPECT_EQ(refusal->community, community_.id());
        EXPECT_EQ(refusal->kind, std::string(problem.at("kind").as_string()));
        EXPECT_EQ(refusal->at, server_.clock().now());
        EXPECT_THAT(refusal->reason, StartsWith(std::string(problem.at("where").as_string())));
    }
    // What is no envelope is no statement, and nothing is signed of it.
    const http::Response nonsense = server_.post("/api/v1/statements", R"({"envelope":{}})");
    EXPECT_EQ(nonsense.status, 400);
    EXPECT_FALSE(problem_of(nonsense).contains("refusal"));
}

TEST_F(Submitting, TheSameAgainIsAnsweredTheSame) {
    const ledger::Submission submission = community_.share("cert-ke", {indicator(1)});
    const http::Response first = server_.submit_here(submission);
    ASSERT_EQ(first.status, 201);
    server_.clock().advance_seconds(100);
    server_.submit(community_.share("cert-ug", {indicator(2)}));
    for (int i = 0; i < 3; ++i) {
        const http::Response again = server_.submit_here(submission);
        EXPECT_EQ(again.status, 201);
        EXPECT_EQ(again.body, first.body);
        EXPECT_EQ(again.find("Location"), first.find("Location"));
    }
    EXPECT_EQ(server_.log_size(), 3u);
}

TEST_F(Submitting, KeepsTheBytesOfObjectsAsTheyStand) {
    std::string object = indicator(1);
    object.insert(1, " \n\t");
    object.replace(object.find("198.51"), 6, "\\u0031\\u003998.51");
    const ledger::Submission submission = community_.share("cert-ke", {object, indicator(2)});
    const std::string body = RestServer::submission(submission);
    std::string spaced = "\n{ \"objects\" : [ " + object + " ,\n" + indicator(2) + " ] , \"envelope\" :\t" +
                         submission.envelope + "}\n";
    const json::Value receipt = RestServer::json_of(server_.post("/api/v1/statements", spaced), 201);
    const http::Response list =
        server_.get("/api/v1/statements/" + std::string(receipt.at("id").as_string()) + "/objects");
    EXPECT_EQ(list.body, "{\"items\":[{\"position\":0,\"object\":" + object +
                             "},{\"position\":1,\"object\":" + indicator(2) + "}],\"next\":null}");
    EXPECT_EQ(RestServer::json_of(server_.post("/api/v1/statements", body), 201), receipt);
}

TEST_F(Submitting, TakesAttachmentsAsBase64) {
    const std::string bytes("\xff\xef\x00<html>", 9);
    const std::string other = "another";
    std::vector<Digest> leaves{log::leaf_hash(as_bytes(indicator(1)))};
    const ledger::Draft draft{
        .community = community_.id(),
        .type = "intelligence.share",
        .author = "cert-ke",
        .audience = testing::Community::clear(),
        .body = {{"objects", json::Object{{"count", 1}, {"root", log::root_of(leaves).hex()}}}},
        .attachments = {{crypto::sha256(as_bytes(bytes)), bytes.size(), "text/html", "a.html"},
                        {crypto::sha256(as_bytes(other)), other.size(), "text/plain", "b.txt"}}};
    const crypto::Envelope envelope =
        ledger::sign_statement(draft, server_.clock().now(), community_.key("cert-ke"));
    ledger::Submission submission{envelope.write(), {indicator(1)}, {bytes, other}};

    expect_refused(server_.submit_here(ledger::Submission{envelope.write(), {indicator(1)}, {bytes}}), 400,
                   "attachments");
    expect_refused(server_.submit_here(ledger::Submission{envelope.write(), {indicator(1)}, {other, bytes}}),
                   400, "attachments[0]");
    std::string body = RestServer::submission(submission);
    const std::string text = base64_encode(as_bytes(bytes));
    ASSERT_THAT(text, HasSubstr("/"));
    for (const std::string& wrong :
         std::vector<std::string>{"7", "null", "\"*\"", "\"_" + text.substr(1) + "\"", "\"" + text + "=\""}) {
        std::string changed = body;
        changed.replace(changed.find("\"" + text + "\""), text.size() + 2, wrong);
        expect_refused(server_.post("/api/v1/statements", changed), 400, "attachments[0]");
    }
    // As PHP writes it.
    std::string escaped = text;
    for (std::size_t at = 0; (at = escaped.find('/', at)) != std::string::npos; at += 2)
        escaped.insert(at, "\\");
    body.replace(body.find(text), text.size(), escaped);
    const json::Value receipt = RestServer::json_of(server_.post("/api/v1/statements", body), 201);
    const std::string base =
        "/api/v1/statements/" + std::string(receipt.at("id").as_string()) + "/attachments/";
    const http::Response got = server_.get(base + draft.attachments[0].sha256.hex());
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, bytes);
    EXPECT_EQ(got.find("Content-Type"), "application/octet-stream");
    EXPECT_EQ(server_.get(base + draft.attachments[1].sha256.hex()).body, other);
    EXPECT_EQ(server_.get(base + community_.id().hex()).status, 404);
    EXPECT_EQ(server_.get(base + "12").status, 400);
}

TEST_F(Submitting, RefusesBodiesThatAreNoSubmission) {
    const std::string envelope = community_.share("cert-ke", {indicator(1)}).envelope;
    const std::pair<std::string, std::string> bodies[] = {
        {"", "body"},
        {"nonsense", "body"},
        {"[]", "body"},
        {"{\"envelope\":" + envelope + "}x", "body"},
        {"{\"envelope\":" + envelope + ",\"envelope\":" + envelope + "}", "body"},
        {"{\"envelope\":" + envelope.substr(0, envelope.size() - 1) + "}", "body"},
        {"{}", "envelope"},
        {"{\"objects\":[" + indicator(1) + "]}", "envelope"},
        {"{\"envelope\":" + envelope + ",\"objects\":{}}", "objects"},
        {"{\"envelope\":" + envelope + ",\"objects\":null}", "objects"},
        {"{\"envelope\":" + envelope + ",\"attachments\":\"\"}", "attachments"},
        {"{\"envelope\":" + envelope + ",\"object\":[" + indicator(1) + "]}", "object"},
        {"{\"envelope\":" + envelope + ",\"\\u0001\":1}", "\1"},
        {"{\"" + std::string(63, 'x') + "\xc3\xa9\":1}", std::string(63, 'x') + "..."},
        {"{\"envelope\":7}", ""},
        {"{\"envelope\":\"" + base64_encode(as_bytes(envelope)) + "\"}", ""},
        {"{\"envelope\":{}}", ""},
        {"{\"envelope\":{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}}", ""},
        {std::string("{\"envelope\":\xff}"), "body"},
        {std::string(100'000, '['), "body"}};
    for (const auto& [body, where] : bodies) {
        SCOPED_TRACE(body.substr(0, 200));
        expect_refused(server_.post("/api/v1/statements", body), 400, where);
    }
    const std::string whole = RestServer::submission(community_.share("cert-ke", {indicator(1)}));
    for (std::size_t n = 0; n < whole.size(); n += 7)
        EXPECT_EQ(server_.post("/api/v1/statements", whole.substr(0, n)).status, 400) << n;
    EXPECT_EQ(server_.log_size(), size_);
}

TEST_F(Submitting, RefusesStatementsThatAreMalformedAndNamesTheField) {
    const std::tuple<std::string, std::string, std::string> changes[] = {
        {"\"v\":1", "\"v\":2", "v"},
        {"\"v\":1", "\"v\":1,\"v\":1", ""},
        {"\"v\":1", "\"v\":1,\"x\":1", "x"},
        {"\"v\":1,", "", "v"},
        {community_.id().hex(), community_.id().hex().substr(1), "community"},
        {"governance.group", "governance", "type"},
        {"governance.group", "governance.unknown", "type"},
        {"\"author\":\"cert-ke\"", "\"author\":\"Cert KE\"", "author"},
        {"\"issued\":\"2025", "\"issued\":\"20x5", "issued"},
        {"\"nonce\":\"", "\"nonce\":\"!", "nonce"},
        {"{\"tlp\":\"clear\"}", "{\"tlp\":\"white\"}", "audience"},
        {"{\"tlp\":\"clear\"}", "{\"tlp\":\"clear\",\"members\":[\"cert-ug\"]}", "audience"},
        {"{\"tlp\":\"clear\"}", "{\"tlp\":\"green\"}", "audience.tlp"},
        {"\"name\":\"watch\"", "\"name\":\"\"", "body.name"},
        {"\"name\":\"watch\"", "\"name\":\"watch\",\"colour\":1", "body.colour"},
        {"[\"cert-ug\"]", "[7]", "body.members"}};
    for (const auto& [from, to, where] : changes) {
        SCOPED_TRACE(to);
        expect_refused(server_.submit_here(changed(from, to)), 400, where);
    }
    crypto::Envelope other = community_.group("cert-ke", "watch", {});
    other.payload_type = "application/json";
    other.signatures = {crypto::sign_envelope(other, community_.key("cert-ke"))};
    expect_refused(server_.submit_here(other), 400, "payloadType");
}

TEST_F(Submitting, RefusesObjectsThatTheStatementDoesNotBind) {
    const ledger::Submission submission = community_.share("cert-ke", {indicator(1), indicator(2)});
    const auto with = [&](std::vector<std::string> objects) {
        return server_.submit_here(ledger::Submission{submission.envelope, std::move(objects), {}});
    };
    expect_refused(with({}), 400, "objects");
    expect_refused(with({indicator(1)}), 400, "objects");
    expect_refused(with({indicator(2), indicator(1)}), 400, "body.objects.root");
    expect_refused(with({indicator(1), " " + indicator(3)}), 400, "body.objects.root");
    expect_refused(server_.submit_here(community_.share("cert-ke", {"{\"type\":\"indicator\"}"})), 400, "");
    expect_refused(server_.submit_here(community_.share("cert-ke", {"7"})), 400, "");
    const crypto::Envelope group = community_.group("cert-ke", "watch", {});
    expect_refused(server_.submit_here(ledger::Submission{group.write(), {indicator(1)}, {}}), 400,
                   "objects");
}

TEST_F(Submitting, RefusesWhatIsOverALimit) {
    std::string title(70'000, 'x');
    const crypto::Envelope large = community_.statement("cert-ke", "intelligence.share", {{"title", title}});
    expect_refused(server_.submit_here(large), 413, "envelope");
    // 65 MiB of objects, in a body that is taken.
    const std::string object = "{\"x\":\"" + std::string(1 << 20, 'x') + "\"}";
    const ledger::Submission heavy = community_.share("cert-ke", std::vector<std::string>(65, object));
    expect_refused(server_.submit_here(heavy), 413, "objects");
    const http::Response response = server_.post("/api/v1/statements", std::string((96u << 20) + 1, ' '));
    expect_refused(response, 413, "body");
}

TEST_F(Submitting, CountsByWhoSigned) {
    crypto::Envelope forged = community_.group("cert-ke", "watch", {});
    const auto signed_by = [&](const std::string& member) {
        forged.signatures = {crypto::sign_envelope(forged, community_.key(member))};
        return server_.submit_here(forged);
    };
    expect_refused(signed_by("cert-ug"), 403, "signatures");
    expect_refused(signed_by("stranger"), 403, "signatures");
    forged.signatures = {crypto::sign_envelope(forged, community_.key("cert-ke"))};
    crypto::Envelope changed_after = forged;
    changed_after.payload.replace(changed_after.payload.find("watch"), 5, "crowd");
    expect_refused(server_.submit_here(changed_after), 403, "signatures");
    crypto::Envelope borrowed = forged;
    borrowed.signatures[0].signature =
        crypto::sign_envelope(changed_after, community_.key("cert-ke")).signature;
    expect_refused(server_.submit_here(borrowed), 403, "signatures");
    expect_refused(server_.submit_here(community_.group("stranger", "watch", {})), 403, "author");
    // One good signature among others is enough.
    forged.signatures.insert(forged.signatures.begin(),
                             crypto::sign_envelope(forged, community_.key("cert-ug")));
    EXPECT_EQ(server_.submit_here(forged).status, 201);
}

TEST_F(Submitting, RefusesAnotherCommunitysStatements) {
    testing::Community other({"cert-ke"});
    expect_refused(server_.submit_here(other.group("cert-ke", "watch", {})), 403, "community");
    expect_refused(server_.submit_here(other.charter()), 409, "community");
    EXPECT_EQ(server_.submit_here(community_.charter()).status, 201);  // its own, again
    EXPECT_EQ(server_.log_size(), 1u);
}

TEST_F(Submitting, RefusesAKeyThatWasRevokedAndAMemberThatLeft) {
    const crypto::NamedSecret second{"cert-ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    EXPECT_EQ(server_.submit_here(community_.key_addition("cert-ke", second)).status, 201);
    server_.clock().advance_seconds(1);
    EXPECT_EQ(server_.submit_here(community_.key_revocation("cert-ke", community_.key("cert-ke"))).status,
              201);
    EXPECT_EQ(server_.submit_here(community_.departure("cert-tz")).status, 201);
    server_.clock().advance_seconds(1);
    size_ = 4;
    crypto::Envelope group = community_.group("cert-ke", "watch", {});
    expect_refused(server_.submit_here(group), 403, "signatures");
    expect_refused(server_.submit_here(community_.group("cert-tz", "watch", {})), 403, "author");
    group.signatures = {crypto::sign_envelope(group, second)};
    EXPECT_EQ(server_.submit_here(group).status, 201);
}

TEST_F(Submitting, FoundsACommunityWhereThereIsNone) {
    RestServer fresh;
    EXPECT_EQ(fresh.get_json("/api/v1/node").at("community"), nullptr);
    EXPECT_EQ(fresh.get_json("/api/v1/members"),
              json::Value(json::Object{{"items", json::Array{}}, {"next", nullptr}}));
    const http::Response early = fresh.submit_here(community_.group("cert-ke", "watch", {}));
    EXPECT_EQ(early.status, 403);
    EXPECT_EQ(problem_of(early).at("where"), "community");
    crypto::Envelope charter = community_.charter();
    charter.signatures.pop_back();
    const http::Response partial = fresh.submit_here(charter);
    EXPECT_EQ(partial.status, 403);
    EXPECT_EQ(problem_of(partial).at("where"), "signatures");
    EXPECT_EQ(fresh.log_size(), 0u);
    EXPECT_EQ(fresh.submit_here(community_.charter()).status, 201);
    const json::Value node = fresh.get_json("/api/v1/node");
    EXPECT_EQ(node.at("community").at("id").as_string(), community_.id().hex());
    EXPECT_EQ(node.at("members"), 3);
}

// Law 6: a statement counts by who signed it, not by which node it came through.
TEST_F(Submitting, AtAnotherNodeWithoutAnAccountCountsTheSame) {
    RestServer other({.origin = "other.example/log"});
    other.submit(community_.charter());
    const std::vector<ledger::Submission> acts = {
        community_.share("cert-ug", {indicator(1)}, {ledger::Tlp::kGreen, {}, {}, {}}),
        {community_.admission("cert-ug", "newcomer").write(), {}, {}},
        {community_.group("newcomer", "watch", {"cert-ke"}).write(), {}, {}},
        community_.share("newcomer", {indicator(2)}, {ledger::Tlp::kAmber, {"cert-ke"}, {}, {}})};
    // Its own node cannot, or will not.
    server_.clock().advance_seconds(-3600);
    std::vector<ledger::Witnessed> witnessed;
    for (const ledger::Submission& act : acts) {
        EXPECT_NE(server_.submit_here(act).status, 201);
        other.clock().advance_seconds(1);
        const json::Value receipt = RestServer::json_of(other.submit_here(act), 201);
        EXPECT_EQ(receipt.at("origin"), "other.example/log");
        const auto found = other.node().ledger().find({"cert-ke", "", true, {}},
                                                      *Digest::from_hex(receipt.at("id").as_string()));
        ASSERT_TRUE(found);
        EXPECT_TRUE(found->effective);
        witnessed.push_back(found->witnessed);
    }
    EXPECT_EQ(other.get_json("/api/v1/node").at("members"), 4);
    EXPECT_EQ(other.get_json("/api/v1/members/newcomer").at("left"), nullptr);
    EXPECT_EQ(server_.get("/api/v1/members/newcomer").status, 404);
    // What federation brings, in any order: then both nodes say the same.
    server_.clock().advance_seconds(3700);
    for (std::size_t i = acts.size(); i-- > 0;)
        ASSERT_TRUE(server_.node().ledger().ingest(acts[i], witnessed[i]));
    EXPECT_EQ(*server_.node().ledger().view_digest(), *other.node().ledger().view_digest());
    const std::string target = "/api/v1/members/newcomer";
    EXPECT_EQ(server_.get(target).body, other.get(target).body);
    EXPECT_EQ(server_.get("/api/v1/groups").body, other.get("/api/v1/groups").body);
    // It may stand in both logs.
    EXPECT_EQ(server_.submit_here(acts[0]).status, 201);
}

}  // namespace
}  // namespace comity::api::rest
