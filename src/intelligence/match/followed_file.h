// A file that is being written, read as it grows: through rotation (the file gets another name and a new one
// takes its place), truncation, and the end of this program, which goes on where it was.
//
//     FollowedFile file("/var/log/dns.log", saved, from_start);   // saved: what place() said last, or
//     nothing while (...) {
//         COMITY_TRY(const auto window, file.next());             // nothing: nothing more was written (yet)
//         ... file.passed(window->offset + window->text.size(), lines);
//     }
//
// One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "intelligence/match/windows.h"

namespace comity::intelligence::match {

// Where one who reads a file is: enough to know the file again, whatever its name is by then.
struct FollowPlace {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t offset = 0;  // behind the last line that was told
    std::uint64_t lines = 0;   // before it
    std::string beginning;     // the SHA-256 of its first bytes, at most 256, of which there are
    std::uint64_t beginning_size = 0;

    friend bool operator==(const FollowPlace&, const FollowPlace&) = default;
};

class FollowedFile {
  public:
    // Without `saved`, from where the file ends now (`from_start`: from its beginning).
    FollowedFile(std::string path, std::optional<FollowPlace> saved, bool from_start);
    ~FollowedFile();

    // More of it, as far as lines have ended; of a file that lost its name what it ends with is a line, too.
    // A file that is not there (yet) is no error. The window's offset is in the file; it is good until the
    // next call, before which all of it must have been passed.
    Result<std::optional<Window>> next();
    // Of the file that the last window is of, so much has been dealt with.
    void passed(std::uint64_t offset, std::uint64_t lines);

    // Files that have been begun: where it is another number than before, the window is another file's.
    std::uint64_t begun() const { return begun_; }
    // How the file that is being read begins: what its format is told by.
    std::string header() const;
    const FollowPlace& place() const { return place_; }
    const std::string& path() const { return path_; }

  private:
    Result<void> begin(int descriptor, bool at_its_end);
    Result<void> resume();
    Result<void> look();
    void remember();
    void leave();

    const std::string path_;
    std::optional<FollowPlace> saved_;
    bool from_start_;
    FollowPlace place_;
    int descriptor_ = -1;
    bool looked_ = false;   // since all that was there had been read
    bool rotated_ = false;  // it had no longer its name then
    std::uint64_t begun_ = 0;
    struct Reading;
    std::unique_ptr<Reading> reading_;
};

}  // namespace comity::intelligence::match
