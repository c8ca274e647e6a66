#include "http/event_stream.h"

#include <algorithm>
#include <cstring>

namespace comity::http {

namespace {

constexpr std::string_view kBreaks = "\r\n";

// A field of one line; what would begin another line is left out.
void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    std::ranges::copy_if(value, std::back_inserter(out),
                         [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
    out.push_back('\n');
}

}  // namespace

bool EventStream::send(const Event& event) {
    std::string text;
    text.reserve(event.data.size() + event.type.size() + event.id.size() + 32);
    if (!event.type.empty()) append_field(text, "event", event.type);
    if (!event.id.empty()) append_field(text, "id", event.id);
    // Every line of the data is a field of its own; all three line ends break a line (section 9.2.5).
    for (std::string_view rest = event.data;;) {
        const std::size_t end = rest.find_first_of(kBreaks);
        text.append("data: ").append(rest.substr(0, end)).push_back('\n');
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    text.push_back('\n');
    return push(text);
}

bool EventStream::keep_alive() {
    return push(":\n\n");
}

bool EventStream::push(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (waiting_.size() - sent_ + text.size() > kMaxWaiting) {
        closed_ = true;
        wake();
        return false;
    }
    waiting_.append(text);
    wake();
    return true;
}

void EventStream::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake();
}

bool EventStream::open() const {
    const std::lock_guard lock(mutex_);
    return !closed_;
}

void EventStream::wake() {
    if (!std::exchange(suspended_, false)) return;
    line_->expect(waiting_.size() - sent_);
    line_->resume();
}

void EventStream::attach(std::unique_ptr<Line> line) {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
}

void EventStream::detach() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    line_.reset();
}

std::pair<EventStream::Next, std::size_t> EventStream::read(char* into, std::size_t max) {
    const std::lock_guard lock(mutex_);
    const std::size_t size = std::min(max, waiting_.size() - sent_);
    if (size > 0) {
        std::memcpy(into, waiting_.data() + sent_, size);
        sent_ += size;
        if (sent_ == waiting_.size()) {
            waiting_.clear();
            sent_ = 0;
        } else if (sent_ > kMaxWaiting / 2) {
            waiting_.erase(0, std::exchange(sent_, 0));
        }
        return {Next::kBytes, size};
    }
    if (closed_) return {Next::kEnd, 0};
    suspended_ = true;
    line_->expect(0);
    line_->suspend();
    return {Next::kWait, 0};
}

}  // namespace comity::http
