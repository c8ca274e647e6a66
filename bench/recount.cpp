// recount: a log of roll calls read from a file, every signature and hash of it verified and every vote
// counted again, beside what verifying that many signatures alone takes on all cores. The roll calls are the
// General Assembly's of sessions 1 to 60 where COMITY_SHARED_DATA has them, again and again until there are
// COMITY_BENCH_BALLOTS of ballots; else made up. What is counted is held against the record.
#include "federation/recount.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>

#include "base/parallel.h"
#include "base/text.h"
#include "bench/must.h"
#include "bench/report.h"
#include "governance/procedure/presets.h"
#include "testing/community.h"
#include "testing/folder.h"
#include "testing/forged_log.h"
#include "testing/shared_data.h"

namespace comity::bench {
namespace {

using governance::Choice;

constexpr std::size_t kBallots = 1'000'000;
constexpr std::int64_t kFounded = 1'000'000'000;  // the log's first second
constexpr std::int64_t kBetween = 3 * 86'400;     // from a vote's opening to that of the next
constexpr int kRounds = 3;
constexpr std::uint64_t kRawPackages = 160;  // of 256 statements, verified for the limit
constexpr std::size_t kAtOnce = 64;          // votes that are signed in one go

struct RollCall {
    std::vector<std::pair<std::string, Choice>> votes;  // by member
    std::size_t of(Choice choice) const {
        return static_cast<std::size_t>(
            std::ranges::count(votes, choice, [](const auto& one) { return one.second; }));
    }
};

std::string member_id(std::string_view code) {
    return "m-" + lowered(code);
}

// rcid,country,country_code,vote; a country may be quoted, what follows it never is.
std::vector<RollCall> recorded() {
    const auto data = testing::shared_data();
    std::vector<RollCall> all;
    if (!data) return all;
    const std::string command = fmt::format("xz -dc '{}' 2>/dev/null", (*data / "un/votes.csv.xz").string());
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return all;
    std::map<std::string, std::size_t, std::less<>>
        places;  // by rcid: one roll call's lines need not be together
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
        std::string_view text(line);
        while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
        const std::size_t first = text.find(','), last = text.rfind(',');
        const std::size_t code = text.rfind(',', last - 1);
        const auto choice = governance::parse_choice(text.substr(last + 1), "vote");
        if (!choice) continue;  // the heading
        const auto [place, fresh] = places.emplace(text.substr(0, first), all.size());
        if (fresh) all.emplace_back();
        RollCall& call = all[place->second];
        std::string id = member_id(text.substr(code + 1, last - code - 1));
        if (id == "m-na") {  // Namibia, and those that have no code any more: by their names
            id = "n";
            for (const char c : text.substr(first + 1, code - first - 1)) {
                if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) id += lower(c);
            }
        }
        if (std::ranges::find(call.votes, id, &std::pair<std::string, Choice>::first) == call.votes.end())
            call.votes.emplace_back(std::move(id), *choice);
    }
    pclose(pipe);
    return all;
}

std::vector<RollCall> made_up() {
    std::mt19937 random(7);
    std::vector<RollCall> all(1000);
    for (RollCall& call : all) {
        for (int member = 0; member < 193; ++member) {
            const unsigned luck = random() % 10;
            call.votes.emplace_back(fmt::format("m-{}", member), luck < 7   ? Choice::kYes
                                                                 : luck < 9 ? Choice::kNo
                                                                            : Choice::kAbstain);
        }
    }
    return all;
}

