// What is a member's own, in a file that it takes to another node: all that it said, with what its statements
// carry, in the order that a node took it; and the keys that a node held for it, sealed with a password.
//
// The form (docs/formats.md): the line "comity-member/v1", then records, each behind its length (8 bytes,
// big-endian). The first is the header, a JSON object; every other one is a submission
// (node/submission_json.h).
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/error.h"

namespace comity::cli {

struct MemberFileHeader {
    Digest community;
    std::string member;
    std::string origin;             // of the log that it was exported from
    std::vector<std::string> keys;  // secret keys as text, each sealed with the password (crypto/sealing.h)
};

class MemberFileWriter {
  public:
    // Written beside the file and moved there by finish(); readable by its owner alone. kConflict where it
    // exists.
    static Result<MemberFileWriter> create(const std::filesystem::path& file, const MemberFileHeader& header);
    Result<void> add(std::string_view submission);
    Result<void> finish();

  private:
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    MemberFileWriter() = default;
    std::filesystem::path file_;
    std::unique_ptr<std::FILE, Closer> out_;
};

class MemberFileReader {
  public:
    // kNotFound; kInvalid for another kind of file.
    static Result<MemberFileReader> open(const std::filesystem::path& file);
    const MemberFileHeader& header() const { return header_; }
    // The next submission; nothing: that was the last. kInvalid where the file is cut off.
    Result<std::optional<std::string>> next();

  private:
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    MemberFileReader() = default;
    Result<std::optional<std::string>> record();
    std::unique_ptr<std::FILE, Closer> in_;
    MemberFileHeader header_;
};

}  // namespace comity::cli
