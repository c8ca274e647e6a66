#include "governance/voting/bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "governance/election/bodies.h"
#include "governance/forms.h"
#include "governance/participation/place.h"
#include "governance/procedure/read.h"
#include "governance/voting/amendment.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxAmendments = 200;
constexpr std::size_t kMaxReason = 10'000;
constexpr std::size_t kMaxCoAuthors = 100;

Result<std::string> read_reason(json::Fields& fields, std::string_view name = "reason") {
    COMITY_TRY(const auto reason, fields.optional_text(name, 1, kMaxReason));
    return reason.value_or("");
}

Result<ProposalText> read_text(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    ProposalText text;
    COMITY_TRY(text.language, word_of(fields, "language", kLanguages));
    COMITY_TRY(text.authentic, fields.boolean("authentic", true));
    COMITY_TRY(text.title, fields.text("title", 1, kMaxProposalTitle));
    COMITY_TRY(text.text, fields.text("text", 1, kMaxProposalText));
    COMITY_CHECK(fields.nothing_else());
    return text;
}

using Numbers = std::map<std::string, std::int64_t, std::less<>>;

Result<Numbers> numbers_of(const json::Object& object, const std::string& path, std::int64_t max) {
    Numbers numbers;
    const json::Value value(object);
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    for (const auto& row : object) {
        COMITY_TRY(numbers[std::string(row.key())], fields.integer(row.key(), 0, max));
    }
    return numbers;
}

}  // namespace

const ProposalText& ProposalBody::shown(std::string_view language) const {
    const auto at = std::ranges::find(texts, language, &ProposalText::language);
    if (at != texts.end()) return *at;
    return *std::ranges::find(texts, true, &ProposalText::authentic);
}

bool ProposalBody::may_revise(std::string_view member) const {
    return std::ranges::find(co_authors, member) != co_authors.end();
}

Result<Procedure> parse_procedure_statement(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    COMITY_CHECK(fields.object("procedure"));
    COMITY_TRY(Procedure procedure, parse_procedure(*fields.any("procedure"), "body.procedure"));
    COMITY_CHECK(fields.nothing_else());
    return procedure;
}

Result<ProposalBody> parse_proposal(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ProposalBody proposal;
    if (fields.has("previous")) {
        COMITY_TRY(proposal.previous, digest_of(fields, "previous"));
    }
    COMITY_TRY(const json::Array* texts, fields.array("texts", 1, kLanguages.size()));
    std::set<std::string> languages;
    for (std::size_t i = 0; i < texts->size(); ++i) {
        const std::string path = fmt::format("body.texts[{}]", i);
        COMITY_TRY(ProposalText text, read_text((*texts)[i], path));
        if (!languages.insert(text.language).second)
            return invalid(path + ".language", fmt::format("'{}' stands there twice", text.language));
        proposal.texts.push_back(std::move(text));
    }
    if (std::ranges::none_of(proposal.texts, &ProposalText::authentic))
        return invalid("body.texts", "none is authentic", "say which text binds: \"authentic\": true");
    COMITY_TRY(proposal.note, read_reason(fields, "note"));
    COMITY_TRY(const auto amendments, fields.optional_texts("amendments", kMaxAmendments));
    for (const std::string& hex : amendments) {
        auto id = Digest::from_hex(hex);
        if (!id) return within("body.amendments", id.error());
        if (!proposal.amendments.empty() && *id <= proposal.amendments.back())
            return invalid("body.amendments", "are not in ascending order, each once");
        proposal.amendments.push_back(*id);
    }
    if (!proposal.amendments.empty() && !proposal.previous)
        return invalid("body.amendments", "amend no version", "say which: \"previous\"");
    COMITY_TRY(proposal.co_authors, fields.optional_texts("co_authors", kMaxCoAuthors));
    for (const std::string& member : proposal.co_authors)
        COMITY_CHECK(ledger::check_member_id(member, "body.co_authors"));
    if (const json::Value* rule = fields.any("rule")) {
        COMITY_TRY(proposal.rule, parse_rule_part(*rule, "body.rule"));
    }
    if (const json::Value* organ = fields.any("body")) {
        if (proposal.rule) return invalid("body.body", "goes not with a rule", "propose one and the other");
        COMITY_TRY(proposal.organ, parse_organ_part(*organ, "body.body"));
    }
    if (const json::Value* charter = fields.any("charter")) {
        if (proposal.rule || proposal.organ)
            return invalid("body.charter", "goes neither with a rule nor with an act on a body",
                           "propose one and the other");
        COMITY_TRY(proposal.charter, parse_charter_part(*charter, "body.charter"));
    }
    COMITY_CHECK(fields.nothing_else());
    return proposal;
}

