// Two nodes, each behind its own server: one has a log, the other is its witness.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "api/tlog/tlog.h"
#include "base/logging.h"
#include "crypto/sha256.h"
#include "federation/collector.h"
#include "node/key_files.h"
#include "node/log_json.h"
#include "node/witnessed_log.h"
#include "testing/forged_log.h"
#include "testing/served_node.h"

namespace comity::api::tlog {
namespace {

using http::Method;
using testing::ForgedLog;
using ::testing::HasSubstr;
using testing::ServedNode;

[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

const federation::CollectorOptions kQuick{.poll = std::chrono::milliseconds(5),
                                          .first_wait = std::chrono::milliseconds(5),
                                          .longest_wait = std::chrono::milliseconds(20),
                                          .http = {.max_response = 64 * 1024}};

ServedNode::AddRoutes door() {
    return [](http::Router& router, node::Node& node) { add_routes(router, node); };
}

// What is waited for comes by another thread; a minute is for ever.
bool soon(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

class Witnessing : public ::testing::Test {
  protected:
    Witnessing()
        : community_({"cert-ke", "cert-ug"}),
          log_(door()),
          witness_(door(), {.origin = "other.example/log",
                            .policy = "log " + log_.node().ledger().identity().key.public_part().text() +
                                      "\nquorum none\n"}) {
        log_.submit(community_.charter());
    }
    // The log's policy asks a witness at that address.
    std::unique_ptr<federation::Cosignatures> asking(const crypto::NamedKey& key, const std::string& url) {
        const auto policy =
            log::Policy::parse(fmt::format("witness w {} {}\ngroup g all w\nquorum g\n", key.text(), url));
        return *federation::Cosignatures::open(log_.node().database(), policy.value());
    }
    std::unique_ptr<federation::Cosignatures> asking_the_other() {
        return asking(witness_.node().witness().key(), witness_.address() + "/witness");
    }
    std::uint64_t append() {
        return log_.submit(community_.group("cert-ke", fmt::format("g{}", ++groups_), {})).index + 1;
    }
    std::uint64_t met_size(federation::Cosignatures& cosignatures) {
        const auto met = cosignatures.newest_met();
        return met && *met ? (*met)->size : 0;
    }
    std::string error_of(federation::Cosignatures& cosignatures) {
        const auto standing = cosignatures.standing(log_.node().ledger().checkpoint().value());
        return standing ? standing->witnesses.at(0).error : standing.error().message();
    }

    testing::Community community_;
    ServedNode log_;
    ServedNode witness_;
    int groups_ = 0;
};

TEST_F(Witnessing, TheNewestCheckpointIsCosignedInTheBackground) {
    const auto cosignatures = asking_the_other();
    const federation::Collector collector(log_.node().ledger(), *cosignatures, log_.node().clock(), kQuick);
    ASSERT_TRUE(soon([&] { return met_size(*cosignatures) == 1; })) << error_of(*cosignatures);
    std::uint64_t size = 0;
    for (int i = 0; i < 10; ++i) size = append();
    ASSERT_TRUE(soon([&] { return met_size(*cosignatures) == size; })) << error_of(*cosignatures);
    const auto note = cosignatures->joined(log_.node().ledger().checkpoint().value());
    ASSERT_TRUE(note);
    const auto verdict = log::judge(cosignatures->policy(), crypto::parse_note(*note).value());
    ASSERT_TRUE(verdict) << verdict.error().message();
    EXPECT_TRUE(verdict->met);
    EXPECT_EQ(error_of(*cosignatures), "");
    const auto standing = cosignatures->standing(log_.node().ledger().checkpoint().value());
    EXPECT_EQ(standing->witnesses[0].size, size);
    // And the witness shows it to monitors.
    const std::string origin = log_.node().ledger().identity().origin;
    const auto monitored =
        witness_.send(Method::kGet, "/witness/" + crypto::sha256(as_bytes(origin)).hex() + "/checkpoint");
    EXPECT_EQ(monitored.status, 200);
    EXPECT_TRUE(log::open_checkpoint(monitored.body, log_.node().ledger().identity().key.public_part()));
    EXPECT_THAT(monitored.body, HasSubstr(witness_.node().witness().key().name));
}

TEST_F(Witnessing, AWitnessThatWasAwayIsAskedAgainAndLearnsOfTheNewestAlone) {
    const auto cosignatures = asking(witness_.node().witness().key(), "http://127.0.0.1:1/witness");
    {
        const federation::Collector collector(log_.node().ledger(), *cosignatures, log_.node().clock(),
                                              kQuick);
        ASSERT_TRUE(soon([&] { return !error_of(*cosignatures).empty(); }));
    }
    std::uint64_t size = 0;
    for (int i = 0; i < 5; ++i) size = append();
    const auto back = asking_the_other();
    const federation::Collector collector(log_.node().ledger(), *back, log_.node().clock(), kQuick);
    ASSERT_TRUE(soon([&] { return met_size(*back) == size; })) << error_of(*back);
}

TEST_F(Witnessing, AWitnessThatKnowsMoreThanTheLogItselfIsToldOf) {
    // The log as it was before: another data folder with the same key would do; here the witness has seen a
    // larger log by the same key.
    const ledger::LogIdentity& identity = log_.node().ledger().identity();
    const ForgedLog::History history = ForgedLog::History::of(9);
    crypto::Note note{log::Checkpoint{identity.origin, 9, history.root(9), {}}.text(), {}};
    note.signatures.push_back(crypto::sign_note(note.text, identity.key));
    const auto taken =
        witness_.node().witness().add_checkpoint(federation::AddCheckpoint{0, {}, note.write()}.write());
    ASSERT_EQ(taken->status, 200) << taken->body;
    const auto cosignatures = asking_the_other();
    const federation::Collector collector(log_.node().ledger(), *cosignatures, log_.node().clock(), kQuick);
    ASSERT_TRUE(soon([&] { return !error_of(*cosignatures).empty(); }));
    EXPECT_THAT(error_of(*cosignatures), HasSubstr("has cosigned 9 entries of this log, which has 1"));
    EXPECT_EQ(met_size(*cosignatures), 0U);
}

TEST_F(Witnessing, AnAnswerThatIsNoneIsKeptFromNoCheckpoint) {
    const std::string other_cosigns =
        log::cosign("another text\n", log_.node().ledger().identity().cosigner, Time::from_seconds(5)).line();
    const struct {
        int status;
        std::string body;
        std::string said;
    } answers[] = {{200, "", "answer"},
                   {200, "not a signature\n", "answer"},
                   {200, other_cosigns, "without a cosignature by the key in the policy"},
                   {200, std::string(100'000, 'x'), "its answer is over"},
                   {500, "out of order\n", "answered 500: out of order"},
                   {409, "x\n", "does not tell a size"},
                   {409, "0", "has no size line"},
                   {302, "", "answered 302"}};
    for (const auto& answer : answers) {
        const ServedNode liar(
            [&](http::Router& router, node::Node&) {
                router.add(
                    Method::kPost, "/witness/add-checkpoint", {.max_body = 1 << 20},
                    [&](const http::Request&) { return http::Response::text(answer.status, answer.body); });
            },
            {.origin = "liar.example/log"});
        const auto cosignatures = asking(witness_.node().witness().key(), liar.address() + "/witness");
        const federation::Collector collector(log_.node().ledger(), *cosignatures, log_.node().clock(),
                                              kQuick);
        EXPECT_TRUE(soon([&] { return error_of(*cosignatures).contains(answer.said); }))
            << answer.status << ": " << error_of(*cosignatures);
        EXPECT_EQ(met_size(*cosignatures), 0U);
    }
}

TEST_F(Witnessing, AProofIsMadeAgainstTheNewestCheckpointThatMeetsTheQuorum) {
    // The served node's own policy this time.
    ServedNode node(door(),
                    {.origin = "judged.example/log",
                     .policy = "witness w " + witness_.node().witness().key().text() + "\nquorum w\n"});
    testing::Community community({"cert-ke"});
    const ledger::Receipt first = node.submit(community.charter());
    EXPECT_EQ(node.send(Method::kGet, "/log/witnessed").status, 404);
    EXPECT_THAT(node.send(Method::kGet, "/log/witnessed").body, HasSubstr("it waits for w"));
    const auto early = node::prove(node.node(), first.id);
    ASSERT_TRUE(early);
    // Its witness has seen two entries of three.
    const ledger::Receipt second = node.submit(community.group("cert-ke", "g", {}));
    const std::string note = node.node().ledger().checkpoint().value();
    const auto open = log::open_checkpoint(note, node.node().ledger().identity().key.public_part());
    const crypto::NamedKey key = witness_.node().witness().key();
    const auto secret = node::read_secret_key(witness_.node().config().data / "keys" / "witness.key");
    ASSERT_TRUE(secret);
    ASSERT_TRUE(node.node().cosignatures().keep(open->checkpoint, key,
                                                log::cosign(open->note.text, *secret, Time::from_seconds(77)),
                                                Time::from_seconds(77)));
    const ledger::Receipt third = node.submit(community.group("cert-ke", "h", {}));
    for (const ledger::Receipt& receipt : {first, second}) {
        const auto proof = node::prove(node.node(), receipt.id);
        ASSERT_TRUE(proof) << proof.error().message();
        const auto verdict = log::verify_proof(*proof, receipt.id.view(),
                                               node.node().ledger().identity().key.public_part(), {&key, 1});
        ASSERT_TRUE(verdict) << verdict.error().message();
        EXPECT_EQ(verdict->checkpoint.size, 2U);
        ASSERT_EQ(verdict->cosigned.size(), 1U);
        EXPECT_EQ(verdict->cosigned[0].second, Time::from_seconds(77));
    }
    const auto newest = node::prove(node.node(), third.id);
    ASSERT_TRUE(newest);
    EXPECT_EQ(log::Checkpoint::parse(crypto::parse_note(newest->checkpoint)->text)->size, 3U);
    const http::Response witnessed = node.send(Method::kGet, "/log/witnessed");
    EXPECT_EQ(witnessed.status, 200);
    EXPECT_THAT(witnessed.body, HasSubstr("\n2\n"));
    EXPECT_THAT(node.send(Method::kGet, "/log/checkpoint").body, HasSubstr("\n3\n"));
    const auto log = node::log_json(node.node());
    ASSERT_TRUE(log) << log.error().message();
    EXPECT_EQ(log->at("quorum").at("size"), 2);
    EXPECT_EQ(log->at("quorum").at("met"), false);
    EXPECT_EQ(log->at("witnesses").as_array()[0].at("lag"), 1);
}

TEST_F(Witnessing, TheDoorAnswersAsTheSpecificationHasIt) {
    const std::string note = log_.node().ledger().checkpoint().value();
    const auto post = [&](std::string_view body) {
        return witness_.send(Method::kPost, "/witness/add-checkpoint", {}, body);
    };
    EXPECT_EQ(post("").status, 400);
    EXPECT_EQ(
        post(federation::AddCheckpoint{0, {}, ForgedLog().note(ForgedLog::History::of(2), 2)}.write()).status,
        404);
    const std::string good = federation::AddCheckpoint{0, {}, note}.write();
    const http::Response cosigned = post(good);
    EXPECT_EQ(cosigned.status, 200);
    EXPECT_TRUE(cosigned.body.starts_with("\u2014 other.example/log/witness "));
    const http::Response behind = post(good);
    EXPECT_EQ(behind.status, 409);
    EXPECT_EQ(behind.find("Content-Type"), "text/x.tlog.size");
    EXPECT_EQ(behind.body, "1\n");
    EXPECT_EQ(post(std::string(federation::kMaxWitnessBody + 1, 'x')).status, 413);
    EXPECT_EQ(witness_.send(Method::kGet, "/witness/add-checkpoint").status, 405);
    for (const std::string& path :
         {std::string(64, '0'), std::string("x"), std::string(63, '0'), std::string(64, 'A')}) {
        EXPECT_EQ(witness_.send(Method::kGet, "/witness/" + path + "/checkpoint").status, 404) << path;
    }
}

}  // namespace
}  // namespace comity::api::tlog
