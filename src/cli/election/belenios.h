// Debian's belenios-tool, which makes and verifies what a secret election consists of. Comity carries its
// pieces and says whose count; whether a proof holds, and what the ballots come to, is the tool's word.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "governance/choice/choice.h"
#include "governance/election/bodies.h"
#include "json/value.h"

namespace comity::cli {

// A folder for one election's files, removed with all that is in it at the end.
class BeleniosFolder {
  public:
    static Result<BeleniosFolder> make();
    BeleniosFolder(BeleniosFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    BeleniosFolder& operator=(BeleniosFolder&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    ~BeleniosFolder();
    const std::filesystem::path& path() const { return path_; }

    // What it prints. kRefused with what it says where it fails; kUnavailable where there is no such program.
    Result<std::string> run(const std::vector<std::string>& arguments, std::string_view input = {}) const;
    Result<void> write(const std::string& name, std::string_view text) const;
    Result<std::string> read(const std::string& name) const;
    // The one file whose name ends so.
    Result<std::string> find(std::string_view ending) const;

  private:
    explicit BeleniosFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

// The election as it is answered (GET /api/v1/elections/{id}) in a folder of the tool's, with the ballots
// that hold; those that do not are told with the reason.
struct BeleniosElection {
    BeleniosFolder folder;
    std::vector<std::pair<std::string, std::string>> bad;  // a ballot's statement, and why
    std::vector<std::string> good;                         // statements, ascending
};
// kRefused where a trustee's key does not hold.
Result<BeleniosElection> prepare_election(const json::Object& election);
// Is each ballot shuffled and opened, or only their sum?
bool is_shuffled(const json::Object& election);
// Ends the voting: the sum of the ballots (where they are shuffled, the ballots), still closed.
Result<void> end_ballots(const BeleniosElection& election);
// How many trustees, in their order, have shuffled the ballots so that the tool says it holds; with all of
// them the shuffling ends. Precondition: end_ballots().
Result<std::size_t> apply_shuffles(const BeleniosElection& prepared, const json::Object& election);
// The trustee's own, on top of those that are applied: `number` from 1.
Result<std::string> shuffle_ballots(const BeleniosElection& prepared, std::size_t number);

// What the ballots come to, opened by the trustees' decryptions and verified as a whole.
struct BeleniosResult {
    std::vector<std::int64_t> votes;                // for each candidate; empty where ballots were shuffled
    std::vector<governance::ChoiceBallot> opened;   // then: the ballots, in an order that tells nothing
    std::optional<governance::ChoiceCount> choice;  // and what they come to (governance/choice/)
    std::vector<std::pair<std::string, std::string>> bad;
    std::uint64_t counted = 0;
    Digest ballots;  // SHA-256 over the ids of the ballots that hold
};
Result<BeleniosResult> open_election(const json::Object& election);

// The seats, by votes, then by the order of the candidates.
std::vector<std::size_t> elected(const std::vector<std::int64_t>& votes, std::size_t seats);
// Whoever has a seat, in the order of their election.
std::vector<std::size_t> winners_of(const json::Object& election, const BeleniosResult& result);
// What a member signs of it; `election` is left to the caller.
governance::ElectionResultBody claim_of(const json::Object& election, const BeleniosResult& result);

}  // namespace comity::cli