Result<OpeningBody> parse_opening(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    OpeningBody opening;
    COMITY_TRY(opening.version, digest_of(fields, "version"));
    COMITY_CHECK(fields.object("procedure"));
    opening.procedure_json = *fields.any("procedure");
    COMITY_TRY(opening.procedure, parse_procedure(opening.procedure_json, "body.procedure"));
    if (!opening.procedure.adopted) {
        return invalid("body.procedure", "chooses between several",
                       "a proposal is adopted or rejected: give a procedure with \"adopted\"");
    }
    COMITY_TRY(const std::string closes, fields.text("closes", 1, 40));
    auto time = parse_time(closes);
    if (!time) return within("body.closes", time.error());
    opening.closes = *time;
    COMITY_TRY(const auto round, fields.optional_integer("round", 1, 10));
    opening.round = round.value_or(1);
    COMITY_TRY(const auto organ, fields.optional_text("body", 1, 64));
    if (organ) {
        COMITY_CHECK(ledger::check_member_id(*organ, "body.body"));
        opening.organ = *organ;
    }
    COMITY_TRY(const json::Object* parameters, fields.optional_object("parameters"));
    if (parameters != nullptr) {
        COMITY_TRY(opening.parameters, numbers_of(*parameters, "body.parameters", kMaxSum));
    }
    COMITY_TRY(const json::Object* weights, fields.optional_object("weights"));
    if (weights != nullptr) {
        for (const auto& table : *weights) {
            const std::string path = "body.weights." + std::string(table.key());
            const json::Object* rows = table.value().if_object();
            if (rows == nullptr) return invalid(path, "must be an object");
            COMITY_TRY(opening.weights[std::string(table.key())], numbers_of(*rows, path, 1'000'000'000'000));
        }
    }
    COMITY_TRY(const json::Object* earlier, fields.optional_object("earlier"));
    if (earlier != nullptr) {
        const json::Value value(*earlier);
        COMITY_TRY(json::Fields inner, json::Fields::of(value, "body.earlier"));
        for (const auto& row : *earlier) {
            COMITY_TRY(opening.earlier[std::string(row.key())], digest_of(inner, row.key()));
        }
    }
    COMITY_CHECK(fields.nothing_else());
    return opening;
}

Result<BallotBody> parse_ballot(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    BallotBody ballot;
    COMITY_TRY(ballot.opening, digest_of(fields, "opening"));
    COMITY_TRY(ballot.version, digest_of(fields, "version"));
    COMITY_TRY(const std::string vote, fields.text("vote", 1, 20));
    COMITY_TRY(ballot.choice, parse_choice(vote, "body.vote"));
    if (ballot.choice == Choice::kAbsent)
        return invalid("body.vote", "who is absent casts no ballot", "yes, no, abstain or attending");
    COMITY_TRY(ballot.reason, read_reason(fields));
    COMITY_TRY(ballot.objects, fields.boolean("objection", false));
    COMITY_TRY(ballot.recused, fields.boolean("recused", false));
    if (ballot.objects && ballot.reason.empty())
        return invalid("body.reason", "is missing", "an objection must say why, so that it can be answered");
    COMITY_CHECK(fields.nothing_else());
    return ballot;
}

Result<ProxyBody> parse_proxy(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ProxyBody proxy;
    COMITY_TRY(proxy.opening, digest_of(fields, "opening"));
    COMITY_TRY(proxy.to, fields.optional_text("to", 1, 64));
    if (proxy.to) COMITY_CHECK(ledger::check_member_id(*proxy.to, "body.to"));
    COMITY_CHECK(fields.nothing_else());
    return proxy;
}

Result<DeclarationBody> parse_declaration(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    DeclarationBody declaration;
    COMITY_TRY(declaration.opening, digest_of(fields, "opening"));
    COMITY_TRY(declaration.declares, fields.text("declares", 1, 64));
    COMITY_CHECK(ledger::check_member_id(declaration.declares, "body.declares"));
    COMITY_TRY(declaration.holds, fields.boolean("holds", true));
    COMITY_TRY(declaration.reason, read_reason(fields));
    COMITY_CHECK(fields.nothing_else());
    return declaration;
}

Result<AnswerBody> parse_answer(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    AnswerBody answer;
    COMITY_TRY(answer.opening, digest_of(fields, "opening"));
    COMITY_TRY(answer.ballot, digest_of(fields, "ballot"));
    COMITY_TRY(answer.answer, fields.text("answer", 1, kMaxReason));
    COMITY_CHECK(fields.nothing_else());
    return answer;
}

Result<Digest> parse_accession(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    COMITY_TRY(const Digest opening, digest_of(fields, "opening"));
    COMITY_CHECK(fields.nothing_else());
    return opening;
}

