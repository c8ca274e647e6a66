// A log record by record, with its fields and its time, in the order of its lines. Bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "intelligence/match/fields.h"
#include "intelligence/match/windows.h"

namespace comity::intelligence::match {

inline constexpr std::size_t kMaxRecord = 64 * 1024;  // bytes of a line; longer ones are passed over

struct LogRecord {
    std::uint64_t line = 0;  // from 1
    std::uint64_t end = 0;   // where in the stream the next line begins
    Time at{};
    bool timed = false;  // it says its time itself; else it has that of the record before it
    std::vector<Field> fields;
};

// The lines of one file's windows as records.
class RecordLines {
  public:
    // What its beginning tells of a file's fields, where the format is not given.
    static LogFields fields_of(std::string_view beginning, const std::optional<LogFormat>& format);

    // Another file, of which `lines` lines have been read; `last`: the time of the last record of these.
    void begin(LogFields fields, std::uint64_t lines, std::optional<Time> last = std::nullopt);
    // All records of the window before must have been taken. It must stay as it is until they have.
    void take(const Window& window);
    // Nothing: another window is needed. `now`: for times that do not name their year.
    std::optional<LogRecord> next(Time now);

    LogFormat format() const { return fields_.format(); }
    std::uint64_t lines() const { return line_; }  // that have begun
    std::uint64_t passed_over() const { return passed_over_; }
    const std::optional<Time>& last() const { return last_; }

  private:
    LogFields fields_;
    Window window_;
    std::size_t at_ = 0;    // in the window
    bool in_line_ = false;  // of a line that is longer than a window
    std::uint64_t line_ = 0;
    std::uint64_t passed_over_ = 0;
    std::optional<Time> last_;
};

class Records {
  public:
    // "-" is standard input. Errors as open_stream().
    static Result<Records> open(const std::string& file, const std::optional<LogFormat>& format, Time now);

    // The next record that has fields; nothing at the end. Errors come after what was read before them.
    Result<std::optional<LogRecord>> next();

    LogFormat format() const { return lines_.format(); }
    // Lines that are too long, or have no fields.
    std::uint64_t passed_over() const { return lines_.passed_over(); }
    std::uint64_t consumed() const { return stream_->consumed(); }

  private:
    Records(std::unique_ptr<ByteStream> stream, const std::optional<LogFormat>& format, Time now)
        : stream_(std::move(stream)),
          windows_(std::make_unique<Windows>(*stream_)),
          format_(format),
          now_(now) {}

    std::unique_ptr<ByteStream> stream_;
    std::unique_ptr<Windows> windows_;
    std::optional<LogFormat> format_;
    Time now_;
    RecordLines lines_;
    bool begun_ = false;
};

}  // namespace comity::intelligence::match
