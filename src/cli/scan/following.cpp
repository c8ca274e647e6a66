#include "cli/scan/following.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <ostream>
#include <set>
#include <thread>

#include "cli/output.h"
#include "cli/scan/follow_state.h"
#include "cli/scan/log_files.h"
#include "cli/scan/scan_patterns.h"
#include "cli/scan/telling.h"
#include "intelligence/match/follow.h"

namespace comity::cli {
namespace {

namespace scanning = intelligence::match;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenLooks{200};       // at what is followed
constexpr std::chrono::milliseconds kBetweenRefreshes{1000};  // of the index, and looks for new logs
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
        COMITY_TRY(const std::vector<std::string> fresh, take_files(state));
        const std::vector<std::string> logs(logs_.begin(), logs_.end());
        if (list_ != nullptr) {
            for (const std::string& file : logs) {
                const auto known = state.places.find(file);
                followers_.push_back(std::make_unique<scanning::Follower>(
                    file, known == state.places.end() ? std::nullopt : std::optional(known->second),
                    request_.from_start, request_.format));
            }
        }
        if (request_.patterns) {
            COMITY_CHECK(begin_patterns(state, logs));
        }
        for (const std::string& file : fresh) COMITY_CHECK(add_log(file));
        return {};
    }

    Result<void> begin_patterns(ScanFollowState& state, const std::vector<std::string>& logs) {
        COMITY_TRY(patterns_, scanning::PatternFollow::make(logs,
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
            say_folders();
            if (any) {
                unsaved_ = true;
                context_.out.flush();
                if (!context_.out) return unavailable("standard output", "cannot be written");
            }
            if (unsaved_ && steady_clock::now() >= save_at_) COMITY_CHECK(save());
            if (steady_clock::now() - refreshed >= kBetweenRefreshes) {
                refresh();
                COMITY_CHECK(look_for_logs());
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
    // Once every log has its place, so that whoever has read this is told each line from there on.
    void say_folders() {
        if (folders_.empty() || folders_said_) return;
        folders_said_ = true;
        context_.err << fmt::format("{} log{} in {}\n", logs_.size(), logs_.size() == 1 ? "" : "s",
                                    fmt::join(folders_, ", "))
                     << std::flush;
    }

    // What is named, and the logs of folders; those that came to a folder since the state was written.
    Result<std::vector<std::string>> take_files(const ScanFollowState& state) {
        std::vector<std::string> fresh;
        for (const std::string& name : request_.files) {
            std::error_code failed;
            if (!std::filesystem::is_directory(name, failed)) {
                logs_.insert(name);
                continue;
            }
            folders_.insert(name);
            const std::string below = (std::filesystem::path(name) / "").string();
            const auto take_known = [&](const auto& places) {
                for (const auto& [log, place] : places) {
                    if (log.starts_with(below)) logs_.insert(log);
                }
            };
            take_known(state.places);
            take_known(state.patterns.places);
            COMITY_TRY(const std::vector<std::string> logs, logs_to_follow(name, logs_));
            for (const std::string& log : logs) {
                if (state.folders.contains(name)) {
                    fresh.push_back(log);
                } else {
                    logs_.insert(log);
                }
            }
        }
        return fresh;
    }

    // One that came to a folder: all of it is new.
    Result<void> add_log(const std::string& file) {
        if (!logs_.insert(file).second) return {};
        if (patterns_ != nullptr) {
            COMITY_CHECK(patterns_->add_log(file));
        }
        if (list_ != nullptr)
            followers_.push_back(
                std::make_unique<scanning::Follower>(file, std::nullopt, true, request_.format));
        return {};
    }

    // A folder that is being changed just now is looked at again in a second.
    Result<void> look_for_logs() {
        for (const std::string& folder : folders_) {
            const auto found = logs_to_follow(folder, logs_);
            for (const std::string& log : found.value_or(std::vector<std::string>()))
                COMITY_CHECK(add_log(log));
        }
        return {};
    }

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
                       follower->poll(gaze_, list_->catalog(), now, [&](scanning::Finding&& finding) {
                           telling_->tell(std::move(finding));
                       }));
            any = any || more;
            say_losses(follower->losses());
            if (telling_->failed()) {
                COMITY_CHECK(telling_->checked());
            }
        }
        if (patterns_ != nullptr) {
            COMITY_TRY(const bool more, patterns_->poll(now, [&](scanning::PatternFinding&& finding) {
                report_.add(finding);
                if (request_.report) hits_.add(finding, now);
            }));
            any = any || more;
            say_losses(patterns_->losses());
        }
        losses_said_.clear();
        return any;
    }

    // A log that values and patterns are looked for in is read twice, and its losses are said once.
    void say_losses(const std::vector<Error>& losses) {
        for (const Error& each : losses) {
            if (losses_said_.insert(each.message()).second) print_error(context_, each);
        }
    }

    Result<void> save() {
        unsaved_ = false;
        if (request_.state.empty()) return {};
        const auto start = steady_clock::now();
        ScanFollowState state;
        state.folders = folders_;
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
    std::set<std::string> folders_;
    bool folders_said_ = false;
    std::set<std::string> logs_;  // that are followed
    scanning::Gaze gaze_;
    std::vector<std::unique_ptr<scanning::Follower>> followers_;
    std::set<std::string> losses_said_;
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
