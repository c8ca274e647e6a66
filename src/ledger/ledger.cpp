#include "ledger/ledger.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <latch>
#include <thread>

#include "ledger/checker.h"
#include "ledger/door.h"
#include "ledger/growth.h"
#include "ledger/id_index.h"
#include "ledger/log_reader.h"
#include "ledger/lookout.h"
#include "ledger/queries.h"
#include "ledger/sequencer.h"
#include "ledger/tables.h"

namespace comity::ledger {
namespace {

constexpr std::size_t kVerifyChunk = 8;  // submissions that a verifier takes at once
constexpr std::size_t kFullBatch = 80;   // as many go without waiting for those still being verified
constexpr auto kGather = std::chrono::milliseconds(1);  // the longest that a batch waits for them
// Leaves the sequencer a core: at 3 it waited for one, after each flush, as long as the flush itself takes.
constexpr int kVerifierNice = 8;
constexpr std::size_t kCachedTiles = 1024;  // 8 KiB each

class LedgerOnDatabase final : public Ledger {
  public:
    LedgerOnDatabase(db::Database& database, LedgerOptions options,
                     std::vector<std::unique_ptr<Pillar>> pillars)
        : database_(database),
          options_(std::move(options)),
          pillars_(std::move(pillars)),
          rolls_(database, pillars_.roll_maker()),
          tiles_(kCachedTiles),
          sequencer_(database, options_, pillars_, rolls_) {}

    Result<void> start() {
        COMITY_CHECK(db::migrate(database_, "ledger", ledger_migrations()));
        for (const auto& pillar : pillars_.all())
            COMITY_CHECK(db::migrate(database_, pillar->name(), pillar->migrations()));
        COMITY_CHECK(sequencer_.open());
        for (unsigned i = 0; i < verifier_count(); ++i) {
            verifiers_.emplace_back([this] { verify(); });
        }
        sequence_thread_ = std::thread([this] { sequence(); });
        return {};
    }

    ~LedgerOnDatabase() override {
        lookout_.reset();
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        incoming_ready_.notify_all();
        for (std::thread& thread : verifiers_) thread.join();
        {
            const std::lock_guard lock(mutex_);
            verified_all_ = true;
        }
        prepared_ready_.notify_all();
        if (sequence_thread_.joinable()) sequence_thread_.join();
    }

    void submit(Submission submission, Done done) override {
        enter({std::move(submission), std::nullopt, std::nullopt, std::move(done)});
    }

    Result<void> ingest(Submission submission, Witnessed witnessed) override {
        std::promise<Result<Receipt>> answer;
        auto future = answer.get_future();
        enter({std::move(submission), witnessed, std::nullopt,
               [&](Result<Receipt> receipt) { answer.set_value(std::move(receipt)); }});
        Result<Receipt> receipt = future.get();
        if (!receipt) return std::unexpected(std::move(receipt).error());
        return {};
    }

    std::shared_ptr<void> on_growth(std::function<void()> listener) override {
        {
            // Nobody who does not listen needs to look.
            const std::lock_guard lock(lookout_mutex_);
            if (!lookout_) lookout_ = std::make_unique<Lookout>(database_, [this] { growth_.tell(); });
        }
        return growth_.subscribe(std::move(listener));
    }
    std::vector<Result<void>> ingest(std::vector<Foreign> statements) override {
        std::vector<Result<void>> answers(statements.size());
        std::latch waiting(static_cast<std::ptrdiff_t>(statements.size()));
        for (std::size_t i = 0; i < statements.size(); ++i) {
            Foreign& statement = statements[i];
            enter({std::move(statement.submission), statement.witnessed, statement.id,
                   [&answer = answers[i], &waiting](Result<Receipt> receipt) {
                       if (!receipt) answer = std::unexpected(std::move(receipt).error());
                       waiting.count_down();
                   }});
        }
        waiting.wait();
        return answers;
    }

