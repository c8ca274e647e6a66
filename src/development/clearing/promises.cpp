#include "development/clearing/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "development/allocation/problem.h"
#include "development/observatory/dataset.h"
#include "development/observatory/names.h"
#include "development/place/place.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::development {
namespace {

constexpr std::array<std::string_view, 3> kChoices{"accept", "decline", "open"};
constexpr std::array<std::string_view, 4> kFairnesses{"none", "share", "max-min", "balanced"};
constexpr std::size_t kMaxPromiseNote = 4000;
constexpr std::size_t kMaxPromiseTitle = 300;
constexpr std::size_t kMaxMilestones = 100;

Result<std::optional<Digest>> plan_of(json::Fields& fields) {
    if (!fields.has("plan")) return std::nullopt;
    COMITY_TRY(const Digest plan, json::digest_of(fields, "plan"));
    return plan;
}

Result<std::string> name_of_field(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::string text, fields.text(name, 1, 64));
    COMITY_CHECK(check_name(text, fields.path(name)));
    return text;
}

Result<ExpectedEffect> effect_of(json::Fields fields) {
    ExpectedEffect effect;
    COMITY_TRY(effect.indicator, name_of_field(fields, "indicator"));
    COMITY_TRY(effect.source, text_or_none(fields, "source", 64));
    COMITY_TRY(effect.place, fields.text("place", 3, 3));
    if (find_place(effect.place) == nullptr) return invalid(fields.path("place"), "is no place");
    COMITY_TRY(const std::int64_t from, fields.integer("from", kFirstYear, kLastYear));
    effect.from = static_cast<int>(from);
    if (const json::Value* expected = fields.any("expected")) {
        if (!expected->is_number()) return invalid(fields.path("expected"), "is no number");
        effect.expected = expected->to_number<double>();
    }
    COMITY_CHECK(fields.nothing_else());
    return effect;
}

Result<std::vector<Milestone>> milestones_of(json::Fields& fields, double amount) {
    COMITY_TRY(const json::Array* array, fields.array("milestones", 1, kMaxMilestones));
    std::vector<Milestone> out;
    std::set<std::string> ids;
    double sum = 0;
    for (std::size_t i = 0; i < array->size(); ++i) {
        COMITY_TRY(json::Fields one,
                   json::Fields::of((*array)[i], fmt::format("{}[{}]", fields.path("milestones"), i)));
        Milestone milestone;
        COMITY_TRY(milestone.id, name_of_field(one, "id"));
        COMITY_TRY(milestone.title, text_or_none(one, "title", kMaxPromiseTitle));
        COMITY_TRY(milestone.due, day_of(one, "due"));
        COMITY_TRY(milestone.amount, amount_of(one, "amount"));
        COMITY_CHECK(one.nothing_else());
        if (!ids.insert(milestone.id).second) return invalid(one.path("id"), "stands there twice");
        if (!out.empty() && milestone.due < out.back().due)
            return invalid(one.path("due"), "is before the milestone before it");
        sum += milestone.amount;
        out.push_back(std::move(milestone));
    }
    if (std::abs(sum - amount) > 1e-9 * std::max(1.0, amount))
        return invalid(fields.path("milestones"), fmt::format("come to {}, promised is {}", sum, amount));
    return out;
}

}  // namespace

Result<PlanBody> parse_plan_body(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    PlanBody plan;
    COMITY_TRY(plan.title, fields.text("title", 1, kMaxPromiseTitle));
    COMITY_TRY(plan.fairness, json::word_of(fields, "fairness", kFairnesses));
    const json::Value* people = fields.any("people");
    if (people == nullptr || !people->is_number() || !(people->to_number<double>() >= 0))
        return invalid(fields.path("people"), "is no number from 0");
    plan.people = people->to_number<double>();
    COMITY_TRY(plan.note, text_or_none(fields, "note", kMaxPromiseNote));
    COMITY_CHECK(fields.nothing_else());
    return plan;
}

json::Object plan_body_json(const PlanBody& body) {
    json::Object out{
        {"title", body.title}, {"fairness", body.fairness}, {"people", json::number(body.people)}};
    if (!body.note.empty()) out["note"] = body.note;
    return out;
}

Result<ChoiceBody> parse_choice(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ChoiceBody choice;
    COMITY_TRY(choice.need, ref_of(fields, "need"));
    COMITY_TRY(choice.offer, ref_of(fields, "offer"));
    COMITY_TRY(choice.choice, json::word_of(fields, "choice", kChoices));
    if (fields.has("amount")) {
        if (choice.choice != "accept") return invalid(fields.path("amount"), "goes with accept only");
        COMITY_TRY(choice.amount, amount_of(fields, "amount"));
    }
    COMITY_TRY(choice.revision, revision_of(fields));
    COMITY_TRY(choice.plan, plan_of(fields));
    COMITY_TRY(choice.reason, text_or_none(fields, "reason", kMaxPromiseNote));
    COMITY_CHECK(fields.nothing_else());
    return choice;
}

