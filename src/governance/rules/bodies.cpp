#include "governance/rules/bodies.h"

#include <array>

#include "governance/forms.h"
#include "governance/rules/rule_part.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxRuleReason = 10'000;

// A day, or nothing.
Result<std::string> day_or_none(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const auto text, fields.optional_text(name, 10, 10));
    if (text && !parse_time(*text + "T00:00:00Z"))
        return invalid(fields.path(name), "is no day", "write it as 2027-06-30");
    return text.value_or("");
}

}  // namespace

Result<ConformityBody> parse_conformity(const json::Value& body) {
    static constexpr std::array<std::string_view, 3> kWords = {"yes", "partly", "no"};
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ConformityBody conformity;
    COMITY_TRY(conformity.opening, digest_of(fields, "opening"));
    COMITY_TRY(conformity.conforms, word_of(fields, "conforms", kWords));
    COMITY_TRY(conformity.evidence, ledger::exhibits_of(fields, "evidence"));
    COMITY_TRY(const auto note, fields.optional_text("note", 1, kMaxRuleReason));
    conformity.note = note.value_or("");
    COMITY_TRY(conformity.review_by, day_or_none(fields, "review_by"));
    COMITY_CHECK(fields.nothing_else());
    return conformity;
}

Result<ReviewBody> parse_review(const json::Value& body) {
    static constexpr std::array<std::string_view, 2> kWords = {"confirmed", "doubted"};
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ReviewBody review;
    COMITY_TRY(review.opening, digest_of(fields, "opening"));
    COMITY_TRY(review.conformity, digest_of(fields, "conformity"));
    COMITY_TRY(review.finding, word_of(fields, "finding", kWords));
    COMITY_TRY(review.reason, fields.text("reason", 1, kMaxRuleReason));
    COMITY_TRY(review.until, day_or_none(fields, "until"));
    COMITY_CHECK(fields.nothing_else());
    return review;
}

Result<SuspensionBody> parse_suspension(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    SuspensionBody suspension;
    COMITY_TRY(suspension.opening, digest_of(fields, "opening"));
    COMITY_TRY(suspension.days, fields.integer("days", 1, kMaxSuspensionDays));
    COMITY_TRY(suspension.reason, fields.text("reason", 1, kMaxRuleReason));
    COMITY_CHECK(fields.nothing_else());
    return suspension;
}

Result<Digest> rule_of(const ledger::Statement& statement) {
    if (statement.type == kConformity) {
        COMITY_TRY(const ConformityBody body, parse_conformity(statement.body));
        return body.opening;
    }
    if (statement.type == kReview) {
        COMITY_TRY(const ReviewBody body, parse_review(statement.body));
        return body.opening;
    }
    COMITY_TRY(const SuspensionBody body, parse_suspension(statement.body));
    return body.opening;
}

json::Object conformity_json(const ConformityBody& body) {
    json::Object form{{"opening", body.opening.hex()}, {"conforms", body.conforms}};
    if (!body.evidence.empty()) form["evidence"] = ledger::exhibits_json(body.evidence);
    if (!body.note.empty()) form["note"] = body.note;
    if (!body.review_by.empty()) form["review_by"] = body.review_by;
    return form;
}

json::Object review_json(const ReviewBody& body) {
    json::Object form{{"opening", body.opening.hex()},
                      {"conformity", body.conformity.hex()},
                      {"finding", body.finding},
                      {"reason", body.reason}};
    if (!body.until.empty()) form["until"] = body.until;
    return form;
}

}  // namespace comity::governance