    std::shared_ptr<const Roll> roll() override { return rolls_.recent().roll; }
    std::shared_ptr<const Roll> known_roll(std::int64_t version) const override {
        RollState known = rolls_.current();
        return known.version == version ? std::move(known.roll) : nullptr;
    }
    Result<std::vector<Close>> closes(Witnessed now) override {
        COMITY_TRY(const auto session, database_.snapshot());
        std::vector<Close> all;
        for (const auto& pillar : pillars_.all()) {
            COMITY_TRY(auto some, pillar->closes(*session, now));
            for (Close& close : some) all.push_back(std::move(close));
        }
        return all;
    }
    const LogIdentity& identity() const override { return options_.identity; }
    Result<void> ready() override {
        COMITY_CHECK(sequencer_.ready());
        COMITY_TRY(const auto session, database_.reader());
        COMITY_CHECK(session->integer("SELECT n FROM ledger_log WHERE n = 1"));
        return {};
    }

    Result<void> close_log(const std::string& why) override {
        const std::lock_guard lock(sequencer_mutex_);
        return sequencer_.close_log(why);
    }
    LedgerCounts counts() const override {
        const std::lock_guard lock(mutex_);
        return {accepted_, refused_, failed_, under_way_};
    }

    Result<std::string> checkpoint() override {
        COMITY_TRY(const auto session, database_.reader());
        COMITY_TRY(auto note, session->text("SELECT checkpoint FROM ledger_log WHERE n = 1"));
        if (!note) return corrupt("ledger_log", "there is no checkpoint", "restore a backup");
        return std::move(*note);
    }

    Result<Bytes> tile(const log::TilePath& path) override {
        COMITY_TRY(const auto session, database_.reader());
        return LogReader(*session, tiles_).tile(path);
    }

    Result<log::Proof> prove(const Digest& id) override {
        COMITY_TRY(const auto session, database_.snapshot());
        COMITY_TRY(const auto index, index_of(*session, id));
        if (!index) {
            return not_found("statement " + id.hex() + " does not stand in this node's log",
                             "ask the node that took it, or submit it here");
        }
        COMITY_TRY(auto note, session->text("SELECT checkpoint FROM ledger_log WHERE n = 1"));
        COMITY_TRY(const LogState state, LogEdge::read_state(*session));
        LogReader reader(*session, tiles_);
        COMITY_TRY(auto hashes, log::inclusion_proof(*index, state.size, reader.hashes(state.size)));
        return log::Proof{*index, std::move(hashes), note.value_or(""), std::nullopt};
    }

    Result<log::Proof> prove_at(const Digest& id, std::uint64_t size) override {
        COMITY_TRY(const auto session, database_.snapshot());
        COMITY_TRY(const auto index, index_of(*session, id));
        COMITY_TRY(auto note, session->text("SELECT note FROM ledger_checkpoints WHERE size = $1", {size}));
        if (!index || *index >= size || !note) {
            return not_found(
                fmt::format("no checkpoint of {} entries holds the statement {}", size, id.hex()));
        }
        LogReader reader(*session, tiles_);
        COMITY_TRY(auto hashes, log::inclusion_proof(*index, size, reader.hashes(size)));
        return log::Proof{*index, std::move(hashes), std::move(*note), std::nullopt};
    }

    Result<std::vector<Digest>> consistency(std::uint64_t old_size, std::uint64_t size) override {
        COMITY_TRY(const auto session, database_.snapshot());
        COMITY_TRY(const LogState state, LogEdge::read_state(*session));
        if (size > state.size) return invalid("size", fmt::format("the log has {} entries only", state.size));
        LogReader reader(*session, tiles_);
        return log::consistency_proof(old_size, size, reader.hashes(size));
    }

