// Bytes of a log as they were before they were compressed: plain files, gzip (RFC 1952, several members) and
// zstd (RFC 8878, several frames), told by how they begin. Text in UTF-16
// with a byte order mark comes as UTF-8. One thread each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace comity::intelligence::match {

class ByteStream {
  public:
    virtual ~ByteStream() = default;
    // At least one byte, unless it is at its end: then 0. kCorrupt where compressed data is cut short or
    // damaged, once everything before has been read.
    virtual Result<std::size_t> read(char* into, std::size_t size) = 0;
    // Bytes of the file that have been read for it: what progress is told by.
    virtual std::uint64_t consumed() const = 0;
    // Where in the file its first byte stands.
    virtual std::uint64_t origin() const { return 0; }
};

// The descriptor is closed with the stream. Reads at the descriptor's own place, so that pipes work.
std::unique_ptr<ByteStream> plain_stream(int descriptor);
// Looks at the first bytes, and decompresses where they say so.
Result<std::unique_ptr<ByteStream>> open_stream(int descriptor);
// "-" is standard input. kNotFound, kUnavailable; kInvalid where it is a folder.
Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path);
// Of a plain file, the lines that begin in [begin, end): the stream runs on to the end of the last of them.
Result<std::unique_ptr<ByteStream>> open_lines(const std::string& path, std::uint64_t begin,
                                               std::uint64_t end);
// Does it begin as gzip or zstd do? Looks without moving the descriptor's place.
bool is_packed(int descriptor);
bool is_utf16(int descriptor);  // as its byte order mark has it
// Is it a file as it stands, not compressed and not in UTF-16, so that open_lines can take it in parts? Its
// size.
std::optional<std::uint64_t> plain_size(const std::string& path);

}  // namespace comity::intelligence::match
