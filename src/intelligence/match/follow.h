// A log that is being written, followed: every line once, through rotation (the file gets another name and a
// new one takes its place), truncation, and the end of this program, which goes on where it was.
//
//     Follower follower("/var/log/dns.log", saved);      // saved: what place() said last, or nothing
//     while (...) { COMITY_CHECK(follower.poll(catalog, now, tell)); save(follower.place()); wait; }
//
// One thread. What was told but not saved before a kill is told again: nothing is lost.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "intelligence/match/finding.h"

namespace comity::intelligence::match {

// Where a follower is: enough to know the file again, whatever its name is by then.
struct FollowPlace {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t offset = 0;  // behind the last line that was told
    std::uint64_t lines = 0;   // before it
    std::string beginning;     // the SHA-256 of its first bytes, at most 256, of which there are
    std::uint64_t beginning_size = 0;

    friend bool operator==(const FollowPlace&, const FollowPlace&) = default;
};

class Follower {
  public:
    // Without `saved`, from where the file ends now (`from_start`: from its beginning).
    Follower(std::string path, std::optional<FollowPlace> saved, bool from_start,
             std::optional<LogFormat> format);
    ~Follower();

    // Tells what has been written since, as far as lines have ended; false: nothing was. A file that is not
    // there (yet) is no error.
    Result<bool> poll(const Catalog& catalog, Time now, const Teller::Tell& tell);
    FollowPlace place() const { return place_; }
    const std::string& path() const { return path_; }

  private:
    Result<void> begin(int descriptor, bool at_its_end);
    Result<bool> read_on(const Catalog& catalog, Time now, const Teller::Tell& tell, bool last);
    Result<void> resume();
    void remember();
    void leave();

    const std::string path_;
    std::optional<FollowPlace> saved_;
    bool from_start_;
    const std::optional<LogFormat> format_;
    FollowPlace place_;
    int descriptor_ = -1;
    struct Reading;
    std::unique_ptr<Reading> reading_;
    std::unique_ptr<Teller> teller_;
    std::unique_ptr<Gaze> gaze_;
};

}  // namespace comity::intelligence::match
