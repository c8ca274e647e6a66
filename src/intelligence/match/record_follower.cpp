#include "intelligence/match/record_follower.h"

namespace comity::intelligence::match {
namespace {

std::optional<FollowPlace> file_place(const std::optional<RecordPlace>& saved) {
    return saved ? std::optional(saved->file) : std::nullopt;
}

}  // namespace

RecordFollower::RecordFollower(std::string path, std::optional<RecordPlace> saved, bool from_start,
                               std::optional<LogFormat> format)
    : file_(std::move(path), file_place(saved), from_start), format_(format) {
    if (saved) last_ = saved->last;
}

Result<const LogRecord*> RecordFollower::next(Time now) {
    while (!next_) {
        if (window_) {
            next_ = lines_.next(now);
            if (next_) break;
            // All of it is read, what is no record too. In the middle of a long line nobody goes on.
            if (window_->ends_line) file_.passed(window_->offset + window_->text.size(), lines_.lines());
            window_.reset();
        }
        COMITY_TRY(const auto window, file_.next());
        if (!window) return nullptr;
        const bool another = begun_ != file_.begun();
        // A file that was empty when it was begun tells only now what it is.
        if (another || file_.place().offset == 0)
            lines_.begin(RecordLines::fields_of(file_.header(), format_), file_.place().lines, last_);
        begun_ = file_.begun();
        window_ = window;
        lines_.take(*window_);
    }
    return &*next_;
}

void RecordFollower::take() {
    file_.passed(next_->end, next_->line);
    last_ = lines_.last();
    next_.reset();
}

}  // namespace comity::intelligence::match
