#include "governance/rules/policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "governance/rules/analysis.h"

namespace comity::governance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

RulePolicy policy(std::string_view text) {
    const auto value = json::parse(text);
    EXPECT_TRUE(value) << text;
    auto parsed = parse_policy(*value, "policy");
    EXPECT_TRUE(parsed) << parsed.error().message();
    return parsed.value_or(RulePolicy{});
}
std::string refusal(std::string_view text) {
    const auto value = json::parse(text);
    EXPECT_TRUE(value) << text;
    const auto parsed = parse_policy(*value, "policy");
    return parsed ? "taken" : parsed.error().message();
}
ActRequest share(ledger::StakeholderClass stakeholder_class, ledger::Tlp tlp = ledger::Tlp::kClear) {
    ActRequest request;
    request.action = "intelligence.share";
    request.author = "ke";
    request.stakeholder_class = stakeholder_class;
    request.tlp = tlp;
    return request;
}
bool allowed(const std::vector<RulePolicy>& policies, const ActRequest& request) {
    std::vector<const RulePolicy*> all;
    for (const RulePolicy& one : policies) all.push_back(&one);
    return decide(all, request).allowed;
}

constexpr auto kGovernment = ledger::StakeholderClass::kGovernment;
constexpr auto kCompany = ledger::StakeholderClass::kCompany;

TEST(Policy, AllowsWhatNothingForbids) {
    EXPECT_TRUE(allowed({}, share(kCompany)));
    const RulePolicy rule =
        policy(R"({"clauses":[{"forbid":["intelligence.share"],"title":"Companies share nothing below amber",
        "when":{"attribute":"class","is":"company"},"unless":{"attribute":"tlp","at_least":"amber"}}]})");
    EXPECT_FALSE(allowed({rule}, share(kCompany, ledger::Tlp::kGreen)));
    EXPECT_TRUE(allowed({rule}, share(kCompany, ledger::Tlp::kAmber)));
    EXPECT_TRUE(allowed({rule}, share(kGovernment, ledger::Tlp::kGreen)));
}

TEST(Policy, SaysHowHitsAreCountedAndNeverMoreThanWithoutIt) {
    const RulePolicy more = policy(R"({"counts":{"least":12}})");
    ASSERT_TRUE(more.counts);
    EXPECT_EQ(*more.counts, (CountTerms{12, 1}));
    EXPECT_TRUE(more.clauses.empty());
    EXPECT_TRUE(allowed({more}, share(kCompany)));
    EXPECT_EQ(policy(R"({"counts":{"noise":3},"clauses":[{"forbid":["x.y"],"title":"t"}]})").counts->noise,
              3);
    EXPECT_TRUE(policy(R"({"misbehaviour":"witness-does-not-count"})").drops_liars);
    EXPECT_FALSE(more.drops_liars);
    EXPECT_THAT(refusal(R"({"misbehaviour":"off-with-its-head"})"), HasSubstr("policy.misbehaviour"));
    EXPECT_THAT(refusal(R"({"misbehaviour":true})"), HasSubstr("policy.misbehaviour"));
    EXPECT_THAT(refusal(R"({"counts":{"least":4}})"), HasSubstr("policy.counts.least"));
    EXPECT_THAT(refusal(R"({"counts":{"noise":0}})"), HasSubstr("policy.counts.noise"));
    EXPECT_THAT(refusal(R"({"counts":{"least":10001}})"), HasSubstr("policy.counts.least"));
    EXPECT_THAT(refusal(R"({"counts":{}})"), HasSubstr("says neither"));
    EXPECT_THAT(refusal(R"({"counts":{"least":5,"most":7}})"), HasSubstr("most"));
    EXPECT_THAT(refusal(R"({"counts":{"least":5},"clauses":[]})"), HasSubstr("clauses"));
    EXPECT_THAT(refusal("{}"), HasSubstr("clauses"));
}

TEST(Policy, WhatForbidsGoesBeforeWhatPermitsInAnyOrder) {
    const RulePolicy open = policy(
        R"({"closed":["intelligence.*"],"clauses":[{"permit":["intelligence.share"],"title":"All may share"}]})");
    const RulePolicy shut = policy(R"({"clauses":[{"forbid":["intelligence.*"],"title":"Not governments",
        "when":{"attribute":"class","in":["government","international"]}}]})");
    for (const auto& order : {std::vector{open, shut}, std::vector{shut, open}}) {
        EXPECT_TRUE(allowed(order, share(kCompany)));
        EXPECT_FALSE(allowed(order, share(kGovernment)));
    }
    ActRequest withdrawal = share(kCompany);
    withdrawal.action = "intelligence.withdrawal";
    EXPECT_FALSE(allowed({open}, withdrawal)) << "the action is closed, and nothing permits it";
    EXPECT_TRUE(allowed({shut}, withdrawal));
}

