#include "db/sqlite/flush_watch.h"

#include <cstdint>
#include <type_traits>

namespace comity::db::sqlite {
namespace {

// The log's shared index, "The WAL-Index File Format" (sqlite.org/walformat.html): its first block, and in it
// nBackfill, how many frames of the log are copied. It may become 0 at any time: pages are copied twice then.
constexpr int kBlock = 32768;
constexpr int kBackfill = 96;

void count_nothing_as_copied(sqlite3_file* file) {
    void volatile* block = nullptr;
    if (file->pMethods->xShmMap(file, 0, kBlock, 0, &block) != SQLITE_OK || block == nullptr) return;
    auto* backfill =
        reinterpret_cast<std::uint32_t*>(static_cast<char*>(const_cast<void*>(block)) + kBackfill);
    __atomic_store_n(backfill, 0, __ATOMIC_SEQ_CST);
}

}  // namespace

int FlushWatch::begin(sqlite3* db) {
    sqlite3_file* file = nullptr;
    const int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    if (code != SQLITE_OK) return code;
    own_ = file->pMethods;
    methods_ = *own_;
    methods_.xSync = sync;
    file->pMethods = &methods_;
    return SQLITE_OK;
}

// In WAL mode SQLite flushes the file at the end of a copy, while it holds the lock that only one may have
// who copies, and before it counts anything.
int FlushWatch::sync(sqlite3_file* file, int flags) {
    static_assert(std::is_standard_layout_v<FlushWatch>);
    const auto& watch = *reinterpret_cast<const FlushWatch*>(file->pMethods);
    const int code = watch.own_->xSync(file, flags);
    if (code != SQLITE_OK) count_nothing_as_copied(file);
    return code;
}

}  // namespace comity::db::sqlite