// A log in a file, as a mirror has it: read as one would read a disk.
class LogFile final : public federation::PeerSource {
  public:
    explicit LogFile(const std::filesystem::path& path)
        : file_(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
        if (file_ < 0) give_up("no file for the log");
    }
    ~LogFile() override { close(file_); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    void append(const Digest& id, std::string_view envelope) {
        if (pwrite(file_, envelope.data(), envelope.size(), static_cast<off_t>(end_)) !=
            static_cast<ssize_t>(envelope.size()))
            give_up("the disk is full");
        begins_.push_back(end_);
        end_ += envelope.size();
        entries_.push_back(id);
        frontier_.append(log::leaf_hash(id.view()));
    }
    void seal(std::int64_t second) {
        checkpoints_.emplace_back(entries_.size(),
                                  log_.sign({log_.origin(), entries_.size(), frontier_.root(), {}}, second));
    }
    std::size_t size() const { return entries_.size(); }
    std::size_t signatures() const { return entries_.size() + 2 * checkpoints_.size(); }  // of all kinds

    Result<std::vector<federation::OfferedLog>> logs() override {
        federation::OfferedLog one;
        one.key = log_.key();
        one.cosigner = log_.cosigner();
        one.checkpoint = checkpoints_.back().second;
        return std::vector{one};
    }
    Result<std::string> checkpoint(const federation::OfferedLog&) override {
        return checkpoints_.back().second;
    }
    Result<Bytes> tile(const federation::OfferedLog&, const log::TilePath& path) override {
        Bytes bundle;
        for (std::size_t i = 0; i < path.width; ++i) {
            bundle.push_back(0);
            bundle.push_back(Digest::kSize);
            comity::append(bundle,
                           entries_[static_cast<std::size_t>(path.index) * log::kTileWidth + i].view());
        }
        return bundle;
    }
    Result<std::vector<std::string>> checkpoints(const federation::OfferedLog&,
                                                 std::uint64_t after) override {
        std::vector<std::string> page;
        for (auto at = std::ranges::upper_bound(checkpoints_, after, {},
                                                &std::pair<std::size_t, std::string>::first);
             at != checkpoints_.end() && page.size() < 500; ++at)
            page.push_back(at->second);
        return page;
    }
    Result<std::vector<federation::OfferedStatement>> package(const federation::OfferedLog&,
                                                              std::uint64_t package) override {
        std::vector<federation::OfferedStatement> statements;
        const auto first = static_cast<std::size_t>(package) * log::kTileWidth;
        const std::size_t end = std::min(entries_.size(), first + log::kTileWidth);
        std::string text((end < begins_.size() ? begins_[end] : end_) - begins_[first], '\0');
        if (pread(file_, text.data(), text.size(), static_cast<off_t>(begins_[first])) !=
            static_cast<ssize_t>(text.size()))
            return corrupt("log", "cannot be read");
        for (std::size_t i = first; i < end; ++i) {
            federation::OfferedStatement& one = statements.emplace_back();
            one.index = i;
            one.envelope = text.substr(begins_[i] - begins_[first],
                                       (i + 1 < begins_.size() ? begins_[i + 1] : end_) - begins_[i]);
        }
        return statements;
    }
    Result<ledger::ObjectList> objects(const Digest&, std::uint64_t) override { return ledger::ObjectList(); }
    Result<std::string> attachment(const Digest&, const ledger::AttachmentRef&) override {
        return not_found("there are no attachments here");
    }

  private:
    int file_;
    testing::ForgedLog log_{"assembly.example/log"};
    std::vector<Digest> entries_;
    std::vector<std::size_t> begins_;
    std::size_t end_ = 0;
    log::Frontier frontier_;
    std::vector<std::pair<std::size_t, std::string>> checkpoints_;  // by size
};

using Signed = std::pair<Digest, std::string>;

Signed signed_text(const crypto::Envelope& envelope) {
    return {envelope.digest(), envelope.write()};
}

// An assembly that admits who votes for the first time, and holds one roll call after the other.
class Assembly {
  public:
    explicit Assembly(LogFile& log) : community_({"chair"}), log_(log) {
        const Signed charter = signed_text(community_.charter());
        log_.append(charter.first, charter.second);
        log_.seal(now_);
        auto procedure = must(json::parse(governance::find_preset("unga-simple-majority")->json));
        // Who is in the chair has no vote here.
        procedure.as_object()["electorate"] = json::Object{{"everybody", true}};
        procedure_ = std::move(procedure);
    }

    void hold(std::span<const RollCall* const> calls) {
        std::vector<Vote> votes(calls.size());
        for (std::size_t i = 0; i < calls.size(); ++i) {
            Vote& vote = votes[i];
            for (const auto& [member, choice] : calls[i]->votes) {
                if (member == "chair" || !admitted_.insert(member).second) continue;
                vote.before.push_back(signed_text(community_.admission("chair", member)));
            }
            vote.opens = now_ += kBetween;
            governance::ProposalBody text;
            text.texts.push_back({"en", true, "A resolution", "Text"});
            vote.before.push_back(
                say("chair", governance::kProposal, governance::proposal_json(text), vote.opens));
            vote.body.version = vote.before.back().first;
            vote.body.procedure_json = procedure_;
            vote.body.closes = Time::from_seconds(vote.opens + kBetween - 10);
            vote.before.push_back(
                say("chair", governance::kOpening, governance::opening_json(vote.body), vote.opens));
            vote.opening = vote.before.back().first;
            vote.ballots.resize(calls[i]->votes.size());
        }
        on_all_cores(calls.size(), [&](std::size_t i) {
            for (std::size_t at = 0; at < calls[i]->votes.size(); ++at) {
                governance::BallotBody ballot;
                ballot.opening = votes[i].opening;
                ballot.version = votes[i].body.version;
                ballot.choice = calls[i]->votes[at].second;
                votes[i].ballots[at] = say(calls[i]->votes[at].first, governance::kBallot,
                                           governance::ballot_json(ballot), votes[i].opens + 1);
            }
        });
        for (const Vote& vote : votes) {
            for (const auto& [id, envelope] : vote.before) log_.append(id, envelope);
            log_.seal(vote.opens);
            for (const auto& [id, envelope] : vote.ballots) log_.append(id, envelope);
            log_.seal(vote.opens + 1);
        }
    }
    std::vector<std::string> members() const { return {admitted_.begin(), admitted_.end()}; }

  private:
    struct Vote {
        std::int64_t opens = 0;
        governance::OpeningBody body;
        Digest opening;
        std::vector<Signed> before, ballots;
    };
    Signed say(const std::string& member, std::string_view type, json::Object body, std::int64_t at) {
        return signed_text(community_.statement(member, type, std::move(body), testing::Community::clear(),
                                                Time::from_seconds(at)));
    }

