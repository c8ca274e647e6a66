#include "governance/election/state.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using testing::Community;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ledger::Witnessed kAnnounced = 1'760'000'010;
constexpr ledger::Witnessed kOpens = kAnnounced + 1000;
constexpr ledger::Witnessed kCloses = kOpens + 1000;
constexpr std::string_view kUuid = "4ufkuhPBX7yksE";

json::Object election_form() {
    return {{"title", "Chair"},
            {"candidates", json::Array{"Amina", "Bo"}},
            {"electorate", json::Object{{"everybody", true}}},
            {"trustees", json::Array{"ke", "fr"}},
            {"opens", format_time_millis(Time::from_seconds(kOpens))},
            {"closes", format_time_millis(Time::from_seconds(kCloses))},
            {"uuid", kUuid},
            {"group", "BELENIOS-2048"}};
}

std::string trustee_key(int n) {
    return fmt::format(R"({{"pok":{{"challenge":"1","response":"2"}},"public_key":"{}"}})", n);
}

class SecretBallots : public ::testing::Test {
  protected:
    void SetUp() override {
        add(community_.charter(), kAnnounced - 5);
        election_ = add(community_.statement("ke", kElection, election_form()), kAnnounced);
    }
    Digest add(const crypto::Envelope& envelope, ledger::Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body, ledger::Witnessed at) {
        body["election"] = election_.hex();
        return add(community_.statement(member, type, std::move(body)), at);
    }
    void register_all() {
        int n = 100;
        for (const char* member : {"ke", "fr", "br", "no"})
            say(member, kCredential, {{"key", std::to_string(++n)}}, kAnnounced + 1);
        say("ke", kTrusteeKey, {{"key", trustee_key(1)}}, kAnnounced + 1);
        say("fr", kTrusteeKey, {{"key", trustee_key(2)}}, kOpens);
    }
    Digest vote(const std::string& member, int credential, ledger::Witnessed at,
                std::string_view uuid = kUuid) {
        return say(
            member, kSecretBallot,
            {{"ballot", fmt::format(R"({{"election_uuid":"{}","credential":"{}"}})", uuid, credential)}}, at);
    }
    SecretElection state() {
        auto found = find_election(elections_in(acts_.all(), verified_signatures()), election_.hex());
        EXPECT_TRUE(found);
        return found.value_or(SecretElection{});
    }

    Community community_{{"ke", "fr", "br", "no"}};
    Acts acts_;
    Digest election_;
};

TEST_F(SecretBallots, TheLastOfEachElectorCountsByItsOwnCredentialAndInTime) {
    register_all();
    vote("ke", 101, kOpens + 1);
    const Digest last = vote("ke", 101, kOpens + 2);
    const Digest at_the_close = vote("fr", 102, kCloses);
    vote("br", 103, kCloses + 1);
    vote("br", 103, kOpens);
    vote("br", 104, kOpens + 3);
    vote("no", 104, kOpens + 3, "anotherxxxxxxx");
    vote("xx", 101, kOpens + 3);
    crypto::Envelope forged =
        community_.statement("no", kSecretBallot,
                             {{"election", election_.hex()},
                              {"ballot", R"({"election_uuid":"4ufkuhPBX7yksE","credential":"104"})"}});
    forged.signatures = {crypto::sign_envelope(forged, community_.key("br"))};
    add(forged, kOpens + 4);

    const SecretElection election = state();
    EXPECT_EQ(election.counted(), 2U);
    EXPECT_EQ(election.electors[1].ballot, at_the_close);
    EXPECT_EQ(election.electors[2].ballot, last);
    std::vector<std::string> why;
    for (const Disregarded& one : election.disregarded) why.emplace_back(to_string(one.why));
    std::ranges::sort(why);
    EXPECT_THAT(why,
                ElementsAre("early", "foreign", "foreign", "forged", "late", "replaced", "wrong-version"));
    EXPECT_EQ(election.phase(kOpens + 1), "voting");
    EXPECT_EQ(election.phase(kCloses + 1), "decryption");
}

TEST_F(SecretBallots, CredentialsAndKeysAreInByTheOpeningAndNobodyTakesAnothers) {
    say("ke", kCredential, {{"key", "7"}}, kAnnounced + 1);
    say("br", kCredential, {{"key", "7"}}, kAnnounced + 2);
    say("fr", kCredential, {{"key", "8"}}, kOpens + 1);
    say("no", kCredential, {{"key", "9"}}, kOpens - 1);
    say("no", kCredential, {{"key", "10"}}, kOpens);
    say("br", kTrusteeKey, {{"key", trustee_key(1)}}, kOpens);
    SecretElection election = state();
    const auto credential = [&](const char* member) {
        const auto at = std::ranges::find(election.electors, member, &SecretElection::Elector::member);
        return at->credential.value_or("");
    };
    EXPECT_EQ(credential("ke"), "7");
    EXPECT_EQ(credential("br"), "");
    EXPECT_EQ(credential("fr"), "");
    EXPECT_EQ(credential("no"), "10");
    EXPECT_EQ(election.phase(kOpens), "registration");
    EXPECT_EQ(election.phase(kOpens + 1), "void");
    EXPECT_THAT(election.flaw(kOpens + 1), HasSubstr("'ke' had given no key"));
}

