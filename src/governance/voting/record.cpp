#include "governance/voting/record.h"

#include <algorithm>

#include "governance/bodies.h"

namespace comity::governance {

using ledger::Roll;
using ledger::Witnessed;

Record::Record(std::span<const Act> acts, const SignatureCheck& check) : check_(check) {
    for (const Act& act : acts) {
        if (makes_roll(act.statement->type)) {
            roll_acts_.push_back(act);
            continue;
        }
        // One statement may come in several envelopes: the first that counts is taken, at its earliest.
        by_id_[act.statement->id].push_back(act);
    }
    std::ranges::stable_sort(roll_acts_, {}, &Act::witnessed);
    roll_ = fold(roll_acts_, check_);
    for (auto& [id, copies] : by_id_) {
        std::ranges::sort(copies, {}, &Act::witnessed);
        const auto owner = belongs_to(*copies.front().statement);
        if (owner && *owner) of_[**owner].push_back(id);
    }
}

const Roll& Record::roll_at(Witnessed at) const {
    const auto end = std::ranges::upper_bound(roll_acts_, at, {}, &Act::witnessed);
    const auto count = static_cast<std::size_t>(end - roll_acts_.begin());
    if (count == roll_acts_.size()) return roll_;
    const auto known = earlier_.find(count);
    if (known != earlier_.end()) return known->second;
    return earlier_.emplace(count, fold(std::span(roll_acts_).first(count), check_)).first->second;
}

std::optional<Act> Record::counting(const Digest& id) const {
    const auto at = by_id_.find(id);
    if (at == by_id_.end()) return std::nullopt;
    const Witnessed first = at->second.front().witnessed;
    for (Act act : at->second) {
        act.witnessed = first;
        if (!objection(act)) return act;
    }
    return std::nullopt;
}

const Act* Record::any(const Digest& id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : &at->second.front();
}

std::vector<Digest> Record::of(const Digest& owner, std::string_view type) const {
    std::vector<Digest> ids;
    const auto at = of_.find(owner);
    if (at == of_.end()) return ids;
    for (const Digest& id : at->second) {
        if (by_id_.find(id)->second.front().statement->type == type) ids.push_back(id);
    }
    return ids;
}

Disregarded::Why Record::why_not(const Digest& id) const {
    auto why = Disregarded::Why::kForged;
    for (Act act : by_id_.find(id)->second) {
        act.witnessed = by_id_.find(id)->second.front().witnessed;
        const auto found = objection(act);
        if (found == Disregarded::Why::kForeign || found == Disregarded::Why::kRevokedKey) why = *found;
    }
    return why;
}

std::optional<Disregarded::Why> Record::objection(const Act& act) const {
    if (act.statement->community != roll_.community) return Disregarded::Why::kForged;
    const ledger::Member* author = roll_.find(act.statement->author);
    if (author == nullptr) return Disregarded::Why::kForeign;
    bool revoked = false;
    for (const ledger::MemberKey& key : author->keys) {
        if (!check_(act, key.key)) continue;
        if (act.witnessed <= key.until && act.witnessed <= author->left &&
            (!key.custody || act.statement->custody)) {
            return std::nullopt;
        }
        revoked = true;
    }
    return revoked ? Disregarded::Why::kRevokedKey : Disregarded::Why::kForged;
}

}  // namespace comity::governance
