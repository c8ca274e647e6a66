// Needs and offers as one reader may see them, which of them fit, and what speaks against it (law 4: what the
// reader may not read takes part in nothing).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "development/clearing/needs.h"
#include "development/observatory/stated.h"

namespace comity::development {

using StatedNeed = Stated<NeedBody>;
using StatedOffer = Stated<OfferBody>;

// "cert-ke/routers"
template <typename Body>
std::string ref_to(const Stated<Body>& stated) {
    return make_ref(stated.author, stated.body.id);
}

// Those that stand, in the order of their refs: of each the revision that counts, none that was taken back.
Result<std::vector<StatedNeed>> find_needs(db::Session& session, const ledger::Readable& readable);
Result<std::vector<StatedOffer>> find_offers(db::Session& session, const ledger::Readable& readable);
// One of them, also where it was taken back; kNotFound.
Result<StatedNeed> find_need(db::Session& session, const ledger::Readable& readable, std::string_view ref);
Result<StatedOffer> find_offer(db::Session& session, const ledger::Readable& readable, std::string_view ref);

// Why an offer can't serve a need.
enum class Unfit { kSameMember, kKind, kSubject, kUnit, kPlace, kPeriod, kStandards };
std::string_view to_string(Unfit unfit);  // "other-kind", ...
// What a person is told of it: "offers IPv6 training, asked for is router".
std::string told(Unfit unfit, const NeedBody& need, const OfferBody& offer);

// Which part of the need's value the offer makes: of what is given over time the part of the need's days, of
// what is handed over all. Or the first reason that speaks against it.
struct Fitting {
    double part = 0;
    std::optional<Unfit> unfit{};
};
Fitting fit_of(const StatedNeed& need, const StatedOffer& offer);

// What looks as if it were twice the same.
struct Overlap {
    std::string what;  // "needs", "offers"
    std::string one;   // refs, the lesser first
    std::string other;
    std::string why;
};
// Needs of one place, kind and subject whose periods meet; a member's offers of one kind and subject whose
// places and periods meet. A question to those who made them, never a judgement.
std::vector<Overlap> find_overlaps(const std::vector<StatedNeed>& needs,
                                   const std::vector<StatedOffer>& offers);

}  // namespace comity::development