TEST(Policy, SaysWhichClauseDecided) {
    const RulePolicy one = policy(
        R"({"closed":["federation.parcel"],"clauses":[{"permit":["federation.parcel"],"title":"Small ones",
        "when":{"attribute":"attachments","at_most":1}},{"forbid":["intelligence.share"],"title":"Nothing"}]})");
    const RulePolicy* list[] = {&one};
    EXPECT_EQ(decide(list, share(kCompany)), (Ruling{false, 0, 1}));
    ActRequest parcel;
    parcel.action = "federation.parcel";
    parcel.attachments = 1;
    EXPECT_EQ(decide(list, parcel), (Ruling{true, 0, 0}));
    parcel.attachments = 2;
    EXPECT_EQ(decide(list, parcel), (Ruling{false, 0, -1}));
}

TEST(Policy, ComparesEachAttributeAsItIs) {
    const auto holds_for = [](std::string_view test, const ActRequest& request) {
        return !allowed(
            {policy(fmt::format(R"({{"clauses":[{{"forbid":["intelligence.*"],"title":"x","when":{}}}]}})",
                                test))},
            request);
    };
    ActRequest request = share(kCompany, ledger::Tlp::kAmberStrict);
    request.groups = {"ke/responders"};
    request.readers = {"fr", "no"};
    request.objects = 1000;
    request.at = 1'760'000'000;
    request.purpose = "research";
    request.retention_days = 30;
    EXPECT_TRUE(holds_for(R"({"attribute":"author","is":"ke"})", request));
    EXPECT_FALSE(holds_for(R"({"attribute":"author","in":["fr","no"]})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"tlp","at_least":"amber"})", request));
    EXPECT_FALSE(holds_for(R"({"attribute":"tlp","at_most":"amber"})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"groups","has":"ke/responders"})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"readers","has_any":["br","no"]})", request));
    EXPECT_FALSE(holds_for(R"({"attribute":"reader_groups","has":"ke/responders"})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"objects","at_least":1000})", request));
    EXPECT_FALSE(holds_for(R"({"attribute":"objects","at_most":999})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"custody","is":false})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"at","before":"2026-01-01T00:00:00Z"})", request));
    EXPECT_FALSE(holds_for(R"({"attribute":"at","from":"2026-01-01T00:00:00Z"})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"purpose","is":"research"})", request));
    EXPECT_TRUE(holds_for(R"({"attribute":"retention_days","at_most":30})", request));
    request.retention_days = kNoLimit;
    EXPECT_FALSE(holds_for(R"({"attribute":"retention_days","at_most":1000000000000})", request))
        << "kept without an end";
    EXPECT_TRUE(holds_for(
        R"({"all":[{"not":{"attribute":"author","is":"fr"}},{"any":[{"attribute":"custody","is":true},
        {"attribute":"class","is":"company"}]}]})",
        request));
}

