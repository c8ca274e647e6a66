// Debian's belenios-tool, which makes and verifies what a secret election consists of. Comity carries its
// pieces and says whose count; whether a proof holds, and what the ballots come to, is the tool's word.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
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
// Ends the voting: the sum of the ballots, still closed.
Result<void> end_ballots(const BeleniosElection& election);

// What the ballots come to, opened by the trustees' decryptions and verified as a whole.
struct BeleniosResult {
    std::vector<std::int64_t> votes;  // for each candidate
    std::vector<std::pair<std::string, std::string>> bad;
    std::uint64_t counted = 0;
    Digest ballots;  // SHA-256 over the ids of the ballots that hold
};
Result<BeleniosResult> open_election(const json::Object& election);

// The seats, by votes, then by the order of the candidates.
std::vector<std::size_t> elected(const std::vector<std::int64_t>& votes, std::size_t seats);

}  // namespace comity::cli