TEST_F(SecretBallots, TheElectorateIsTheRollInTheSecondInWhichItOpens) {
    add(community_.admission("ke", "fj"), kOpens);
    add(community_.admission("ke", "us"), kOpens + 1);
    register_all();
    std::vector<std::string> members;
    for (const auto& one : state().electors) members.push_back(one.member);
    EXPECT_THAT(members, ElementsAre("br", "fj", "fr", "ke", "no"));
}

TEST_F(SecretBallots, DecryptionsAndResultsComeAfterTheClose) {
    register_all();
    const json::Object factors{{"factors", R"({"decryption_factors":[]})"}};
    say("ke", kDecryption, factors, kCloses);
    say("br", kDecryption, factors, kCloses + 1);
    ElectionResultBody result;
    result.votes = {1, 2};
    const auto certify = [&](const char* member, ledger::Witnessed at) {
        json::Object form = election_result_json(result);
        form.erase("election");
        say(member, kElectionResult, std::move(form), at);
    };
    certify("ke", kCloses);
    EXPECT_FALSE(state().trustees[0].factors);
    EXPECT_THAT(state().results, IsEmpty());
    say("ke", kDecryption, factors, kCloses + 1);
    say("fr", kDecryption, factors, kCloses + 1);
    certify("br", kCloses + 2);
    result.votes = {2, 1};
    certify("br", kCloses + 3);
    const SecretElection election = state();
    EXPECT_TRUE(election.trustees[0].factors);
    ASSERT_EQ(election.results.size(), 1U);
    EXPECT_THAT(election.results[0].body.votes, ElementsAre(2, 1));
    EXPECT_EQ(election.phase(kCloses + 4), "counted");
    EXPECT_THAT(
        check_result(election.results[0].body, ElectionResultBody{{}, {1, 2}, {}, 0, {}}).error().message(),
        HasSubstr("said to be 2 1, opened as 1 2"));
}

TEST_F(SecretBallots, OrderAndRepetitionChangeNothing) {
    register_all();
    std::mt19937 random(5);
    const char* members[] = {"ke", "fr", "br", "no"};
    for (int i = 0; i < 40; ++i) {
        const std::size_t who = random() % 4;
        vote(members[who], 101 + static_cast<int>(random() % 4),
             kOpens - 100 + static_cast<int>(random() % 1200));
    }
    const auto written = [](std::span<const Act> acts) {
        json::Array list;
        for (const SecretElection& one : elections_in(acts, verified_signatures()))
            list.push_back(secret_election_json(one, kCloses + 1));
        return json::write(list);
    };
    const std::string before = written(acts_.all());
    std::vector<Act> acts(acts_.all().begin(), acts_.all().end());
    for (int trial = 0; trial < 10; ++trial) {
        acts.push_back(acts[random() % acts.size()]);
        std::ranges::shuffle(acts, random);
        EXPECT_EQ(written(acts), before);
    }
}

std::string refusal_of(const std::function<void(json::Object&)>& change) {
    json::Object form = election_form();
    change(form);
    const auto read = parse_election(form);
    return read ? "read" : read.error().message();
}

TEST(ElectionBody, ImpossibleElectionsAreRefused) {
    EXPECT_EQ(refusal_of([](json::Object&) {}), "read");
    EXPECT_THAT(refusal_of([](json::Object& form) { form["closes"] = form["opens"]; }),
                HasSubstr("body.closes"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["candidates"] = json::Array{"Bo", "Bo"}; }),
                HasSubstr("there twice"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["seats"] = 3; }), HasSubstr("body.seats"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["min"] = 2; }), HasSubstr("no ballot would do"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["trustees"] = json::Array{}; }),
                HasSubstr("body.trustees"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["electorate"] = json::Object{}; }),
                HasSubstr("names nobody"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["uuid"] = "0OIl0OIl0OIl0O"; }),
                HasSubstr("base 58"));
    EXPECT_THAT(refusal_of([](json::Object& form) { form["group"] = "Ed25519"; }), HasSubstr("body.group"));
}

// What goes to the tool as a line cannot be two.
TEST(ElectionBody, PiecesForTheToolAreJsonOnOneLine) {
    const std::string id(64, 'a');
    EXPECT_FALSE(parse_decryption(json::Object{{"election", id}, {"factors", "{}\n{\"owner\":1}"}}));
    EXPECT_FALSE(parse_decryption(json::Object{{"election", id}, {"factors", "[]"}}));
    EXPECT_FALSE(parse_decryption(json::Object{{"election", id}, {"factors", "{"}}));
    EXPECT_TRUE(parse_decryption(json::Object{{"election", id}, {"factors", "{}"}}));
    EXPECT_FALSE(parse_credential(json::Object{{"election", id}, {"key", "1\",\"2"}}));
    EXPECT_FALSE(parse_credential(json::Object{{"election", id}, {"key", "01"}}));
    EXPECT_FALSE(parse_trustee_key(json::Object{{"election", id}, {"key", R"({"public_key":"1"})"}}));
    EXPECT_TRUE(parse_trustee_key(json::Object{{"election", id}, {"key", trustee_key(3)}}));
    EXPECT_FALSE(parse_secret_ballot(json::Object{{"election", id}, {"ballot", R"({"credential":"1"})"}}));
}

