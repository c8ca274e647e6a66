#include "governance/election/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "crypto/sha256.h"
#include "governance/forms.h"
#include "governance/voting/record.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

class ElectionRecord {
  public:
    ElectionRecord(const Record& record, SecretElection& election) : record_(record), election_(election) {}

    void read() {
        call_electors();
        take_credentials();
        take_keys();
        take_secret_ballots();
        take_decryptions();
        if (election_.body.shuffled()) take_pieces();
        take_results();
    }

  private:
    Witnessed opens() const { return election_.body.opens.seconds(); }
    Witnessed closes() const { return election_.body.closes.seconds(); }

    void call_electors() {
        const ledger::Roll& roll = record_.roll_at(opens());
        for (const auto& [id, member] : roll.members) {
            if (member.left <= opens()) continue;
            if (!election_.body.electorate.takes(id, member.stakeholder_class, roll.groups_of(id))) continue;
            place_[id] = election_.electors.size();
            SecretElection::Elector& elector = election_.electors.emplace_back();
            elector.member = id;
            elector.name = member.name;
            elector.stakeholder_class = member.stakeholder_class;
        }
    }

    // The acts of the type that count and were witnessed in that time, in their order.
    std::vector<Act> counting(std::string_view type, Witnessed from, Witnessed until) const {
        std::vector<Act> acts;
        for (const Copies* one : record_.of(election_.id, type)) {
            const auto act = record_.counting(*one);
            if (act && act->witnessed >= from && act->witnessed <= until) acts.push_back(*act);
        }
        std::ranges::sort(acts, {}, [](const Act& act) { return order_of(act); });
        return acts;
    }

    // The last of each member; nobody has a credential that another has registered before.
    void take_credentials() {
        std::map<std::string, std::string> owner;
        for (const Act& act : counting(kCredential, election_.announced, opens())) {
            const auto body = parse_credential(act.statement->body);
            const auto at = place_.find(act.statement->author);
            if (!body || at == place_.end()) continue;
            const auto first = owner.try_emplace(body->key, act.statement->author).first;
            if (first->second == act.statement->author) election_.electors[at->second].credential = body->key;
        }
    }

    void take_keys() {
        for (const std::string& member : election_.body.trustees) {
            SecretElection::Trustee& trustee = election_.trustees.emplace_back();
            trustee.member = member;
        }
        for (const Act& act : counting(kTrusteeKey, election_.announced, opens())) {
            const auto body = parse_trustee_key(act.statement->body);
            const auto at = std::ranges::find(election_.trustees, act.statement->author,
                                              &SecretElection::Trustee::member);
            if (body && at != election_.trustees.end()) at->key = body->key;
        }
    }

    void leave_out(const Act& act, Disregarded::Why why, std::string text) {
        election_.disregarded.push_back(
            {act.statement->id, act.statement->author, why, std::move(text), act.witnessed});
    }

    void take_secret_ballots() {
        std::map<std::size_t, std::vector<std::pair<Act, SecretBallotBody>>> cast;
        for (const Copies* one : record_.of(election_.id, kSecretBallot)) {
            const auto act = record_.counting(*one);
            const Act& any = act ? *act : one->first();
            const auto at = place_.find(any.statement->author);
            auto body = parse_secret_ballot(any.statement->body);
            if (!act) {
                const auto why = record_.why_not(*one);
                leave_out(any, why,
                          why == Disregarded::Why::kNoPower || why == Disregarded::Why::kOutsideTerm
                              ? std::string(why_key_counts_not(why))
                              : "its signature does not count");
            } else if (any.witnessed > closes()) {
                leave_out(any, Disregarded::Why::kLate,
                          fmt::format("witnessed {} seconds after the close", any.witnessed - closes()));
            } else if (any.witnessed <= opens()) {
                leave_out(any, Disregarded::Why::kEarly, "witnessed before the opening");
            } else if (at == place_.end()) {
                leave_out(any, Disregarded::Why::kForeign,
                          fmt::format("'{}' was not of the electorate", any.statement->author));
            } else if (!body || body->uuid != election_.body.uuid) {
                leave_out(any, Disregarded::Why::kWrongVersion, "it is for another election");
            } else if (election_.electors[at->second].credential != body->credential) {
                leave_out(any, Disregarded::Why::kForeign,
                          "not by the credential that its author registered");
            } else {
                cast[at->second].emplace_back(*act, std::move(*body));
            }
        }
        for (auto& [place, ballots] : cast) {
            std::ranges::sort(ballots, {}, [](const auto& one) { return order_of(one.first); });
            for (std::size_t i = 0; i + 1 < ballots.size(); ++i)
                leave_out(ballots[i].first, Disregarded::Why::kReplaced,
                          "its author has cast another ballot since");
            const auto& [act, body] = ballots.back();
            SecretElection::Elector& elector = election_.electors[place];
            elector.ballot = act.statement->id;
            elector.ballot_text = body.ballot;
            elector.at = act.witnessed;
        }
        std::ranges::sort(election_.disregarded, {},
                          [](const Disregarded& one) { return std::pair(one.at, one.ballot); });
    }

