// Bytes and how they are looked at. Text (JSON, notes) is std::string; what is not text is Bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comity {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView view) {
    return Bytes(view.begin(), view.end());
}

inline void append(Bytes& out, ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

// Big-endian numbers, as the log's formats have them (RFC 6962, C2SP).
inline void append_u16(Bytes& out, std::uint16_t n) {
    out.push_back(static_cast<std::uint8_t>(n >> 8));
    out.push_back(static_cast<std::uint8_t>(n));
}
inline void append_u64(Bytes& out, std::uint64_t n) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(n >> shift));
}
// Precondition: at least 8 bytes from the start of the view.
inline std::uint64_t read_u64(ByteView in) {
    std::uint64_t n = 0;
    for (int i = 0; i < 8; ++i) n = n << 8 | in[static_cast<std::size_t>(i)];
    return n;
}

}  // namespace comity
