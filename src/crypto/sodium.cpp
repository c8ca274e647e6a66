#include "crypto/sodium.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>

namespace comity::crypto {

void ready_sodium() {
    static const bool is_ready = [] {
        if (sodium_init() < 0) {
            std::fputs("comity: cryptography: libsodium cannot start on this machine\n", stderr);
            std::abort();
        }
        return true;
    }();
    static_cast<void>(is_ready);
}

}  // namespace comity::crypto