Result<void> check_choice(const ChoiceBody& body, std::string_view author) {
    if (author == author_of(body.need)) return {};
    if (author != author_of(body.offer))
        return invalid("body.need", "is neither the author's own, nor is the offer",
                       "the one in need chooses, and the one who offers");
    if (body.choice == "accept")
        return invalid("body.choice", "is the choice of the one in need",
                       "who offers says what it promises by a development.commitment");
    return {};
}

json::Object choice_json(const ChoiceBody& body) {
    json::Object out{{"need", body.need}, {"offer", body.offer}, {"choice", body.choice}};
    if (body.amount) out["amount"] = json::number(*body.amount);
    if (body.revision > 0) out["revision"] = body.revision;
    if (body.plan) out["plan"] = body.plan->hex();
    if (!body.reason.empty()) out["reason"] = body.reason;
    return out;
}

Result<CommitmentBody> parse_commitment(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CommitmentBody commitment;
    COMITY_TRY(static_cast<Standing&>(commitment), standing_of(fields));
    if (commitment.withdrawn) return commitment;
    COMITY_TRY(commitment.need, ref_of(fields, "need"));
    COMITY_TRY(commitment.offer, name_of_field(fields, "offer"));
    COMITY_TRY(commitment.amount, amount_of(fields, "amount"));
    COMITY_TRY(commitment.milestones, milestones_of(fields, commitment.amount));
    if (fields.has("effect")) {
        COMITY_TRY(const json::Fields effect, inside(fields, "effect"));
        COMITY_TRY(commitment.effect, effect_of(effect));
    }
    COMITY_TRY(commitment.plan, plan_of(fields));
    COMITY_TRY(commitment.note, text_or_none(fields, "note", kMaxPromiseNote));
    COMITY_CHECK(fields.nothing_else());
    return commitment;
}

json::Object commitment_json(const CommitmentBody& body) {
    json::Object out = standing_json(body);
    if (body.withdrawn) return out;
    out["need"] = body.need;
    out["offer"] = body.offer;
    out["amount"] = json::number(body.amount);
    json::Array milestones;
    for (const Milestone& each : body.milestones) {
        json::Object one{{"id", each.id}};
        if (!each.title.empty()) one["title"] = each.title;
        one["due"] = day_text(each.due);
        one["amount"] = json::number(each.amount);
        milestones.push_back(std::move(one));
    }
    out["milestones"] = std::move(milestones);
    if (body.effect) {
        json::Object effect{{"indicator", body.effect->indicator}};
        if (!body.effect->source.empty()) effect["source"] = body.effect->source;
        effect["place"] = body.effect->place;
        effect["from"] = body.effect->from;
        if (body.effect->expected) effect["expected"] = json::number(*body.effect->expected);
        out["effect"] = std::move(effect);
    }
    if (body.plan) out["plan"] = body.plan->hex();
    if (!body.note.empty()) out["note"] = body.note;
    return out;
}

Result<DeliveryBody> parse_delivery(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    DeliveryBody delivery;
    COMITY_TRY(static_cast<Standing&>(delivery), standing_of(fields));
    if (delivery.withdrawn) return delivery;
    COMITY_TRY(delivery.commitment, ref_of(fields, "commitment"));
    COMITY_TRY(delivery.milestone, name_of_field(fields, "milestone"));
    COMITY_TRY(delivery.amount, amount_of(fields, "amount"));
    COMITY_TRY(delivery.day, day_of(fields, "day"));
    COMITY_TRY(delivery.evidence, ledger::exhibits_of(fields, "evidence"));
    COMITY_TRY(delivery.note, text_or_none(fields, "note", kMaxPromiseNote));
    COMITY_CHECK(fields.nothing_else());
    return delivery;
}

json::Object delivery_json(const DeliveryBody& body) {
    json::Object out = standing_json(body);
    if (body.withdrawn) return out;
    out["commitment"] = body.commitment;
    out["milestone"] = body.milestone;
    out["amount"] = json::number(body.amount);
    out["day"] = day_text(body.day);
    if (!body.evidence.empty()) out["evidence"] = ledger::exhibits_json(body.evidence);
    if (!body.note.empty()) out["note"] = body.note;
    return out;
}

}  // namespace comity::development
