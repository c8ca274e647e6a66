// A secret election out of the set of statements: whose credential, key, ballot and decryption counts, as far
// as signatures, times and the roll tell. A pure function of the set (law 1). What Belenios' proofs say of
// them, belenios-tool checks (cli/election/).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "governance/election/bodies.h"
#include "governance/voting/tally.h"

namespace comity::governance {

struct SecretElection {
    Digest id;
    std::string author;
    ledger::Witnessed announced = 0;
    ElectionBody body;

    struct Elector {
        std::string member;
        std::string name;
        ledger::StakeholderClass stakeholder_class = ledger::StakeholderClass::kCitizen;
        std::optional<std::string> credential;  // registered in time
        std::optional<Digest> ballot;           // the one that counts
        std::string ballot_text;
        ledger::Witnessed at = 0;
    };
    std::vector<Elector> electors;  // by member, as the roll was when it opened

    struct Trustee {
        std::string member;
        std::optional<std::string> key;
        std::optional<std::string> factors;
        // Where ballots are shuffled: what it has shuffled, whole, the first first. Which of them holds
        // belenios-tool says, and the first that does counts: the next trustee goes on from it.
        std::vector<std::string> shuffles{};
    };
    std::vector<Trustee> trustees;  // in the election's order

    struct Claim {
        std::string member;
        Digest id;
        ElectionResultBody body;
    };
    std::vector<Claim> results;            // of each who has said one, the last
    std::vector<Disregarded> disregarded;  // ballots

    std::uint64_t counted() const;
    Digest ballots_digest() const;
    // Why it cannot be held or counted; empty: it can.
    std::string flaw(ledger::Witnessed now) const;
    std::string_view phase(
        ledger::Witnessed now) const;  // registration, voting, shuffling, decryption, counted, void
};

// All elections, the newest first; and one by its id or a unique beginning of 8 digits or more: kNotFound.
std::vector<SecretElection> elections_in(std::span<const Act> acts, const SignatureCheck& check);
Result<SecretElection> find_election(std::vector<SecretElection> elections, std::string_view id);

// What a result claims against what was counted; kRefused names the first difference.
Result<void> check_result(const ElectionResultBody& claimed, const ElectionResultBody& counted);

// With all that belenios-tool needs to verify it.
json::Object secret_election_json(const SecretElection& election, ledger::Witnessed now);

}  // namespace comity::governance
