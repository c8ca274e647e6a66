#include "governance/voting/tally.h"

#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "governance/forms.h"
#include "governance/voting/counting.h"

namespace comity::governance {
namespace {

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

bool counts_by(const ledger::Roll& roll, const Act& act) {
    const ledger::Statement& statement = *act.statement;
    const ledger::Member* author = roll.find(statement.author);
    if (author == nullptr || act.witnessed > author->left || statement.community != roll.community)
        return false;
    return std::ranges::any_of(author->keys, [&](const ledger::MemberKey& key) {
        return key.speaks_for(statement.type, act.witnessed) && (!key.custody || statement.custody) &&
               has_signed(act, key.key);
    });
}

}  // namespace comity::governance