    void take_decryptions() {
        for (const Act& act : counting(kDecryption, closes() + 1, ledger::kNever)) {
            const auto body = parse_decryption(act.statement->body);
            const auto at = std::ranges::find(election_.trustees, act.statement->author,
                                              &SecretElection::Trustee::member);
            if (body && at != election_.trustees.end()) at->factors = body->factors;
        }
    }

    // Texts that came in parts, by the statement that made each whole. Of one part given twice any is as
    // good: the digest says.
    void take_pieces() {
        struct Gathered {
            std::vector<std::string> parts;
            std::size_t missing = 0;
        };
        std::map<std::tuple<std::string, std::string, Digest, std::int64_t>, Gathered> gathered;
        for (const Act& act : counting(kElectionPiece, closes() + 1, ledger::kNever)) {
            const auto body = parse_election_piece(act.statement->body);
            const auto at = std::ranges::find(election_.trustees, act.statement->author,
                                              &SecretElection::Trustee::member);
            if (!body || at == election_.trustees.end()) continue;
            Gathered& one = gathered[{at->member, body->of, body->whole, body->parts}];
            if (one.parts.empty()) {
                one.parts.resize(static_cast<std::size_t>(body->parts));
                one.missing = one.parts.size();
            }
            std::string& part = one.parts[static_cast<std::size_t>(body->part) - 1];
            if (one.missing == 0 || !part.empty()) continue;
            part = body->text;
            if (--one.missing != 0) continue;
            std::string whole;
            for (const std::string& text : one.parts) whole += text;
            if (crypto::sha256(as_bytes(whole)) != body->whole) continue;
            if (body->of == "shuffle")
                at->shuffles.push_back(std::move(whole));
            else
                at->factors = std::move(whole);
        }
    }

    void take_results() {
        std::map<std::string, SecretElection::Claim> last;
        for (const Act& act : counting(kElectionResult, closes() + 1, ledger::kNever)) {
            if (auto body = parse_election_result(act.statement->body))
                last[act.statement->author] = {act.statement->author, act.statement->id, std::move(*body)};
        }
        for (auto& [member, claim] : last) election_.results.push_back(std::move(claim));
    }

    const Record& record_;
    SecretElection& election_;
    std::map<std::string, std::size_t, std::less<>> place_;
};

}  // namespace

std::uint64_t SecretElection::counted() const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(electors, [](const Elector& one) { return one.ballot.has_value(); }));
}

Digest SecretElection::ballots_digest() const {
    std::vector<Digest> ids;
    for (const Elector& elector : electors) {
        if (elector.ballot) ids.push_back(*elector.ballot);
    }
    std::ranges::sort(ids);
    crypto::Sha256 hash;
    for (const Digest& ballot : ids) hash.update(ballot.view());
    return hash.finish();
}

std::string SecretElection::flaw(Witnessed now) const {
    if (announced >= body.opens.seconds()) return "it was announced after the second in which it opens";
    if (now <= body.opens.seconds()) return {};
    for (const Trustee& trustee : trustees) {
        if (!trustee.key)
            return fmt::format("its trustee '{}' had given no key when it opened", trustee.member);
    }
    if (std::ranges::none_of(electors, [](const Elector& one) { return one.credential.has_value(); }))
        return "nobody had registered a credential when it opened";
    return {};
}

std::string_view SecretElection::phase(Witnessed now) const {
    if (!flaw(now).empty()) return "void";
    if (now <= body.opens.seconds()) return "registration";
    if (now <= body.closes.seconds()) return "voting";
    if (body.shuffled() &&
        std::ranges::any_of(trustees, [](const Trustee& one) { return one.shuffles.empty(); })) {
        return "shuffling";
    }
    const bool opened =
        std::ranges::all_of(trustees, [](const Trustee& one) { return one.factors.has_value(); });
    return opened && !results.empty() ? "counted" : "decryption";
}

