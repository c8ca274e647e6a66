// What the statements of a decision say, from the proposal to its certification (docs/formats.md,
// "Proposals and votes"). Parsing checks the form; whether an act has effect is the tally's to say (tally.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "governance/charter/charter_part.h"
#include "governance/organs/organ_part.h"
#include "governance/procedure/evaluate.h"
#include "governance/procedure/procedure.h"
#include "governance/rules/rule_part.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kProcedure = "governance.procedure";
inline constexpr std::string_view kProposal = "governance.proposal";
inline constexpr std::string_view kOpening = "governance.opening";
inline constexpr std::string_view kBallot = "governance.ballot";
inline constexpr std::string_view kProxy = "governance.proxy";
inline constexpr std::string_view kDeclaration = "governance.declaration";
inline constexpr std::string_view kAnswer = "governance.answer";
inline constexpr std::string_view kAccession = "governance.accession";
inline constexpr std::string_view kCertification = "governance.certification";
inline constexpr std::string_view kAmendment = "governance.amendment";
inline constexpr std::string_view kVotingTypes[] = {kProcedure,     kProposal,    kOpening, kBallot,
                                                    kProxy,         kDeclaration, kAnswer,  kAccession,
                                                    kCertification, kAmendment};
inline constexpr std::size_t kMaxProposalTitle = 300;  // bytes, as the next
inline constexpr std::size_t kMaxProposalText = 40'000;

// The text in one of the six languages.
struct ProposalText {
    std::string language;   // "en", "fr", "es", "ru", "ar", "zh"
    bool authentic = true;  // else a translation, which binds nobody
    std::string title;
    std::string text;
};

// A version of a proposal; the statement's id is the version's digest, which votes are bound to.
struct ProposalBody {
    std::optional<Digest> previous;  // the version that it revises; nothing: it is the first
    std::vector<ProposalText> texts;
    std::string note;                                            // what was changed and why
    std::vector<Digest> amendments;                              // to `previous`, applied here; ascending
    std::optional<RulePart> rule;                                // what makes it a rule
    std::optional<OrganPart> organ;                              // or an act on a body of the community
    std::optional<CharterPart> charter;                          // or an amendment to the charter
    std::vector<std::string> co_authors;                         // who may revise this version, too
    bool may_revise(std::string_view member) const;              // is one of them
    const ProposalText& shown(std::string_view language) const;  // in that language, or the first authentic
};

struct OpeningBody {
    Digest version;  // of a proposal, or an amendment to one: what is voted on
    json::Value procedure_json;
    Procedure procedure;
    Time closes;  // ballots witnessed up to that second count
    std::int64_t round = 1;
    std::string organ;  // the body that it is put to; empty: it is put to whom the procedure names
    std::map<std::string, std::int64_t, std::less<>> parameters;
    std::map<std::string, Digest, std::less<>> earlier;  // openings of earlier votes
    std::map<std::string, std::map<std::string, std::int64_t, std::less<>>, std::less<>> weights;
};

struct BallotBody {
    Digest opening;
    Digest version;
    Choice choice = Choice::kAbstain;  // not absent
    std::string reason;
    bool objects = false;
    bool recused = false;
};

struct ProxyBody {
    Digest opening;
    std::optional<std::string> to;  // nothing: taken back
};

struct DeclarationBody {
    Digest opening;
    std::string declares;
    bool holds = true;
    std::string reason;
};

struct AnswerBody {  // to an objection
    Digest opening;
    Digest ballot;
    std::string answer;
};

struct CertificationBody {  // what its author counted; others check it
    Digest opening;
    std::string outcome;
    std::uint64_t counted = 0;  // ballots
    Digest ballots;             // see Tally::ballots_digest
};

Result<Procedure> parse_procedure_statement(const json::Value& body);  // {"procedure":{...}}
Result<ProposalBody> parse_proposal(const json::Value& body);
Result<OpeningBody> parse_opening(const json::Value& body);
Result<BallotBody> parse_ballot(const json::Value& body);
Result<ProxyBody> parse_proxy(const json::Value& body);
Result<DeclarationBody> parse_declaration(const json::Value& body);
Result<AnswerBody> parse_answer(const json::Value& body);
Result<Digest> parse_accession(const json::Value& body);  // the opening
Result<CertificationBody> parse_certification(const json::Value& body);
// Of any of kVotingTypes: its form.
Result<void> check_voting_body(const ledger::Statement& statement);

json::Object proposal_json(const ProposalBody& proposal);
json::Object opening_json(const OpeningBody& opening);
json::Object ballot_json(const BallotBody& ballot);

// The statement that an act belongs to: a proposal's previous version, an opening's version, of the others
// the opening. Nothing for a first version or a procedure.
Result<std::optional<Digest>> belongs_to(const ledger::Statement& statement);

}  // namespace comity::governance
