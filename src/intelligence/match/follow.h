// A log that is being written, scanned as it grows (followed_file.h): every line once.
//
//     Follower follower("/var/log/dns.log", saved);      // saved: what place() said last, or nothing
//     while (...) { COMITY_CHECK(follower.poll(gaze, catalog, now, tell)); save(follower.place()); wait; }
//
// One thread. What was told but not saved before a kill is told again: nothing is lost.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "intelligence/match/finding.h"
#include "intelligence/match/followed_file.h"

namespace comity::intelligence::match {

class Follower {
  public:
    Follower(std::string path, std::optional<FollowPlace> saved, bool from_start,
             std::optional<LogFormat> format);

    // Tells what has been written since, as far as lines have ended; false: nothing was. Findings name the
    // file that their lines are of, as it was called when it was last looked at. `gaze` may serve many.
    Result<bool> poll(Gaze& gaze, const Catalog& catalog, Time now, const Teller::Tell& tell);
    FollowPlace place() const { return file_.place(); }
    std::vector<Error> losses() { return file_.losses(); }
    const std::string& path() const { return file_.path(); }

  private:
    FollowedFile file_;
    const std::optional<LogFormat> format_;
    std::uint64_t begun_ = 0;
    std::uint64_t lines_ = 0;  // of the file that have been read
    std::unique_ptr<Teller> teller_;
};

}  // namespace comity::intelligence::match
