// A file that is being written, read as it grows: through rotation (the file gets another name and a new one
// takes its place, as often as it may between two looks), truncation, and the end of this program, which goes
// on where it was. What was rotated meanwhile is looked for beside the log (rotated_logs.h), compressed or
// not, and read to its end, the oldest first; where what is wanted is gone, losses() says so.
//
//     FollowedFile file("/var/log/dns.log", saved, from_start);   // saved: what place() said last, or
//     nothing while (...) {
//         COMITY_TRY(const auto window, file.next());             // nothing: nothing more was written (yet)
//         ... file.passed(window->offset + window->text.size(), lines);
//     }
//
// A file that was rotated is left once its successor has something in it: who writes to the new one has let
// go of the old one. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "intelligence/match/followed_place.h"
#include "intelligence/match/rotated_logs.h"
#include "intelligence/match/windows.h"

namespace comity::intelligence::match {

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
    FollowPlace place() const;
    const std::string& path() const { return path_; }
    // What the file that is being read was called when it was last looked at: "app.log.1" after a rotation.
    const std::string& name() const { return name_; }
    // What was written and can't be read any more, as far as that is known, since it was asked last.
    std::vector<Error> losses() { return std::exchange(losses_, {}); }

  private:
    struct Reading;
    struct Found {
        int descriptor = -1;
        std::string name;
        std::string before;  // its bytes before the place
    };

    Result<void> begin(Found found, const FollowPlace* place);
    Result<void> begin_at_its_end(int descriptor);
    Result<void> resume();
    Result<void> go_on(const FollowPlace& last);
    std::optional<Found> find_later(const FollowPlace& last);
    Result<void> look();
    Result<void> look_for_emptied();
    std::optional<Found> find(const FollowPlace& place) const;
    std::optional<Found> find_copy(const FollowPlace& place) const;
    void lost(std::string what, std::string mend);
    void leave();

    const std::string path_;
    std::optional<FollowPlace> saved_;  // to go on from, once there is something
    bool all_read_ = false;             // of its file, which does not grow
    bool from_start_;
    FollowPlace place_;   // without its ending
    std::string before_;  // what stands before it, at most kKnownBytes
    std::string name_;
    int descriptor_ = -1;
    bool packed_ = false;
    bool looked_ = false;   // since all that was there had been read
    bool rotated_ = false;  // it is nobody's name any more, and what follows has something in it
    std::uint64_t begun_ = 0;
    Window window_;              // the last one
    std::string window_before_;  // what stands before it
    std::vector<Error> losses_;
    std::unique_ptr<Reading> reading_;  // none while there is nothing to read
};

}  // namespace comity::intelligence::match