    Result<std::vector<Digest>> subtree(std::uint64_t begin, std::uint64_t end, std::uint64_t size) override {
        COMITY_TRY(const auto session, database_.snapshot());
        COMITY_TRY(const LogState state, LogEdge::read_state(*session));
        if (size > state.size) return invalid("size", fmt::format("the log has {} entries only", state.size));
        LogReader reader(*session, tiles_);
        return log::subtree_proof(begin, end, size, reader.hashes(size));
    }

    Result<Digest> resolve(const Viewer& viewer, std::string_view id_or_prefix) override {
        COMITY_TRY(const auto session, database_.snapshot());
        return resolve_id(*session, viewer, id_or_prefix);
    }
    Result<Kept> find(const Viewer& viewer, const Digest& id) override {
        COMITY_TRY(const auto session, database_.snapshot());
        return find_statement(*session, viewer, id);
    }
    Result<ListPage> list(const Viewer& viewer, const ListQuery& query) override {
        COMITY_TRY(const auto session, database_.snapshot());
        return list_statements(*session, viewer, query);
    }
    Result<std::vector<std::pair<std::uint64_t, std::string>>> envelopes(const Viewer& viewer,
                                                                         std::uint64_t first) override {
        COMITY_TRY(const auto session, database_.snapshot());
        COMITY_TRY(const LogState state, LogEdge::read_state(*session));
        COMITY_TRY(const auto ids, LogReader(*session, tiles_).entries(first, log::kTileWidth, state.size));
        COMITY_TRY(auto found, find_envelopes(*session, viewer, ids));
        std::vector<std::pair<std::uint64_t, std::string>> placed;
        for (auto& [at, envelope] : found) placed.emplace_back(first + at, std::move(envelope));
        return placed;
    }
    Result<ObjectList> objects(const Digest& id) override {
        COMITY_TRY(const auto session, database_.snapshot());
        std::optional<std::tuple<std::int64_t, std::int64_t, std::string>> kept;
        static const std::string by_prefix = of_prefix("SELECT id, seq, added, envelope");
        COMITY_CHECK(session->each(by_prefix, {id_prefix(id)}, [&](const db::Row& row) {
            if (row.digest(0) == id) kept.emplace(row.integer(1), row.integer(2), std::string(row.text(3)));
            return true;
        }));
        if (!kept) return not_found("there is no statement " + id.hex());
        const auto& [seq, added, envelope] = *kept;
        COMITY_TRY(const Act act, parse_kept(envelope));
        COMITY_TRY(KeptObjects all, load_objects(*session, seq, added,
                                                 act.statement.objects ? act.statement.objects->count : 0));
        return std::move(all.list);
    }
    Result<std::string> attachment(const Viewer& viewer, const Digest& id, const Digest& sha256) override {
        COMITY_TRY(const auto session, database_.snapshot());
        return find_attachment(*session, viewer, id, sha256);
    }

    Result<void> rebuild(const Progress& progress) override {
        const std::lock_guard lock(sequencer_mutex_);
        return sequencer_.rebuild(progress);
    }
    Result<Digest> view_digest() override {
        COMITY_TRY(const auto session, database_.snapshot());
        return digest_views(*session, pillars_);
    }
    Result<CheckReport> check(const Progress& progress) override {
        return check_store(database_, options_.identity, pillars_, progress);
    }
    db::Database& database() override { return database_; }

  private:
    struct Incoming {
        Submission submission;
        std::optional<Witnessed> foreign;
        std::optional<Digest> id;  // what it must be, where that is known beforehand
        Done done;
    };

    void enter(Incoming incoming) {
        incoming.done = [this, done = std::move(incoming.done)](Result<Receipt> receipt) mutable {
            count(receipt);
            done(std::move(receipt));
        };
        {
            const std::lock_guard lock(mutex_);
            if (!stopping_ && under_way_ < options_.max_waiting) {
                ++under_way_;
                incoming_.push_back(std::move(incoming));
                incoming_ready_.notify_one();
                return;
            }
        }
        incoming.done(unavailable("ledger",
                                  stopping_ ? "is stopping" : "too many submissions wait for their turn",
                                  "submit it again in a moment: a statement counts once"));
    }

