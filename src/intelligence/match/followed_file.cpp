#include "intelligence/match/followed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crypto/sha256.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kHeader = 64 * 1024;    // bytes in which a format is looked for
constexpr std::size_t kCounted = 256 * 1024;  // bytes at once
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kMostRenames = 100;  // while one list of files is looked at
// Files that begin so, and go on so, may still be two: a log of few lines says the same as the one before it.
constexpr std::uint64_t kSurelyTheSame = 2 * kKnownBytes;

std::string read_beginning(int descriptor, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::pread(descriptor, bytes.data(), size, 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

// Times of copies may have no parts of a second.
std::int64_t whole_seconds(std::int64_t written) {
    return written - written % kSecond;
}

int open_log(const std::string& path) {
    return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

// In a list, the first that was written after it.
std::vector<RotatedLog>::const_iterator first_later(const std::vector<RotatedLog>& beside,
                                                    const FollowPlace& last) {
    const auto itself = std::ranges::find_if(beside, [&](const RotatedLog& each) {
        return each.inode == last.inode && each.device == last.device;
    });
    if (itself != beside.end()) return itself + 1;
    // It may be among them as its own copy.
    for (auto copy = beside.begin(); last.beginning_size > 0 && copy != beside.end(); ++copy) {
        if (copy->written < whole_seconds(last.written)) continue;
        const int descriptor = open_log(copy->path);
        std::string before;
        const bool same = descriptor >= 0 && goes_on_at(descriptor, last, before);
        if (descriptor >= 0) ::close(descriptor);
        if (same) return copy + 1;
    }
    return std::ranges::upper_bound(beside, last.written, {}, &RotatedLog::written);
}

bool is_file_of(int descriptor, std::uint64_t device, std::uint64_t inode) {
    struct stat status{};
    return fstat(descriptor, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

}  // namespace

// The file from one place on: a stream whose end may move.
struct FollowedFile::Reading final : ByteStream {
    Reading(int file, std::uint64_t from) : descriptor(file), began_at(from), at(from), windows(*this) {}

    // Of a compressed file. What is before the place is read, too.
    static Result<std::unique_ptr<Reading>> unpack(int file, std::uint64_t from) {
        auto made = std::make_unique<Reading>(file, 0);
        COMITY_TRY(made->packed, unpacked(file));
        std::string skipped(kHeader, '\0');
        while (made->at < from) {
            const auto size = std::min<std::uint64_t>(skipped.size(), from - made->at);
            COMITY_TRY(const std::size_t got, made->read(skipped.data(), size));
            if (got == 0) return corrupt({}, "is shorter than it was");
        }
        made->began_at = from;
        return made;
    }

    Result<std::size_t> read(char* into, std::size_t size) override {
        if (packed != nullptr) {
            COMITY_TRY(const std::size_t got, packed->read(into, size));
            if (header.size() < kHeader) header.append(into, std::min(got, kHeader - header.size()));
            at += got;
            return got;
        }
        for (;;) {
            const ssize_t got = ::pread(descriptor, into, size, static_cast<off_t>(at));
            if (got >= 0) {
                at += static_cast<std::uint64_t>(got);
                return static_cast<std::size_t>(got);
            }
            if (errno != EINTR) return unavailable({}, std::strerror(errno));
        }
    }
    std::uint64_t consumed() const override { return at; }

    int descriptor;
    std::unique_ptr<ByteStream> packed;
    std::string header;      // of what is compressed
    std::uint64_t began_at;  // in the file
    std::uint64_t at;
    Windows windows;
};

FollowedFile::FollowedFile(std::string path, std::optional<FollowPlace> saved, bool from_start)
    : path_(std::move(path)), saved_(std::move(saved)), from_start_(from_start), name_(path_) {}

FollowedFile::~FollowedFile() {
    leave();
}

void FollowedFile::leave() {
    reading_.reset();
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    looked_ = false;
    rotated_ = false;
    window_ = {};
}

void FollowedFile::lost(std::string what, std::string mend) {
    losses_.push_back({ErrorKind::kNotFound, path_, std::move(what), std::move(mend)});
}

std::string FollowedFile::header() const {
    if (descriptor_ < 0) return {};
    if (packed_) return reading_ != nullptr ? reading_->header : std::string();
    return read_beginning(descriptor_, kHeader);
}

FollowPlace FollowedFile::place() const {
    if (saved_) return *saved_;
    FollowPlace out = place_;
    out.ending_size = before_.size();
    if (!before_.empty()) out.ending = crypto::sha256(as_bytes(before_)).hex();
    return out;
}

// `place`: null, from its first byte.
Result<void> FollowedFile::begin(Found found, const FollowPlace* place) {
    struct stat status{};
    if (fstat(found.descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(found.descriptor);
        return invalid(path_, "is no file that can be followed");
    }
    if (found.name == path_ && is_packed(found.descriptor)) {
        ::close(found.descriptor);
        return invalid(path_, "is compressed, and so not written on", "leave --follow out");
    }
    if (is_utf16(found.descriptor)) {
        ::close(found.descriptor);
        return invalid(path_, "is text in UTF-16, which is not followed",
                       "let it be written in UTF-8, or leave --follow out");
    }
    leave();
    place_ = place != nullptr ? *place : FollowPlace();
    place_.device = status.st_dev;
    place_.inode = status.st_ino;
    place_.written = written_at(status);
    before_ = std::move(found.before);
    name_ = std::move(found.name);
    descriptor_ = found.descriptor;
    packed_ = is_packed(descriptor_);
    saved_.reset();
    all_read_ = false;
    from_start_ = true;  // whatever comes after this one is read from its beginning
    ++begun_;
    return {};
}

// Behind its last whole line, of which the number is counted.
Result<void> FollowedFile::begin_at_its_end(int descriptor) {
    FollowPlace place;
    std::string buffer(kCounted, '\0');
    std::uint64_t at = 0;
    for (;;) {
        const ssize_t got = ::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;  // what is no file is told by begin()
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        place.lines += static_cast<std::uint64_t>(std::ranges::count(bytes, '\n'));
        if (const std::size_t newline = bytes.rfind('\n'); newline != std::string_view::npos)
            place.offset = at + newline + 1;
        at += static_cast<std::uint64_t>(got);
    }
    place.beginning_size = std::min<std::uint64_t>(kKnownBytes, place.offset);
    const std::string beginning = read_beginning(descriptor, place.beginning_size);
    place.beginning = beginning.empty() ? "" : crypto::sha256(as_bytes(beginning)).hex();
    Found found{descriptor, path_, {}};
    (void)goes_on_at(descriptor, place, found.before);  // for what stands before
    return begin(std::move(found), &place);
}

// The file of that place: under the log's name, or under another beside it; else a copy of it.
std::optional<FollowedFile::Found> FollowedFile::find(const FollowPlace& place) const {
    const auto takes = [&](const std::string& name) -> std::optional<Found> {
        Found found{open_log(name), name, {}};
        if (found.descriptor < 0) return std::nullopt;
        if (is_file_of(found.descriptor, place.device, place.inode) &&
            goes_on_at(found.descriptor, place, found.before))
            return found;
        ::close(found.descriptor);
        return std::nullopt;
    };
    if (place.inode == 0) return std::nullopt;
    if (auto found = takes(path_)) return found;
    for (const RotatedLog& each : rotated_logs(path_)) {
        if (each.inode != place.inode || each.device != place.device) continue;
        if (auto found = takes(each.path)) return found;
    }
    return find_copy(place);
}

std::optional<FollowedFile::Found> FollowedFile::find_copy(const FollowPlace& place) const {
    if (place.beginning_size == 0) return std::nullopt;
    for (const RotatedLog& each : rotated_logs(path_)) {
        if (each.written < whole_seconds(place.written)) continue;
        Found found{open_log(each.path), each.path, {}};
        if (found.descriptor < 0) continue;
        if (goes_on_at(found.descriptor, place, found.before)) return found;
        ::close(found.descriptor);
    }
    return std::nullopt;
}

// Where this program ended, or where nothing was yet.
Result<void> FollowedFile::resume() {
    if (saved_) {
        const FollowPlace place = *saved_;
        if (!all_read_) {
            if (auto found = find(place)) return begin(*std::move(found), &place);
        }
        const bool known = all_read_;
        FollowPlace emptied = place;
        if (!known) emptied.inode = 0;  // then it is itself what comes next
        COMITY_CHECK(go_on(emptied));
        if (descriptor_ < 0) saved_ = place;
        if (!known && descriptor_ >= 0 && place.offset > 0 && place_.offset == 0)
            lost(fmt::format("the file that was read up to line {} is gone, and nothing beside it goes on "
                             "there: what was written to it after that, if anything, is not read",
                             place.lines),
                 "keep rotated logs beside the log for as long as scans may rest");
        return {};
    }
    const int current = open_log(path_);
    if (current >= 0) return from_start_ ? begin({current, path_, {}}, nullptr) : begin_at_its_end(current);
    if (errno != ENOENT) return unavailable(path_, std::strerror(errno));
    from_start_ = true;  // what is not there yet is new from its first line
    return {};
}

// To the file that came after the one of which all was read, or to none yet: then place() stays.
Result<void> FollowedFile::go_on(const FollowPlace& last) {
    // The named one is opened first: what is rotated after that comes after it, too.
    Found named{open_log(path_), path_, {}};
    auto later = find_later(last);
    if (later) {
        if (named.descriptor >= 0) ::close(named.descriptor);
        return begin(*std::move(later), nullptr);
    }
    if (named.descriptor < 0) {
        leave();
        saved_ = last;
        return {};
    }
    // A copy in its place that goes on where it ended (rsync writes such): nothing of it is new.
    const bool same = last.offset >= kSurelyTheSame && goes_on_at(named.descriptor, last, named.before);
    return begin(std::move(named), same ? &last : nullptr);
}

// Of what was rotated after it, the first that is not empty.
std::optional<FollowedFile::Found> FollowedFile::find_later(const FollowPlace& last) {
    for (int tries = 0; last.written != 0 && tries < kMostRenames; ++tries) {
        const std::vector<RotatedLog> beside = rotated_logs(path_);
        bool renamed = false;
        for (auto each = first_later(beside, last); each != beside.end() && !renamed; ++each) {
            if (each->size == 0) continue;
            Found found{open_log(each->path), each->path, {}};
            renamed = found.descriptor < 0 ? errno == ENOENT
                                           : !is_file_of(found.descriptor, each->device, each->inode);
            const bool unread =
                found.descriptor < 0 || (is_packed_name(each->path) && !is_packed(found.descriptor));
            if (!renamed && !unread) return found;
            if (!renamed)
                lost(fmt::format("{} {}: its lines are not looked at", each->path,
                                 found.descriptor < 0 ? "can't be opened"
                                                      : "is compressed in a way that is not read"),
                     found.descriptor < 0 ? "let this program read it" : "compress logs with gzip or zstd");
            if (found.descriptor >= 0) ::close(found.descriptor);
        }
        if (!renamed) break;
    }
    return std::nullopt;
}

// It is shorter than what was read of it, or begins otherwise: emptied, perhaps after it was copied.
Result<void> FollowedFile::look_for_emptied() {
    FollowPlace last = place();
    if (auto copy = find_copy(last)) return begin(*std::move(copy), &last);
    lost(fmt::format("was emptied: what was written to it after line {} and was not read yet is gone",
                     last.lines),
         "rotate it by renaming, or with a copy beside it (copytruncate)");
    last.inode = 0;  // it is itself what comes next, unless something was written before it
    const int again = ::dup(descriptor_);
    if (again < 0) return unavailable(path_, std::strerror(errno));
    if (auto later = find_later(last)) {
        ::close(again);
        return begin(*std::move(later), nullptr);
    }
    return begin({again, name_, {}}, nullptr);
}

// Was it emptied, and has it still its name?
Result<void> FollowedFile::look() {
    looked_ = true;
    if (packed_) {
        rotated_ = true;
        return {};
    }
    struct stat mine{}, named{};
    if (fstat(descriptor_, &mine) != 0) return unavailable(path_, std::strerror(errno));
    const std::uint64_t at = reading_ != nullptr ? reading_->at : place_.offset;
    std::string before;
    if (static_cast<std::uint64_t>(mine.st_size) < at || !goes_on_at(descriptor_, place(), before)) {
        COMITY_CHECK(look_for_emptied());
        return descriptor_ < 0 ? Result<void>() : look();
    }
    place_.written = written_at(mine);
    // Before it is read to its end: what is written under the old name after that is still read.
    const bool there = ::stat(path_.c_str(), &named) == 0;
    if (there && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev) {
        name_ = path_;
        return {};
    }
    const std::vector<RotatedLog> beside = rotated_logs(path_);
    const auto me = std::ranges::find_if(beside, [&](const RotatedLog& each) {
        return each.inode == mine.st_ino && each.device == mine.st_dev;
    });
    if (me != beside.end()) name_ = me->path;
    // Compressed and removed: what comes after it is known by the place of its copy.
    if (me == beside.end() && mine.st_nlink == 0) {
        const FollowPlace last = place();
        if (auto copy = find_copy(last)) {
            COMITY_CHECK(begin(*std::move(copy), &last));
            return look();
        }
    }
    const bool later = me != beside.end() && std::any_of(me + 1, beside.end(), [](const RotatedLog& each) {
                           return each.size > 0;
                       });
    rotated_ = (there && named.st_size > 0) || later;
    return {};
}

Result<std::optional<Window>> FollowedFile::next() {
    for (;;) {
        if (descriptor_ < 0) COMITY_CHECK(resume());
        if (descriptor_ < 0) return std::optional<Window>();
        if (!looked_) COMITY_CHECK(look());
        if (descriptor_ < 0) return std::optional<Window>();
        if (reading_ == nullptr && packed_) {
            auto reading = Reading::unpack(descriptor_, place_.offset);
            if (reading) reading_ = *std::move(reading);
        } else if (reading_ == nullptr) {
            reading_ = std::make_unique<Reading>(descriptor_, place_.offset);
        }
        auto window = reading_ == nullptr ? Result<std::optional<Window>>()
                      : rotated_          ? reading_->windows.next()
                                          : reading_->windows.next_lines();
        if (window && *window) {
            (*window)->offset += reading_->began_at;
            window_ = **window;
            window_before_ = before_;
            return window;
        }
        looked_ = false;
        if (!window && !rotated_) return within(path_, std::move(window).error());
        if (!window || reading_ == nullptr)
            lost(fmt::format("{} can't be read to its end: lines after the {}th are not looked at", name_,
                             place_.lines),
                 "");
        if (!rotated_) {
            // Many logs may be followed at once, and most of them rest.
            if (reading_->windows.kept() == 0) reading_.reset();
            return std::optional<Window>();
        }
        struct stat mine{};
        if (fstat(descriptor_, &mine) == 0) place_.written = written_at(mine);
        all_read_ = packed_;
        COMITY_CHECK(go_on(place()));
        if (descriptor_ < 0) return std::optional<Window>();
    }
}

void FollowedFile::passed(std::uint64_t offset, std::uint64_t lines) {
    // What stands before the place, and at the beginning: enough of it to know the file again.
    const std::size_t to = std::min<std::uint64_t>(offset - window_.offset, window_.text.size());
    const std::size_t kept = std::min(to, kKnownBytes);
    before_ =
        window_before_.substr(window_before_.size() - std::min(window_before_.size(), kKnownBytes - kept));
    before_ += window_.text.substr(to - kept, kept);
    place_.offset = offset;
    place_.lines = lines;
    if (place_.beginning_size == kKnownBytes) return;
    const std::size_t size = std::min<std::uint64_t>(kKnownBytes, offset);
    const std::string beginning =
        packed_ ? reading_->header.substr(0, size) : read_beginning(descriptor_, size);
    place_.beginning_size = beginning.size();
    place_.beginning = crypto::sha256(as_bytes(beginning)).hex();
}

}  // namespace comity::intelligence::match
