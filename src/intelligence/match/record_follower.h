// The records of a log that is being written (followed_file.h), one after the other. One thread.
#pragma once

#include <optional>
#include <string>

#include "intelligence/match/followed_file.h"
#include "intelligence/match/records.h"

namespace comity::intelligence::match {

// Where it is, and what the records behind that place need of those before.
struct RecordPlace {
    FollowPlace file;
    std::optional<Time> last;  // of a record that said its time

    friend bool operator==(const RecordPlace&, const RecordPlace&) = default;
};

class RecordFollower {
  public:
    RecordFollower(std::string path, std::optional<RecordPlace> saved, bool from_start,
                   std::optional<LogFormat> format);

    // The next record; null: there is none yet. It stays the next until it is taken.
    Result<const LogRecord*> next(Time now);
    // It counts as read.
    void take();

    RecordPlace place() const { return {file_.place(), last_}; }
    std::vector<Error> losses() { return file_.losses(); }
    const std::string& path() const { return file_.path(); }
    // Of the file that is being read; kText: it has no records.
    LogFormat format() const { return lines_.format(); }
    std::uint64_t passed_over() const { return lines_.passed_over(); }

  private:
    FollowedFile file_;
    const std::optional<LogFormat> format_;
    RecordLines lines_;
    std::uint64_t begun_ = 0;
    std::optional<Window> window_;
    std::optional<LogRecord> next_;
    std::optional<Time> last_;  // as of the place
};

}  // namespace comity::intelligence::match
