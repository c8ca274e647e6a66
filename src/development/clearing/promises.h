// What becomes of needs and offers: a plan that someone recommends, what those concerned choose, what is
// promised, what was delivered.
//
//     development.plan        {"title","fairness","people":48000,"note"?} and one attachment: the plan's file
//                             (allocation/plan_file.h), which says the rest and can be checked alone
//     development.choice      {"need":"cert-ke/routers","offer":"acme/routers","choice":"accept","amount"?:
//     60,
//                              "revision"?,"plan"?:"<64 hex>","reason"?}
//         accept and decline of the one in need; decline of the one who offers; open takes either back. An
//         accepted pair is kept by later plans, a declined one left out.
//     development.commitment  {"id","revision"?,"need":"cert-ke/routers","offer":"routers","amount":60,
//                              "milestones":[{"id":"first","title"?,"due":"2027-03-31","amount":30},...],
//                              "effect"?:{"indicator","source"?,"place","from":2026,"expected"?: 2.5},
//                              "plan"?,"note"?}
//         of the one who offers; `offer` is its own. Due days rise, amounts add up to `amount`. effect: the
//         indicator that it is to move, from which year on, and by how much.
//     development.delivery    {"id","revision"?,"commitment":"acme/k1","milestone":"first","amount":30,
//                              "day":"2027-03-20","evidence"?:[...],"note"?}
//         by the one who promised: it was delivered; by the one in need: it was received; by others: it was
//         seen. All stand side by side.
// A commitment or delivery is taken back as a need is (needs.h), and the highest revision counts.
#pragma once

#include "development/clearing/needs.h"
#include "ledger/exhibit.h"
#include "ledger/statement.h"

namespace comity::development {

inline constexpr std::string_view kPlan = "development.plan";
inline constexpr std::string_view kChoice = "development.choice";
inline constexpr std::string_view kCommitment = "development.commitment";
inline constexpr std::string_view kDelivery = "development.delivery";
inline constexpr std::string_view kPlanMediaType = "application/vnd.comity.plan+json";

struct PlanBody {
    std::string title{};
    std::string fairness{};
    double people = 0;
    std::string note{};
};

struct ChoiceBody {
    std::string need{};
    std::string offer{};
    std::string choice{};            // "accept", "decline", "open"
    std::optional<double> amount{};  // of accept; without it all that the need lacks and the offer has
    std::int64_t revision = 0;
    std::optional<Digest> plan{};
    std::string reason{};
};

struct Milestone {
    std::string id{};
    std::string title{};
    Day due = 0;
    double amount = 0;
};

struct ExpectedEffect {
    std::string indicator{};
    std::string source{};
    std::string place{};
    int from = 0;                      // the year before it
    std::optional<double> expected{};  // by how much the figure is to move
};

struct CommitmentBody : Standing {
    std::string need{};
    std::string offer{};  // a name of the author's own
    double amount = 0;
    std::vector<Milestone> milestones{};
    std::optional<ExpectedEffect> effect{};
    std::optional<Digest> plan{};
    std::string note{};
};

struct DeliveryBody : Standing {
    std::string commitment{};
    std::string milestone{};
    double amount = 0;
    Day day = 0;
    std::vector<ledger::Exhibit> evidence{};
    std::string note{};
};

Result<PlanBody> parse_plan_body(const json::Value& body);
json::Object plan_body_json(const PlanBody& body);
// `author`: who chooses; only those concerned can, and the one who offers can't accept.
Result<ChoiceBody> parse_choice(const json::Value& body);
Result<void> check_choice(const ChoiceBody& body, std::string_view author);
json::Object choice_json(const ChoiceBody& body);
Result<CommitmentBody> parse_commitment(const json::Value& body);
json::Object commitment_json(const CommitmentBody& body);
Result<DeliveryBody> parse_delivery(const json::Value& body);
json::Object delivery_json(const DeliveryBody& body);

}  // namespace comity::development
