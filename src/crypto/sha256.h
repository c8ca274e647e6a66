// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), by OpenSSL. Thread-safe; cannot fail.
#pragma once

#include <initializer_list>
#include <memory>

#include "base/bytes.h"
#include "base/digest.h"

namespace comity::crypto {

Digest sha256(ByteView bytes);
// Of the parts one after the other, without joining them.
Digest sha256(std::initializer_list<ByteView> parts);

// For what comes in pieces. One use: after finish() it is spent.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    void update(ByteView bytes);
    Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

Digest hmac_sha256(ByteView key, ByteView message);

// Same bytes? Takes the same time wherever they differ.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace comity::crypto