Result<CertificationBody> parse_certification(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CertificationBody certification;
    COMITY_TRY(certification.opening, digest_of(fields, "opening"));
    COMITY_TRY(certification.outcome, fields.text("outcome", 1, 20));
    COMITY_TRY(const std::int64_t counted, fields.integer("counted", 0, 2'000'000));
    certification.counted = static_cast<std::uint64_t>(counted);
    COMITY_TRY(certification.ballots, digest_of(fields, "ballots"));
    COMITY_CHECK(fields.nothing_else());
    return certification;
}

namespace {

template <typename T>
Result<void> form_of(const Result<T>& parsed) {
    if (!parsed) return std::unexpected(parsed.error());
    return {};
}

template <typename T>
Result<std::optional<Digest>> opening_of(const Result<T>& parsed) {
    if (!parsed) return std::unexpected(parsed.error());
    return std::optional(parsed->opening);
}

}  // namespace

Result<void> check_voting_body(const ledger::Statement& statement) {
    if (statement.type == kProcedure) return form_of(parse_procedure_statement(statement.body));
    return form_of(belongs_to(statement));
}

Result<std::optional<Digest>> belongs_to(const ledger::Statement& statement) {
    const std::string& type = statement.type;
    if (type == kProposal) {
        COMITY_TRY(const ProposalBody proposal, parse_proposal(statement.body));
        return proposal.previous;
    }
    if (type == kOpening) {
        COMITY_TRY(const OpeningBody opening, parse_opening(statement.body));
        return std::optional(opening.version);
    }
    if (is_of_election(type)) return election_of(statement);
    if (type == kPlace) {
        COMITY_CHECK(parse_place(statement.body));
        return std::nullopt;
    }
    if (type == kAmendment) {
        COMITY_TRY(const AmendmentBody amendment, parse_amendment(statement.body));
        return std::optional(amendment.version);
    }
    if (type == kBallot) return opening_of(parse_ballot(statement.body));
    if (type == kProxy) return opening_of(parse_proxy(statement.body));
    if (type == kDeclaration) return opening_of(parse_declaration(statement.body));
    if (type == kAnswer) return opening_of(parse_answer(statement.body));
    if (type == kCertification) return opening_of(parse_certification(statement.body));
    if (type == kAccession) {
        COMITY_TRY(const Digest opening, parse_accession(statement.body));
        return std::optional(opening);
    }
    return std::nullopt;
}

json::Object proposal_json(const ProposalBody& proposal) {
    json::Object body;
    if (proposal.previous) body["previous"] = proposal.previous->hex();
    json::Array texts;
    for (const ProposalText& text : proposal.texts) {
        texts.push_back(json::Object{{"language", text.language},
                                     {"authentic", text.authentic},
                                     {"title", text.title},
                                     {"text", text.text}});
    }
    body["texts"] = std::move(texts);
    if (!proposal.note.empty()) body["note"] = proposal.note;
    json::Array amendments;
    for (const Digest& id : proposal.amendments) amendments.emplace_back(id.hex());
    if (!amendments.empty()) body["amendments"] = std::move(amendments);
    json::Array co_authors;
    for (const std::string& member : proposal.co_authors) co_authors.emplace_back(member);
    if (!co_authors.empty()) body["co_authors"] = std::move(co_authors);
    if (proposal.rule) body["rule"] = rule_part_json(*proposal.rule);
    if (proposal.organ) body["body"] = organ_part_json(*proposal.organ);
    if (proposal.charter) body["charter"] = charter_part_json(*proposal.charter);
    return body;
}

json::Object opening_json(const OpeningBody& opening) {
    json::Object body{{"version", opening.version.hex()},
                      {"procedure", opening.procedure_json},
                      {"closes", format_time_millis(opening.closes)},
                      {"round", opening.round}};
    if (!opening.organ.empty()) body["body"] = opening.organ;
    json::Object parameters, earlier, weights;
    for (const auto& [id, n] : opening.parameters) parameters[id] = n;
    for (const auto& [id, digest] : opening.earlier) earlier[id] = digest.hex();
    for (const auto& [id, rows] : opening.weights) {
        json::Object table;
        for (const auto& [member, weight] : rows) table[member] = weight;
        weights[id] = std::move(table);
    }
    if (!parameters.empty()) body["parameters"] = std::move(parameters);
    if (!earlier.empty()) body["earlier"] = std::move(earlier);
    if (!weights.empty()) body["weights"] = std::move(weights);
    return body;
}

json::Object ballot_json(const BallotBody& ballot) {
    json::Object body{{"opening", ballot.opening.hex()},
                      {"version", ballot.version.hex()},
                      {"vote", to_string(ballot.choice)}};
    if (!ballot.reason.empty()) body["reason"] = ballot.reason;
    if (ballot.objects) body["objection"] = true;
    if (ballot.recused) body["recused"] = true;
    return body;
}

}  // namespace comity::governance
