#include "intelligence/match/windows.h"

#include <algorithm>
#include <cstring>

#include "intelligence/match/marks.h"

namespace comity::intelligence::match {

Windows::Windows(ByteStream& stream, std::size_t size)
    : stream_(stream), capacity_(std::max(size, 4 * kContext)), buffer_(capacity_ + 2 * kMargin, '\0') {}

Result<std::optional<Window>> Windows::next() {
    return take(false);
}
Result<std::optional<Window>> Windows::next_lines() {
    return take(true);
}

Result<std::optional<Window>> Windows::take(bool whole_lines_only) {
    char* const text = buffer_.data() + kMargin;
    std::size_t size = carry_.size();
    std::memcpy(text, carry_.data(), size);
    carry_.clear();
    while (size < capacity_ && !ended_ && !failed_) {
        auto got = stream_.read(text + size, capacity_ - size);
        if (!got) {
            failed_ = std::move(got).error();
        } else if (*got == 0) {
            // What is followed may go on later.
            if (!whole_lines_only) ended_ = true;
            break;
        } else {
            size += *got;
        }
    }
    const bool last = size < capacity_;
    std::size_t end = size;
    const void* const newline = memrchr(text, '\n', size);
    if (newline != nullptr && (!last || whole_lines_only)) {
        end = static_cast<std::size_t>(static_cast<const char*>(newline) - text) + 1;
    } else if (newline == nullptr && last && whole_lines_only) {
        end = 0;
    }
    if (size == 0 || end == 0) {
        carry_.assign(text, size);
        if (failed_) {
            Error error = *std::move(failed_);
            failed_.reset();
            ended_ = true;
            return std::unexpected(std::move(error));
        }
        return std::optional<Window>();
    }
    Window window;
    window.offset = offset_;
    window.begins_line = begins_line_;
    window.from = from_;
    window.until = end;
    std::size_t next = end;
    if (newline == nullptr && !last) {  // a line that is longer than a window
        window.ends_line = false;
        window.until = end - kContext;
        next = window.until - kContext;
    }
    from_ = window.until - next;
    begins_line_ = window.ends_line;
    carry_.assign(text + next, size - next);
    offset_ += next;
    window.text = {text, end};
    std::memset(text + end, 0, kMargin);
    return window;
}

}  // namespace comity::intelligence::match