std::vector<SecretElection> elections_in(std::span<const Act> acts, const SignatureCheck& check) {
    std::vector<SecretElection> list;
    if (std::ranges::none_of(acts, [](const Act& act) { return act.statement->type == kElection; }))
        return list;
    const Record record(acts, check);
    std::set<Digest> seen;
    for (const Act& one : acts) {
        if (one.statement->type != kElection || !seen.insert(one.statement->id).second) continue;
        const auto act = record.counting(one.statement->id);
        auto body =
            act ? parse_election(act->statement->body) : Result<ElectionBody>(std::unexpected(Error{}));
        if (!body) continue;
        SecretElection election;
        election.id = act->statement->id;
        election.author = act->statement->author;
        election.announced = act->witnessed;
        election.body = std::move(*body);
        ElectionRecord(record, election).read();
        list.push_back(std::move(election));
    }
    std::ranges::sort(list, std::greater<>(),
                      [](const SecretElection& one) { return std::pair(one.announced, one.id); });
    return list;
}

Result<SecretElection> find_election(std::vector<SecretElection> elections, std::string_view id) {
    if (id.size() < 8) return invalid("ELECTION", "give 8 digits of its id or more");
    const auto begins = [&](const SecretElection& one) { return one.id.hex().starts_with(id); };
    const auto at = std::ranges::find_if(elections, begins);
    if (at == elections.end())
        return not_found(fmt::format("there is no election {}", id), "comity election list shows them");
    if (std::find_if(at + 1, elections.end(), begins) != elections.end())
        return conflict(std::string(id), "is the beginning of several ids", "give more digits");
    return std::move(*at);
}

Result<void> check_result(const ElectionResultBody& claimed, const ElectionResultBody& counted) {
    if (claimed.counted != counted.counted) {
        return refused("counted",
                       fmt::format("said to be of {} ballots, {} count", claimed.counted, counted.counted));
    }
    if (claimed.ballots != counted.ballots)
        return refused("ballots", "as many ballots count, but not the same ones");
    if (claimed.votes != counted.votes) {
        return refused("votes", fmt::format("said to be {}, opened as {}", fmt::join(claimed.votes, " "),
                                            fmt::join(counted.votes, " ")));
    }
    if (claimed.elected != counted.elected) {
        return refused("elected",
                       fmt::format("said to be the candidates {}, counted as {}",
                                   fmt::join(claimed.elected, " "), fmt::join(counted.elected, " ")));
    }
    return {};
}

json::Object secret_election_json(const SecretElection& election, Witnessed now) {
    json::Object form = election_json(election.body);
    form["id"] = election.id.hex();
    form["author"] = election.author;
    form["announced"] = second_text(election.announced);
    form["phase"] = election.phase(now);
    if (const std::string flaw = election.flaw(now); !flaw.empty()) form["flaw"] = flaw;
    json::Array trustees, electors, disregarded, results;
    for (const SecretElection::Trustee& one : election.trustees) {
        json::Object trustee{{"member", one.member}};
        if (one.key) trustee["key"] = *one.key;
        if (one.factors) trustee["factors"] = *one.factors;
        if (election.body.shuffled()) trustee["shuffles"] = array_of(one.shuffles);
        trustees.push_back(std::move(trustee));
    }
    for (const SecretElection::Elector& one : election.electors) {
        json::Object elector{
            {"member", one.member}, {"name", one.name}, {"class", ledger::to_string(one.stakeholder_class)}};
        if (one.credential) elector["credential"] = *one.credential;
        if (one.ballot) {
            elector["ballot"] = one.ballot->hex();
            elector["ballot_text"] = one.ballot_text;
            elector["witnessed"] = second_text(one.at);
        }
        electors.push_back(std::move(elector));
    }
    for (const Disregarded& one : election.disregarded) {
        disregarded.push_back(json::Object{{"ballot", one.ballot.hex()},
                                           {"author", one.author},
                                           {"why", to_string(one.why)},
                                           {"text", one.text},
                                           {"witnessed", second_text(one.at)}});
    }
    for (const SecretElection::Claim& claim : election.results) {
        json::Object result = election_result_json(claim.body);
        result.erase("election");
        result["member"] = claim.member;
        result["id"] = claim.id.hex();
        results.push_back(std::move(result));
    }
    form["trustees"] = std::move(trustees);
    form["electors"] = std::move(electors);
    form["disregarded"] = std::move(disregarded);
    form["results"] = std::move(results);
    form["counted"] = election.counted();
    form["ballots"] = election.ballots_digest().hex();
    return form;
}

}  // namespace comity::governance
