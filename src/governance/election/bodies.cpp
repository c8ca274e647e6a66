#include "governance/election/bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "crypto/sha256.h"
#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxCandidates = 25;  // a ballot must fit in an envelope
constexpr std::size_t kMaxTrustees = 20;
constexpr std::size_t kMaxPiece = kMaxElectionPiece;
constexpr std::int64_t kMaxPieces = 1'000;
constexpr std::size_t kMaxGrades = 10;
constexpr std::array<std::string_view, 2> kPieces = {"shuffle", "factors"};
constexpr std::string_view kShuffling =
    "RFC-3526-2048";                            // the one in which belenios-tool can open single ballots
constexpr std::size_t kMaxValueDigits = 1'300;  // digits of 4096 bits
constexpr std::array<std::string_view, 2> kGroups = {"BELENIOS-2048", "RFC-3526-2048"};

// A whole number in decimal, as the tool writes it.
Result<std::string> number_text(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::string text, fields.text(name, 1, kMaxValueDigits));
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) ||
        (text.size() > 1 && text.front() == '0')) {
        return invalid(fields.path(name), "is not a whole number in decimal");
    }
    return text;
}

// Goes to belenios-tool as a line: JSON, an object, and nothing that would end the line.
Result<std::pair<std::string, json::Value>> piece_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::string text, fields.text(name, 2, kMaxPiece));
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return invalid(fields.path(name), "is not on one line", "give it as belenios-tool has written it");
    auto value = json::parse(text);
    if (!value) return within(fields.path(name), value.error());
    if (!value->is_object()) return invalid(fields.path(name), "is no object");
    return std::pair(std::move(text), std::move(*value));
}

Result<void> check_uuid(const std::string& uuid, const std::string& path) {
    constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if (uuid.find_first_not_of(kBase58) != std::string::npos)
        return invalid(path, "is not in base 58", "comity election new makes one");
    return {};
}

Result<void> check_method(const ElectionBody& election, bool bounded) {
    if (election.shuffled() && bounded)
        return invalid("body.max", fmt::format("goes not with '{}'", election.method),
                       "a ballot ranks or grades as many as it wants to");
    if (election.method != "majority-judgment") {
        if (election.grades.empty()) return {};
        return invalid("body.grades", fmt::format("go not with '{}'", election.method));
    }
    const std::set<std::string> names(election.grades.begin(), election.grades.end());
    if (election.grades.size() < 2 || names.size() != election.grades.size() || names.contains(""))
        return invalid("body.grades", "must be two or more, each named once, the best first");
    return {};
}

// Empty where there is no such field.
Result<std::vector<std::int64_t>> whole_numbers(json::Fields& fields, std::string_view name,
                                                std::size_t least, std::int64_t most) {
    std::vector<std::int64_t> numbers;
    COMITY_TRY(const json::Array* array, fields.optional_array(name, least, kMaxCandidates));
    if (array == nullptr) return numbers;
    for (const json::Value& value : *array) {
        if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > most)
            return invalid(fields.path(name), fmt::format("must be whole numbers from 0 to {}", most));
        numbers.push_back(value.get_int64());
    }
    return numbers;
}

Result<Time> time_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 40));
    auto time = parse_time(text);
    if (!time) return within(fields.path(name), time.error());
    return time;
}

}  // namespace

