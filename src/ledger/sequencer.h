// The sequencer: takes what has passed the door, a batch at a time, and makes it part of the log: one
// transaction, one flush, one checkpoint; the views of what counts are brought up to date in the same
// transaction, so that nothing is ever half-applied. One thread at a time, which the ledger sees to.
#pragma once

#include <atomic>
#include <mutex>
#include <unordered_map>

#include "ledger/audience_book.h"
#include "ledger/door.h"
#include "ledger/erasure.h"
#include "ledger/log_edge.h"
#include "ledger/roll_book.h"
#include "ledger/views.h"

namespace comity::ledger {

class Sequencer {
  public:
    Sequencer(db::Database& database, const LedgerOptions& options, const Pillars& pillars, RollBook& rolls)
        : database_(database), options_(options), pillars_(pillars), rolls_(rolls) {}

    // Makes the empty log's checkpoint where there is none yet; reads the edge.
    Result<void> open();
    // Takes all of the batch and answers each.
    void run(std::span<Prepared> batch);
    Result<void> rebuild(const Progress& progress);
    // How the last batch went, and whether the clock will do. Where it failed, the store is asked to take a
    // write: so this turns right again without another batch. Thread-safe.
    Result<void> ready();
    // The log takes nothing any more, in whichever process; kept. Where it is closed already, the first
    // reason stays.
    Result<void> close_log(const std::string& why);

  private:
    using Answers = std::vector<Result<Receipt>>;
    struct Known {  // a statement that is kept already
        std::int64_t seq = 0;
        std::optional<std::uint64_t> index;
        Witnessed witnessed = 0;
        bool effective = true;
        std::optional<Witnessed> logged;  // when this node's log took it, where known without asking
    };
    struct Work;  // a batch under way

    Result<void> attempt(std::span<Prepared> batch, Answers& answers);
    Result<void> refresh(db::Transaction& tx);
    Result<void> find_known(Work& work, std::span<const Prepared> batch);
    Result<void> recheck(const Work& work, const Prepared& item) const;
    Result<Receipt> take_known(Work& work, const Prepared& item, Known& known);
    Result<void> take_objects_of(Work& work, const Prepared& item, const Known& known);
    Result<void> take_signatures(Work& work, const Prepared& item, Known& known);
    Result<void> insert(Work& work, Prepared& item, std::optional<std::uint64_t> index, Witnessed witnessed,
                        const Roll& roll);
    Result<void> take_foreign(Work& work, Prepared& item);
    Result<void> take_erasures(Work& work);
    Result<void> add_again(Work& work, const Statement& statement, std::int64_t seq);
    Result<void> load_acts_once(db::Transaction& tx);
    Result<void> settle_roll(Work& work);
    Result<bool> promote_waiting(Work& work, const Roll& roll, std::optional<Digest> only);
    Result<void> settle_effects(Work& work, const Roll& before, const Roll& after);
    Result<std::int64_t> checkpoint_time(std::int64_t last) const;
    Result<void> try_write();
    void forget();

    db::Database& database_;
    const LedgerOptions& options_;
    const Pillars& pillars_;
    RollBook& rolls_;

    bool loaded_ = false;  // edge_ is what the database holds
    LogEdge edge_;
    AudienceBook audiences_;
    std::optional<std::vector<std::unique_ptr<Act>>>
        acts_;  // those that make the roll, at version acts_version_
    std::int64_t acts_version_ = -1;

    mutable std::mutex mutex_;  // guards outcome_
    Result<void> outcome_;
    std::atomic<std::int64_t> last_time_{0};
};

}  // namespace comity::ledger
