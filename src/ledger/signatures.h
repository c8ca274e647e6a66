// The signatures of a statement, united: the same statement may come in several envelopes, each with
// signatures of its own, by several ways and at several nodes. What counts is the set of them all (law 1), so
// the envelope that is kept grows by what is new.
#pragma once

#include "crypto/dsse.h"
#include "ledger/roll.h"

namespace comity::ledger {

// Adds to `kept` what it lacks of `more`'s signatures; true where it has changed. One signature by each of
// the author's keys goes first; signatures by nobody known follow, those of `more` only if `strangers` says
// so: their key may become known later. An envelope has its limits (crypto/dsse.h): what is over them is
// dropped from the end, so that strangers never push out what counts.
bool unite_signatures(crypto::Envelope& kept, const crypto::Envelope& more, const Member* author,
                      bool strangers);

}  // namespace comity::ledger
