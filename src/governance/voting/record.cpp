#include "governance/voting/record.h"

#include <algorithm>
#include <iterator>

#include "base/parallel.h"
#include "governance/bodies.h"
#include "ledger/powers.h"

namespace comity::governance {

using ledger::Roll;
using ledger::Witnessed;

namespace {

const Digest& id_of_copies(const Copies* copies) {
    return copies->statement().id;
}

}  // namespace

Record::Record(std::span<const Act> acts, const SignatureCheck& check) : check_(check) {
    by_id_.reserve(acts.size());
    for (const Act& act : acts) {
        if (makes_roll(act.statement->type)) {
            roll_acts_.push_back(act);
            continue;
        }
        // One statement may come in several envelopes: the first that counts is taken, at its earliest.
        by_id_[act.statement->id].all.push_back(act);
    }
    std::ranges::sort(roll_acts_, {}, &Act::witnessed);
    roll_ = fold(roll_acts_, check_);

    std::vector<Copies*> statements;
    statements.reserve(by_id_.size());
    for (auto& [id, copies] : by_id_) statements.push_back(&copies);
    std::vector<std::optional<Digest>> owners(statements.size());
    on_all_cores(statements.size(), [&](std::size_t i) {
        std::ranges::sort(statements[i]->all, {}, &Act::witnessed);
        owners[i] = belongs_to(statements[i]->statement()).value_or(std::nullopt);
    });
    for (std::size_t i = 0; i < statements.size(); ++i) {
        if (owners[i]) of_[*owners[i]][statements[i]->statement().type].push_back(statements[i]);
    }
    std::vector<std::vector<const Copies*>*> lists;
    for (auto& [owner, types] : of_) {
        for (auto& [type, list] : types) lists.push_back(&list);
    }
    on_all_cores(lists.size(), [&](std::size_t i) { std::ranges::sort(*lists[i], {}, id_of_copies); });
}

const Roll& Record::roll_at(Witnessed at) const {
    const auto end = std::ranges::upper_bound(roll_acts_, at, {}, &Act::witnessed);
    const auto count = static_cast<std::size_t>(end - roll_acts_.begin());
    if (count == roll_acts_.size()) return roll_;
    const std::lock_guard lock(mutex_);
    const auto known = earlier_.find(count);
    if (known != earlier_.end()) return known->second;
    return earlier_.emplace(count, fold(std::span(roll_acts_).first(count), check_)).first->second;
}

std::optional<Act> Record::counting(const Digest& id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? std::nullopt : counting(at->second);
}

std::optional<Act> Record::counting(const Copies& copies) const {
    for (Act act : copies.all) {
        act.witnessed = copies.first().witnessed;
        if (!objection(act)) return act;
    }
    return std::nullopt;
}

std::span<const Copies* const> Record::of(const Digest& owner, std::string_view type) const {
    const auto types = of_.find(owner);
    if (types == of_.end()) return {};
    const auto list = types->second.find(type);
    if (list == types->second.end()) return {};
    return list->second;
}

std::vector<const Copies*> Record::all(std::string_view type) const {
    std::vector<const Copies*> found;
    for (const auto& [id, copies] : by_id_) {
        if (copies.statement().type == type) found.push_back(&copies);
    }
    std::ranges::sort(found, {}, id_of_copies);
    return found;
}

Disregarded::Why Record::why_not(const Copies& copies) const {
    auto why = Disregarded::Why::kForged;
    for (Act act : copies.all) {
        act.witnessed = copies.first().witnessed;
        const auto found = objection(act);
        if (found && *found != Disregarded::Why::kForged) why = *found;
    }
    return why;
}

std::optional<Disregarded::Why> Record::objection(const Act& act) const {
    if (act.statement->community != roll_.community) return Disregarded::Why::kForged;
    const ledger::Member* author = roll_.find(act.statement->author);
    if (author == nullptr) return Disregarded::Why::kForeign;
    auto why = Disregarded::Why::kForged;
    for (const ledger::MemberKey& key : author->keys) {
        if (!check_(act, key.key)) continue;
        if (key.speaks_for(act.statement->type, act.witnessed) && act.witnessed <= author->left &&
            (!key.custody || act.statement->custody)) {
            return std::nullopt;
        }
        if (act.witnessed < key.starts || (!key.powers.empty() && act.witnessed > key.until)) {
            why = Disregarded::Why::kOutsideTerm;
        } else if (!key.powers.empty() && !ledger::has_power(key.powers, act.statement->type)) {
            why = Disregarded::Why::kNoPower;
        } else {
            why = Disregarded::Why::kRevokedKey;
        }
    }
    return why;
}

}  // namespace comity::governance
