// Text in UTF-16, as Windows' tools write it, read as UTF-8.
#pragma once

#include <memory>
#include <string_view>

#include "intelligence/match/stream.h"

namespace comity::intelligence::match {

// Does it begin with a byte order mark of UTF-16, of either order?
bool begins_as_utf16(std::string_view bytes);

// What does not begin so passes as it is. Half a pair of surrogates, or of a unit at the end, becomes U+FFFD.
// One thread.
std::unique_ptr<ByteStream> as_utf8(std::unique_ptr<ByteStream> from);

}  // namespace comity::intelligence::match
