// A stream cut into texts that a scanner takes: whole lines, and of lines longer than a window overlapping
// pieces, so that nothing that may be an indicator is cut in two. Memory does not depend on what comes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "intelligence/match/stream.h"

namespace comity::intelligence::match {

inline constexpr std::size_t kWindow = 192 * 1024;  // bytes: it stays in the processor's second cache
// Of a line that is cut, bytes that both pieces have on each side: more than the longest URL.
inline constexpr std::size_t kContext = 12 * 1024;

struct Window {
    std::string_view text;     // with kMargin bytes around it (marks.h)
    std::uint64_t offset = 0;  // of its first byte in the stream
    bool begins_line = true;
    bool ends_line = true;  // with a newline or the stream's end
    // Only what begins here is told: the rest is the next window's, or was the last one's.
    std::size_t from = 0;
    std::size_t until = 0;
};

class Windows {
  public:
    explicit Windows(ByteStream& stream, std::size_t size = kWindow);

    // Nothing at the end. `text` is good until the next call. An error comes after everything that was read
    // before it.
    Result<std::optional<Window>> next();
    // Follows a stream that may grow: what has no newline yet is kept, not told, until `flush`.
    Result<std::optional<Window>> next_lines();
    std::size_t kept() const { return carry_.size(); }
    void forget() { carry_.clear(); }

  private:
    Result<std::optional<Window>> take(bool whole_lines_only);

    ByteStream& stream_;
    std::size_t capacity_;
    std::vector<char> buffer_;
    std::string carry_;         // what was read and belongs to the next window
    std::uint64_t offset_ = 0;  // of the first byte of carry_
    std::size_t from_ = 0;      // of the next window
    bool begins_line_ = true;
    bool ended_ = false;
    std::optional<Error> failed_;
};

}  // namespace comity::intelligence::match
