// Finished pages, kept in a file without a name as long as what readers are shown stays as it is: a page that
// many ask for is put together once. The file's bytes are the kernel's to keep in memory or not, so they are
// no part of this process's; here is an index alone.
//
// A page's key says everything that the page depends on but the state (ledger/shown_state.h) and the roll,
// and those are an epoch: the store has pages of one epoch only, and forgets all when another begins. It is a
// ring: the oldest page goes when the place is needed. What is asked for once is not kept, so that whoever
// walks through everything alone writes nothing, unless it is compressed: it took longer and is smaller.
//
// Thread-safe. Where the file cannot be made or written, nothing is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/digest.h"
#include "base/time.h"

namespace comity::api::taxii {

// A list as it begins an answer, {"objects":[... without "]", as it is or compressed: what ends it is its
// reader's own.
struct PageFacts {
    Time first;  // the dates of its ends
    Time last;
    bool more = false;
    bool packed = false;  // then what http::GzipStart says besides its bytes:
    std::uint32_t check = 0;
    std::uint64_t unpacked = 0;
    friend bool operator==(const PageFacts&, const PageFacts&) = default;
};
struct KeptPage {
    std::string bytes;  // empty where there is nothing
    PageFacts facts;
    friend bool operator==(const KeptPage&, const KeptPage&) = default;
};

class PageStore {
  public:
    // The file is made in the folder when it is first needed; at the most so many bytes of pages, 0: none.
    PageStore(std::filesystem::path folder, std::size_t capacity);
    ~PageStore();
    PageStore(const PageStore&) = delete;
    PageStore& operator=(const PageStore&) = delete;

    // From now on pages are of that epoch; those of another are forgotten.
    void begin(std::uint64_t epoch);

    // Nothing where it is not kept, or of another epoch, or (where it may not wait) another thread is at it.
    // `spare`: so many bytes may be added to the page without moving it.
    enum class Patience { kWait, kNone };
    std::optional<KeptPage> find(std::uint64_t epoch, const Digest& key, std::size_t spare,
                                 Patience patience = Patience::kWait) const;
    // Keeps it if it is compressed or was offered before in this epoch.
    void offer(std::uint64_t epoch, const Digest& key, const KeptPage& page);

    struct Counts {
        std::size_t pages = 0;
        std::size_t bytes = 0;
    };
    Counts counts() const;

  private:
    struct Place {
        std::size_t offset = 0;
        std::size_t size = 0;
        PageFacts facts;
    };
    struct Entry {
        Digest key;
        std::size_t offset;
        std::size_t size;
    };
    bool open();
    void drop_oldest();
    std::optional<std::size_t> make_room(std::size_t size);
    void clear();

    const std::filesystem::path folder_;
    const std::size_t capacity_;
    mutable std::shared_mutex mutex_;  // guards what follows, and the file's bytes
    std::uint64_t epoch_ = 0;
    int file_ = -1;
    bool unusable_ = false;    // the file could not be made
    std::size_t end_ = 0;      // where the newest page ends
    std::size_t bytes_ = 0;    // of all
    std::deque<Entry> order_;  // from the oldest on, as they lie one after the other
    std::unordered_map<Digest, Place, DigestHash> places_;
    std::unordered_set<Digest, DigestHash> offered_;  // once, in this epoch
};

}  // namespace comity::api::taxii