TEST(Policy, RefusesWhatItDoesNotKnowAndWhatIsOfTheCore) {
    const auto clause = [](std::string_view more, std::string_view action = "intelligence.share") {
        return fmt::format(R"({{"clauses":[{{"forbid":["{}"],"title":"x"{}}}]}})", action, more);
    };
    EXPECT_EQ(refusal(clause("")), "taken");
    EXPECT_THAT(refusal(clause(R"(,"loop":1)")), HasSubstr("policy.clauses[0].loop"));
    EXPECT_THAT(refusal(clause(R"(,"when":{"attribute":"weather","is":"rain"})")),
                HasSubstr("\"weather\" is no attribute of an act"));
    EXPECT_THAT(refusal(clause(R"(,"when":{"attribute":"class","is":"king"})")), HasSubstr("king"));
    EXPECT_THAT(refusal(clause(R"(,"when":{"attribute":"objects","is":3})")),
                HasSubstr("at_most: is missing"));
    EXPECT_THAT(refusal(clause(R"(,"when":{"attribute":"tlp","at_least":"white"})")),
                HasSubstr("no TLP 2.0 label"));
    EXPECT_THAT(refusal(clause(R"(,"when":{"attribute":"at","before":"soon"})")),
                HasSubstr("policy.clauses[0].when.before"));
    EXPECT_THAT(refusal(clause(R"(,"permit":["intelligence.share"])")),
                HasSubstr("one of \"forbid\" and \"permit\""));
    EXPECT_THAT(refusal(R"({"clauses":[]})"), HasSubstr("policy.clauses"));
    for (const std::string_view action :
         {"governance.ballot", "governance.*", "governance.departure", "federation.*", "federation.seal"})
        EXPECT_THAT(refusal(clause("", action)), HasSubstr("of the core, which no rule can touch")) << action;
    for (const std::string_view action :
         {"*", "intelligence", "intelligence.", "Intelligence.share", ".share"})
        EXPECT_THAT(refusal(clause("", action)), HasSubstr("is no action")) << action;
    std::string deep = R"({"attribute":"custody","is":true})";
    for (int i = 0; i < 14; ++i) deep = R"({"not":)" + deep + "}";
    EXPECT_THAT(refusal(clause(R"(,"when":)" + deep)), HasSubstr("nested over 12 deep"));
    // Even where a list of policies were to hold one, the core is asked first.
    RulePolicy forged;
    forged.clauses.push_back({true, "x", {"governance.ballot"}, {}, {}});
    ActRequest ballot;
    ballot.action = "governance.ballot";
    EXPECT_TRUE(allowed({forged}, ballot));
}

TEST(Policy, ReadsARequestAsItWritesOne) {
    ActRequest request = share(kCompany, ledger::Tlp::kAmber);
    request.groups = {"ke/responders"};
    request.retention_days = 7;
    request.at = 1'760'000'000;
    const auto again = parse_request(request_json(request), "");
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(json::write(request_json(*again)), json::write(request_json(request)));
    EXPECT_EQ(again->retention_days, 7);
}

std::vector<std::string> proved(const std::vector<std::string>& texts) {
    std::vector<RulePolicy> policies;
    for (const std::string& text : texts) policies.push_back(policy(text));
    std::vector<NamedPolicy> others;
    for (std::size_t i = 0; i + 1 < policies.size(); ++i)
        others.push_back({fmt::format("DS-{}", i + 1), &policies[i]});
    std::vector<std::string> found;
    for (const Concern& concern : analyse({"new", &policies.back()}, others)) {
        found.push_back(std::string(to_string(concern.kind)) + ": " + concern.text);
        if (concern.example.empty()) continue;
        // What is given as an example is one: both say what it says they do.
        const auto example = parse_request(concern.example, "");
        EXPECT_TRUE(example) << example.error().message();
        bool permits = false, forbids = false;
        for (const RulePolicy& one : policies) {
            for (const Clause& clause : one.clauses) {
                if (applies(clause, *example)) (clause.forbids ? forbids : permits) = true;
            }
        }
        EXPECT_TRUE(permits && forbids) << json::write(concern.example);
    }
    return found;
}

TEST(Analysis, FindsNothingInAPolicyThatLeavesEverybodySomething) {
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"Red goes by parcel","when":{"attribute":"tlp","is":"red"}}]})"}),
        IsEmpty());
}

TEST(Analysis, ProvesLockouts) {
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"x","when":{"any":[{"attribute":"tlp","at_most":"green"},
        {"attribute":"tlp","at_least":"amber"}]}}]})"}),
        ::testing::ElementsAre("nobody-can: nobody could do intelligence.share any more"));
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"x","when":{"attribute":"class","is":"civil"}}]})"}),
        ::testing::ElementsAre(
            "class-cannot: no member of the class civil could do intelligence.share any more"));
    EXPECT_THAT(
        proved({R"({"closed":["intelligence.share"],"clauses":[{"permit":["intelligence.share"],"title":"x",
        "when":{"attribute":"class","is":"government"}}]})"})
            .size(),
        5U)
        << "the other five classes";
    // Two that leave each other nothing.
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"x","when":{"attribute":"objects","at_least":1}}]})",
             R"({"clauses":[{"forbid":["intelligence.share"],"title":"y","unless":{"attribute":"objects","at_least":1}}]})"}),
        ::testing::ElementsAre("nobody-can: nobody could do intelligence.share any more"));
}

