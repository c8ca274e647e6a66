#include "governance/charter/charter.h"

#include <algorithm>
#include <tuple>

#include "governance/forms.h"

namespace comity::governance {

using ledger::Witnessed;

CharterBook::CharterBook(const ledger::Roll& roll)
    : founded_{roll.name, roll.purpose, charter_procedures(roll), roll.founded_at, 1} {}

void CharterBook::take(CharterDecision decision) {
    const CharterPart& part = *decision.text.charter;
    Witnessed from = decision.closes + 1 + part.delay_days * kDay;
    if (part.from) from = std::max(from, part.from->seconds());
    if (decision.objection.empty() && std::ranges::any_of(amendments_, [&](const Amended& one) {
            return one.has_effect() && one.decision.version == decision.version;
        })) {
        decision.objection = "its text had been adopted before";
    }
    amendments_.push_back({std::move(decision), from});
    std::ranges::sort(amendments_, {}, [](const Amended& one) {
        return std::tuple(one.from, one.decision.closes, one.decision.opening);
    });
}

void CharterBook::wait_for(Witnessed closes) {
    waits_from_ = std::min(waits_from_, closes + 1);
}

CharterState CharterBook::at(Witnessed at) const {
    CharterState state = founded_;
    for (const Amended& one : amendments_) {
        if (one.from > at) break;
        if (!one.has_effect()) continue;
        const CharterPart& part = *one.decision.text.charter;
        if (part.name) state.name = *part.name;
        if (part.purpose) state.purpose = *part.purpose;
        if (part.rules) state.procedures.rules = *part.rules;
        if (part.bodies) state.procedures.bodies = *part.bodies;
        if (part.charter) state.procedures.charter = *part.charter;
        if (state.since != one.from) ++state.version;
        state.since = one.from;
    }
    return state;
}

}  // namespace comity::governance
