// The development pillar: figures of the digital divide as members state them, with their sources, and what
// is told of them; needs and offers, and what becomes of them; the open market.
//
// development.dataset: observatory/dataset.h. development.membership: observatory/membership.h.
// development.index: index/definition.h. development.need, .offer: clearing/needs.h. development.plan,
// .choice, .commitment, .delivery: clearing/promises.h. development.release, .call, .bid, .opening, .reply:
// tender/bodies.h.
//
// The view:
//     development_datasets(seq, indicator, source, edition, revision, body, places, figures, first_year,
//     last_year,
//                          audience)          a row for each dataset
//     development_series(seq, place, points)  its places; points: dataset.h pack()
//     development_memberships(seq, scheme, body, audience)
//     development_indices(seq, id, body, audience)
//     development_clearing(seq, type, body, audience)   needs, offers and what becomes of them
//     development_market(seq, type, about, body, audience)     releases, calls, bids, their opening, replies
// Which of several editions counts is told when it is asked for (observatory/queries.h), of what the reader
// may read.
#pragma once

#include <memory>

#include "ledger/pillar.h"

namespace comity::development {

std::unique_ptr<ledger::Pillar> make_pillar();

}  // namespace comity::development