TEST(Analysis, ProvesWhatMeetsNothingAndWhatContradicts) {
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"x","when":{"all":[{"attribute":"tlp","is":"red"},
        {"attribute":"tlp","at_most":"amber"}]}}]})"}),
        ::testing::ElementsAre("never-applies: clause 1 of new applies to no act: x"));
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"x","when":{"attribute":"groups","has":"ke/a"}}]})",
             R"({"clauses":[{"permit":["intelligence.*"],"title":"y","when":{"attribute":"purpose","is":"research"}}]})"}),
        ::testing::ElementsAre("contradiction: new permits intelligence.share where DS-1 forbids it"));
    EXPECT_THAT(
        proved(
            {R"({"clauses":[{"forbid":["intelligence.share"],"title":"x","when":{"attribute":"retention_days","at_least":31}}]})",
             R"({"clauses":[{"permit":["intelligence.share"],"title":"y","unless":{"attribute":"retention_days","at_most":90}}]})"}),
        ::testing::ElementsAre(
            "never-permits: what clause 1 of new permits is forbidden by others whenever it applies "
            "to intelligence.share"));
}

// The prover and the door decide alike: of random policies, an act that the door allows is a proof that not
// all are refused.
Test random_test(std::mt19937& random, int depth) {
    Test test;
    if (depth > 0 && random() % 2 == 0) {
        test.kind = static_cast<Test::Kind>(random() % 3);
        const std::size_t parts = test.kind == Test::Kind::kNot ? 1 : 1 + random() % 3;
        for (std::size_t i = 0; i < parts; ++i) test.parts.push_back(random_test(random, depth - 1));
        return test;
    }
    test.kind = Test::Kind::kCompared;
    switch (random() % 4) {
        case 0:
            test.attribute = Attribute::kClass;
            test.texts = {
                std::string(ledger::to_string(static_cast<ledger::StakeholderClass>(random() % 6)))};
            break;
        case 1:
            test.attribute = Attribute::kTlp;
            test.op = random() % 2 == 0 ? Test::Operator::kAtLeast : Test::Operator::kAtMost;
            test.number = static_cast<std::int64_t>(random() % 5);
            break;
        case 2:
            test.attribute = Attribute::kReaders;
            test.op = Test::Operator::kHas;
            test.texts = {random() % 2 == 0 ? "fr" : "no"};
            break;
        default:
            test.attribute = Attribute::kObjects;
            test.op = random() % 2 == 0 ? Test::Operator::kAtLeast : Test::Operator::kAtMost;
            test.number = static_cast<std::int64_t>(random() % 3);
    }
    return test;
}

TEST(Analysis, AgreesWithTheDoorOnRandomPolicies) {
    std::mt19937 random(7);
    for (int trial = 0; trial < 40; ++trial) {
        RulePolicy rule;
        if (random() % 3 == 0) rule.closed = {"intelligence.share"};
        for (std::size_t i = 0; i < 1 + random() % 3; ++i)
            rule.clauses.push_back(
                {random() % 3 != 0, "x", {"intelligence.share"}, random_test(random, 3), {}});
        bool everybody = true;  // nobody can, by trying all acts that differ
        std::set<ledger::StakeholderClass> locked;
        for (int c = 0; c < 6; ++c) {
            bool can = false;
            for (int rest = 0; rest < 5 * 4 * 4; ++rest) {
                ActRequest request =
                    share(static_cast<ledger::StakeholderClass>(c), static_cast<ledger::Tlp>(rest % 5));
                if ((rest / 5 & 1) != 0) request.readers.emplace_back("fr");
                if ((rest / 5 & 2) != 0) request.readers.emplace_back("no");
                request.objects = rest / 20;
                can = can || allowed({rule}, request);
            }
            if (can)
                everybody = false;
            else
                locked.insert(static_cast<ledger::StakeholderClass>(c));
        }
        std::size_t nobody = 0, classes = 0;
        for (const Concern& concern : analyse({"new", &rule}, {})) {
            nobody += concern.kind == Concern::Kind::kNobodyCan ? 1 : 0;
            classes += concern.kind == Concern::Kind::kClassCannot ? 1 : 0;
        }
        EXPECT_EQ(nobody == 1, everybody) << trial;
        EXPECT_EQ(classes, everybody ? 0 : locked.size()) << trial;
    }
}

}  // namespace
}  // namespace comity::governance
