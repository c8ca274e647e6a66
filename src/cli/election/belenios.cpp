#include "cli/election/belenios.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <numeric>

#include "cli/forms.h"
#include "crypto/sha256.h"

namespace comity::cli {
namespace {

// The last thing that it says is why it failed.
std::string complaint(std::string_view errors) {
    while (!errors.empty() && errors.back() == '\n') errors.remove_suffix(1);
    const std::size_t line = errors.rfind('\n');
    if (line != std::string_view::npos) errors.remove_prefix(line + 1);
    constexpr std::string_view kSelf = "belenios-tool: ";
    if (errors.starts_with(kSelf)) errors.remove_prefix(kSelf.size());
    return errors.empty() ? "failed" : std::string(errors.substr(0, 500));
}

std::string first_line_of(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

// Of shuffled ballots each holds a number from 0 to 255 for every candidate, which nobody can prove to be a
// rank before it is opened: what is none is told apart by the count.
json::Object question_of(const json::Object& election) {
    if (is_shuffled(election)) {
        return {{"type", "NonHomomorphic"},
                {"value",
                 json::Object{{"answers", election.at("candidates")}, {"question", election.at("title")}}}};
    }
    return {{"answers", election.at("candidates")},
            {"min", election.at("min")},
            {"max", election.at("max")},
            {"question", election.at("title")}};
}

// What the tool is told with a trustee's piece: whose it is, and its digest.
std::string owned(const std::string& piece, std::size_t owner) {
    return fmt::format("{}\n{{\"owner\":{},\"payload\":\"{}\"}}\n", piece, owner,
                       crypto::sha256(as_bytes(piece)).hex());
}

// Files of the set-up: trustees, questions, and the credentials of those who voted.
Result<void> write_setup(const BeleniosFolder& folder, const json::Object& election,
                         const std::vector<std::string>& credentials) {
    std::string keys;
    for (const json::Value& trustee : election.at("trustees").as_array()) {
        const std::string key = field(trustee.as_object(), "key");
        if (key.empty()) {
            return refused("trustees",
                           fmt::format("'{}' has given no key", field(trustee.as_object(), "member")));
        }
        keys += key + "\n";
    }
    COMITY_CHECK(folder.write("public_keys.jsons", keys));
    const json::Object questions{{"description", field(election, "description")},
                                 {"name", election.at("title")},
                                 {"questions", json::Array{question_of(election)}},
                                 {"administrator", election.at("author")},
                                 {"credential_authority", "each elector"}};
    COMITY_CHECK(folder.write("questions.json", json::write(questions)));
    json::Array sorted;
    for (const std::string& credential : credentials) sorted.emplace_back(credential);
    COMITY_CHECK(folder.write("public_creds.json", json::write(sorted)));
    COMITY_CHECK(folder.run({"setup", "make-trustees"}));
    COMITY_CHECK(folder.run({"setup", "make-election", "--uuid", field(election, "uuid"), "--group",
                             field(election, "group"), "--template", "questions.json"}));
    return {};
}

// The archive that the tool adds events to: the one file of the folder that ends in .bel.
std::string archive_name(const BeleniosFolder& folder) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path(), failed)) {
        if (std::string name = entry.path().filename().string(); name.ends_with(".bel")) return name;
    }
    return "none.bel";
}

Result<std::string> archive_in(const BeleniosFolder& folder) {
    return folder.read(archive_name(folder));
}

struct Cast {
    std::string statement;
    std::string credential;
    std::string ballot;
};

std::vector<Cast> ballots_of(const json::Object& election) {
    std::vector<Cast> ballots;
    for (const json::Value& value : election.at("electors").as_array()) {
        const json::Object& elector = value.as_object();
        if (!field(elector, "ballot").empty()) {
            ballots.push_back(
                {field(elector, "ballot"), field(elector, "credential"), field(elector, "ballot_text")});
        }
    }
    std::ranges::sort(ballots, {}, &Cast::statement);
    return ballots;
}

// Verified by the tool as far as the election has come.
Result<BeleniosFolder> with_ballots(const json::Object& election, const std::vector<Cast>& ballots) {
    COMITY_TRY(BeleniosFolder folder, BeleniosFolder::make());
    std::vector<std::string> credentials;
    for (const Cast& one : ballots) credentials.push_back(one.credential);
    std::ranges::sort(credentials);
    COMITY_CHECK(write_setup(folder, election, credentials));
    COMITY_CHECK(folder.run({"archive", "init"}));
    for (const Cast& one : ballots)
        COMITY_CHECK(folder.run({"archive", "add-event", "--type=Ballot"}, one.ballot + "\n"));
    COMITY_CHECK(folder.run({"election", "verify"}));
    return folder;
}

}  // namespace

