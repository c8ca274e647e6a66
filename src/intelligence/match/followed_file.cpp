#include "intelligence/match/followed_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "crypto/sha256.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kBeginning = 256;     // bytes by which a file is known again
constexpr std::size_t kHeader = 64 * 1024;  // bytes in which its format is looked for

std::string read_beginning(int descriptor, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::pread(descriptor, bytes.data(), size, 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

// Is it the file that the place is of, and has it still what had been read?
bool same_file(int descriptor, const FollowPlace& place) {
    struct stat status{};
    if (fstat(descriptor, &status) != 0 || static_cast<std::uint64_t>(status.st_size) < place.offset)
        return false;
    if (place.beginning_size == 0) return true;  // nothing of it was read
    const std::string beginning = read_beginning(descriptor, place.beginning_size);
    return beginning.size() == place.beginning_size &&
           crypto::sha256(as_bytes(beginning)).hex() == place.beginning;
}

int open_log(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

}  // namespace

// The file from one place on, by pread: a stream whose end may move.
struct FollowedFile::Reading final : ByteStream {
    Reading(int file, std::uint64_t from) : descriptor(file), began_at(from), at(from), windows(*this) {}

    Result<std::size_t> read(char* into, std::size_t size) override {
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
    std::uint64_t began_at;  // in the file
    std::uint64_t at;
    Windows windows;
};

FollowedFile::FollowedFile(std::string path, std::optional<FollowPlace> saved, bool from_start)
    : path_(std::move(path)), saved_(std::move(saved)), from_start_(from_start) {}

FollowedFile::~FollowedFile() {
    leave();
}

void FollowedFile::leave() {
    reading_.reset();
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    looked_ = false;
}

std::string FollowedFile::header() const {
    return descriptor_ < 0 ? std::string() : read_beginning(descriptor_, kHeader);
}

Result<void> FollowedFile::begin(int descriptor, bool at_its_end) {
    struct stat status{};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return invalid(path_, "is no file that can be followed");
    }
    descriptor_ = descriptor;
    const bool known = saved_ && saved_->inode == status.st_ino && saved_->device == status.st_dev &&
                       same_file(descriptor, *saved_);
    place_ = {};
    if (known) {
        place_ = *saved_;
    } else {
        place_.device = status.st_dev;
        place_.inode = status.st_ino;
        if (at_its_end) {
            // Behind its last whole line.
            std::uint64_t size = static_cast<std::uint64_t>(status.st_size);
            char c = 0;
            while (size > 0 && ::pread(descriptor, &c, 1, static_cast<off_t>(size - 1)) == 1 && c != '\n')
                --size;
            place_.offset = size;
            remember();
        }
    }
    saved_.reset();
    reading_ = std::make_unique<Reading>(descriptor, place_.offset);
    ++begun_;
    return {};
}

// Enough of how it begins to know the file again.
void FollowedFile::remember() {
    if (place_.beginning_size == kBeginning) return;
    const std::string beginning = read_beginning(
        descriptor_, static_cast<std::size_t>(std::min<std::uint64_t>(kBeginning, place_.offset)));
    place_.beginning_size = beginning.size();
    place_.beginning = crypto::sha256(as_bytes(beginning)).hex();
}

// The file that was followed when this program ended: under its name, or under another in the same folder.
Result<void> FollowedFile::resume() {
    const int current = open_log(path_);
    struct stat status{};
    if (current >= 0 && saved_ && fstat(current, &status) == 0 && status.st_ino != saved_->inode) {
        std::error_code failed;
        const std::filesystem::path folder = std::filesystem::absolute(path_, failed).parent_path();
        for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
            struct stat other{};
            if (::stat(entry.path().c_str(), &other) != 0 || other.st_ino != saved_->inode ||
                other.st_dev != saved_->device)
                continue;
            const int old = open_log(entry.path());
            if (old < 0) continue;
            if (same_file(old, *saved_)) {
                ::close(current);
                return begin(old, false);
            }
            ::close(old);
        }
    }
    if (current < 0) {
        from_start_ = true;  // what is not there yet is new from its first line
        return {};
    }
    const bool at_its_end = !from_start_ && !saved_;
    from_start_ = true;  // whatever comes after this one is read from its beginning
    return begin(current, at_its_end);
}

// Was it truncated, and has it still its name?
Result<void> FollowedFile::look() {
    struct stat mine{}, named{};
    if (fstat(descriptor_, &mine) != 0) return unavailable(path_, std::strerror(errno));
    if (static_cast<std::uint64_t>(mine.st_size) < reading_->at || !same_file(descriptor_, place_)) {
        const int again = ::dup(descriptor_);  // truncated: it begins anew
        leave();
        if (again < 0) return unavailable(path_, std::strerror(errno));
        COMITY_CHECK(begin(again, false));
    }
    // Before it is read to its end: what is written under the old name after that is still read.
    const bool there = ::stat(path_.c_str(), &named) == 0;
    rotated_ = there && (named.st_ino != mine.st_ino || named.st_dev != mine.st_dev);
    looked_ = true;
    return {};
}

Result<std::optional<Window>> FollowedFile::next() {
    for (;;) {
        if (descriptor_ < 0) COMITY_CHECK(resume());
        if (descriptor_ < 0) return std::optional<Window>();
        if (!looked_) COMITY_CHECK(look());
        auto window = rotated_ ? reading_->windows.next() : reading_->windows.next_lines();
        if (!window) return within(path_, std::move(window).error());
        if (*window) {
            (*window)->offset += reading_->began_at;
            return window;
        }
        looked_ = false;
        if (!rotated_) return std::optional<Window>();
        leave();
        const int next = open_log(path_);
        if (next < 0) return std::optional<Window>();
        COMITY_CHECK(begin(next, false));
    }
}

void FollowedFile::passed(std::uint64_t offset, std::uint64_t lines) {
    place_.offset = offset;
    place_.lines = lines;
    remember();
}

}  // namespace comity::intelligence::match
