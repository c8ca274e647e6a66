// Makes libsodium ready: called at the top of whatever uses it. Private to this room.
#pragma once

namespace comity::crypto {

// Once a process, however often called; thread-safe. Ends the program where the system gives no randomness,
// since nothing that this room promises could be kept then.
void ready_sodium();

}  // namespace comity::crypto