class ShuffledBallots : public SecretBallots {
  protected:
    void SetUp() override {
        add(community_.charter(), kAnnounced - 5);
        json::Object form = election_form();
        form["method"] = "stv";
        form["group"] = "RFC-3526-2048";
        election_ = add(community_.statement("ke", kElection, form), kAnnounced);
        register_all();
    }
    // The parts of a trustee's text, each in a second of its own.
    void pieces(const std::string& member, std::string_view of, const std::string& text,
                ledger::Witnessed at) {
        for (json::Object& piece : election_pieces(election_, of, text))
            add(community_.statement(member, kElectionPiece, std::move(piece)), at++);
    }
};

TEST_F(ShuffledBallots, TextsAreWholeWhenAllTheirPartsAreThere) {
    const std::string large(2 * kMaxElectionPiece + 7, 'x');
    ASSERT_EQ(election_pieces(election_, "shuffle", large).size(), 3U);
    EXPECT_EQ(state().phase(kCloses + 1), "shuffling");
    auto parts = election_pieces(election_, "shuffle", large);
    add(community_.statement("ke", kElectionPiece, parts[2]), kCloses + 2);
    add(community_.statement("ke", kElectionPiece, parts[0]), kCloses + 3);
    EXPECT_THAT(state().trustees[0].shuffles, IsEmpty());
    pieces("ke", "shuffle", "another", kCloses + 4);
    add(community_.statement("ke", kElectionPiece, parts[1]), kCloses + 5);
    EXPECT_THAT(state().trustees[0].shuffles, ElementsAre("another", large)) << "the first whole one first";
    EXPECT_EQ(state().phase(kCloses + 9), "shuffling");
    pieces("fr", "shuffle", "early", kCloses);
    pieces("br", "shuffle", "no trustee's", kCloses + 6);
    EXPECT_EQ(state().phase(kCloses + 9), "shuffling");
    pieces("fr", "shuffle", "second", kCloses + 7);
    EXPECT_EQ(state().phase(kCloses + 9), "decryption");
    pieces("ke", "factors", "first", kCloses + 8);
    pieces("ke", "factors", "last", kCloses + 9);
    EXPECT_EQ(state().trustees[0].factors, "last");
}

TEST_F(ShuffledBallots, APartThatIsNotOfTheWholeMakesNothing) {
    auto parts = election_pieces(election_, "shuffle", std::string(kMaxElectionPiece + 1, 'x'));
    parts[1]["text"] = "y";
    for (json::Object& part : parts)
        add(community_.statement("ke", kElectionPiece, std::move(part)), kCloses + 2);
    EXPECT_THAT(state().trustees[0].shuffles, IsEmpty());
}

TEST_F(ShuffledBallots, WhatDoesNotFitIsRefused) {
    const auto refused = [](std::string_view name, json::Value value, std::string_view method = "stv") {
        json::Object form = election_form();
        form["method"] = method;
        form["group"] = "RFC-3526-2048";
        form[name] = std::move(value);
        const auto read = parse_election(form);
        return read ? std::string("read") : read.error().message();
    };
    EXPECT_EQ(refused("seats", 1), "read");
    EXPECT_THAT(refused("group", "BELENIOS-2048"), HasSubstr("cannot be shuffled"));
    EXPECT_THAT(refused("max", 2), HasSubstr("goes not with 'stv'"));
    EXPECT_THAT(refused("grades", json::Array{"Good", "Poor"}), HasSubstr("go not with 'stv'"));
    EXPECT_THAT(refused("seats", 1, "majority-judgment"), HasSubstr("two or more"));
    EXPECT_THAT(refused("grades", json::Array{"Good", "Good"}, "majority-judgment"),
                HasSubstr("each named once"));
    EXPECT_EQ(refused("grades", json::Array{"Good", "Poor"}, "majority-judgment"), "read");
    EXPECT_THAT(refused("method", "borda"), HasSubstr("method"));
    const json::Object both{{"election", std::string(64, 'a')},
                            {"votes", json::Array{1, 2}},
                            {"elected", json::Array{0}},
                            {"counted", 3},
                            {"ballots", std::string(64, 'a')}};
    EXPECT_FALSE(parse_election_result(both));
    json::Object one = both;
    one.erase("votes");
    const auto result = parse_election_result(one);
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(json::Value(election_result_json(*result)), json::Value(one));
}

}  // namespace
}  // namespace comity::governance