    void count(const Result<Receipt>& receipt) {
        if (receipt) {
            ++accepted_;
            return;
        }
        const ErrorKind kind = receipt.error().kind;
        const bool ours =
            kind == ErrorKind::kUnavailable || kind == ErrorKind::kCorrupt || kind == ErrorKind::kInternal;
        ++(ours ? failed_ : refused_);
    }

    unsigned verifier_count() const { return std::max(1U, options_.verifiers); }

    void verify() {
        pthread_setname_np(pthread_self(), "verifier");
        // Everybody waits for the one thread that sequences: where cores are short, verifiers step back for
        // it.
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kVerifierNice);
        std::vector<Incoming> chunk;
        std::vector<Prepared> spent;  // freed here, where there is more than one to do it
        for (;;) {
            spent.clear();
            {
                std::unique_lock lock(mutex_);
                incoming_ready_.wait(lock, [&] { return stopping_ || !incoming_.empty(); });
                if (incoming_.empty()) return;
                // What is there is shared out, so that nobody waits while another has a heap.
                const std::size_t fair = (incoming_.size() + verifier_count() - 1) / verifier_count();
                const std::size_t most = std::min(kVerifyChunk, fair);
                while (!incoming_.empty() && chunk.size() < most) {
                    chunk.push_back(std::move(incoming_.front()));
                    incoming_.pop_front();
                }
                verifying_ += chunk.size();
                spent.swap(spent_);
            }
            std::vector<Prepared> passed;
            std::size_t refused_count = 0;
            for (Incoming& incoming : chunk) {
                auto prepared = pass_door(std::move(incoming.submission), incoming.foreign, incoming.id);
                if (prepared) {
                    prepared->done = std::move(incoming.done);
                    passed.push_back(std::move(*prepared));
                } else {
                    ++refused_count;
                    incoming.done(std::unexpected(std::move(prepared).error()));
                }
            }
            {
                const std::lock_guard lock(mutex_);
                verifying_ -= chunk.size();
                under_way_ -= refused_count;
                for (Prepared& prepared : passed) prepared_.push_back(std::move(prepared));
            }
            prepared_ready_.notify_one();
            chunk.clear();
        }
    }

    Result<Prepared> pass_door(Submission submission, std::optional<Witnessed> foreign,
                               const std::optional<Digest>& id) {
        auto opened = open_submission(std::move(submission), foreign);
        if (!opened && id) return within("envelope", std::move(opened).error());
        COMITY_TRY(Prepared prepared, std::move(opened));
        if (id && prepared.statement.id != *id) {
            return invalid("envelope", "is another statement's than the log's entry");
        }
        if (foreign) {
            COMITY_CHECK(check_content(prepared, pillars_));
            // Signatures are verified here, by several threads; the sequencer asks again only where the roll
            // has changed, or where it does not count so far.
            const RollState known = rolls_.current();
            if (check_signer(prepared.statement, prepared.envelope, pillars_, *known.roll, *foreign)) {
                prepared.roll = known.version;
            }
            return prepared;
        }
        RollState roll = rolls_.current();
        const Witnessed now = options_.clock->now().seconds();
        auto counts = check_signer(prepared.statement, prepared.envelope, pillars_, *roll.roll, now);
        if (!counts) {
            // Another process on the same database may have admitted the author since; another thread may
            // have found that out already.
            COMITY_TRY(RollState newest, rolls_.refresh());
            if (newest.version != roll.version) {
                roll = std::move(newest);
                counts = check_signer(prepared.statement, prepared.envelope, pillars_, *roll.roll, now);
            }
        }
        if (!counts) return std::unexpected(std::move(counts).error());
        prepared.roll = roll.version;
        prepared.counts_until = *counts;
        COMITY_CHECK(check_content(prepared, pillars_));
        if (!prepared.submission.holes.empty()) {
            COMITY_TRY(const auto session, database_.reader());
            COMITY_TRY(const bool known, is_kept(*session, prepared.statement.id));
            if (!known) return invalid("objects", "are not all there", "submit all that it binds");
        }
        // What is kept already is answered as the first time, or enters this log too, even where it would
        // have no effect a second time.
        if (auto effect = check_effect(prepared.statement, *roll.roll); !effect) {
            COMITY_TRY(const auto session, database_.reader());
            COMITY_TRY(const bool known, is_kept(*session, prepared.statement.id));
            if (!known) return std::unexpected(std::move(effect).error());
        }
        return prepared;
    }

