#include "governance/voting/counting.h"

#include <fmt/format.h>

#include "governance/bodies.h"
#include "governance/forms.h"
#include "governance/procedure/read.h"

namespace comity::governance {
namespace {

using ledger::Roll;
using ledger::Witnessed;

constexpr int kMaxEarlier = 4;  // votes that ask for earlier ones, one after the other

Failure is_void(std::string where, std::string what, std::string mend = {}) {
    return refused("opening." + std::move(where), std::move(what), std::move(mend));
}

}  // namespace

Result<Tally> Counting::count(const Digest& opening) {
    COMITY_CHECK(open(opening));
    COMITY_CHECK(check_version());
    COMITY_CHECK(check_period());
    COMITY_CHECK(take_earlier());
    COMITY_CHECK(ask_body());
    COMITY_CHECK(call_roll());
    COMITY_CHECK(ask_witnesses());
    take_ballots();
    take_proxies();
    take_answers();
    take_declarations();
    take_accessions();
    take_certifications();
    COMITY_CHECK(decide());
    return std::move(tally_);
}

Result<void> Counting::open(const Digest& id) {
    const auto act = record_.counting(id);
    if (!act || act->statement->type != kOpening) {
        return not_found(fmt::format("there is no opening {} that counts", id.hex().substr(0, 12)),
                         "comity proposal show lists a proposal's votes");
    }
    auto body = parse_opening(act->statement->body);
    if (!body) return within("opening", body.error());
    tally_.opening = id;
    tally_.body = std::move(*body);
    tally_.version = tally_.body.version;
    tally_.author = act->statement->author;
    tally_.opened = act->witnessed;
    tally_.closes = tally_.body.closes.seconds();
    return {};
}

Result<void> Counting::check_version() {
    COMITY_TRY(const VotedText text, voted_text(record_, tally_.version, tally_.author));
    tally_.proposal = text.proposal;
    tally_.amends = text.amends;
    proposed_ = text.proposed;
    if (text.amends) return {};
    binding_ = binding_of(text.line.front().body);
    return check_amended(record_, text, tally_.author, tally_.opened,
                         [this](const Digest& opening) -> Result<Tally> {
                             if (depth_ >= kMaxEarlier)
                                 return is_void("earlier", "earlier votes go on without end");
                             return Counting(record_, word_, books_, rules_, depth_ + 1).count(opening);
                         });
}

Result<void> Counting::check_period() {
    Witnessed before = 0;
    for (const Phase& phase : tally_.body.procedure.phases) {
        if (!phase.votes) {
            before += phase.min_days * kDay;
            continue;
        }
        const Witnessed open = tally_.closes - tally_.opened;
        if (open < phase.min_days * kDay) {
            return is_void("closes",
                           fmt::format("votes would be open for less than {} days, which {} asks for",
                                       phase.min_days, tally_.body.procedure.id));
        }
        if (phase.max_days && open > *phase.max_days * kDay + kDay) {
            return is_void("closes",
                           fmt::format("votes would be open for more than {} days", *phase.max_days));
        }
        break;
    }
    if (tally_.closes <= tally_.opened)
        return is_void("closes", "is before the opening was witnessed", "give a time to come");
    if (tally_.opened - proposed_ < before) {
        return is_void("version", fmt::format("was proposed less than {} days before, which {} asks for",
                                              before / kDay, tally_.body.procedure.id));
    }
    return {};
}

Result<void> Counting::take_earlier() {
    for (const Earlier& earlier : tally_.body.procedure.earlier) {
        const auto given = tally_.body.earlier.find(earlier.id);
        if (given == tally_.body.earlier.end())
            return is_void("earlier." + earlier.id, "names no earlier vote", earlier.title);
        if (depth_ >= kMaxEarlier) return is_void("earlier", "earlier votes go on without end");
        auto vote = Counting(record_, word_, books_, rules_, depth_ + 1).count(given->second);
        if (!vote) return within("opening.earlier." + earlier.id, vote.error());
        if (vote->body.procedure.id != earlier.procedure) {
            return is_void("earlier." + earlier.id, fmt::format("was voted on by {}, not by {}",
                                                                vote->body.procedure.id, earlier.procedure));
        }
        if (vote->closes >= tally_.opened)
            return is_void("earlier." + earlier.id, "was not closed when this vote was opened");
        if (!vote->settled()) {
            return is_void("earlier." + earlier.id, "is not settled: its witnesses have still to speak",
                           "comity tally says whom it waits for");
        }
        tally_.circumstances.earlier[earlier.id] = vote->verdict.outcome == Outcome::kAdopted;
    }
    tally_.circumstances.parameters = tally_.body.parameters;
    tally_.circumstances.round = tally_.body.round;
    return {};
}

Result<void> Counting::ask_body() {
    if (tally_.body.organ.empty()) return {};
    COMITY_TRY(const Books* books, books_());
    COMITY_TRY(tally_.put_to, check_put_to(tally_.body, books->organs, tally_.opened));
    return {};
}

Result<void> Counting::call_roll() {
    const Procedure& procedure = tally_.body.procedure;
    const Roll& roll = record_.roll_at(tally_.opened);
    electors_.reserve(roll.members.size());
    tally_.roll_call.reserve(roll.members.size());
    for (const auto& [id, member] : roll.members) {
        if (member.left <= tally_.opened) continue;
        const auto groups = roll.groups_of(id);
        if (!procedure.electorate.takes(id, member.stakeholder_class, groups)) continue;
        Elector elector;
        elector.id = id;
        elector.houses = procedure.houses_of(id, member.stakeholder_class, groups);
        for (const WeightTable& table : procedure.weights) {
            std::optional<std::int64_t> weight = table.find(id);
            if (table.of.empty()) {
                const auto rows = tally_.body.weights.find(table.id);
                if (rows != tally_.body.weights.end() && rows->second.contains(id))
                    weight = rows->second.find(id)->second;
            }
            if (!weight) return is_void("weights." + table.id, fmt::format("'{}' has no weight", id));
            elector.weights.push_back(*weight);
        }
        place_[id] = electors_.size();
        electors_.push_back(std::move(elector));
        RollCallLine line;
        line.member = id;
        line.name = member.name;
        line.stakeholder_class = member.stakeholder_class;
        tally_.roll_call.push_back(std::move(line));
    }
    if (auto complete = check_votes(procedure, electors_, tally_.circumstances); !complete)
        return is_void(complete.error().where, complete.error().what, complete.error().mend);
    if (auto possible = check_reachable(procedure, electors_, tally_.circumstances); !possible)
        return is_void(possible.error().where, possible.error().what, possible.error().mend);
    return {};
}

}  // namespace comity::governance