Result<BeleniosFolder> BeleniosFolder::make() {
    std::string name = (std::filesystem::temp_directory_path() / "comity-election-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return unavailable(name, "cannot be made", "is there room in it?");
    return BeleniosFolder(name);
}

BeleniosFolder::~BeleniosFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<void> BeleniosFolder::write(const std::string& name, std::string_view text) const {
    std::ofstream file(path_ / name, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) return unavailable((path_ / name).string(), "cannot be written", "is there room?");
    return {};
}

Result<std::string> BeleniosFolder::read(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    if (!file) return unavailable((path_ / name).string(), "cannot be read");
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::string> BeleniosFolder::find(std::string_view ending) const {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(path_, failed)) {
        if (std::string name = entry.path().filename().string(); name.ends_with(ending)) return read(name);
    }
    return refused("belenios-tool", fmt::format("has written no file that ends in {}", ending));
}

Result<std::string> BeleniosFolder::run(const std::vector<std::string>& arguments,
                                        std::string_view input) const {
    COMITY_CHECK(write(".input", input));
    std::string program = "belenios-tool";
    std::vector<std::string> words = arguments;
    std::vector<char*> argv{program.data()};
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    // Its random numbers are the system's, as everybody's.
    std::string random = "BELENIOS_USE_URANDOM=1";
    std::vector<char*> environment{random.data()};
    for (char** one = environ; *one != nullptr; ++one) environment.push_back(*one);
    environment.push_back(nullptr);

    const std::string from = (path_ / ".input").string(), to = (path_ / ".output").string(),
                      errors = (path_ / ".errors").string();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, from.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, path_.c_str());
    pid_t child = 0;
    const int failed =
        posix_spawnp(&child, program.c_str(), &actions, nullptr, argv.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        return unavailable("belenios-tool", "cannot be started",
                           "secret elections need it: apt install belenios-tool");
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        return unavailable("belenios-tool", "cannot be started",
                           "secret elections need it: apt install belenios-tool");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        COMITY_TRY(const std::string said, read(".errors"));
        return refused("belenios-tool " + arguments.front(), complaint(said));
    }
    return read(".output");
}

Result<BeleniosElection> prepare_election(const json::Object& election) {
    const std::vector<Cast> ballots = ballots_of(election);
    auto whole = with_ballots(election, ballots);
    std::vector<Cast> good = ballots;
    std::vector<std::pair<std::string, std::string>> bad;
    if (!whole) {
        // Is it the election, or one of the ballots? Each is tried alone.
        COMITY_CHECK(with_ballots(election, {}));
        good.clear();
        for (const Cast& one : ballots) {
            if (const auto alone = with_ballots(election, {one}); alone)
                good.push_back(one);
            else
                bad.emplace_back(one.statement, alone.error().what);
        }
        whole = with_ballots(election, good);
        if (!whole) return std::unexpected(whole.error());
    }
    std::vector<std::string> ids;
    for (const Cast& one : good) ids.push_back(one.statement);
    return BeleniosElection{std::move(*whole), std::move(bad), std::move(ids)};
}

bool is_shuffled(const json::Object& election) {
    return election.contains("method") && field(election, "method") != "votes";
}

Result<std::size_t> apply_shuffles(const BeleniosElection& prepared, const json::Object& election) {
    const BeleniosFolder& folder = prepared.folder;
    std::size_t number = 0;
    const json::Array& trustees = election.at("trustees").as_array();
    for (const json::Value& value : trustees) {
        bool holds = false;
        for (const json::Value& shuffle : value.at("shuffles").as_array()) {
            COMITY_TRY(const std::string before, archive_in(folder));
            const std::string text(shuffle.as_string());
            holds =
                folder.run({"archive", "add-event", "--type=Shuffle"}, owned(text, number + 1)).has_value() &&
                folder.run({"election", "verify"}).has_value();
            if (holds) break;
            COMITY_CHECK(folder.write(archive_name(folder), before));
        }
        if (!holds) return number;
        ++number;
    }
    COMITY_CHECK(folder.run({"archive", "add-event", "--type=EndShuffles"}));
    return number;
}

Result<std::string> shuffle_ballots(const BeleniosElection& prepared, std::size_t number) {
    COMITY_TRY(const std::string printed,
               prepared.folder.run({"election", "shuffle", "--trustee-id", std::to_string(number)}));
    return first_line_of(printed);
}

Result<void> end_ballots(const BeleniosElection& election) {
    const BeleniosFolder& folder = election.folder;
    COMITY_CHECK(folder.run({"archive", "add-event", "--type=EndBallots"}));
    COMITY_TRY(const std::string sum, folder.run({"election", "compute-encrypted-tally"}));
    COMITY_CHECK(folder.run({"archive", "add-event", "--type=EncryptedTally"}, sum));
    return {};
}

