#include "governance/voting/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "base/parallel.h"
#include "crypto/sha256.h"
#include "governance/bodies.h"
#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "governance/rules/liar_rules.h"
#include "governance/voting/amended_line.h"
#include "governance/voting/books.h"

namespace comity::governance {
namespace {

using ledger::Roll;
using ledger::Witnessed;

constexpr int kMaxEarlier = 4;  // votes that ask for earlier ones, one after the other

Failure is_void(std::string where, std::string what, std::string mend = {}) {
    return refused("opening." + std::move(where), std::move(what), std::move(mend));
}

// The charter, for votes that could bind everybody, and the bodies, for those that are put to one.
using AskBooks = std::function<Result<const Books*>()>;
// What the rules say of witnesses that have lied.
using AskRules = std::function<Result<const LiarRules*>()>;

class Counting {
  public:
    Counting(const Record& record, const CloseWord& word, const AskBooks& books, const AskRules& rules,
             int depth)
        : record_(record), word_(word), books_(books), rules_(rules), depth_(depth) {}

    Result<Tally> count(const Digest& opening) {
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

  private:
    Result<void> open(const Digest& id) {
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

    // What is voted on must be there, by the proposal's author or by co-authors, with the amendments that
    // were adopted before; the proposal is the first of its line, and its author opens the vote.
    Result<void> check_version() {
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

    Result<void> check_period() {
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

    Result<void> take_earlier() {
        for (const Earlier& earlier : tally_.body.procedure.earlier) {
            const auto given = tally_.body.earlier.find(earlier.id);
            if (given == tally_.body.earlier.end())
                return is_void("earlier." + earlier.id, "names no earlier vote", earlier.title);
            if (depth_ >= kMaxEarlier) return is_void("earlier", "earlier votes go on without end");
            auto vote = Counting(record_, word_, books_, rules_, depth_ + 1).count(given->second);
            if (!vote) return within("opening.earlier." + earlier.id, vote.error());
            if (vote->body.procedure.id != earlier.procedure) {
                return is_void(
                    "earlier." + earlier.id,
                    fmt::format("was voted on by {}, not by {}", vote->body.procedure.id, earlier.procedure));
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

    Result<void> ask_body() {
        if (tally_.body.organ.empty()) return {};
        COMITY_TRY(const Books* books, books_());
        COMITY_TRY(tally_.put_to, check_put_to(tally_.body, books->organs, tally_.opened));
        return {};
    }

    // Who votes: the members as of the second in which the opening was witnessed.
    Result<void> call_roll() {
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

    void disregard(const Act& act, Disregarded::Why why, std::string text) {
        tally_.disregarded.push_back(
            {act.statement->id, act.statement->author, why, std::move(text), act.witnessed});
    }

    // Of several acts of one member the last counts. Where only witnesses say when something was, the
    // order of a member's own acts is the one that it gave them: what a log states of it decides nothing.
    auto counted_order(Act act) const {
        if (tally_.closed) act.witnessed = 0;
        return order_of(act);
    }

    // Where the procedure names witnesses: their word on every act of the vote that had to be in.
    Result<void> ask_witnesses() {
        if (!tally_.body.procedure.witnesses) return {};
        if (!word_) {
            return unavailable(
                "opening.procedure.witnesses", "their word on the close is not at hand",
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
    ledger::Stand stand_of(const Act& act) const {
        const auto said = stands_.find(act.statement->id);
        if (said != stands_.end()) return said->second;
        return act.witnessed <= tally_.closes ? ledger::Stand::kIn : ledger::Stand::kOut;
    }

    // False, and listed, where it does not count.
    bool counts(const Copies& copies) {
        const Act& any = copies.first();
        if (!record_.counting(copies)) {
            const auto why = record_.why_not(copies);
            disregard(any, why,
                      why == Disregarded::Why::kForeign
                          ? fmt::format("'{}' is no member", any.statement->author)
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
                      tally_.closed ? "the witnesses had not seen it by the close"
                                    : fmt::format("witnessed {} seconds after the close",
                                                  any.witnessed - tally_.closes));
            return false;
        }
        if (any.witnessed < tally_.opened) {
            disregard(any, Disregarded::Why::kEarly, "witnessed before the opening");
            return false;
        }
        if (!place_.contains(any.statement->author)) {
            disregard(any, Disregarded::Why::kForeign,
                      fmt::format("'{}' was not of the electorate when the vote was opened",
                                  any.statement->author));
            return false;
        }
        return true;
    }

    void take_ballots() {
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

    // The last proxy of each member that has cast no ballot of its own, as many to one holder as it may hold:
    // the first witnessed.
    void take_proxies() {
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
                good = held_by.ballot && held_by.by.empty() &&
                       held[*body->to] < *tally_.body.procedure.max_proxies;
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

    // Of what the chair says until the close: else it could turn a certified outcome around years later.
    template <typename Take>
    void each_of_the_chair(std::string_view type, Take take) {
        std::vector<Act> acts;
        for (const Copies* one : record_.of(tally_.opening, type)) {
            const auto act = record_.counting(*one);
            if (act && act->statement->author == tally_.author && act->witnessed >= tally_.opened &&
                stand_of(*act) == ledger::Stand::kIn) {
                acts.push_back(*act);
            }
        }
        std::ranges::sort(acts, {}, [this](const Act& act) { return counted_order(act); });
        for (const Act& act : acts) take(act);
    }

    void take_answers() {
        each_of_the_chair(kAnswer, [&](const Act& act) {
            const auto body = parse_answer(act.statement->body);
            if (!body) return;
            for (RollCallLine& line : tally_.roll_call) {
                if (line.ballot == body->ballot && line.objects) line.addressed = true;
            }
        });
    }

    void take_declarations() {
        each_of_the_chair(kDeclaration, [&](const Act& act) {
            const auto body = parse_declaration(act.statement->body);
            if (body) tally_.circumstances.declarations[body->declares] = body->holds;
        });
    }

    void take_accessions() {
        std::map<std::string, Witnessed> members;
        for (const Copies* one : record_.of(tally_.opening, kAccession)) {
            const auto act = record_.counting(*one);
            if (!act) continue;
            const auto at = members.try_emplace(act->statement->author, act->witnessed).first;
            at->second = std::min(at->second, act->witnessed);
        }
        tally_.acceded.assign(members.begin(), members.end());
    }

    void take_certifications() {
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

    Result<void> decide() {
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

    const Record& record_;
    const CloseWord& word_;
    const AskBooks& books_;
    const AskRules& rules_;
    int depth_;
    Tally tally_;
    std::map<Digest, ledger::Stand> stands_;  // the witnesses' word
    Witnessed proposed_ = 0;
    Binding binding_ = Binding::kNothing;  // what the text would be
    std::vector<Elector> electors_;
    std::map<std::string, std::size_t, std::less<>> place_;
};

Result<Books> count_books(const Record& record, const CloseWord& word) {
    const LiarRules none;  // votes on the charter and on bodies take all witnesses (liar_rules.h)
    const AskRules rules = [&]() -> Result<const LiarRules*> { return &none; };
    return make_books(record, [&](const Digest& opening, const Books& before) {
        const AskBooks books = [&]() -> Result<const Books*> { return &before; };
        return Counting(record, word, books, rules, 0).count(opening);
    });
}

// Counted when first asked for, once.
class CountedBooks {
  public:
    CountedBooks(const Record& record, const CloseWord& word) : record_(record), word_(word) {}
    Result<const Books*> get() {
        const std::lock_guard lock(mutex_);
        if (!books_) books_ = count_books(record_, word_);
        if (!*books_) return std::unexpected(books_->error());
        return &**books_;
    }

  private:
    const Record& record_;
    const CloseWord& word_;
    std::mutex mutex_;  // guards books_
    std::optional<Result<Books>> books_;
};

// Likewise.
class CountedRules {
  public:
    CountedRules(const Record& record, std::span<const Act> acts, const CloseWord& word,
                 const AskBooks& books)
        : record_(record), acts_(acts), word_(word), books_(books) {}
    Result<const LiarRules*> get() {
        const std::lock_guard lock(mutex_);
        if (!rules_) {
            rules_ = count_liar_rules(record_, acts_, [&](const Digest& opening, const LiarRules& before) {
                const AskRules rules = [&]() -> Result<const LiarRules*> { return &before; };
                return Counting(record_, word_, books_, rules, 0).count(opening);
            });
        }
        if (!*rules_) return std::unexpected(rules_->error());
        return &**rules_;
    }

  private:
    const Record& record_;
    const std::span<const Act> acts_;
    const CloseWord& word_;
    const AskBooks& books_;
    std::mutex mutex_;  // guards rules_; taken before that of the books
    std::optional<Result<LiarRules>> rules_;
};

}  // namespace

std::string_view to_string(Disregarded::Why why) {
    switch (why) {
        case Disregarded::Why::kReplaced:
            return "replaced";
        case Disregarded::Why::kLate:
            return "late";
        case Disregarded::Why::kEarly:
            return "early";
        case Disregarded::Why::kForeign:
            return "foreign";
        case Disregarded::Why::kWrongVersion:
            return "wrong-version";
        case Disregarded::Why::kRevokedKey:
            return "revoked-key";
        case Disregarded::Why::kOpen:
            return "open";
        case Disregarded::Why::kNoPower:
            return "no-power";
        case Disregarded::Why::kOutsideTerm:
            return "outside-term";
        case Disregarded::Why::kForged:
            break;
    }
    return "forged";
}

std::string_view why_key_counts_not(Disregarded::Why why) {
    if (why == Disregarded::Why::kNoPower)
        return "the key that signed it is a delegate's without the power to vote";
    if (why == Disregarded::Why::kOutsideTerm)
        return "the key that signed it is a delegate's, or was new, and its time was not then";
    return "the key that signed it did not count any more";
}

bool makes_void(const Error& error) {
    return error.kind == ErrorKind::kRefused || error.kind == ErrorKind::kNotFound;
}

std::vector<Result<Tally>> tally_all(std::span<const Act> acts, std::span<const Digest> openings,
                                     const SignatureCheck& check, const CloseWord& word) {
    const Record record(acts, check);
    std::vector<Result<Tally>> tallies(openings.size(), not_found("there is no charter among the statements",
                                                                  "without it nobody can tell who may vote"));
    if (!record.roll().founded()) return tallies;
    std::mutex one_word;  // witnesses are asked out of one session
    const CloseWord in_turn = !word ? word : CloseWord([&](const auto&... asked) {
        const std::lock_guard lock(one_word);
        return word(asked...);
    });
    CountedBooks counted(record, in_turn);
    const AskBooks books = [&] { return counted.get(); };
    CountedRules liar_rules(record, acts, in_turn, books);
    const AskRules rules = [&] { return liar_rules.get(); };
    on_all_cores(openings.size(), [&](std::size_t i) {
        tallies[i] = Counting(record, in_turn, books, rules, 0).count(openings[i]);
    });
    return tallies;
}

Result<Books> books_of(std::span<const Act> acts, const SignatureCheck& check, const CloseWord& word) {
    const Record record(acts, check);
    if (!record.roll().founded()) return Books();
    return count_books(record, word);
}

Result<Tally> tally(std::span<const Act> acts, const Digest& opening, const SignatureCheck& check,
                    const CloseWord& word) {
    return std::move(tally_all(acts, {&opening, 1}, check, word).front());
}

bool counts_by(const Roll& roll, const Act& act) {
    const ledger::Statement& statement = *act.statement;
    const ledger::Member* author = roll.find(statement.author);
    if (author == nullptr || act.witnessed > author->left || statement.community != roll.community)
        return false;
    return std::ranges::any_of(author->keys, [&](const ledger::MemberKey& key) {
        return key.speaks_for(statement.type, act.witnessed) && (!key.custody || statement.custody) &&
               has_signed(act, key.key);
    });
}

CertificationBody certification_of(const Tally& tally) {
    return {tally.opening, std::string(to_string(tally.verdict.outcome)), tally.counted,
            tally.ballots_digest};
}

Result<void> check_certification(const CertificationBody& certification, const Tally& tally) {
    const CertificationBody ours = certification_of(tally);
    if (certification.outcome != ours.outcome) {
        return refused("outcome", fmt::format("certified as {}, counted as {}: {}", certification.outcome,
                                              ours.outcome, tally.verdict.why));
    }
    if (certification.counted != ours.counted) {
        return refused("counted", fmt::format("certified over {} ballots, {} count", certification.counted,
                                              ours.counted));
    }
    if (certification.ballots != ours.ballots) {
        return refused("ballots", "as many ballots count, but not the same ones",
                       "compare the ids of the roll calls");
    }
    return {};
}

json::Object certification_json(const CertificationBody& certification) {
    return {{"opening", certification.opening.hex()},
            {"outcome", certification.outcome},
            {"counted", certification.counted},
            {"ballots", certification.ballots.hex()}};
}

}  // namespace comity::governance
