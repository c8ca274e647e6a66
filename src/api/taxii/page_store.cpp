#include "api/taxii/page_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>

#include "base/logging.h"

namespace comity::api::taxii {
namespace {

constexpr std::size_t kMostPages = 16 * 1024;    // in the index
constexpr std::size_t kMostOffered = 64 * 1024;  // keys remembered of pages that were asked for once

// Of its owner only, like the database; gone with the process, however that ends.
int open_nameless(const std::filesystem::path& folder) {
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    // Not every file system has them.
    std::string name = folder / "pages-XXXXXX";
    const int made = ::mkostemp(name.data(), O_CLOEXEC);
    if (made >= 0) ::unlink(name.c_str());
    return made;
}

bool write_all(int file, std::string_view bytes, std::size_t offset) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
        offset += static_cast<std::size_t>(n);
    }
    return true;
}

bool read_all(int file, char* into, std::size_t size, std::size_t offset) {
    while (size > 0) {
        const ssize_t n = ::pread(file, into, size, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        into += n;
        size -= static_cast<std::size_t>(n);
        offset += static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

PageStore::PageStore(std::filesystem::path folder, std::size_t capacity)
    : folder_(std::move(folder)), capacity_(capacity) {}

PageStore::~PageStore() {
    if (file_ >= 0) ::close(file_);
}

void PageStore::begin(std::uint64_t epoch) {
    const std::unique_lock lock(mutex_);
    if (epoch_ == epoch) return;
    epoch_ = epoch;
    clear();
}

std::optional<KeptPage> PageStore::find(std::uint64_t epoch, const Digest& key, std::size_t spare,
                                        Patience patience) const {
    std::shared_lock lock(mutex_, std::defer_lock);
    if (patience == Patience::kWait) {
        lock.lock();
    } else if (!lock.try_lock()) {
        return std::nullopt;
    }
    if (epoch != epoch_) return std::nullopt;
    const auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    const Place& place = found->second;
    KeptPage page{{}, place.facts};
    if (place.size == 0) return page;
    page.bytes.reserve(place.size + spare);
    bool whole = false;
    page.bytes.resize_and_overwrite(place.size, [&](char* into, std::size_t size) {
        whole = read_all(file_, into, size, place.offset);
        return whole ? size : 0;
    });
    if (!whole) return std::nullopt;
    return page;
}

void PageStore::offer(std::uint64_t epoch, const Digest& key, const KeptPage& page) {
    if (page.bytes.size() > capacity_ / 4 || capacity_ == 0) return;
    const std::unique_lock lock(mutex_);
    if (epoch != epoch_ || places_.contains(key)) return;
    if (!page.facts.packed && offered_.insert(key).second) {
        if (offered_.size() > kMostOffered) offered_ = {key};
        return;
    }
    if (!open()) return;
    const auto offset = make_room(page.bytes.size());
    if (!offset) return;
    if (!write_all(file_, page.bytes, *offset)) {
        logging::warning("page-not-kept", {{"folder", folder_.string()}});
        return;
    }
    end_ = *offset + page.bytes.size();
    bytes_ += page.bytes.size();
    order_.push_back({key, *offset, page.bytes.size()});
    places_[key] = {*offset, page.bytes.size(), page.facts};
}

PageStore::Counts PageStore::counts() const {
    const std::shared_lock lock(mutex_);
    return {places_.size(), bytes_};
}

bool PageStore::open() {
    if (file_ >= 0 || unusable_) return file_ >= 0;
    file_ = open_nameless(folder_);
    unusable_ = file_ < 0;
    if (unusable_) logging::warning("pages-not-kept", {{"folder", folder_.string()}});
    return !unusable_;
}

void PageStore::drop_oldest() {
    bytes_ -= order_.front().size;
    places_.erase(order_.front().key);
    order_.pop_front();
}

// Where the page goes: behind the newest, or at the file's start; whatever lies there goes.
std::optional<std::size_t> PageStore::make_room(std::size_t size) {
    if (size > capacity_) return std::nullopt;
    std::size_t offset = end_;
    if (offset + size > capacity_) {
        // What lies behind the newest up to the end of the file is older than all at its start.
        while (!order_.empty() && order_.front().offset >= end_) drop_oldest();
        offset = 0;
    }
    while (!order_.empty() && order_.front().offset >= offset && order_.front().offset < offset + size)
        drop_oldest();
    if (order_.size() >= kMostPages) drop_oldest();
    return offset;
}

void PageStore::clear() {
    order_.clear();
    places_.clear();
    offered_.clear();
    // What was never written to the disk need not be any more.
    if (end_ > 0 && file_ >= 0 && ::ftruncate(file_, 0) != 0) {
        ::close(std::exchange(file_, -1));
    }
    end_ = 0;
    bytes_ = 0;
}

}  // namespace comity::api::taxii
