#include "governance/voting/counting.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/sha256.h"
#include "governance/bodies.h"

namespace comity::governance {

using ledger::Witnessed;

void Counting::disregard(const Act& act, Disregarded::Why why, std::string text) {
    tally_.disregarded.push_back(
        {act.statement->id, act.statement->author, why, std::move(text), act.witnessed});
}

Result<void> Counting::ask_witnesses() {
    if (!tally_.body.procedure.witnesses) return {};
    if (!word_) {
        return unavailable("opening.procedure.witnesses", "their word on the close is not at hand",
                           "count the vote where their cosignatures are: at a node, or by comity recount");
    }
    // Of those alone that count otherwise: what nobody of the electorate has signed keeps nothing open.
    std::vector<Digest> ids;
    for (const std::string_view type : {kBallot, kProxy}) {
        for (const Copies* one : record_.of(tally_.opening, type)) {
            if (place_.contains(one->statement().author) && record_.counting(*one))
                ids.push_back(one->statement().id);
        }
    }
    for (const std::string_view type : {kAnswer, kDeclaration}) {
        for (const Copies* one : record_.of(tally_.opening, type)) {
            if (one->statement().author == tally_.author && record_.counting(*one))
                ids.push_back(one->statement().id);
        }
    }
    COMITY_TRY(const LiarRules* rules, rules_());
    COMITY_TRY(tally_.closed,
               word_(*tally_.body.procedure.witnesses, tally_.closes, ids, rules->at(tally_.closes)));
    if (rules->open < tally_.closes) {
        tally_.closed->settled = false;
        tally_.closed->faults.emplace_back(
            "an earlier vote on what follows from misbehaviour is not settled: whether all these "
            "witnesses count hangs on it");
    }
    for (std::size_t i = 0; i < ids.size(); ++i) stands_[ids[i]] = tally_.closed->stands[i];
    return {};
}

ledger::Stand Counting::stand_of(const Act& act) const {
    const auto said = stands_.find(act.statement->id);
    if (said != stands_.end()) return said->second;
    return act.witnessed <= tally_.closes ? ledger::Stand::kIn : ledger::Stand::kOut;
}

bool Counting::counts(const Copies& copies) {
    const Act& any = copies.first();
    if (!record_.counting(copies)) {
        const auto why = record_.why_not(copies);
        disregard(any, why,
                  why == Disregarded::Why::kForeign ? fmt::format("'{}' is no member", any.statement->author)
                  : why == Disregarded::Why::kForged
                      ? fmt::format("no key of '{}' has signed it", any.statement->author)
                      : std::string(why_key_counts_not(why)));
        return false;
    }
    const ledger::Stand stand = stand_of(any);
    if (stand == ledger::Stand::kOpen) {
        disregard(any, Disregarded::Why::kOpen, "the witnesses have not said yet whether it was in");
        return false;
    }
    if (stand == ledger::Stand::kOut) {
        disregard(any, Disregarded::Why::kLate,
                  tally_.closed
                      ? "the witnesses had not seen it by the close"
                      : fmt::format("witnessed {} seconds after the close", any.witnessed - tally_.closes));
        return false;
    }
    if (any.witnessed < tally_.opened) {
        disregard(any, Disregarded::Why::kEarly, "witnessed before the opening");
        return false;
    }
    if (!place_.contains(any.statement->author)) {
        disregard(
            any, Disregarded::Why::kForeign,
            fmt::format("'{}' was not of the electorate when the vote was opened", any.statement->author));
        return false;
    }
    return true;
}

void Counting::take_ballots() {
    struct Cast {
        Act act;
        BallotBody body;
    };
    std::vector<std::vector<Cast>> cast(electors_.size());  // by elector
    for (const Copies* one : record_.of(tally_.opening, kBallot)) {
        if (!counts(*one)) continue;
        auto body = parse_ballot(one->statement().body);
        if (!body || body->version != tally_.version) {
            disregard(one->first(), Disregarded::Why::kWrongVersion,
                      "it is about another version of the text");
            continue;
        }
        cast[place_.find(one->statement().author)->second].push_back({one->first(), std::move(*body)});
    }
    for (std::size_t place = 0; place < cast.size(); ++place) {
        std::vector<Cast>& ballots = cast[place];
        if (ballots.empty()) continue;
        std::ranges::sort(ballots, {}, [this](const Cast& ballot) { return counted_order(ballot.act); });
        for (std::size_t i = 0; i + 1 < ballots.size(); ++i)
            disregard(ballots[i].act, Disregarded::Why::kReplaced,
                      "its author has cast another ballot since");
        const Cast& last = ballots.back();
        RollCallLine& line = tally_.roll_call[place];
        line.choice = last.body.choice;
        line.ballot = last.act.statement->id;
        line.reason = last.body.reason;
        line.objects = last.body.objects;
        line.recused = last.body.recused;
        line.at = last.act.witnessed;
        line.changes = static_cast<int>(ballots.size()) - 1;
        ++tally_.counted;
    }
    std::ranges::sort(tally_.disregarded, {},
                      [](const Disregarded& one) { return std::pair(one.at, one.ballot); });
}

void Counting::take_proxies() {
    if (!tally_.body.procedure.max_proxies) return;
    std::map<std::string, Act> last;
    for (const Copies* one : record_.of(tally_.opening, kProxy)) {
        const auto act = record_.counting(*one);
        if (!act || stand_of(*act) != ledger::Stand::kIn || act->witnessed < tally_.opened ||
            !place_.contains(act->statement->author)) {
            continue;
        }
        const auto at = last.try_emplace(act->statement->author, *act).first;
        if (counted_order(at->second) < counted_order(*act)) at->second = *act;
    }
    std::vector<Act> proxies;
    for (const auto& [member, act] : last) proxies.push_back(act);
    std::ranges::sort(proxies, {}, [this](const Act& act) { return counted_order(act); });
    std::map<std::string, std::int64_t> held;
    for (const Act& act : proxies) {
        const auto body = parse_proxy(act.statement->body);
        if (!body || !body->to) continue;
        RollCallLine& line = tally_.roll_call[place_[act.statement->author]];
        const auto holder = place_.find(*body->to);
        bool good = !line.ballot && holder != place_.end() && *body->to != line.member;
        if (good) {
            const RollCallLine& held_by = tally_.roll_call[holder->second];
            good =
                held_by.ballot && held_by.by.empty() && held[*body->to] < *tally_.body.procedure.max_proxies;
            if (good) {
                ++held[*body->to];
                line.choice = held_by.choice;
                line.by = *body->to;
                line.reason = held_by.reason;
                line.at = act.witnessed;
            }
        }
        tally_.proxies.emplace_back(fmt::format("{} -> {}", line.member, *body->to), good);
    }
}

std::vector<Act> Counting::of_the_chair(std::string_view type) const {
    std::vector<Act> acts;
    for (const Copies* one : record_.of(tally_.opening, type)) {
        const auto act = record_.counting(*one);
        if (act && act->statement->author == tally_.author && act->witnessed >= tally_.opened &&
            stand_of(*act) == ledger::Stand::kIn) {
            acts.push_back(*act);
        }
    }
    std::ranges::sort(acts, {}, [this](const Act& act) { return counted_order(act); });
    return acts;
}

void Counting::take_answers() {
    for (const Act& act : of_the_chair(kAnswer)) {
        const auto body = parse_answer(act.statement->body);
        if (!body) continue;
        for (RollCallLine& line : tally_.roll_call) {
            if (line.ballot == body->ballot && line.objects) line.addressed = true;
        }
    }
}

void Counting::take_declarations() {
    for (const Act& act : of_the_chair(kDeclaration)) {
        const auto body = parse_declaration(act.statement->body);
        if (body) tally_.circumstances.declarations[body->declares] = body->holds;
    }
}

void Counting::take_accessions() {
    std::map<std::string, Witnessed> members;
    for (const Copies* one : record_.of(tally_.opening, kAccession)) {
        const auto act = record_.counting(*one);
        if (!act) continue;
        const auto at = members.try_emplace(act->statement->author, act->witnessed).first;
        at->second = std::min(at->second, act->witnessed);
    }
    tally_.acceded.assign(members.begin(), members.end());
}

void Counting::take_certifications() {
    std::map<std::string, Act> last;
    for (const Copies* one : record_.of(tally_.opening, kCertification)) {
        const auto act = record_.counting(*one);
        if (!act || act->witnessed <= tally_.closes) continue;
        const auto at = last.try_emplace(act->statement->author, *act).first;
        if (counted_order(at->second) < counted_order(*act)) at->second = *act;
    }
    for (const auto& [member, act] : last) {
        if (auto body = parse_certification(act.statement->body))
            tally_.certifications.emplace_back(member, std::move(*body));
    }
}

Result<void> Counting::decide() {
    std::vector<Digest> counted;
    for (std::size_t i = 0; i < electors_.size(); ++i) {
        const RollCallLine& line = tally_.roll_call[i];
        electors_[i].choice = line.choice;
        electors_[i].reasoned = !line.reason.empty();
        electors_[i].objects = line.objects;
        electors_[i].addressed = line.addressed;
        electors_[i].recused = line.recused;
        if (line.ballot && line.by.empty()) counted.push_back(*line.ballot);
    }
    std::ranges::sort(counted);
    crypto::Sha256 hash;
    for (const Digest& id : counted) hash.update(id.view());
    tally_.ballots_digest = hash.finish();
    tally_.verdict = evaluate(tally_.body.procedure, electors_, tally_.circumstances);
    if (binding_ == Binding::kNothing) return {};
    COMITY_TRY(const Books* books, books_());
    tally_.charter_waits = books->charter.waits_at(tally_.opened);
    const CharterProcedures charter = books->charter.at(tally_.opened).procedures;
    tally_.unbinding = tally_.verdict.outcome == Outcome::kAdopted
                           ? unbinding_vote(charter, binding_, tally_)
                           : unbinding_opening(charter, binding_, tally_.body);
    return {};
}

}  // namespace comity::governance
