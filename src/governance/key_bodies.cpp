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

Result<void> check_key_effect(const ledger::Statement& statement, const ledger::Roll& roll) {
    const ledger::Member* member = roll.find(statement.author);
    if (member == nullptr) return {};
    const std::vector<std::string> officers{std::string(ledger::kRecoverPower)};
    const auto has = [&](const crypto::NamedKey& key, bool as_officer) {
        return std::ranges::any_of(member->keys, [&](const ledger::MemberKey& one) {
            return one.key == key && (one.powers == officers) == as_officer;
        });
    };
    if (statement.type == kKeyAddition) {
        COMITY_TRY(const KeyAdditionBody body, parse_key_addition(statement));
        if (has(body.key.key, true))
            return refused("body.key", "is an officer's for recovery, and for nothing else",
                           "make another key");
    } else if (statement.type == kRecovery) {
        COMITY_TRY(const RecoveryBody body, parse_recovery(statement));
        for (const OfficerBody& officer : body.officers) {
            if (has(officer.key, false)) {
                return refused("body.officers",
                               fmt::format("that of '{}' is a key of the member's already", officer.person),
                               "an officer's key is for nothing else: make him one of his own");
            }
        }
    } else if (statement.type == kRecoveryRequest) {
        COMITY_TRY(const crypto::NamedKey key, parse_recovery_request(statement));
        if (has(key, true) || has(key, false))
            return refused("body.key", "is or was a key of the member's already",
                           "comity key generate makes a new one");
    } else if (statement.type == kRecoveryVeto) {
        COMITY_TRY(const crypto::NamedKey key, parse_recovery_veto(statement));
        const auto known = json::parse(member->recovery.empty() ? "{\"requests\":[]}" : member->recovery);
        if (!known) return {};
        for (const json::Value& asked : known->at("requests").as_array()) {
            if (asked.at("key").as_string() == key.text() && asked.as_object().contains("takes_effect"))
                return {};
        }
        return refused("body.key", "nobody has asked for it so that it would take effect",
                       "comity member show tells what officers have asked for");
    }
    return {};
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
