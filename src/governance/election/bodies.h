// What the statements of a secret election say (docs/formats.md, "Secret elections"): Belenios' material,
// each piece by the member whose it is. Parsing checks the form; what of it counts is state.h's to say,
// whether it holds is belenios-tool's.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "governance/procedure/procedure.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kElection = "governance.election";
inline constexpr std::string_view kCredential = "governance.credential";
inline constexpr std::string_view kTrusteeKey = "governance.trustee-key";
inline constexpr std::string_view kSecretBallot = "governance.secret-ballot";
inline constexpr std::string_view kDecryption = "governance.decryption";
inline constexpr std::string_view kElectionResult = "governance.election-result";
inline constexpr std::string_view kElectionPiece = "governance.election-piece";
inline constexpr std::string_view kElectionTypes[] = {
    kElection, kCredential, kTrusteeKey, kSecretBallot, kDecryption, kElectionResult, kElectionPiece};

// How ballots are counted. "votes": each chooses some, and only their sum is opened. The others are opened
// one by one, after the trustees have shuffled them, and counted by choice/choice.h.
inline constexpr std::array<std::string_view, 4> kElectionMethods = {"votes", "stv", "schulze",
                                                                     "majority-judgment"};

// Who is to be elected, by whom, and who holds the keys that open the sum of the ballots, and no ballot.
struct ElectionBody {
    std::string title;
    std::string description;
    std::vector<std::string> candidates;
    std::int64_t seats = 1;
    std::int64_t min = 0;  // how many one ballot may choose
    std::int64_t max = 1;
    std::string method = "votes";     // kElectionMethods
    std::vector<std::string> grades;  // of majority judgment, the best first
    bool shuffled() const { return method != "votes"; }
    json::Value electorate_json;
    Selector electorate;
    std::vector<std::string> trustees;  // members
    Time opens;                         // keys and credentials are in by then
    Time closes;                        // ballots count up to that second
    std::string uuid;                   // Belenios'
    std::string group;
};

struct CredentialBody {
    Digest election;
    std::string key;  // a number
};
struct TrusteeKeyBody {
    Digest election;
    std::string key;  // JSON on one line, as the tool writes it; so are the next three
};
struct SecretBallotBody {
    Digest election;
    std::string ballot;
    std::string credential;  // that has signed it, and which election it is for, as the ballot says
    std::string uuid;
};
struct DecryptionBody {
    Digest election;
    std::string factors;
};
// A part of what is larger than a statement: a trustee's shuffle, or its decryptions of many ballots.
struct ElectionPieceBody {
    Digest election;
    std::string of;         // "shuffle", "factors"
    Digest whole;           // SHA-256 of the text that the parts make together
    std::int64_t part = 1;  // from 1
    std::int64_t parts = 1;
    std::string text;
};
inline constexpr std::size_t kMaxElectionPiece = 46'000;  // bytes
// The statements' bodies that carry such a text.
std::vector<json::Object> election_pieces(const Digest& election, std::string_view of, std::string_view text);

struct ElectionResultBody {
    Digest election;
    std::vector<std::int64_t> votes;  // for each candidate; empty where ballots were shuffled
    std::vector<std::int64_t>
        elected;                // then: the candidates' numbers, from 0, in the order of their election
    std::uint64_t counted = 0;  // ballots
    Digest ballots;             // SHA-256 over their ids in ascending order
};

Result<ElectionBody> parse_election(const json::Value& body);
Result<CredentialBody> parse_credential(const json::Value& body);
Result<TrusteeKeyBody> parse_trustee_key(const json::Value& body);
Result<SecretBallotBody> parse_secret_ballot(const json::Value& body);
Result<DecryptionBody> parse_decryption(const json::Value& body);
Result<ElectionPieceBody> parse_election_piece(const json::Value& body);
Result<ElectionResultBody> parse_election_result(const json::Value& body);

bool is_of_election(std::string_view type);
// Of one of kElectionTypes: the election that it belongs to; nothing for the election itself.
Result<std::optional<Digest>> election_of(const ledger::Statement& statement);

json::Object election_json(const ElectionBody& election);
json::Object election_result_json(const ElectionResultBody& result);

}  // namespace comity::governance