    testing::Community community_;
    LogFile& log_;
    json::Value procedure_;
    std::int64_t now_ = kFounded;
    std::set<std::string> admitted_;
};

double raw_rate(LogFile& log) {
    const auto offered = must(log.logs());
    std::vector<crypto::Envelope> envelopes;
    const std::uint64_t middle = log.size() / 2 / log::kTileWidth;
    for (std::uint64_t package = middle;
         package < middle + kRawPackages && package * log::kTileWidth < log.size(); ++package) {
        for (const auto& one : must(log.package(offered.front(), package)))
            envelopes.push_back(must(crypto::parse_envelope(one.envelope)));
    }
    std::vector<std::string> texts;
    for (const crypto::Envelope& envelope : envelopes) texts.push_back(envelope.pae());
    const crypto::PublicKey key = crypto::SecretKey::generate().public_key();
    // Whether a signature fits takes no other time than that it does not.
    std::atomic<std::size_t> fit = 0;
    const double seconds = seconds_of([&] {
        on_all_cores(texts.size(), [&](std::size_t i) {
            if (crypto::verify(key, as_bytes(texts[i]), envelopes[i].signatures.front().signature)) ++fit;
        });
    });
    return static_cast<double>(texts.size()) / seconds;
}

std::size_t resident() {
    std::ifstream file("/proc/self/statm");
    std::size_t whole = 0, pages = 0;
    file >> whole >> pages;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void recount(const Report& report, const std::string&) {
    const char* wanted = std::getenv("COMITY_BENCH_BALLOTS");
    const std::size_t count = wanted == nullptr ? kBallots : std::strtoull(wanted, nullptr, 10);
    std::vector<RollCall> calls = recorded();
    const bool real = !calls.empty();
    if (!real) calls = made_up();

    const testing::TemporaryFolder folder;
    LogFile log(folder.path() / "log");
    std::vector<const RollCall*> held;
    std::size_t ballots = 0;
    {
        Assembly assembly(log);
        while (ballots < count) {
            std::vector<const RollCall*> some;
            for (; some.size() < kAtOnce && ballots < count; ballots += some.back()->votes.size())
                some.push_back(&calls[(held.size() + some.size()) % calls.size()]);
            assembly.hold(some);
            held.insert(held.end(), some.begin(), some.end());
        }
    }
    report.note(fmt::format("{} votes, {} ballots, {}", held.size(), ballots,
                            real ? "as the General Assembly's record has them" : "made up"));

    // Each beside what the machine could do just before and just after.
    struct Round {
        double ours = 0;
        double limit = 0;
    };
    std::vector<Round> rounds;
    federation::Recount recount;
    std::size_t grown = 0;
    double before = raw_rate(log);
    for (int round = 0; round < kRounds; ++round) {
        recount = {};
        const std::size_t idle = resident();
        const double seconds = seconds_of([&] { recount = must(federation::recount(log, {})); });
        if (round == 0) grown = resident() - idle;
        const double after = raw_rate(log);
        rounds.push_back({static_cast<double>(ballots) / seconds, (before + after) / 2});
        before = after;
    }
    const Round told = median_round(std::move(rounds));

    if (!recount.discrepancies.empty()) give_up(recount.discrepancies.front());
    if (recount.tallies.size() != held.size()) {
        give_up(fmt::format("{} votes of {} are counted: {}", recount.tallies.size(), held.size(),
                            recount.uncounted.empty() ? "" : recount.uncounted.front().second));
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
        const governance::Tally& tally = recount.tallies[i];
        std::size_t choices[3] = {};
        for (const governance::RollCallLine& line : tally.roll_call) {
            if (line.choice == Choice::kYes) ++choices[0];
            if (line.choice == Choice::kNo) ++choices[1];
            if (line.choice == Choice::kAbstain) ++choices[2];
        }
        const std::size_t yes = held[i]->of(Choice::kYes), no = held[i]->of(Choice::kNo);
        if (choices[0] != yes || choices[1] != no || choices[2] != held[i]->of(Choice::kAbstain))
            give_up(fmt::format("vote {} comes to other figures than the record", i));
    }
    report.add({.name = "recount",
                .variant = fmt::format("{} votes", held.size()),
                .value = told.ours,
                .unit = "ballots/s",
                .limit = "Ed25519 verifications alone, all cores",
                .limit_value = told.limit});
    // Of statements that are no ballots, and two of each checkpoint, as well.
    report.add({.name = "recount",
                .variant = "signatures of all kinds",
                .value = told.ours * static_cast<double>(log.signatures()) / static_cast<double>(ballots),
                .unit = "signatures/s",
                .limit = "Ed25519 verifications alone, all cores",
                .limit_value = told.limit});
    report.add({.name = "recount",
                .variant = "memory",
                .value = static_cast<double>(grown) / static_cast<double>(ballots),
                .unit = "bytes a ballot"});
}

}  // namespace comity::bench
