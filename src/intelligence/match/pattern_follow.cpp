#include "intelligence/match/pattern_follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "crypto/sha256.h"
#include "intelligence/match/record_objects.h"

namespace comity::intelligence::match {
namespace {

constexpr std::uint64_t kAtOnce = 10'000;  // records of one poll

}  // namespace

std::string pattern_key(const ScanPattern& pattern) {
    std::string all(pattern.grammar == PatternGrammar::k20 ? "20" : "21");
    for (const std::string* const part : {&pattern.about.id, &pattern.about.source, &pattern.text})
        all += fmt::format(" {}:{}", part->size(), *part);
    return crypto::sha256(as_bytes(all)).hex();
}

Result<std::unique_ptr<PatternFollow>> PatternFollow::make(const std::vector<std::string>& logs,
                                                           const PatternFollowOptions& options,
                                                           PatternFollowState saved) {
    COMITY_CHECK(check_log_count(logs.size()));
    std::unique_ptr<PatternFollow> made(new PatternFollow(options));
    for (const std::string& log : logs) {
        made->numbers_.push_back(made->log_number(log));
        const auto known = saved.places.find(log);
        made->followers_.push_back(std::make_unique<RecordFollower>(
            log, known == saved.places.end() ? std::nullopt : std::optional(known->second),
            options.from_start, options.format));
    }
    made->saved_ = std::move(saved.kept);
    made->newest_ = saved.newest;
    return made;
}

std::uint64_t PatternFollow::log_number(const std::string& log) {
    const auto found = std::ranges::find(logs_, log);
    if (found != logs_.end()) return static_cast<std::uint64_t>(found - logs_.begin());
    logs_.push_back(log);
    return logs_.size() - 1;
}

Result<void> PatternFollow::add_log(const std::string& log) {
    COMITY_CHECK(check_log_count(followers_.size() + 1));
    numbers_.push_back(log_number(log));
    followers_.push_back(std::make_unique<RecordFollower>(log, std::nullopt, true, options_.format));
    return {};
}

Result<void> PatternFollow::set(std::vector<ScanPattern> patterns) {
    if (watch_ != nullptr) {
        PatternFollowState now = state();
        saved_ = std::move(now.kept);
        newest_ = now.newest;
    }
    auto watch = std::make_unique<PatternWatch>(options_.skew_micros, kMaxKept, Arrival::kAsItHappens);
    if (newest_) watch->restore_newest(*newest_);
    for (const ScanPattern& pattern : patterns) {
        COMITY_TRY(Pattern parsed, parse_pattern(pattern.text, pattern.grammar));
        COMITY_TRY(const std::size_t number, watch->add(std::move(parsed)));
        const auto known = saved_.find(pattern_key(pattern));
        if (known == saved_.end() || !newest_) continue;
        std::vector<RollingMatcher::Kept> kept;
        for (PatternFollowState::Kept& one : known->second)
            kept.push_back({one.at, log_number(one.log) << kLogLineBits | one.line, std::move(one.leaves)});
        saved_.erase(known);
        COMITY_CHECK(watch->restore(number, std::move(kept)));
    }
    saved_.clear();
    if (watch_ != nullptr) {
        const Watched old = watch_->watched();
        before_.late += old.late;
        before_.rolled.let_go += old.rolled.let_go;
        before_.rolled.given_up += old.rolled.given_up;
    }
    watch_ = std::move(watch);
    patterns_ = std::move(patterns);
    return {};
}

Result<bool> PatternFollow::poll(Time now, const std::function<void(PatternFinding&&)>& tell) {
    // The earliest record of all logs that are there; of one moment, in the order of the logs.
    using Turn = std::pair<Time, std::size_t>;
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
    const auto advance = [&](std::size_t which) -> Result<void> {
        COMITY_TRY(const LogRecord* const record, followers_[which]->next(now));
        if (record != nullptr) turns.emplace(record->at, which);
        return {};
    };
    for (std::size_t i = 0; i < followers_.size(); ++i) COMITY_CHECK(advance(i));
    const PatternWatch::Tell told = [&](std::size_t pattern, std::vector<BoundObservation>&& bound) {
        const ScanPattern& said = patterns_[pattern];
        if (said.about.valid_until && *said.about.valid_until <= now) return;
        ++totals_.matches;
        tell(pattern_finding(said, bound, logs_));
    };
    const Time latest{now.micros + options_.skew_micros};
    std::uint64_t count = 0;
    for (; !turns.empty() && count < kAtOnce; ++count) {
        const std::size_t which = turns.top().second;
        turns.pop();
        COMITY_TRY(const LogRecord* const record, followers_[which]->next(now));
        ++totals_.records;
        if (!record->timed) ++totals_.untimed;
        const RecordObjects objects(record->fields, std::min(record->at, latest));
        watch_->see(objects.observation(), numbers_[which] << kLogLineBits | record->line, told);
        followers_[which]->take();
        COMITY_CHECK(advance(which));
    }
    return count > 0;
}

PatternFollowState PatternFollow::state() const {
    PatternFollowState out;
    for (const auto& follower : followers_) out.places[follower->path()] = follower->place();
    if (watch_ == nullptr) {
        out.newest = newest_;
        out.kept = saved_;
        return out;
    }
    out.newest = watch_->newest();
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
        const auto& kept = watch_->kept(i);
        if (kept.empty()) continue;
        auto& of_pattern = out.kept[pattern_key(patterns_[i])];
        for (const RollingMatcher::Kept& one : kept)
            of_pattern.push_back({logs_[static_cast<std::size_t>(one.number >> kLogLineBits)],
                                  one.number & kLogLineMask, one.at, one.leaves});
    }
    return out;
}

std::vector<Error> PatternFollow::losses() {
    std::vector<Error> out;
    for (const auto& follower : followers_) std::ranges::move(follower->losses(), std::back_inserter(out));
    return out;
}

PatternTotals PatternFollow::totals() const {
    PatternTotals out = totals_;
    for (const auto& follower : followers_) {
        out.passed_over += follower->passed_over();
        if (follower->format() == LogFormat::kText) out.text_files.push_back(follower->path());
    }
    out.watched = before_;
    if (watch_ != nullptr) {
        const Watched now = watch_->watched();
        out.watched.late += now.late;
        out.watched.rolled.let_go += now.rolled.let_go;
        out.watched.rolled.given_up += now.rolled.given_up;
    }
    return out;
}

}  // namespace comity::intelligence::match
