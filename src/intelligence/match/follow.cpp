#include "intelligence/match/follow.h"

#include "intelligence/match/records.h"

namespace comity::intelligence::match {

Follower::Follower(std::string path, std::optional<FollowPlace> saved, bool from_start,
                   std::optional<LogFormat> format)
    : file_(std::move(path), std::move(saved), from_start), format_(format) {}

Result<bool> Follower::poll(Gaze& gaze, const Catalog& catalog, Time now, const Teller::Tell& tell) {
    for (bool any = false;; any = true) {
        COMITY_TRY(const auto window, file_.next());
        if (!window) return any;
        const bool another = begun_ != file_.begun();
        const FollowPlace place = file_.place();
        // A file that was empty when it was begun tells only now what it is.
        if (another || place.offset == 0) {
            const std::string header = file_.header();
            teller_ = std::make_unique<Teller>(file_.path(), RecordLines::fields_of(header, format_));
        }
        if (another) lines_ = place.lines;
        begun_ = file_.begun();
        Glimpse glimpse;
        teller_->read_from(file_.name());
        gaze.look(catalog, now, *window, lines_, glimpse);
        teller_->tell(catalog, now, glimpse, 0, tell);
        // In the middle of a long line nobody goes on.
        if (window->ends_line) file_.passed(window->offset + window->text.size(), lines_);
    }
}

}  // namespace comity::intelligence::match
