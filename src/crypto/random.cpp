#include "crypto/random.h"

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/sodium.h"

namespace comity::crypto {

Bytes random_bytes(std::size_t count) {
    ready_sodium();
    Bytes out(count);
    if (count > 0) randombytes_buf(out.data(), out.size());  // it takes no null pointer
    return out;
}

std::string random_text(std::size_t count) {
    return base64url_encode(random_bytes(count));
}

}  // namespace comity::crypto
