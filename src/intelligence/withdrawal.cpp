#include "intelligence/withdrawal.h"

#include <fmt/format.h>

#include <set>

#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxWithdrawalReason = 2000;
constexpr std::size_t kMaxId = 300;

Result<Withdrawn> parse_one(const json::Value& value, std::string path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, std::move(path)));
    Withdrawn withdrawn;
    COMITY_TRY(const std::string id, fields.text("id", 1, kMaxId));
    auto parsed = ObjectId::parse(id);
    if (!parsed) return within(fields.path("id"), std::move(parsed).error());
    withdrawn.id = *std::move(parsed);
    COMITY_TRY(const auto version, fields.optional_text("version", 20, 35));
    if (version) {
        auto time = parse_time(*version);
        if (!time) return within(fields.path("version"), std::move(time).error());
        withdrawn.version = *time;
    }
    COMITY_CHECK(fields.nothing_else());
    return withdrawn;
}

}  // namespace

Result<WithdrawalBody> parse_withdrawal(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    WithdrawalBody withdrawal;
    COMITY_TRY(const json::Array* objects, fields.array("withdrawn", 1, kMaxWithdrawn));
    std::set<Withdrawn> seen;
    for (std::size_t i = 0; i < objects->size(); ++i) {
        const std::string path = fmt::format("body.withdrawn[{}]", i);
        COMITY_TRY(Withdrawn one, parse_one((*objects)[i], path));
        if (!seen.insert(one).second) return invalid(path, "stands there twice");
        withdrawal.objects.push_back(std::move(one));
    }
    COMITY_TRY(auto reason, fields.optional_text("reason", 1, kMaxWithdrawalReason));
    withdrawal.reason = reason.value_or("");
    COMITY_CHECK(fields.nothing_else());
    return withdrawal;
}

json::Object withdrawal_json(const WithdrawalBody& withdrawal) {
    json::Array objects;
    for (const Withdrawn& one : withdrawal.objects) {
        json::Object object{{"id", one.id.text()}};
        if (one.version) object["version"] = format_time_micros(*one.version);
        objects.push_back(std::move(object));
    }
    json::Object body{{"withdrawn", std::move(objects)}};
    if (!withdrawal.reason.empty()) body["reason"] = withdrawal.reason;
    return body;
}

}  // namespace comity::intelligence
