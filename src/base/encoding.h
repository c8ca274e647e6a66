// Hexadecimal and base64 (RFC 4648), strict: one spelling for each sequence of bytes. Decoding refuses white
// space, missing or superfluous padding, trailing bits that are not zero and upper-case hexadecimal, so that
// what was decoded encodes to the same text again.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace comity {

std::string hex_encode(ByteView bytes);           // lower case
Result<Bytes> hex_decode(std::string_view text);  // kInvalid
// Into bytes that are at hand, as many as the text has pairs of digits.
Result<void> hex_decode_into(std::string_view text, std::span<std::uint8_t> bytes);  // kInvalid
std::string base64_encode(ByteView bytes);              // section 4: standard alphabet, padded
Result<Bytes> base64_decode(std::string_view text);     // kInvalid
std::string base64url_encode(ByteView bytes);           // section 5: URL-safe alphabet, not padded
Result<Bytes> base64url_decode(std::string_view text);  // kInvalid

}  // namespace comity