    // Governance is asked of every statement, whosever type it is: its rules are about all acts.
    Result<void> check_effect(const Statement& statement, const Roll& roll) const {
        const Pillar* owner = pillars_.owner(statement.type);
        const Pillar& governance = pillars_.roll_maker();
        COMITY_CHECK(governance.check_effect(statement, roll));
        return owner == &governance ? Result<void>{} : owner->check_effect(statement, roll);
    }

    void sequence() {
        pthread_setname_np(pthread_self(), "sequencer");
        for (;;) {
            std::vector<Prepared> batch;
            {
                std::unique_lock lock(mutex_);
                prepared_ready_.wait(lock, [&] { return verified_all_ || !prepared_.empty(); });
                if (prepared_.empty()) return;
                prepared_ready_.wait_for(lock, kGather, [&] {
                    return verified_all_ || prepared_.size() >= kFullBatch ||
                           (verifying_ == 0 && incoming_.empty());
                });
                const std::size_t count = std::min(prepared_.size(), options_.max_batch);
                batch.reserve(count);
                for (std::size_t i = 0; i < count; ++i) {
                    batch.push_back(std::move(prepared_.front()));
                    prepared_.pop_front();
                }
            }
            const std::size_t count = batch.size();
            {
                const std::lock_guard lock(sequencer_mutex_);
                sequencer_.run(batch);
            }
            growth_.tell();
            const std::lock_guard lock(mutex_);
            under_way_ -= count;
            if (!incoming_.empty()) spent_.swap(batch);  // a verifier comes by for that anyway
        }
    }

    db::Database& database_;
    const LedgerOptions options_;
    const Pillars pillars_;
    RollBook rolls_;
    TileCache tiles_;
    Growth growth_;
    std::mutex lookout_mutex_;  // guards what follows
    std::unique_ptr<Lookout> lookout_;

    std::mutex sequencer_mutex_;  // guards sequencer_; taken before mutex_
    Sequencer sequencer_;

    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<std::uint64_t> failed_{0};

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable incoming_ready_;
    std::condition_variable prepared_ready_;
    std::deque<Incoming> incoming_;
    std::deque<Prepared> prepared_;
    std::vector<Prepared> spent_;  // answered
    std::size_t verifying_ = 0;
    std::size_t under_way_ = 0;
    bool stopping_ = false;
    bool verified_all_ = false;

    std::vector<std::thread> verifiers_;
    std::thread sequence_thread_;
};

}  // namespace

Result<Receipt> Ledger::submit(Submission submission) {
    std::promise<Result<Receipt>> answer;
    auto future = answer.get_future();
    submit(std::move(submission), [&](Result<Receipt> receipt) { answer.set_value(std::move(receipt)); });
    return future.get();
}

Result<std::unique_ptr<Ledger>> Ledger::open(db::Database& database, LedgerOptions options,
                                             std::vector<std::unique_ptr<Pillar>> pillars) {
    auto ledger = std::make_unique<LedgerOnDatabase>(database, std::move(options), std::move(pillars));
    COMITY_CHECK(ledger->start());
    return ledger;
}

}  // namespace comity::ledger
