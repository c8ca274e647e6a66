#include "governance/forms.h"
#include "governance/rules/policy.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxNames = 1000;
constexpr std::int64_t kMaxCount = 1'000'000'000'000;

}  // namespace

std::optional<ActRequest> request_of(const ledger::Statement& statement, const ledger::Roll& roll,
                                     ledger::Witnessed at) {
    const ledger::Member* author = roll.find(statement.author);
    if (author == nullptr) return std::nullopt;
    ActRequest request;
    request.action = statement.type;
    request.author = statement.author;
    request.stakeholder_class = author->stakeholder_class;
    request.groups = roll.groups_of(statement.author);
    request.tlp = statement.audience.label;
    request.readers = statement.audience.members;
    request.reader_groups = statement.audience.groups;
    request.custody = statement.custody;
    request.objects = statement.objects ? static_cast<std::int64_t>(statement.objects->count) : 0;
    request.attachments = static_cast<std::int64_t>(statement.attachments.size());
    request.at = at;
    if (const json::Object* body = statement.body.if_object()) {
        const json::Value* purpose = body->if_contains("purpose");
        if (purpose != nullptr && purpose->is_string()) request.purpose = purpose->get_string();
        const json::Value* days = body->if_contains("retention_days");
        if (days != nullptr && days->is_int64() && days->get_int64() >= 0)
            request.retention_days = days->get_int64();
    }
    return request;
}

Result<ActRequest> parse_request(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    ActRequest request;
    COMITY_TRY(request.action, fields.text("action", 1, 100));
    COMITY_TRY(request.author, fields.text("author", 1, 64));
    COMITY_TRY(const std::string stakeholder_class, fields.text("class", 1, 20));
    COMITY_TRY(request.stakeholder_class,
               ledger::parse_stakeholder_class(stakeholder_class, fields.path("class")));
    COMITY_TRY(request.groups, fields.optional_texts("groups", kMaxNames));
    COMITY_TRY(const auto label, fields.optional_text("tlp", 1, 20));
    if (label) {
        auto tlp = ledger::parse_tlp(*label);
        if (!tlp) return within(fields.path("tlp"), tlp.error());
        request.tlp = *tlp;
    }
    COMITY_TRY(request.readers, fields.optional_texts("readers", kMaxNames));
    COMITY_TRY(request.reader_groups, fields.optional_texts("reader_groups", kMaxNames));
    COMITY_TRY(request.custody, fields.boolean("custody", false));
    COMITY_TRY(const auto objects, fields.optional_integer("objects", 0, kMaxCount));
    request.objects = objects.value_or(0);
    COMITY_TRY(const auto attachments, fields.optional_integer("attachments", 0, kMaxCount));
    request.attachments = attachments.value_or(0);
    COMITY_TRY(const auto at, fields.optional_text("at", 1, 40));
    if (at) {
        auto time = parse_time(*at);
        if (!time) return within(fields.path("at"), time.error());
        request.at = time->seconds();
    }
    COMITY_TRY(const auto purpose, fields.optional_text("purpose", 0, 200));
    request.purpose = purpose.value_or("");
    COMITY_TRY(const auto days, fields.optional_integer("retention_days", 0, kMaxCount));
    request.retention_days = days.value_or(kNoLimit);
    COMITY_CHECK(fields.nothing_else());
    return request;
}

json::Object request_json(const ActRequest& request) {
    json::Object form{{"action", request.action},
                      {"author", request.author},
                      {"class", ledger::to_string(request.stakeholder_class)},
                      {"groups", array_of(request.groups)},
                      {"tlp", ledger::to_string(request.tlp)},
                      {"readers", array_of(request.readers)},
                      {"reader_groups", array_of(request.reader_groups)},
                      {"custody", request.custody},
                      {"objects", request.objects},
                      {"attachments", request.attachments},
                      {"at", format_time_millis(Time::from_seconds(request.at))},
                      {"purpose", request.purpose}};
    if (request.retention_days != kNoLimit) form["retention_days"] = request.retention_days;
    return form;
}

}  // namespace comity::governance
