#include "governance/voting/books.h"

#include <algorithm>
#include <array>

namespace comity::governance {
namespace {

using ledger::Witnessed;

struct BookVote {
    Witnessed closes = 0;
    Digest opening;
    ProposalBody text;
};

std::vector<BookVote> votes_on_books(const Record& record) {
    std::vector<BookVote> votes;
    for (const Copies* copies : record.all(kProposal)) {
        const json::Object& body = copies->statement().body.as_object();
        if (!body.contains("body") && !body.contains("charter")) continue;
        const auto text = parse_proposal(copies->statement().body);
        if (!text || (!text->organ && !text->charter) || !record.counting(*copies)) continue;
        for (const Copies* opened : record.of(copies->statement().id, kOpening)) {
            const auto opening = parse_opening(opened->statement().body);
            if (opening && record.counting(*opened))
                votes.push_back({opening->closes.seconds(), opened->statement().id, *text});
        }
    }
    std::ranges::sort(votes, {}, [](const BookVote& vote) { return std::pair(vote.closes, vote.opening); });
    return votes;
}

std::string message_of(const std::optional<Error>& error) {
    return error ? error->message() : std::string();
}

void take_charter(Books& books, const Record& record, const BookVote& vote, const Tally& tally) {
    if (!tally.settled()) {
        // Who opens a vote by a procedure of his own keeps nobody waiting.
        if (!tally.unbinding) books.charter.wait_for(vote.closes);
        return;
    }
    if (tally.verdict.outcome != Outcome::kAdopted) return;
    std::string why = message_of(tally.unbinding);
    if (why.empty()) why = lock_out(*vote.text.charter, record.roll_at(vote.closes), vote.closes);
    books.charter.take({vote.opening, tally.version, tally.author, vote.closes, vote.text, std::move(why)});
}

void take_organ(Books& books, const BookVote& vote, const Tally& tally) {
    const CharterProcedures procedures = books.charter.at(tally.opened).procedures;
    if (!tally.settled()) {
        // By a procedure that the charter does not name it could bind nobody, whatever its witnesses will
        // say. Which of its lists the act goes by is known of a new body; of others both are asked.
        const Binding known = binding_of(vote.text);
        const bool could_bind =
            std::ranges::any_of(std::array{Binding::kRule, Binding::kBody}, [&](Binding one) {
                return (one == known || vote.text.organ->act != OrganPart::Act::kFound) &&
                       !unbinding_opening(procedures, one, tally.body);
            });
        if (could_bind) books.organs.wait_for(vote.closes);
        return;
    }
    if (tally.verdict.outcome != Outcome::kAdopted) return;
    books.organs.take({vote.opening, tally.version, tally.author, vote.closes,
                       tally.put_to ? tally.put_to->id : std::string(), vote.text,
                       message_of(unbinding_vote(procedures, Binding::kRule, tally)),
                       message_of(unbinding_vote(procedures, Binding::kBody, tally))});
}

}  // namespace

Result<Books> make_books(const Record& record,
                         const std::function<Result<Tally>(const Digest&, const Books&)>& count) {
    Books books{CharterBook(record.roll()), {}};
    for (const BookVote& vote : votes_on_books(record)) {
        const auto tally = count(vote.opening, books);
        if (!tally) {
            if (makes_void(tally.error())) continue;
            return std::unexpected(tally.error());
        }
        if (vote.text.charter)
            take_charter(books, record, vote, *tally);
        else
            take_organ(books, vote, *tally);
    }
    return books;
}

}  // namespace comity::governance
