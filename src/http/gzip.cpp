#include "http/gzip.h"

#include <zlib.h>

#include <limits>

namespace comity::http {

namespace {

// Answers are compressed while somebody waits: level 4 has most of the gain at a third of level 9's time.
constexpr int kLevel = 4;
constexpr int kGzipWindow = 15 + 16;  // the largest window, with gzip's frame

Bytef* input(std::string_view bytes) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // zlib only reads it
}

// Setting up a compressor costs 256 KiB of memory to clear, more than compressing a small answer does.
struct Deflater {
    z_stream stream{};
    bool ready = deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    Deflater() = default;
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() {
        if (ready) deflateEnd(&stream);
    }
};

Deflater& own_deflater() {
    thread_local Deflater deflater;
    return deflater;
}

}  // namespace

std::optional<std::string> gzip(std::string_view bytes) {
    Deflater& deflater = own_deflater();
    if (!deflater.ready || bytes.size() >= std::numeric_limits<uInt>::max()) return std::nullopt;
    z_stream& stream = deflater.stream;
    if (deflateReset(&stream) != Z_OK) return std::nullopt;
    std::string out(bytes.size(), '\0');
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return std::nullopt;
    out.erase(stream.total_out);
    out.shrink_to_fit();
    return out;
}

std::optional<GzipStart> gzip_start(std::string_view bytes) {
    Deflater& deflater = own_deflater();
    if (!deflater.ready || bytes.size() >= std::numeric_limits<uInt>::max()) return std::nullopt;
    z_stream& stream = deflater.stream;
    if (deflateReset(&stream) != Z_OK) return std::nullopt;
    // A flush takes the end of a block and an empty one beyond what all of it would.
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 16, '\0');
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_SYNC_FLUSH) != Z_OK || stream.avail_in > 0 || stream.avail_out == 0)
        return std::nullopt;
    out.erase(stream.total_out);
    out.shrink_to_fit();
    return GzipStart{std::move(out), static_cast<std::uint32_t>(stream.adler), bytes.size()};
}

std::string gzip_end(GzipStart start, std::string_view rest) {
    std::string out = std::move(start.bytes);
    const auto put = [&](std::uint32_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
    };
    // A last block that is stored (RFC 1951 section 3.2.4), then the member's end (RFC 1952 section 2.3.1).
    const auto length = static_cast<std::uint32_t>(rest.size());
    out += '\1';
    put(length, 2);
    put(~length, 2);
    out += rest;
    const uLong check = crc32(0, input(rest), static_cast<uInt>(rest.size()));
    put(static_cast<std::uint32_t>(crc32_combine(start.check, check, static_cast<z_off_t>(rest.size()))), 4);
    put(static_cast<std::uint32_t>(start.size + rest.size()), 4);
    return out;
}

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
    z_stream stream{};
    if (bytes.size() >= std::numeric_limits<uInt>::max()) return too_large("gzip", "over 4 GiB");
    if (inflateInit2(&stream, kGzipWindow) != Z_OK) return unavailable("gzip", "no memory");
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    int state = Z_OK;
    while (state == Z_OK) {
        char block[16384];
        stream.next_out = reinterpret_cast<Bytef*>(block);
        stream.avail_out = sizeof block;
        state = inflate(&stream, Z_NO_FLUSH);
        const std::size_t made = sizeof block - stream.avail_out;
        if (made > limit - out.size()) {
            inflateEnd(&stream);
            return too_large("gzip", "more inside than is taken");
        }
        out.append(block, made);
    }
    const bool whole = state == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    if (!whole) return invalid("gzip", "the bytes are not one whole gzip member");
    return out;
}

}  // namespace comity::http
