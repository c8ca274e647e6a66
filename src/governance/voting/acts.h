// Statements as governance reads them: parsed, with the second in which each was witnessed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "governance/fold.h"

namespace comity::governance {

using Act = ledger::RollMaker::Source;

// Keys that statements speak of as their members', true or not: where to look for who has signed something.
// What counts is the roll's to say. Thread-safe.
class SpokenKeys {
  public:
    void add(const ledger::Statement& statement);
    std::vector<crypto::PublicKey> of(std::string_view member) const;

  private:
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::vector<crypto::PublicKey>, std::less<>> by_member_;
};

// One statement. Where the key that signed it is known, its envelope, which nobody needs then, is empty.
struct ReadAct {
    ledger::Statement statement;
    crypto::Envelope envelope;
    std::optional<crypto::PublicKey> signer{};

    // Verifies. Nothing comes of it where no key of the author's is known to have signed, or where there are
    // several signatures, so that one signer would not be the whole answer.
    void find_signer(const SpokenKeys& keys);
};

// kCorrupt where the envelope is none, or holds no statement.
Result<std::unique_ptr<ReadAct>> read_act(std::string_view envelope);

// Statements with what they refer to.
class Acts {
  public:
    Acts() = default;
    ~Acts();
    Acts(Acts&&) = default;
    Acts& operator=(Acts&&) = default;

    // kCorrupt as read_act.
    Result<void> add(std::string_view envelope, ledger::Witnessed witnessed);
    void add(std::unique_ptr<ReadAct> act, ledger::Witnessed witnessed);
    std::span<const Act> all() const { return acts_; }
    // Looks for the signers of those whose signer is not known, on all cores.
    void find_signers(const SpokenKeys& keys);

  private:
    std::vector<std::unique_ptr<ReadAct>> kept_;
    std::vector<Act> acts_;
};

// Has the key signed it? By what is known of its signer, or else by verifying.
SignatureCheck verified_signatures();
bool has_signed(const Act& act, const crypto::NamedKey& key);

}  // namespace comity::governance