Result<ElectionBody> parse_election(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ElectionBody election;
    COMITY_TRY(election.title, fields.text("title", 1, 300));
    COMITY_TRY(const auto description, fields.optional_text("description", 1, 10'000));
    election.description = description.value_or("");
    COMITY_TRY(election.candidates, fields.texts("candidates", 2, kMaxCandidates));
    std::set<std::string> names;
    for (const std::string& name : election.candidates) {
        if (name.empty() || name.size() > 200 || !names.insert(name).second)
            return invalid("body.candidates", fmt::format("\"{}\" is empty, too long, or there twice", name));
    }
    const auto count = static_cast<std::int64_t>(election.candidates.size());
    COMITY_TRY(const auto seats, fields.optional_integer("seats", 1, count));
    election.seats = seats.value_or(1);
    COMITY_TRY(const auto min, fields.optional_integer("min", 0, count));
    election.min = min.value_or(0);
    COMITY_TRY(const auto max, fields.optional_integer("max", 1, count));
    election.max = max.value_or(election.seats);
    if (election.min > election.max) return invalid("body.min", "is above \"max\": no ballot would do");
    COMITY_TRY(const auto method, optional_word_of(fields, "method", kElectionMethods));
    if (!method.empty()) election.method = method;
    COMITY_TRY(election.grades, fields.optional_texts("grades", kMaxGrades));
    COMITY_CHECK(check_method(election, min || max));
    COMITY_CHECK(fields.object("electorate"));
    election.electorate_json = *fields.any("electorate");
    COMITY_TRY(election.electorate, parse_selector(election.electorate_json, "body.electorate"));
    COMITY_TRY(election.trustees, fields.texts("trustees", 1, kMaxTrustees));
    std::set<std::string> trustees;
    for (const std::string& member : election.trustees) {
        COMITY_CHECK(ledger::check_member_id(member, "body.trustees"));
        if (!trustees.insert(member).second)
            return invalid("body.trustees", fmt::format("'{}' stands there twice", member));
    }
    COMITY_TRY(election.opens, time_of(fields, "opens"));
    COMITY_TRY(election.closes, time_of(fields, "closes"));
    if (election.closes <= election.opens) return invalid("body.closes", "is not after \"opens\"");
    COMITY_TRY(election.uuid, fields.text("uuid", 14, 40));
    COMITY_CHECK(check_uuid(election.uuid, "body.uuid"));
    COMITY_TRY(election.group, word_of(fields, "group", kGroups));
    if (election.shuffled() && election.group != kShuffling)
        return invalid("body.group", fmt::format("cannot be shuffled: '{}'", election.group),
                       fmt::format("give {}", kShuffling));
    COMITY_CHECK(fields.nothing_else());
    return election;
}

Result<CredentialBody> parse_credential(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CredentialBody credential;
    COMITY_TRY(credential.election, digest_of(fields, "election"));
    COMITY_TRY(credential.key, number_text(fields, "key"));
    COMITY_CHECK(fields.nothing_else());
    return credential;
}

Result<TrusteeKeyBody> parse_trustee_key(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    TrusteeKeyBody key;
    COMITY_TRY(key.election, digest_of(fields, "election"));
    COMITY_TRY(auto piece, piece_of(fields, "key"));
    COMITY_CHECK(fields.nothing_else());
    COMITY_TRY(json::Fields inner, json::Fields::of(piece.second, "body.key"));
    COMITY_CHECK(inner.object("pok"));
    COMITY_TRY(json::Fields proof, json::Fields::of(*inner.any("pok"), "body.key.pok"));
    COMITY_CHECK(number_text(proof, "challenge"));
    COMITY_CHECK(number_text(proof, "response"));
    COMITY_CHECK(proof.nothing_else());
    COMITY_CHECK(number_text(inner, "public_key"));
    COMITY_CHECK(inner.nothing_else());
    key.key = std::move(piece.first);
    return key;
}

Result<SecretBallotBody> parse_secret_ballot(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    SecretBallotBody ballot;
    COMITY_TRY(ballot.election, digest_of(fields, "election"));
    COMITY_TRY(auto piece, piece_of(fields, "ballot"));
    COMITY_CHECK(fields.nothing_else());
    COMITY_TRY(json::Fields inner, json::Fields::of(piece.second, "body.ballot"));
    COMITY_TRY(ballot.uuid, inner.text("election_uuid", 1, 40));
    COMITY_TRY(ballot.credential, number_text(inner, "credential"));
    ballot.ballot = std::move(piece.first);
    return ballot;
}

Result<DecryptionBody> parse_decryption(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    DecryptionBody decryption;
    COMITY_TRY(decryption.election, digest_of(fields, "election"));
    COMITY_TRY(auto piece, piece_of(fields, "factors"));
    COMITY_CHECK(fields.nothing_else());
    decryption.factors = std::move(piece.first);
    return decryption;
}

Result<ElectionPieceBody> parse_election_piece(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ElectionPieceBody piece;
    COMITY_TRY(piece.election, digest_of(fields, "election"));
    COMITY_TRY(piece.of, word_of(fields, "of", kPieces));
    COMITY_TRY(piece.whole, digest_of(fields, "whole"));
    COMITY_TRY(piece.parts, fields.integer("parts", 1, kMaxPieces));
    COMITY_TRY(piece.part, fields.integer("part", 1, piece.parts));
    COMITY_TRY(piece.text, fields.text("text", 1, kMaxElectionPiece));
    if (std::ranges::any_of(piece.text, [](char c) { return c < 0x20 || c == 0x7f; }))
        return invalid("body.text", "is not a part of one line of ASCII",
                       "give it as belenios-tool has written it");
    COMITY_CHECK(fields.nothing_else());
    return piece;
}

std::vector<json::Object> election_pieces(const Digest& election, std::string_view of,
                                          std::string_view text) {
    const std::size_t parts =
        std::max<std::size_t>(1, (text.size() + kMaxElectionPiece - 1) / kMaxElectionPiece);
    const std::string whole = crypto::sha256(as_bytes(text)).hex();
    std::vector<json::Object> list;
    for (std::size_t i = 0; i < parts; ++i) {
        list.push_back({{"election", election.hex()},
                        {"of", of},
                        {"whole", whole},
                        {"part", i + 1},
                        {"parts", parts},
                        {"text", text.substr(i * kMaxElectionPiece, kMaxElectionPiece)}});
    }
    return list;
}

Result<ElectionResultBody> parse_election_result(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ElectionResultBody result;
    COMITY_TRY(result.election, digest_of(fields, "election"));
    COMITY_TRY(result.votes, whole_numbers(fields, "votes", 2, 2'000'000));
    COMITY_TRY(result.elected, whole_numbers(fields, "elected", 0, kMaxCandidates - 1));
    if (fields.has("votes") == fields.has("elected"))
        return invalid("body", "must say the votes, or who was elected of shuffled ballots");
    COMITY_TRY(const std::int64_t counted, fields.integer("counted", 0, 2'000'000));
    result.counted = static_cast<std::uint64_t>(counted);
    COMITY_TRY(result.ballots, digest_of(fields, "ballots"));
    COMITY_CHECK(fields.nothing_else());
    return result;
}

bool is_of_election(std::string_view type) {
    return std::ranges::find(kElectionTypes, type) != std::ranges::end(kElectionTypes);
}

Result<std::optional<Digest>> election_of(const ledger::Statement& statement) {
    const auto of = [](const auto& parsed) -> Result<std::optional<Digest>> {
        if (!parsed) return std::unexpected(parsed.error());
        return std::optional(parsed->election);
    };
    const std::string& type = statement.type;
    if (type == kCredential) return of(parse_credential(statement.body));
    if (type == kTrusteeKey) return of(parse_trustee_key(statement.body));
    if (type == kSecretBallot) return of(parse_secret_ballot(statement.body));
    if (type == kDecryption) return of(parse_decryption(statement.body));
    if (type == kElectionPiece) return of(parse_election_piece(statement.body));
    if (type == kElectionResult) return of(parse_election_result(statement.body));
    COMITY_CHECK(parse_election(statement.body));
    return std::nullopt;
}

json::Object election_json(const ElectionBody& election) {
    json::Object form{{"title", election.title}};
    if (!election.description.empty()) form["description"] = election.description;
    form["candidates"] = array_of(election.candidates);
    form["seats"] = election.seats;
    if (election.shuffled()) {
        form["method"] = election.method;
        if (!election.grades.empty()) form["grades"] = array_of(election.grades);
    } else {
        form["min"] = election.min;
        form["max"] = election.max;
    }
    form["electorate"] = election.electorate_json;
    form["trustees"] = array_of(election.trustees);
    form["opens"] = format_time_millis(election.opens);
    form["closes"] = format_time_millis(election.closes);
    form["uuid"] = election.uuid;
    form["group"] = election.group;
    return form;
}

json::Object election_result_json(const ElectionResultBody& result) {
    json::Array numbers;
    for (const std::int64_t n : result.votes.empty() ? result.elected : result.votes) numbers.emplace_back(n);
    return {{"election", result.election.hex()},
            {result.votes.empty() ? "elected" : "votes", std::move(numbers)},
            {"counted", result.counted},
            {"ballots", result.ballots.hex()}};
}

}  // namespace comity::governance
