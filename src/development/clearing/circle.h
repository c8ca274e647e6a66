// What became of needs and offers: who chose what, what was promised, delivered and received, and what is
// overdue.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "development/clearing/board.h"
#include "development/clearing/promises.h"

namespace comity::development {

// As stated, of each the revision that counts.
struct Circle {
    std::vector<Stated<ChoiceBody>> choices;          // by need, offer, author
    std::vector<Stated<CommitmentBody>> commitments;  // by ref; none that was taken back
    std::vector<Stated<DeliveryBody>> deliveries;     // by commitment, milestone, day, ref; likewise
};
Result<Circle> find_circle(db::Session& session, const ledger::Readable& readable);
Result<std::vector<Stated<PlanBody>>> find_plans(db::Session& session, const ledger::Readable& readable);

// The revision of a member's need, offer, commitment or delivery that counts, also where it took it back;
// nothing where there is none.
struct LastRevision {
    std::int64_t revision = 0;
    bool withdrawn = false;
    Digest statement{};
};
Result<std::optional<LastRevision>> last_revision(db::Session& session, const ledger::Readable& readable,
                                                  std::string_view type, std::string_view ref);

// How a pair stands by the choices of both sides: a decline of either counts, else what the one in need says.
enum class PairStand { kOpen, kAccepted, kDeclined };
std::string_view to_string(PairStand chosen);  // "open", "accepted", "declined"
struct PairChoice {
    std::string need;
    std::string offer;
    PairStand chosen = PairStand::kOpen;
    std::optional<double> amount;  // of an acceptance
    std::vector<const Stated<ChoiceBody>*> said;
};
// By need and offer.
std::vector<PairChoice> pair_choices(const Circle& circle);

// What is taken of needs and offers already: commitments; and acceptances, as far as nothing is committed yet
// for the pair. In the order of need and offer.
struct Taken {
    std::string need;
    std::string offer;
    double amount = 0;
    bool committed = false;
};
// Acceptances are taken in the order of need and offer, as far as need and offer still reach.
std::vector<Taken> taken_of(const std::vector<StatedNeed>& needs, const std::vector<StatedOffer>& offers,
                            const Circle& circle);

// Where a commitment stands on a day.
struct MilestoneState {
    const Milestone* milestone = nullptr;
    double delivered = 0;  // as the one who promised says
    double received = 0;   // as the one in need says
    double seen = 0;       // as others say, the most of any of them
    std::string state;     // "received", "delivered", "overdue", "due"
    Day late = 0;          // days past due and not delivered in full
};
struct CommitmentState {
    std::vector<MilestoneState> milestones;
    double delivered = 0;
    double received = 0;
    bool overdue = false;
    // Both sides have said something of a milestone, and not the same.
    bool disagree = false;
};
// Needs where something of the same kind and subject is promised already, for the same place and time, to
// another need: projects that run.
std::vector<Overlap> find_running(const std::vector<StatedNeed>& needs, const Circle& circle);

CommitmentState state_of(const Stated<CommitmentBody>& commitment, const Circle& circle, Day today);

}  // namespace comity::development
