// Where one who reads a log is, and by what its file is known again: under another name, as a copy, or
// compressed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "intelligence/match/stream.h"

namespace comity::intelligence::match {

inline constexpr std::size_t kKnownBytes = 256;  // of a file's beginning, and of what stands before a place

struct FollowPlace {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;   // 0: of no file (yet)
    std::uint64_t offset = 0;  // behind the last line that was told; before it was compressed
    std::uint64_t lines = 0;   // before it
    std::string beginning;     // the SHA-256 of its first bytes, at most kKnownBytes, of which there are
    std::uint64_t beginning_size = 0;
    std::string ending;  // the same of those before the offset
    std::uint64_t ending_size = 0;
    std::int64_t written = 0;  // when it had last been written to, in nanoseconds since 1970

    friend bool operator==(const FollowPlace&, const FollowPlace&) = default;
};

// Has the file what had been read when the place was taken? `before`: then, its bytes before the place.
// A file of which nothing was read is known by its inode alone: then it has.
bool goes_on_at(int descriptor, const FollowPlace& place, std::string& before);
// Of a compressed file, what it holds from its beginning on. Only one at a time: the descriptor's own place
// is used, and it must stay open.
Result<std::unique_ptr<ByteStream>> unpacked(int descriptor);

}  // namespace comity::intelligence::match