namespace {

Result<void> take_opened(const json::Array& ballots, const json::Object& election, BeleniosResult& result) {
    std::vector<std::string> candidates;
    for (const json::Value& one : election.at("candidates").as_array())
        candidates.emplace_back(one.as_string());
    for (const json::Value& value : ballots) {
        const json::Array* marks = value.if_array();
        if (marks == nullptr || marks->size() != candidates.size())
            return refused("belenios-tool", "has opened a ballot that is none");
        governance::ChoiceBallot& ballot = result.opened.emplace_back();
        for (const json::Value& mark : *marks)
            ballot.push_back(
                mark.is_int64() ? static_cast<int>(std::clamp<std::int64_t>(mark.get_int64(), 0, 255)) : 0);
    }
    std::ranges::sort(result.opened);  // the order in which they were shuffled is nobody's to see
    governance::ChoiceRule rule;
    rule.method = field(election, "method");
    rule.seats = election.at("seats").to_number<std::int64_t>();
    if (const json::Value* grades = election.if_contains("grades"))
        rule.grades = static_cast<std::int64_t>(grades->as_array().size());
    COMITY_TRY(result.choice, governance::count_choice(rule, candidates, result.opened));
    return {};
}

}  // namespace

Result<BeleniosResult> open_election(const json::Object& election) {
    COMITY_TRY(BeleniosElection prepared, prepare_election(election));
    BeleniosResult result;
    result.bad = prepared.bad;
    result.counted = prepared.good.size();
    crypto::Sha256 hash;
    for (const std::string& hex : prepared.good) {
        COMITY_TRY(const Digest id, Digest::from_hex(hex));
        hash.update(id.view());
    }
    result.ballots = hash.finish();
    COMITY_CHECK(end_ballots(prepared));
    if (is_shuffled(election)) {
        COMITY_TRY(const std::size_t shuffled, apply_shuffles(prepared, election));
        const json::Array& trustees = election.at("trustees").as_array();
        if (shuffled != trustees.size()) {
            return refused("trustees",
                           fmt::format("'{}' has not shuffled the ballots yet",
                                       field(trustees[shuffled].as_object(), "member")),
                           "comity election shuffle");
        }
    }
    std::size_t owner = 0;
    for (const json::Value& value : election.at("trustees").as_array()) {
        const json::Object& trustee = value.as_object();
        ++owner;
        const std::string factors = field(trustee, "factors");
        if (factors.empty()) {
            return refused(
                "trustees",
                fmt::format("'{}' has not opened the sum of the ballots yet", field(trustee, "member")),
                "comity election decrypt");
        }
        COMITY_CHECK(
            prepared.folder.run({"archive", "add-event", "--type=PartialDecryption"}, owned(factors, owner)));
    }
    COMITY_TRY(const std::string printed, prepared.folder.run({"election", "compute-result"}));
    COMITY_CHECK(prepared.folder.run({"archive", "add-event", "--type=Result"}, printed));
    COMITY_CHECK(prepared.folder.run({"election", "verify"}));
    auto value = json::parse(first_line_of(printed));
    const json::Object* form = value ? value->if_object() : nullptr;
    const json::Value* questions = form == nullptr ? nullptr : form->if_contains("result");
    const json::Array* list = questions == nullptr ? nullptr : questions->if_array();
    const json::Array* votes = list == nullptr || list->empty() ? nullptr : list->front().if_array();
    if (votes != nullptr && is_shuffled(election)) {
        COMITY_CHECK(take_opened(*votes, election, result));
        return result;
    }
    if (votes == nullptr || votes->size() != election.at("candidates").as_array().size())
        return refused("belenios-tool", "has printed a result that is none");
    for (const json::Value& one : *votes) {
        const auto n = one.is_int64() ? one.get_int64() : std::int64_t{-1};
        if (n < 0) return refused("belenios-tool", "has printed a result that is none");
        result.votes.push_back(n);
    }
    return result;
}

std::vector<std::size_t> elected(const std::vector<std::int64_t>& votes, std::size_t seats) {
    std::vector<std::size_t> order(votes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(-votes[i], i); });
    order.resize(std::min(seats, order.size()));
    return order;
}

std::vector<std::size_t> winners_of(const json::Object& election, const BeleniosResult& result) {
    if (result.choice) return result.choice->winners;
    return elected(result.votes, election.at("seats").to_number<std::size_t>());
}

governance::ElectionResultBody claim_of(const json::Object& election, const BeleniosResult& result) {
    governance::ElectionResultBody body;
    body.votes = result.votes;
    if (result.choice) {
        for (const std::size_t i : winners_of(election, result))
            body.elected.push_back(static_cast<std::int64_t>(i));
    }
    body.counted = result.counted;
    body.ballots = result.ballots;
    return body;
}

}  // namespace comity::cli
