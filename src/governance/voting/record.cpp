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
    take(acts);
    std::ranges::sort(roll_acts_, {}, &Act::witnessed);
    roll_ = fold(roll_acts_, check_);
}

Record::~Record() {
    on_all_cores(kShards, [&](std::size_t i) { shards_[i] = {}; });
}

void Record::take(std::span<const Act> acts) {
    // Each part of the acts says where its own go; then each shard takes from all parts, in their order.
    struct Part {
        std::vector<Act> roll_acts;
        std::array<std::vector<const Act*>, kShards> acts;
    };
    const std::size_t length = std::max<std::size_t>(1, (acts.size() + kShards - 1) / kShards);
    std::vector<Part> parts((acts.size() + length - 1) / length);
    on_all_cores(parts.size(), [&](std::size_t i) {
        for (const Act& act : acts.subspan(i * length, std::min(length, acts.size() - i * length))) {
            if (makes_roll(act.statement->type)) {
                parts[i].roll_acts.push_back(act);
            } else {
                parts[i].acts[shard_of(act.statement->id)].push_back(&act);
            }
        }
    });
    for (Part& part : parts)
        roll_acts_.insert(roll_acts_.end(), part.roll_acts.begin(), part.roll_acts.end());

    // What belongs to something, by the shard of that.
    using Owned = std::pair<Digest, const Copies*>;
    std::vector<std::array<std::vector<Owned>, kShards>> owned(kShards);
    on_all_cores(kShards, [&](std::size_t i) {
        auto& by_id = shards_[i].by_id;
        by_id.reserve(acts.size() / kShards);
        // One statement may come in several envelopes: the first that counts is taken, at its earliest.
        for (const Part& part : parts) {
            for (const Act* act : part.acts[i]) by_id[act->statement->id].all.push_back(*act);
        }
        for (auto& [id, copies] : by_id) {
            std::ranges::sort(copies.all, {}, &Act::witnessed);
            const auto owner = belongs_to(copies.statement()).value_or(std::nullopt);
            if (owner) owned[i][shard_of(*owner)].emplace_back(*owner, &copies);
        }
    });
    on_all_cores(kShards, [&](std::size_t i) {
        auto& of = shards_[i].of;
        for (const auto& from : owned) {
            for (const auto& [owner, copies] : from[i]) of[owner][copies->statement().type].push_back(copies);
        }
        for (auto& [owner, types] : of) {
            for (auto& [type, list] : types) std::ranges::sort(list, {}, id_of_copies);
        }
    });
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
    const auto& by_id = shards_[shard_of(id)].by_id;
    const auto at = by_id.find(id);
    return at == by_id.end() ? std::nullopt : counting(at->second);
}

std::optional<Act> Record::counting(const Copies& copies) const {
    for (Act act : copies.all) {
        act.witnessed = copies.first().witnessed;
        if (!objection(act)) return act;
    }
    return std::nullopt;
}

std::span<const Copies* const> Record::of(const Digest& owner, std::string_view type) const {
    const auto& of = shards_[shard_of(owner)].of;
    const auto types = of.find(owner);
    if (types == of.end()) return {};
    const auto list = types->second.find(type);
    if (list == types->second.end()) return {};
    return list->second;
}

std::vector<const Copies*> Record::all(std::string_view type) const {
    std::vector<const Copies*> found;
    for (const Shard& shard : shards_) {
        for (const auto& [id, copies] : shard.by_id) {
            if (copies.statement().type == type) found.push_back(&copies);
        }
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
