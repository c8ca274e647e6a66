#include "governance/key_bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace comity::governance {
namespace {

constexpr std::size_t kMaxOfficers = 20;

Result<crypto::NamedKey> parse_key(const std::string& text, std::string_view member,
                                   const std::string& path) {
    auto key = crypto::parse_public_key(text);
    if (!key) return within(path, std::move(key).error());
    if (key->type != crypto::KeyType::kEd25519)
        return invalid(path, "is not a signing key", "use one of type Ed25519");
    if (!member.empty() && key->name != member) {
        return invalid(path, "is named '" + key->name + "', not '" + std::string(member) + "'",
                       "a member's keys bear its id: comity key generate " + std::string(member));
    }
    return std::move(*key);
}

Result<std::string> read_person(json::Fields& fields) {
    COMITY_TRY(std::string person, fields.text("person", 1, 64));
    COMITY_CHECK(ledger::check_member_id(person, fields.path("person")));
    return person;
}

Result<std::optional<ledger::Witnessed>> read_second(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const auto text, fields.optional_text(name, 1, 40));
    if (!text) return std::nullopt;
    const auto time = parse_time(*text);
    if (!time) return within(fields.path(name), time.error());
    return std::optional(time->seconds());
}

Result<DelegateBody> read_delegate(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    DelegateBody delegate;
    COMITY_TRY(delegate.person, read_person(fields));
    COMITY_TRY(delegate.powers, fields.texts("powers", 1, std::size(ledger::kPowers)));
    std::ranges::sort(delegate.powers);
    for (const std::string& power : delegate.powers) {
        if (std::ranges::find(ledger::kPowers, power) == std::ranges::end(ledger::kPowers)) {
            return invalid(fields.path("powers"), fmt::format("\"{}\" is no power of a delegate", power),
                           fmt::format("one of {}", fmt::join(ledger::kPowers, ", ")));
        }
    }
    if (std::ranges::adjacent_find(delegate.powers) != delegate.powers.end())
        return invalid(fields.path("powers"), "name one twice");
    COMITY_TRY(const auto from, read_second(fields, "from"));
    delegate.from = from.value_or(0);
    COMITY_TRY(const auto until, read_second(fields, "until"));
    if (!until)
        return invalid(fields.path("until"), "is missing", "a delegate's powers end by themselves: say when");
    if (*until <= delegate.from)
        return invalid(fields.path("until"), "is not after \"from\"", "the powers would never be held");
    delegate.until = *until - 1;
    COMITY_CHECK(fields.nothing_else());
    return delegate;
}

// {"key":"<vkey>","reason"?}
Result<crypto::NamedKey> key_with_reason(const json::Value& body, std::string_view member) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    COMITY_TRY(const std::string text, fields.text("key", 1, 500));
    COMITY_TRY(crypto::NamedKey key, parse_key(text, member, "body.key"));
    COMITY_CHECK(fields.optional_text("reason", 1, 2'000));
    COMITY_CHECK(fields.nothing_else());
    return key;
}

Result<OfficerBody> read_officer(const json::Value& value, std::string_view member, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    OfficerBody officer;
    COMITY_TRY(officer.person, read_person(fields));
    COMITY_TRY(const std::string text, fields.text("key", 1, 500));
    COMITY_TRY(officer.key, parse_key(text, member, fields.path("key")));
    COMITY_CHECK(fields.nothing_else());
    return officer;
}

}  // namespace

Result<KeyBody> parse_key_body(const json::Value& value, std::string_view member, std::string path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, std::move(path)));
    COMITY_TRY(const std::string text, fields.text("key", 1, 500));
    KeyBody body;
    COMITY_TRY(body.key, parse_key(text, member, fields.path("key")));
    COMITY_TRY(body.custody, fields.boolean("custody", false));
    COMITY_CHECK(fields.nothing_else());
    return body;
}

Result<KeyAdditionBody> parse_key_addition(const ledger::Statement& statement) {
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    COMITY_CHECK(fields.object("key"));
    KeyAdditionBody body;
    COMITY_TRY(body.key, parse_key_body(*fields.any("key"), statement.author, "body.key"));
    if (const json::Value* delegate = fields.any("delegate")) {
        COMITY_TRY(body.delegate, read_delegate(*delegate, "body.delegate"));
        if (body.key.custody)
            return invalid("body.key.custody", "goes not with a delegate's key",
                           "a delegate holds its key itself");
    }
    COMITY_CHECK(fields.nothing_else());
    return body;
}

Result<crypto::NamedKey> parse_key_revocation(const json::Value& body) {
    return key_with_reason(body, {});
}
Result<crypto::NamedKey> parse_recovery_request(const ledger::Statement& statement) {
    return key_with_reason(statement.body, statement.author);
}
Result<crypto::NamedKey> parse_recovery_veto(const ledger::Statement& statement) {
    return key_with_reason(statement.body, statement.author);
}

Result<RecoveryBody> parse_recovery(const ledger::Statement& statement) {
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    RecoveryBody body;
    COMITY_TRY(const json::Array* officers, fields.array("officers", 0, kMaxOfficers));
    std::set<std::string> persons;
    for (std::size_t i = 0; i < officers->size(); ++i) {
        const std::string path = fmt::format("body.officers[{}]", i);
        COMITY_TRY(OfficerBody officer, read_officer((*officers)[i], statement.author, path));
        if (!persons.insert(officer.person).second)
            return invalid(path + ".person", fmt::format("'{}' stands there twice", officer.person));
        if (std::ranges::any_of(body.officers, [&](const auto& other) { return other.key == officer.key; }))
            return invalid(path + ".key", "is another officer's too", "each holds a key of his own");
        body.officers.push_back(std::move(officer));
    }
    if (!body.officers.empty()) {
        const auto most = static_cast<std::int64_t>(body.officers.size()) - 1;
        if (most < 1)
            return invalid("body.officers", "are one: it alone could take the member over",
                           "name two or more");
        COMITY_TRY(body.threshold, fields.integer("threshold", 1, most));
        COMITY_TRY(const auto hours, fields.optional_integer("wait_hours", 0, kMaxWaitHours));
        body.wait_hours = hours.value_or(body.wait_hours);
    }
    COMITY_CHECK(fields.nothing_else());
    return body;
}

json::Object recovery_json(const RecoveryBody& recovery) {
    json::Array officers;
    for (const OfficerBody& officer : recovery.officers)
        officers.push_back(json::Object{{"person", officer.person}, {"key", officer.key.text()}});
    const bool none = officers.empty();
    json::Object form{{"officers", std::move(officers)}};
    if (none) return form;
    form["threshold"] = recovery.threshold;
    form["wait_hours"] = recovery.wait_hours;
    return form;
}

}  // namespace comity::governance
