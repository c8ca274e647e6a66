#include "governance/organs/organs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "governance/procedure/read.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

bool among(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// A tree so deep is none that anybody needs; what is longer goes round.
constexpr int kMaxOrganDepth = 50;

}  // namespace

bool Organ::has_power(std::string_view power) const {
    return among(part.powers, power);
}
bool PutTo::has_power(std::string_view power) const {
    return among(powers, power);
}

const Organ* OrganBook::last(std::string_view id, Witnessed at) const {
    const auto known = history_.find(id);
    if (known == history_.end()) return nullptr;
    const auto after = std::ranges::upper_bound(known->second, at, {}, &Organ::since);
    return after == known->second.begin() ? nullptr : &*std::prev(after);
}

std::optional<std::pair<Witnessed, std::string>> OrganBook::end_of(const Organ& organ, Witnessed at) const {
    std::optional<std::pair<Witnessed, std::string>> end;
    const auto sooner = [&](Witnessed when, std::string why) {
        if (when <= at && (!end || when < end->first)) end.emplace(when, std::move(why));
    };
    const Organ* one = &organ;
    for (int depth = 0; one != nullptr && depth < kMaxOrganDepth; ++depth) {
        const std::string above = depth == 0 ? "" : fmt::format("with {}: ", one->id);
        if (one->ended != ledger::kNever) sooner(one->ended, above + one->why_ended);
        if (one->part.until) sooner(one->part.until->seconds(), above + "its time was over");
        if (one->part.parent.empty()) break;
        one = last(one->part.parent, at);
    }
    return end;
}

const Organ* OrganBook::find(std::string_view id, Witnessed at) const {
    const Organ* organ = last(id, at);
    return organ == nullptr || end_of(*organ, at) ? nullptr : organ;
}

std::vector<const Organ*> OrganBook::all(Witnessed at) const {
    std::vector<const Organ*> organs;
    for (const auto& [id, history] : history_) {
        if (const Organ* organ = last(id, at)) organs.push_back(organ);
    }
    return organs;
}

bool OrganBook::is_above(std::string_view above, std::string_view id, Witnessed at) const {
    const Organ* organ = last(id, at);
    for (int depth = 0; organ != nullptr && depth < kMaxOrganDepth; ++depth) {
        if (organ->part.parent == above) return true;
        if (organ->part.parent.empty()) return false;
        organ = last(organ->part.parent, at);
    }
    return false;
}

bool OrganBook::may(const Organ& organ, std::string_view power, Witnessed at) const {
    const Organ* one = &organ;
    for (int depth = 0; one != nullptr && depth < kMaxOrganDepth; ++depth) {
        if (!one->has_power(power)) return false;
        if (one->part.parent.empty()) return true;
        one = last(one->part.parent, at);
    }
    return false;
}

std::string OrganBook::objection(const OrganPart& part, const std::string& by, Witnessed at) const {
    const Organ* deciding = by.empty() ? nullptr : find(by, at);
    if (!by.empty() && deciding == nullptr)
        return fmt::format("there is no body {} that could decide it", by);
    const Organ* organ = find(part.id, at);
    if (part.act == OrganPart::Act::kFound) {
        if (organ != nullptr) return fmt::format("there is a body {} already: amend it", part.id);
        if (deciding != nullptr && !may(*deciding, "bodies", at))
            return fmt::format("the mandate of {} does not let it found bodies", by);
    } else {
        if (organ == nullptr) return fmt::format("there is no body {}", part.id);
        if (!by.empty() && !is_above(by, part.id, at)) return fmt::format("{} is not above {}", by, part.id);
    }
    if (part.act == OrganPart::Act::kDissolve) return {};
    if (part.act == OrganPart::Act::kAppoint) {
        const auto decides = parse_procedure(
            procedure_of_seats(organ->part.procedure_json, holders_of(part.seats)), "procedure");
        return decides ? std::string()
                       : "by its procedure these seats decide nothing: " + decides.error().message();
    }
    if (!part.parent.empty()) {
        const Organ* above = find(part.parent, at);
        if (above == nullptr) return fmt::format("there is no body {} that it could be under", part.parent);
        for (const std::string& power : part.powers) {
            if (!may(*above, power, at))
                return fmt::format("{} has not itself the power \"{}\", so that none under it can",
                                   part.parent, power);
        }
        if (is_above(part.id, part.parent, at)) {
            return fmt::format("{} is itself under {}: their mandates would go round", part.parent, part.id);
        }
    }
    if (!by.empty() && part.parent != by && !is_above(by, part.parent, at))
        return fmt::format("{} can found and place bodies under itself alone", by);
    return {};
}

