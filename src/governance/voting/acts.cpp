#include "governance/voting/acts.h"

#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "governance/bodies.h"

namespace comity::governance {

Result<std::unique_ptr<ReadAct>> read_act(std::string_view envelope) {
    auto parsed = crypto::parse_envelope(envelope);
    if (!parsed) return corrupt("statements", parsed.error().message(), "run comity check");
    auto statement = ledger::parse_statement(*parsed);
    if (!statement) return corrupt("statements", statement.error().message(), "run comity check");
    return std::make_unique<ReadAct>(ReadAct{std::move(*statement), std::move(*parsed)});
}

// A million of them take a second to give back.
Acts::~Acts() {
    constexpr std::size_t kAtOnce = 4096;
    on_all_cores((kept_.size() + kAtOnce - 1) / kAtOnce, [&](std::size_t part) {
        const std::size_t end = std::min(kept_.size(), (part + 1) * kAtOnce);
        for (std::size_t i = part * kAtOnce; i < end; ++i) kept_[i].reset();
    });
}

Result<void> Acts::add(std::string_view envelope, ledger::Witnessed witnessed) {
    COMITY_TRY(auto act, read_act(envelope));
    add(std::move(act), witnessed);
    return {};
}

void Acts::add(std::unique_ptr<ReadAct> act, ledger::Witnessed witnessed) {
    acts_.push_back({&act->statement, &act->envelope, witnessed, act->signer ? &*act->signer : nullptr});
    kept_.push_back(std::move(act));
}

void Acts::find_signers(const SpokenKeys& keys) {
    on_all_cores(kept_.size(), [&](std::size_t i) {
        if (kept_[i]->signer) return;
        kept_[i]->find_signer(keys);
        if (kept_[i]->signer) acts_[i].signer = &*kept_[i]->signer;
    });
}

void SpokenKeys::add(const ledger::Statement& statement) {
    const auto take = [&](const std::string& member, const KeyBody& key) {
        const std::unique_lock lock(mutex_);
        std::vector<crypto::PublicKey>& keys = by_member_[member];
        if (std::ranges::find(keys, key.key.key) == keys.end()) keys.push_back(key.key.key);
    };
    const auto take_member = [&](const MemberBody& member) {
        for (const KeyBody& key : member.keys) take(member.id, key);
    };
    if (statement.type == kCharter) {
        if (const auto body = parse_charter(statement.body))
            std::ranges::for_each(body->members, take_member);
    } else if (statement.type == kAdmission) {
        if (const auto body = parse_admission(statement.body)) take_member(*body);
    } else if (statement.type == kKeyAddition) {
        if (const auto body = parse_key_addition(statement)) take(statement.author, body->key);
    } else if (statement.type == kRecovery) {
        if (const auto body = parse_recovery(statement)) {
            for (const OfficerBody& officer : body->officers) take(statement.author, {officer.key});
        }
    } else if (statement.type == kRecoveryRequest) {
        if (const auto key = parse_recovery_request(statement)) take(statement.author, {*key});
    }
}

std::vector<crypto::PublicKey> SpokenKeys::of(std::string_view member) const {
    const std::shared_lock lock(mutex_);
    const auto keys = by_member_.find(member);
    return keys == by_member_.end() ? std::vector<crypto::PublicKey>() : keys->second;
}

void ReadAct::find_signer(const SpokenKeys& keys) {
    if (envelope.signatures.size() != 1) return;
    const std::string signed_bytes = envelope.pae();
    for (const crypto::PublicKey& key : keys.of(statement.author)) {
        if (!crypto::verify(key, as_bytes(signed_bytes), envelope.signatures.front().signature)) continue;
        signer = key;
        envelope = {};
        return;
    }
}

bool has_signed(const Act& act, const crypto::NamedKey& key) {
    return act.signer != nullptr ? *act.signer == key.key : crypto::signed_by(*act.envelope, key);
}

SignatureCheck verified_signatures() {
    return has_signed;
}

}  // namespace comity::governance
