// What a scan tells: one value that is listed, met at one place of one log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "intelligence/match/fields.h"
#include "intelligence/match/scanner.h"
#include "intelligence/match/windows.h"

namespace comity::intelligence::match {

struct Finding {
    std::string file;
    std::uint64_t line = 0;    // from 1
    std::uint64_t offset = 0;  // of what was met, in the file as it was before it was compressed
    std::uint64_t size = 0;
    ValueKind kind = ValueKind::kDomain;
    std::string value;          // that is listed
    std::string met;            // as the log has it
    std::string field;          // that it stands in, where the format has fields
    std::vector<About> abouts;  // every indicator that says so and is valid
    std::string text;           // the line; of a long one what is around
};

inline constexpr std::size_t kMaxShownLine = 1000;  // bytes of Finding::text

// What one window held, taken out of it: lines that were met in, and lines that change the format.
struct Glimpse {
    struct Line {
        std::uint64_t line = 0;    // newlines before it, in this window and those before
        std::uint64_t offset = 0;  // of `text` in the stream
        bool whole = false;        // it is the line from its beginning to its end
        bool comment = false;
        bool closer = false;
        std::string text;
        std::vector<Hit> hits;  // offsets in `text`
    };
    std::vector<Line> lines;  // in order
};

// Scans one stream, window by window. One thread.
class Gaze {
  public:
    explicit Gaze(std::size_t window = kWindow) : scanner_(window) {}

    // Appends to `out`. `lines`: newlines of the stream before the window; moves behind it.
    void look(const Catalog& catalog, Time now, const Window& window, std::uint64_t& lines, Glimpse& out);

  private:
    Scanner scanner_;
    Scanned scanned_;
};

// Makes findings of what was glimpsed in one file, in order: knows the format's fields. One thread.
class Teller {
  public:
    using Tell = std::function<void(Finding&&)>;
    Teller(std::string file, LogFields fields) : file_(std::move(file)), fields_(std::move(fields)) {}

    // `lines_before`: of the file before what the glimpse counts from.
    void tell(const Catalog& catalog, Time now, const Glimpse& glimpse, std::uint64_t lines_before,
              const Tell& to);
    LogFields& fields() { return fields_; }
    // What follows stands in a file of this name: a log that is followed is renamed.
    void read_from(const std::string& file) { file_ = file; }

  private:
    void tell_line(const Catalog& catalog, Time now, const Glimpse::Line& line, std::uint64_t number,
                   const Tell& to);

    std::string file_;
    LogFields fields_;
};

}  // namespace comity::intelligence::match
