// An example community for tests: members with their keys, and statements signed by them.
#pragma once

#include <fmt/format.h>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "governance/bodies.h"
#include "ledger/ledger.h"

namespace comity::testing {

inline ledger::LogIdentity make_identity(const std::string& origin) {
    return {origin,
            {origin, crypto::KeyType::kEd25519, crypto::SecretKey::generate()},
            {origin + "/cosigner", crypto::KeyType::kEd25519Cosignature, crypto::SecretKey::generate()}};
}

class Community {
  public:
    // Founders are named; their classes go round the six.
    explicit Community(std::vector<std::string> founders, std::int64_t sponsors = 1,
                       json::Object procedures = {}) {
        governance::CharterBody charter{
            "Example community", "To cooperate in tests", sponsors, {}, std::move(procedures)};
        for (const std::string& id : founders) charter.members.push_back(member_body(id));
        ledger::Draft draft{{},
                            std::string(governance::kCharter),
                            founders.front(),
                            clear(),
                            governance::charter_json(charter)};
        charter_ = ledger::unsigned_statement(draft, Time::from_seconds(1'760'000'000));
        for (const std::string& id : founders)
            charter_.signatures.push_back(crypto::sign_envelope(charter_, key(id)));
        id_ = charter_.digest();
    }

    const Digest& id() const { return id_; }
    const crypto::Envelope& charter() const { return charter_; }

    // The member's key, made when first asked for.
    const crypto::NamedSecret& key(const std::string& member) {
        auto it = keys_.find(member);
        if (it == keys_.end()) {
            it = keys_
                     .emplace(member, crypto::NamedSecret{member, crypto::KeyType::kEd25519,
                                                          crypto::SecretKey::generate()})
                     .first;
        }
        return it->second;
    }

    governance::MemberBody member_body(const std::string& id) {
        const auto stakeholder_class = static_cast<ledger::StakeholderClass>(id.size() % 6);
        return {id, "Member " + id, stakeholder_class, {{key(id).public_part(), false}}};
    }

    crypto::Envelope statement(const std::string& author, std::string_view type, json::Object body,
                               ledger::Audience audience = clear(),
                               Time issued = Time::from_seconds(1'760'000'000)) {
        return ledger::sign_statement({id_, std::string(type), author, std::move(audience), std::move(body)},
                                      issued, key(author));
    }
    crypto::Envelope admission(const std::string& sponsor, const std::string& newcomer) {
        return statement(sponsor, governance::kAdmission,
                         {{"member", governance::member_json(member_body(newcomer))}});
    }
    crypto::Envelope key_addition(const std::string& author, const crypto::NamedSecret& added) {
        return statement(author, governance::kKeyAddition,
                         {{"key", json::Object{{"key", added.public_part().text()}, {"custody", false}}}});
    }
    crypto::Envelope key_revocation(const std::string& author, const crypto::NamedSecret& revoked) {
        return statement(author, governance::kKeyRevocation, {{"key", revoked.public_part().text()}});
    }
    crypto::Envelope departure(const std::string& author) {
        return statement(author, governance::kDeparture, {});
    }
    crypto::Envelope group(const std::string& author, const std::string& name,
                           const std::vector<std::string>& members) {
        json::Array list;
        for (const std::string& member : members) list.emplace_back(member);
        return statement(author, governance::kGroup, {{"name", name}, {"members", std::move(list)}});
    }
    // A share of the given objects (STIX, as bytes).
    ledger::Submission share(const std::string& author, std::vector<std::string> objects,
                             ledger::Audience audience = clear()) {
        std::vector<Digest> leaves;
        for (const std::string& object : objects) leaves.push_back(log::leaf_hash(as_bytes(object)));
        const crypto::Envelope envelope = statement(
            author, "intelligence.share",
            {{"objects", json::Object{{"count", objects.size()}, {"root", log::root_of(leaves).hex()}}}},
            std::move(audience));
        return {envelope.write(), std::move(objects), {}};
    }

    static ledger::Audience clear() { return {ledger::Tlp::kClear, {}, {}, {}}; }

  private:
    std::map<std::string, crypto::NamedSecret> keys_;
    crypto::Envelope charter_;
    Digest id_;
};

// A small valid indicator, different for each n.
inline std::string indicator(unsigned n, std::string_view marking = {}) {
    std::string marks = marking.empty() ? "" : fmt::format(R"(,"object_marking_refs":["{}"])", marking);
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{:012x}",)"
        R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","pattern":"[ipv4-addr:value = '198.51.100.{}']",)"
        R"("pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"{}}})",
        n, n % 256, marks);
}

}  // namespace comity::testing
