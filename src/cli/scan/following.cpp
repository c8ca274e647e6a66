#include "cli/scan/following.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <ostream>
#include <thread>

#include "cli/output.h"
#include "cli/scan/follow_state.h"
#include "cli/scan/scan_patterns.h"
#include "cli/scan/telling.h"
#include "intelligence/match/follow.h"

namespace comity::cli {
namespace {

namespace scanning = intelligence::match;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenLooks{200};       // at what is followed
constexpr std::chrono::milliseconds kBetweenRefreshes{1000};  // of the index
constexpr std::chrono::seconds kBetweenReports{10};           // of what a followed log met
constexpr int kSavingShare = 20;  // a state that takes long to write is written one part of the time

volatile std::sig_atomic_t follow_stop_asked = 0;
void ask_follow_stop(int) {
    follow_stop_asked = 1;
}

class Following {
  public:
    Following(Context& context, const FollowRequest& request, WatchList* list, ScanReport& report)
        : context_(context), request_(request), list_(list), report_(report) {
        if (list != nullptr) telling_ = std::make_unique<ScanTelling>(*list, report, hits(), *context.clock);
    }

    Result<void> begin() {
        COMITY_TRY(ScanFollowState state, read_follow_state(context_, request_.state));
        if (list_ != nullptr) {
            for (const std::string& file : request_.files) {
                const auto known = state.places.find(file);
                followers_.push_back(std::make_unique<scanning::Follower>(
                    file, known == state.places.end() ? std::nullopt : std::optional(known->second),
                    request_.from_start, request_.format));
            }
        }
        if (!request_.patterns) return {};
        COMITY_TRY(patterns_, scanning::PatternFollow::make(request_.files,
                                                            {.format = request_.format,
                                                             .skew_micros = request_.skew_micros,
                                                             .from_start = request_.from_start},
                                                            std::move(state.patterns)));
        if (auto set = set_patterns(); !set && !request_.state.empty()) {
            return within(request_.state, std::move(set).error());
        } else if (!set) {
            return set;
        }
        return {};
    }

    Result<void> run() {
        auto refreshed = steady_clock::now();
        auto reported = refreshed;
        while (follow_stop_asked == 0) {
            COMITY_TRY(const bool any, look());
            if (any) {
                unsaved_ = true;
                context_.out.flush();
                if (!context_.out) return unavailable("standard output", "cannot be written");
            }
            if (unsaved_ && steady_clock::now() >= save_at_) COMITY_CHECK(save());
            if (steady_clock::now() - refreshed >= kBetweenRefreshes) {
                refresh();
                refreshed = steady_clock::now();
            }
            if (steady_clock::now() - reported >= kBetweenReports) {
                // A node that is away for a while is told later.
                if (const auto sent = hits_.send(context_); !sent) print_error(context_, sent.error());
                reported = steady_clock::now();
            }
            if (!any) std::this_thread::sleep_for(kBetweenLooks);
        }
        if (unsaved_) COMITY_CHECK(save());
        if (patterns_ != nullptr)
            say_pattern_totals(context_, patterns_->totals(), patterns_->patterns().size(), request_.skew);
        return hits_.send(context_);
    }

  private:
    HitCollector* hits() { return request_.report ? &hits_ : nullptr; }

    Result<void> set_patterns() {
        COMITY_TRY(auto patterns, request_.patterns());
        return patterns_->set(std::move(patterns));
    }

    // Something was read.
    Result<bool> look() {
        bool any = false;
        const Time now = context_.clock->now();
        for (const auto& follower : followers_) {
            COMITY_TRY(const bool more,
                       follower->poll(list_->catalog(), now, [&](scanning::Finding&& finding) {
                           telling_->tell(std::move(finding));
                       }));
            any = any || more;
            if (telling_->failed()) {
                COMITY_CHECK(telling_->checked());
            }
        }
        if (patterns_ == nullptr) return any;
        COMITY_TRY(const bool more, patterns_->poll(now, [&](scanning::PatternFinding&& finding) {
            report_.add(finding);
            if (request_.report) hits_.add(finding.pattern->about, now);
        }));
        return any || more;
    }

    Result<void> save() {
        unsaved_ = false;
        if (request_.state.empty()) return {};
        const auto start = steady_clock::now();
        ScanFollowState state;
        for (const auto& follower : followers_) state.places[follower->path()] = follower->place();
        if (patterns_ != nullptr) state.patterns = patterns_->state();
        COMITY_CHECK(write_follow_state(context_, request_.state, state));
        const auto took = steady_clock::now() - start;
        save_at_ = steady_clock::now() +
                   (took > kBetweenLooks / kSavingShare ? took * kSavingShare : steady_clock::duration{});
        return {};
    }

    // What can't be taken leaves what was there in place.
    void refresh() {
        if (list_ == nullptr) return;
        const auto newer = list_->refresh();
        if (!newer) return print_error(context_, newer.error());
        if (!*newer || patterns_ == nullptr) return;
        if (const auto set = set_patterns(); !set) print_error(context_, set.error());
    }

    Context& context_;
    const FollowRequest& request_;
    WatchList* const list_;
    ScanReport& report_;
    HitCollector hits_;
    std::unique_ptr<ScanTelling> telling_;
    std::vector<std::unique_ptr<scanning::Follower>> followers_;
    std::unique_ptr<scanning::PatternFollow> patterns_;
    bool unsaved_ = false;
    steady_clock::time_point save_at_{};
};

}  // namespace

Result<void> scan_following(Context& context, const FollowRequest& request, WatchList* list,
                            ScanReport& report) {
    if (std::ranges::find(request.files, "-") != request.files.end())
        return invalid("--follow", "standard input is read to its end anyway", "leave --follow out");
    Following following(context, request, list, report);
    COMITY_CHECK(following.begin());
    follow_stop_asked = 0;
    struct sigaction action{};
    action.sa_handler = ask_follow_stop;
    struct sigaction before_int{}, before_term{};
    sigaction(SIGINT, &action, &before_int);
    sigaction(SIGTERM, &action, &before_term);
    auto done = following.run();
    sigaction(SIGINT, &before_int, nullptr);
    sigaction(SIGTERM, &before_term, nullptr);
    return done;
}

}  // namespace comity::cli