// Whoever fills the seats of a body that can adopt rules, or of one above it, adopts rules.
const std::string& OrganBook::unbinding_of(const OrganDecision& decision, Witnessed at) const {
    const OrganPart& part = *decision.text.organ;
    bool rules = among(part.powers, "rules");
    if (part.act != OrganPart::Act::kFound) {
        const Organ* organ = find(part.id, at);
        rules = rules || (organ != nullptr && may(*organ, "rules", at));
    }
    return rules ? decision.unbinding_rules : decision.unbinding_bodies;
}

void OrganBook::take(const OrganDecision& decision) {
    const OrganPart& part = *decision.text.organ;
    const Witnessed at = decision.closes + 1;
    std::string why = decision.by.empty() ? unbinding_of(decision, at) : std::string();
    if (why.empty()) why = objection(part, decision.by, at);
    if (why.empty() && !texts_.emplace(decision.version, true).second)
        why = "its text had been adopted before";
    acts_.push_back({decision.opening, decision.version, decision.author, part.id, part.act, decision.by,
                     decision.closes, why});
    if (!why.empty()) return;
    Organ next;
    if (part.act == OrganPart::Act::kFound) {
        bury(at);
        next.id = part.id;
        next.founded = at;
    } else {
        next = *last(part.id, at);
    }
    next.since = at;
    switch (part.act) {
        case OrganPart::Act::kFound:
        case OrganPart::Act::kAmend:
            next.part = part;
            next.mandate = decision.text;
            break;
        case OrganPart::Act::kAppoint:
            next.part.seats = part.seats;
            break;
        case OrganPart::Act::kDissolve:
            next.ended = at;
            next.why_ended = "dissolved";
            break;
    }
    put(std::move(next));
}

// Of one second the last is what stands.
void OrganBook::put(Organ next) {
    std::vector<Organ>& history = history_[next.id];
    if (!history.empty() && history.back().since == next.since)
        history.back() = std::move(next);
    else
        history.push_back(std::move(next));
}

// What has ended with a body above it stays ended when one of that name is founded again.
void OrganBook::bury(Witnessed at) {
    std::vector<Organ> ended;
    for (const Organ* organ : all(at)) {
        const auto end = end_of(*organ, at);
        if (!end || organ->ended != ledger::kNever) continue;
        Organ& one = ended.emplace_back(*organ);
        one.since = at;
        one.ended = end->first;
        one.why_ended = end->second;
    }
    for (Organ& one : ended) put(std::move(one));
}

void OrganBook::wait_for(Witnessed closes) {
    waits_from_ = std::min(waits_from_, closes + 1);
}

Result<PutTo> check_put_to(const OpeningBody& opening, const OrganBook& book, Witnessed at) {
    const std::string where = "opening.body";
    if (book.waits_at(at)) {
        return refused(where, "a vote on bodies closed before, and its witnesses have still to speak",
                       "comity tally says whom it waits for");
    }
    const Organ* organ = book.find(opening.organ, at);
    if (organ == nullptr)
        return refused(where, fmt::format("there was no body {} when the vote was opened", opening.organ),
                       "comity body list shows them");
    const std::vector<std::string> holders = holders_of(organ->part.seats, at);
    if (holders.empty())
        return refused(where, fmt::format("nobody holds a seat of {}", organ->id), "fill its seats first");
    if (opening.procedure_json != procedure_of_seats(organ->part.procedure_json, holders)) {
        return refused("opening.procedure",
                       fmt::format("is not that of {} with its seats as they are: {}", organ->id,
                                   fmt::join(holders, ", ")),
                       "comity proposal open --body takes it from there");
    }
    PutTo put_to{organ->id, organ->mandate.shown("en").title, {}, {}};
    std::ranges::copy_if(organ->part.powers, std::back_inserter(put_to.powers),
                         [&](const std::string& power) { return book.may(*organ, power, at); });
    std::ranges::copy_if(organ->part.seats, std::back_inserter(put_to.seats),
                         [&](const OrganSeat& seat) { return seat.held_at(at); });
    return put_to;
}

}  // namespace comity::governance
