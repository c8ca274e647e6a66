// The intelligence pillar: statements by which members share STIX objects, and the view they are found in.
//
// intelligence.share
//     body {"objects":{"count":N,"root":"<64 hex>"}, "title"?: 1 to 200 bytes, "description"?: 1 to 4000
//     bytes, "collection"?: a collection's id} Carries N objects (STIX 2.0 or 2.1, see stix/object.h), kept
//     byte for byte. One object in one version stands in it once.
// intelligence.withdrawal: see withdrawal.h. intelligence.collection: see collection.h.
// intelligence.marking: see marking_change.h. intelligence.alert and intelligence.acknowledgement: see
// alert/alert.h, which has their tables too. intelligence.count-key and intelligence.count: see
// hit/count_round.h and, for their tables, hit/count_view.h.
//
// The view:
//     intelligence_objects(added, seq, uuid, type, spec, version, revoked, audience, contested, settled)
//         a row for each object of each share. added: the ledger's table `objects` has the bytes under the
//         same number; seq: the statement; uuid: 16 bytes, with type the object's id; spec: 20 or 21;
//         version: microseconds, NULL for observables; audience: who may read the object, the statement's
//         audience narrowed by the object's TLP marking or what its author said anew; contested: 0 where no
//         other row and no withdrawal has its uuid. Show none that kNotWithdrawn (withdrawal.h) leaves out.
//         settled: see lookup.h; whoever asks by uuid writes kByUuid.
//     intelligence_posted(collection, added)        the rows whose shares name a collection
//     intelligence_collections(seq, uuid, body, audience)           every statement about collections
//     intelligence_withdrawn(seq, position, uuid, type, version)    every object of every withdrawal
//     intelligence_markings(seq, author, uuid, type, version, audience)   every changed marking
#pragma once

#include <memory>

#include "ledger/pillar.h"

namespace comity::intelligence {

std::unique_ptr<ledger::Pillar> make_pillar();

}  // namespace comity::intelligence
