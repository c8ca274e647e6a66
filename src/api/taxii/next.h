// The value of `next` (TAXII 2.1 section 3.5): where a page ended, signed. Nothing is kept on the server, and
// every process of the node takes what another gave, since the key comes from the log's. It is good for the
// same request of the same reader only (another limit may be asked for): what it is bound to goes into the
// signature.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "base/time.h"
#include "crypto/ed25519.h"

namespace comity::api::taxii {

class NextSigner {
  public:
    explicit NextSigner(const crypto::SecretKey& log_key);

    // 32 characters of base64url.
    std::string sign(Time last, std::string_view bound_to) const;
    // kInvalid for what was not signed here, or for another request.
    Result<Time> open(std::string_view next, std::string_view bound_to) const;

  private:
    Digest key_;
};

}  // namespace comity::api::taxii
