#include "ledger/sequencer.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/logging.h"
#include "ledger/holes.h"
#include "ledger/id_index.h"
#include "ledger/queries.h"
#include "ledger/signatures.h"
#include "ledger/waiting.h"

namespace comity::ledger {
namespace {

constexpr std::int64_t kClockTolerance = 60;  // seconds that the clock may be behind the newest checkpoint
constexpr std::int64_t kEarliest = 1'735'689'600;  // 2025-01-01: a clock before it was never set

constexpr std::int64_t kNoTile = -1;  // a place in ledger_tiles that no tile has

// Does every key of before still speak for the member, in the same way? Until when is another question.
bool keeps_keys(const Member& before, const Member& after) {
    return std::ranges::all_of(before.keys, [&](const MemberKey& old) {
        return std::ranges::any_of(after.keys, [&](const MemberKey& key) {
            return key.key == old.key && key.custody == old.custody && key.starts == old.starts &&
                   key.powers == old.powers;
        });
    });
}

constexpr std::string_view kWhyClosed = "SELECT why FROM ledger_closed WHERE n = 1";

Failure log_is_closed(const std::string& why) {
    return conflict("log", "takes no more statements: " + why,
                    "restore its newest backup, or join anew with another log: docs/federation.md");
}

// What the door has read of it is no longer all of it then.
void unite_objects(Prepared& item, const Submission& other) {
    if (item.submission.holes.empty()) return;
    take_objects(item.submission, other);
    item.objects.assign(item.submission.objects.begin(), item.submission.objects.end());
    item.reading = nullptr;
}

Failure another_charter() {
    return conflict("community", "another charter was just taken here",
                    "found each community in a data folder of its own");
}

}  // namespace

struct Sequencer::Work {
    db::Transaction& tx;
    LogEdge edge;
    std::int64_t time;  // of the checkpoint to come
    RollState roll;
    std::unordered_map<Digest, Known, DigestHash> known;
    bool waiting = false;            // statements wait to count
    bool erasures = false;           // some statements are not to be kept (erasure.h)
    std::vector<Erasure> erasing{};  // said in this batch
    bool changed = false;            // something is to be written
    bool roll_touched = false;       // acts came, or their times changed
    bool rebuild = false;            // a statement that counted no longer does, or the other way round
};

void Sequencer::forget() {
    loaded_ = false;
    acts_.reset();
    audiences_.forget();
}

Result<std::int64_t> Sequencer::checkpoint_time(std::int64_t last) const {
    const std::int64_t now = options_.clock->now().seconds();
    if (now < kEarliest) {
        return unavailable("clock", "stands before 2025: it was never set", "set the machine's clock (NTP)");
    }
    if (now < last - kClockTolerance) {
        return unavailable("clock",
                           fmt::format("is {} seconds behind the log's newest checkpoint", last - now),
                           "set the machine's clock (NTP); writing resumes by itself");
    }
    return std::max(now, last);
}

Result<void> Sequencer::close_log(const std::string& why) {
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_CHECK(tx->run("INSERT INTO ledger_closed(n, why) VALUES(1, $1) ON CONFLICT(n) DO NOTHING", why));
    return tx->commit();
}

Result<void> Sequencer::ready() {
    {
        COMITY_TRY(const auto session, database_.reader());
        COMITY_TRY(const auto why, session->text(kWhyClosed));
        if (why) return log_is_closed(*why);
    }
    COMITY_CHECK(checkpoint_time(last_time_));
    {
        const std::lock_guard lock(mutex_);
        if (outcome_) return {};
    }
    // The last batch failed, and nobody may send another for as long as this says so: ask the store itself.
    Result<void> outcome = try_write();
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    return outcome_;
}

Result<void> Sequencer::try_write() {
    COMITY_TRY(const auto tx, database_.begin());
    // Something that is written, and leaves nothing.
    COMITY_CHECK(
        tx->run("INSERT INTO ledger_tiles(place, data) VALUES($1, $2)", kNoTile, Bytes(Digest::kSize)));
    COMITY_CHECK(tx->run("DELETE FROM ledger_tiles WHERE place = $1", kNoTile));
    return tx->commit();
}

Result<void> Sequencer::refresh(db::Transaction& tx) {
    COMITY_TRY(const LogState state, LogEdge::read_state(tx));
    if (!loaded_ || state != edge_.state) {
        COMITY_TRY(edge_, LogEdge::load(tx, options_.identity));
        loaded_ = true;
    }
    if (rolls_.current().version != edge_.state.roll) {
        COMITY_TRY(Roll roll, pillars_.roll_maker().load(tx));
        rolls_.publish({edge_.state.roll, std::make_shared<const Roll>(std::move(roll))});
    }
    if (acts_version_ != edge_.state.roll) acts_.reset();
    return {};
}

Result<void> Sequencer::open() {
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_CHECK(refresh(*tx));
    last_time_ = edge_.state.time;
    if (!edge_.fresh()) return {};
    COMITY_TRY(edge_.state.time, checkpoint_time(0));
    COMITY_CHECK(edge_.write(*tx, options_.identity));
    COMITY_CHECK(tx->commit());
    last_time_ = edge_.state.time;
    return {};
}

void Sequencer::run(std::span<Prepared> batch) {
    Answers answers(batch.size(), Result<Receipt>(internal("ledger", "no answer")));
    Result<void> outcome = attempt(batch, answers);
    if (!outcome) {
        forget();
        const ErrorKind kind = outcome.error().kind;
        const bool storage = kind == ErrorKind::kUnavailable || kind == ErrorKind::kCorrupt;
        if (!storage) {
            // One statement's fault must not be its neighbours', nor the node's: each for itself.
            for (std::size_t i = 0; i < batch.size(); ++i) {
                Answers single(1, answers[i]);
                if (auto alone = attempt(batch.subspan(i, 1), single); !alone) {
                    forget();
                    single[0] = std::unexpected(std::move(alone).error());
                }
                answers[i] = std::move(single[0]);
            }
            outcome = {};
        } else {
            logging::error("batch refused", {{"cause", outcome.error().message()}});
            if (outcome.error().mend.empty())
                outcome.error().mend = "submit it again: a statement counts once";
            for (auto& answer : answers) answer = std::unexpected(outcome.error());
        }
    }
    {
        const std::lock_guard lock(mutex_);
        outcome_ = std::move(outcome);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        // What it holds on to goes now, though the statement itself may be kept a little longer.
        if (auto done = std::exchange(batch[i].done, nullptr)) done(std::move(answers[i]));
    }
}

Result<void> Sequencer::attempt(std::span<Prepared> batch, Answers& answers) {
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_CHECK(refresh(*tx));
    // Only what enters this log needs its clock, and an open log: what other logs have witnessed comes in
    // whatever is wrong with these.
    COMITY_TRY(const auto closed, tx->text(kWhyClosed));
    const Result<std::int64_t> own =
        closed ? Result<std::int64_t>(log_is_closed(*closed)) : checkpoint_time(edge_.state.time);
    const std::int64_t time = own.value_or(edge_.state.time);
    Work work{*tx, edge_, time, rolls_.current(), {}};
    COMITY_TRY(const auto waiting, tx->integer("SELECT n FROM ledger_waiting LIMIT 1"));
    work.waiting = waiting.has_value();
    COMITY_TRY(work.erasures, any_erasure(*tx));
    COMITY_CHECK(find_known(work, batch));

    for (std::size_t i = 0; i < batch.size(); ++i) {
        Prepared& item = batch[i];
        const Digest& id = item.statement.id;
        if (!item.foreign && !own) {
            answers[i] = std::unexpected(own.error());
            continue;
        }
        if (const auto it = work.known.find(id); it != work.known.end()) {
            COMITY_TRY(const Receipt receipt, take_known(work, item, it->second));
            answers[i] = receipt;
            continue;
        }
        if (item.foreign) {
            if (work.roll.roll->founded() && item.statement.community != work.roll.roll->community &&
                id != work.roll.roll->community) {
                answers[i] = refused("community", "is not this node's");
                continue;
            }
            if (work.roll_touched && item.statement.community == Digest{}) {
                answers[i] = another_charter();
                continue;
            }
            COMITY_CHECK(take_foreign(work, item));
            answers[i] = Receipt{id, 0, *item.foreign};
            continue;
        }
        if (auto counts = recheck(work, item); !counts) {
            answers[i] = std::unexpected(std::move(counts).error());
            continue;
        }
        if (work.erasures) {
            COMITY_TRY(const bool erased, has_erased(*tx, item.statement, pillars_));
            if (erased) {
                answers[i] = conflict("statement", "was erased by its author: it is not taken again");
                continue;
            }
        }
        const std::uint64_t index = work.edge.append(id);
        COMITY_CHECK(insert(work, item, index, time, *work.roll.roll));
        answers[i] = Receipt{id, index, time};
    }
    if (work.roll_touched) COMITY_CHECK(settle_roll(work));
    COMITY_CHECK(take_erasures(work));
    if (work.rebuild) COMITY_CHECK(rebuild_views(work.tx, pillars_, audiences_, {}));
    if (!work.changed) return {};
    COMITY_CHECK(age_ids(*tx, database_.engine(), edge_.state.seq, work.edge.state.seq));
    if (work.edge.grown()) work.edge.state.time = time;
    COMITY_CHECK(work.edge.write(*tx, options_.identity));
    COMITY_CHECK(tx->commit());
    work.edge.settle();
    edge_ = std::move(work.edge);
    last_time_ = edge_.state.time;
    acts_version_ = edge_.state.roll;
    if (work.roll_touched) rolls_.publish(work.roll);
    return {};
}

// Which of the batch are kept already.
Result<void> Sequencer::find_known(Work& work, std::span<const Prepared> batch) {
    constexpr std::string_view kSelect = "SELECT id, seq, idx, witnessed, effective";
    static const std::string of_one = of_prefix(kSelect);
    static const std::string of_many = of_prefixes(kSelect, kLookUp);
    const std::size_t at_once = batch.size() == 1 ? 1 : kLookUp;
    for (std::size_t first = 0; first < batch.size(); first += at_once) {
        std::vector<db::Param> prefixes;
        prefixes.reserve(at_once);
        for (std::size_t i = 0; i < at_once; ++i) {  // the last one again fills up what is left over
            prefixes.emplace_back(id_prefix(batch[std::min(first + i, batch.size() - 1)].statement.id));
        }
        COMITY_CHECK(work.tx.each(at_once == 1 ? of_one : of_many, prefixes, [&](const db::Row& row) {
            Known known{row.integer(1), std::nullopt, row.integer(3), row.integer(4) != 0, std::nullopt};
            if (!row.null(2)) known.index = static_cast<std::uint64_t>(row.integer(2));
            work.known.emplace(row.digest(0), known);
            return true;
        }));
    }
    return {};
}

// The roll, or the second, may have changed since the door.
Result<void> Sequencer::recheck(const Work& work, const Prepared& item) const {
    if (work.roll_touched && item.statement.community == Digest{}) return another_charter();
    if (item.roll != work.roll.version || work.time > item.counts_until) {
        COMITY_CHECK(check_signer(item.statement, item.envelope, pillars_, *work.roll.roll, work.time));
    }
    return {};
}

Result<Receipt> Sequencer::take_known(Work& work, const Prepared& item, Known& known) {
    const Digest& id = item.statement.id;
    const Witnessed seen = item.foreign ? *item.foreign : work.time;
    const bool enters =
        !item.foreign && !known.index;  // another node's log had it; it comes into this one now
    if (enters) {
        known.index = work.edge.append(id);
        known.logged = work.time;
    }
    if (enters || seen < known.witnessed) {
        const bool earlier = seen < known.witnessed;
        known.witnessed = std::min(known.witnessed, seen);
        COMITY_CHECK(work.tx.run("UPDATE statements SET idx = $1, witnessed = $2 WHERE seq = $3", known.index,
                                 known.witnessed, known.seq));
        Pillar* owner = pillars_.owner(item.statement.type);
        if (earlier && known.effective && owner != nullptr)
            COMITY_CHECK(owner->rewitnessed(work.tx, item.statement));
        if (pillars_.roll_maker().makes_roll(item.statement.type)) {
            COMITY_CHECK(load_acts_once(work.tx));
            for (auto& act : *acts_) {
                if (act->statement.id == id) act->witnessed = known.witnessed;
            }
            work.roll_touched = true;
        }
        work.changed = true;
    }
    if (!item.objects.empty()) COMITY_CHECK(take_objects_of(work, item, known));
    COMITY_CHECK(take_signatures(work, item, known));
    if (item.foreign || !known.index) return Receipt{id, 0, known.witnessed};
    if (!known.logged) {
        COMITY_TRY(
            const auto time,
            work.tx.integer("SELECT time FROM ledger_checkpoints WHERE size > $1 ORDER BY size LIMIT 1",
                            {*known.index}));
        known.logged = time.value_or(known.witnessed);
    }
    return Receipt{id, *known.index, *known.logged};
}

// Objects that are not here yet fill the holes. They are those that the statement binds: what came with them
// makes its root. Readers that go by `added` have been past the statement, so they come as new.
Result<void> Sequencer::take_objects_of(Work& work, const Prepared& item, const Known& known) {
    COMITY_TRY(const std::vector<Hole> holes, holes_of(work.tx, known.seq));
    std::vector<std::string_view> filled(item.objects.size());
    LogState& state = work.edge.state;
    std::int64_t added = std::max(options_.clock->now().micros, state.added + 1);
    Later later;
    for (const Hole& hole : holes) {
        const std::string_view object = item.objects[hole.position];
        if (object.empty()) continue;
        COMITY_CHECK(work.tx.queue("INSERT INTO objects(added, seq, position, data) VALUES($1, $2, $3, $4)",
                                   added, known.seq, hole.position, as_bytes(object)));
        COMITY_CHECK(fill_hole(work.tx, known.seq, hole.position, added));
        filled[hole.position] = object;
        later.emplace(hole.position, Time{added});
        state.added = added++;
    }
    if (later.empty()) return {};
    work.changed = true;
    Pillar* owner = pillars_.owner(item.statement.type);
    if (!known.effective || owner == nullptr) return {};
    COMITY_TRY(const auto first, work.tx.integer("SELECT added FROM statements WHERE seq = $1", {known.seq}));
    return owner->fill(work.tx, {item.statement, known.seq, Time{first.value_or(0)}, filled, nullptr, &later},
                       audiences_);
}

// Signatures that are not kept yet join those that are. Seen earlier than known, or signed by another key
// too, the statement may count after all.
Result<void> Sequencer::take_signatures(Work& work, const Prepared& item, Known& known) {
    const Statement& statement = item.statement;
    const Roll& roll = *work.roll.roll;
    COMITY_TRY(const auto text, work.tx.text("SELECT envelope FROM statements WHERE seq = $1", {known.seq}));
    COMITY_TRY(crypto::Envelope kept, crypto::parse_envelope(text.value_or("")));
    if (unite_signatures(kept, item.envelope, roll.find(statement.author), item.foreign.has_value())) {
        COMITY_CHECK(
            work.tx.run("UPDATE statements SET envelope = $1 WHERE seq = $2", kept.write(), known.seq));
        work.changed = true;
        if (pillars_.roll_maker().makes_roll(statement.type)) {
            COMITY_CHECK(load_acts_once(work.tx));
            for (auto& act : *acts_) {
                if (act->statement.id == statement.id) act->envelope = kept;
            }
            work.roll_touched = true;
        }
    }
    if (!known.effective && check_signer(statement, kept, pillars_, roll, known.witnessed)) {
        COMITY_CHECK(work.tx.run("UPDATE statements SET effective = 1 WHERE seq = $1", known.seq));
        COMITY_CHECK(add_again(work, statement, known.seq));
        known.effective = true;
        work.changed = work.rebuild = true;
    }
    return {};
}

Result<void> Sequencer::insert(Work& work, Prepared& item, std::optional<std::uint64_t> index,
                               Witnessed witnessed, const Roll& roll) {
    LogState& state = work.edge.state;
    const Statement& statement = item.statement;
    work.changed = true;
    if (work.erasures && item.foreign) {  // of what was submitted here it has been asked already
        COMITY_TRY(const bool gone, turn_away(work.tx, statement, pillars_));
        if (gone) return work.tx.queue("DELETE FROM ledger_waiting WHERE id = $1", statement.id);
    }
    std::optional<crypto::Envelope> united;  // where others' signatures joined; else it is kept as it came
    if (work.waiting) {  // other envelopes of it waited: what they witness and who signed them is about it
        COMITY_TRY(const auto others, load_waiting(work.tx, statement.id));
        for (const Waiting& other : others) {
            witnessed = std::min(witnessed, other.witnessed);
            COMITY_TRY(const crypto::Envelope more, crypto::parse_envelope(other.submission.envelope));
            if (!united) united = item.envelope;
            unite_signatures(*united, more, roll.find(statement.author), true);
            unite_objects(item, other.submission);
        }
        if (!others.empty()) {
            COMITY_CHECK(work.tx.run("DELETE FROM ledger_waiting WHERE id = $1", statement.id));
        }
    }
    const crypto::Envelope& envelope = united ? *united : item.envelope;
    const std::string united_text = united ? united->write() : std::string();
    const std::string& text = united ? united_text : item.submission.envelope;
    const std::int64_t seq = ++state.seq;
    const std::int64_t added = std::max(options_.clock->now().micros, state.added + 1);
    state.added = added + std::max<std::int64_t>(static_cast<std::int64_t>(item.objects.size()), 1) - 1;
    COMITY_TRY(const AudienceId audience, audiences_.id(work.tx, statement.author, statement.audience));
    COMITY_CHECK(work.tx.queue(
        "INSERT INTO statements(seq, id, idx, type, author, issued, added, witnessed, audience, effective, "
        "envelope) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)",
        seq, statement.id, index, statement.type, statement.author, statement.issued.micros, added, witnessed,
        audience, text));
    COMITY_CHECK(index_id(work.tx, database_.engine(), statement.id, seq));
    COMITY_CHECK(add_holes(work.tx, seq, item.submission.holes));
    for (std::size_t i = 0; i < item.objects.size(); ++i) {
        if (item.objects[i].empty()) continue;
        COMITY_CHECK(work.tx.queue("INSERT INTO objects(added, seq, position, data) VALUES($1, $2, $3, $4)",
                                   added + static_cast<std::int64_t>(i), seq, i, as_bytes(item.objects[i])));
    }
    for (std::size_t i = 0; i < statement.attachments.size(); ++i) {
        COMITY_CHECK(work.tx.queue(
            "INSERT INTO attachments(sha256, size, data) VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
            statement.attachments[i].sha256, statement.attachments[i].size,
            as_bytes(item.submission.attachments[i])));
    }
    if (pillars_.roll_maker().makes_roll(statement.type)) {
        COMITY_CHECK(load_acts_once(work.tx));
        const auto kept = [&](const auto& act) { return act->statement.id == statement.id; };
        if (std::ranges::none_of(*acts_, kept)) {
            acts_->push_back(std::make_unique<Act>(Act{statement, envelope, witnessed}));
        }
        work.roll_touched = true;
    }
    work.known[statement.id] = {seq, index, witnessed, true, index ? std::optional(work.time) : std::nullopt};
    Pillar* owner = pillars_.owner(statement.type);
    if (owner == nullptr) return {};
    if (const auto target = owner->erases(statement))
        work.erasing.push_back({*target, statement.author, statement.id});
    return owner->apply(work.tx, {statement, seq, Time{added}, item.objects, item.reading.get()}, audiences_);
}

Result<void> Sequencer::take_erasures(Work& work) {
    for (const Erasure& erasure : work.erasing) {
        COMITY_TRY(const bool counted, erase(work.tx, erasure, pillars_));
        work.rebuild = work.rebuild || counted;
    }
    return {};
}

// What counts again after a while comes to the view as new: readers that go by `added` have been past the old
// one, and would miss it.
Result<void> Sequencer::add_again(Work& work, const Statement& statement, std::int64_t seq) {
    LogState& state = work.edge.state;
    const auto count = static_cast<std::int64_t>(statement.objects ? statement.objects->count : 0);
    COMITY_TRY(const auto old, work.tx.integer("SELECT added FROM statements WHERE seq = $1", {seq}));
    if (!old) return corrupt("statements", "one that was just read is not there", "run comity check");
    const std::int64_t added = std::max(options_.clock->now().micros, state.added + 1);
    state.added = added + std::max<std::int64_t>(count, 1) - 1;
    COMITY_CHECK(work.tx.run("UPDATE statements SET added = $1 WHERE seq = $2", added, seq));
    if (count == 0) return {};
    COMITY_CHECK(work.tx.run("UPDATE objects SET added = added + $1 WHERE added >= $2 AND added < $3",
                             added - *old, *old, *old + count));
    return join_fills(work.tx, seq, added);
}

Result<void> Sequencer::load_acts_once(db::Transaction& tx) {
    if (acts_) return {};
    COMITY_TRY(acts_, load_acts(tx, pillars_.roll_maker(), pillars_));
    return {};
}

Result<void> Sequencer::take_foreign(Work& work, Prepared& item) {
    // What counts by itself counts with whatever else is known of it too: insert() unites them.
    if (item.roll == work.roll.version ||
        check_signer(item.statement, item.envelope, pillars_, *work.roll.roll, *item.foreign)) {
        return insert(work, item, std::nullopt, *item.foreign, *work.roll.roll);
    }
    COMITY_CHECK(add_waiting(work.tx, item));
    work.waiting = work.changed = true;
    COMITY_CHECK(promote_waiting(work, *work.roll.roll, item.statement.id));
    return {};
}

// New acts change the roll; a new roll lets statements count that waited, which may be acts again; and it may
// end that some count.
Result<void> Sequencer::settle_roll(Work& work) {
    RollMaker& maker = pillars_.roll_maker();
    const std::shared_ptr<const Roll> before = work.roll.roll;
    COMITY_CHECK(load_acts_once(work.tx));
    Roll roll = make_roll(maker, *acts_);
    COMITY_CHECK(settle_effects(work, *before, roll));
    for (;;) {
        COMITY_TRY(const bool more_acts, promote_waiting(work, roll, std::nullopt));
        if (!more_acts) break;
        // Who was a member on the way here may be none in the end, and what it said has just come to count.
        Roll next = make_roll(maker, *acts_);
        COMITY_CHECK(settle_effects(work, roll, next));
        roll = std::move(next);
    }
    if (roll != *before) {
        COMITY_CHECK(maker.store(work.tx, roll));
    }
    ++work.edge.state.roll;
    work.roll = {work.edge.state.roll, std::make_shared<const Roll>(std::move(roll))};
    return {};
}

// True where acts were among them.
Result<bool> Sequencer::promote_waiting(Work& work, const Roll& roll, std::optional<Digest> only) {
    bool acts = false;
    if (!work.waiting) return acts;
    COMITY_TRY(const auto waiting, load_waiting(work.tx, only));
    // All that is known of a statement counts together, in whichever envelopes it came.
    std::vector<Prepared> items;
    std::unordered_map<Digest, std::size_t, DigestHash> places;
    for (const Waiting& entry : waiting) {
        if (work.known.contains(entry.id)) continue;
        auto item = open_submission(entry.submission, entry.witnessed);
        if (!item) return within("ledger_waiting", std::move(item).error());
        const auto [place, first] = places.emplace(entry.id, items.size());
        if (first) {
            items.push_back(std::move(*item));
            continue;
        }
        Prepared& united = items[place->second];
        united.foreign = std::min(united.foreign, item->foreign);
        unite_signatures(united.envelope, item->envelope, roll.find(united.statement.author), true);
        unite_objects(united, item->submission);
        united.submission.envelope = united.envelope.write();
    }
    for (Prepared& item : items) {
        if (!check_signer(item.statement, item.envelope, pillars_, roll, *item.foreign)) continue;
        COMITY_CHECK(insert(work, item, std::nullopt, *item.foreign, roll));
        acts = acts || pillars_.roll_maker().makes_roll(item.statement.type);
    }
    return acts;
}

// Whose keys have changed: do its statements count as before? Where not, the views are to be made again.
Result<void> Sequencer::settle_effects(Work& work, const Roll& before, const Roll& after) {
    std::vector<std::string> touched;
    for (const auto& [id, member] : after.members) {
        const Member* old = before.find(id);
        if (old == nullptr || *old != member) touched.push_back(id);
    }
    for (const auto& [id, member] : before.members) {
        if (after.find(id) == nullptr) touched.push_back(id);
    }
    for (const std::string& id : touched) {
        const Member* member = after.find(id);
        const Member* old = before.find(id);
        Witnessed end = member == nullptr ? -1 : member->left;
        if (member != nullptr) {
            for (const MemberKey& key : member->keys) end = std::min(end, key.until);
        }
        if (member != nullptr && old != nullptr && !keeps_keys(*old, *member)) end = -1;
        struct Change {
            std::int64_t seq;
            bool counts;
            Statement statement;
        };
        std::vector<Change> changes;
        Result<void> parsed;
        COMITY_CHECK(work.tx.each(
            "SELECT seq, witnessed, effective, envelope FROM statements "
            "WHERE author = $1 AND (effective = 0 OR witnessed > $2)",
            {id, end}, [&](const db::Row& row) {
                auto act = parse_kept(row.text(3));
                if (!act) {
                    parsed = within("statements", std::move(act).error());
                    return false;
                }
                const bool counts =
                    check_signer(act->statement, act->envelope, pillars_, after, row.integer(1)).has_value();
                if (counts != (row.integer(2) != 0))
                    changes.push_back({row.integer(0), counts, std::move(act->statement)});
                return true;
            }));
        COMITY_CHECK(parsed);
        for (const Change& change : changes) {
            COMITY_CHECK(work.tx.run("UPDATE statements SET effective = $1 WHERE seq = $2", change.counts,
                                     change.seq));
            if (change.counts) COMITY_CHECK(add_again(work, change.statement, change.seq));
            work.rebuild = true;
        }
    }
    return {};
}

Result<void> Sequencer::rebuild(const Progress& progress) {
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_CHECK(refresh(*tx));
    forget();
    Result<void> done = rebuild_views(*tx, pillars_, audiences_, progress);
    if (done) done = LogEdge::note_change(*tx);
    if (done) done = tx->commit();
    if (!done) forget();
    return done;
}

}  // namespace comity::ledger
