#include "testing/fault_plan.h"

#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

namespace comity::testing {

// An open file, in memory that SQLite gives: this, and behind it the file of the file system below.
struct FaultFile {
    sqlite3_file base;
    FaultPlan* plan;
    std::string* path;
    std::uint64_t told;  // how many of the losses of that file its syncs have answered with an error

    using Operation = FaultPlan::Operation;
    using Kind = FaultPlan::Kind;

    static FaultFile& of(sqlite3_file* file) { return *reinterpret_cast<FaultFile*>(file); }
    static sqlite3_file* under(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(&of(file) + 1); }

    static int close(sqlite3_file* file) {
        const int code = under(file)->pMethods->xClose(under(file));
        delete of(file).path;
        return code;
    }
    static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
        return under(file)->pMethods->xRead(under(file), out, size, offset);
    }
    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
        FaultPlan& plan = *of(file).plan;
        const std::scoped_lock lock(plan.mutex_);
        const bool strikes = plan.strikes(Operation::kWrite);
        if (strikes && plan.kind_ == Kind::kShortWrite) {
            under(file)->pMethods->xWrite(under(file), data, size / 2, offset);
        }
        if (strikes) return plan.code_of(Operation::kWrite);
        plan.remember(*of(file).path, under(file), offset, size);
        return under(file)->pMethods->xWrite(under(file), data, size, offset);
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        FaultPlan& plan = *of(file).plan;
        const std::scoped_lock lock(plan.mutex_);
        if (plan.strikes(Operation::kTruncate)) return plan.code_of(Operation::kTruncate);
        sqlite3_int64 now = 0;
        under(file)->pMethods->xFileSize(under(file), &now);
        plan.remember(*of(file).path, under(file), size, std::max<sqlite3_int64>(now - size, 0));
        return under(file)->pMethods->xTruncate(under(file), size);
    }
    static int sync(sqlite3_file* file, int) {
        FaultPlan& plan = *of(file).plan;
        const std::scoped_lock lock(plan.mutex_);
        const bool strikes = plan.strikes(Operation::kSync);
        std::uint64_t& losses = plan.losses_[*of(file).path];
        if (strikes && plan.kind_ == Kind::kSyncLoses) {
            plan.go_back(*of(file).path, under(file));
            ++losses;
        } else if (!strikes) {
            plan.forget(*of(file).path);
        }
        const bool hears_of_it = std::exchange(of(file).told, losses) != losses;
        return strikes || (hears_of_it && !plan.lifted_) ? plan.code_of(Operation::kSync) : SQLITE_OK;
    }
    static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
        FaultPlan& plan = *of(file).plan;
        const std::scoped_lock lock(plan.mutex_);
        if (extend != 0 && plan.strikes(Operation::kGrowIndex)) return plan.code_of(Operation::kGrowIndex);
        return under(file)->pMethods->xShmMap(under(file), page, size, extend, out);
    }
    static int file_size(sqlite3_file* file, sqlite3_int64* size) {
        return under(file)->pMethods->xFileSize(under(file), size);
    }
    static int lock_file(sqlite3_file* file, int level) {
        return under(file)->pMethods->xLock(under(file), level);
    }
    static int unlock(sqlite3_file* file, int level) {
        return under(file)->pMethods->xUnlock(under(file), level);
    }
    static int check_lock(sqlite3_file* file, int* held) {
        return under(file)->pMethods->xCheckReservedLock(under(file), held);
    }
    static int control(sqlite3_file* file, int code, void* argument) {
        return under(file)->pMethods->xFileControl(under(file), code, argument);
    }
    static int sector_size(sqlite3_file* file) { return under(file)->pMethods->xSectorSize(under(file)); }
    static int characteristics(sqlite3_file* file) {
        return under(file)->pMethods->xDeviceCharacteristics(under(file));
    }
    static int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
        return under(file)->pMethods->xShmLock(under(file), offset, n, flags);
    }
    static void shm_barrier(sqlite3_file* file) { under(file)->pMethods->xShmBarrier(under(file)); }
    static int shm_unmap(sqlite3_file* file, int remove) {
        return under(file)->pMethods->xShmUnmap(under(file), remove);
    }
    static int fetch(sqlite3_file* file, sqlite3_int64 offset, int size, void** out) {
        return under(file)->pMethods->xFetch(under(file), offset, size, out);
    }
    static int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) {
        return under(file)->pMethods->xUnfetch(under(file), offset, page);
    }

    static const sqlite3_io_methods kMethods;
};

const sqlite3_io_methods FaultFile::kMethods = {
    .iVersion = 3,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock,
    .xCheckReservedLock = check_lock,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = fetch,
    .xUnfetch = unfetch,
};

namespace {
std::string fresh_name() {
    static std::atomic<int> count = 0;
    return fmt::format("fault{}", ++count);
}
}  // namespace

FaultPlan::FaultPlan() : name_(fresh_name()), under_(sqlite3_vfs_find(nullptr)), vfs_(*under_) {
    // What concerns no open file is the file system's below, as it is.
    vfs_.szOsFile = static_cast<int>(sizeof(FaultFile)) + under_->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 0);
}

FaultPlan::~FaultPlan() {
    sqlite3_vfs_unregister(&vfs_);
}

void FaultPlan::fail(std::uint64_t n, Kind kind, Until until) {
    const std::scoped_lock lock(mutex_);
    countdown_ = n;
    kind_ = kind;
    until_ = until;
    operations_ = 0;
    struck_ = false;
    lifted_ = false;
    unsynced_.clear();
}

void FaultPlan::lift() {
    const std::scoped_lock lock(mutex_);
    countdown_ = 0;
    lifted_ = true;
}

bool FaultPlan::struck() const {
    const std::scoped_lock lock(mutex_);
    return struck_;
}

std::uint64_t FaultPlan::operations() const {
    const std::scoped_lock lock(mutex_);
    return operations_;
}

bool FaultPlan::strikes(Operation operation) {
    if (kind_ == Kind::kSyncLoses && operation != Operation::kSync) return false;
    ++operations_;
    if (countdown_ == 0) return false;
    if (countdown_ > 1) {
        --countdown_;
        return false;
    }
    struck_ = true;
    if (until_ == Until::kOnce) countdown_ = 0;
    return true;
}

int FaultPlan::code_of(Operation operation) const {
    const bool full = kind_ == Kind::kFull || kind_ == Kind::kShortWrite;
    switch (operation) {
        case Operation::kWrite:
            return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        case Operation::kSync:
            return SQLITE_IOERR_FSYNC;
        case Operation::kTruncate:
            return SQLITE_IOERR_TRUNCATE;
        case Operation::kCreate:
            return SQLITE_CANTOPEN;
        case Operation::kGrowIndex:
            return SQLITE_IOERR_SHMSIZE;
    }
    return SQLITE_IOERR;
}

void FaultPlan::remember(const std::string& path, sqlite3_file* file, sqlite3_int64 offset,
                         sqlite3_int64 size) {
    if (kind_ != Kind::kSyncLoses || countdown_ == 0) return;
    Before before{0, offset, {}};
    file->pMethods->xFileSize(file, &before.size);
    const sqlite3_int64 there = std::clamp<sqlite3_int64>(before.size - offset, 0, size);
    before.bytes.resize(static_cast<std::size_t>(there));
    if (there > 0) file->pMethods->xRead(file, before.bytes.data(), static_cast<int>(there), offset);
    unsynced_[path].push_back(std::move(before));
}

void FaultPlan::forget(const std::string& path) {
    unsynced_.erase(path);
}

void FaultPlan::go_back(const std::string& path, sqlite3_file* file) {
    auto& befores = unsynced_[path];
    for (auto before = befores.rbegin(); before != befores.rend(); ++before) {
        const int size = static_cast<int>(before->bytes.size());
        if (size > 0) file->pMethods->xWrite(file, before->bytes.data(), size, before->offset);
        file->pMethods->xTruncate(file, before->size);
    }
    befores.clear();
}

int FaultPlan::open(sqlite3_vfs* self, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    auto& plan = *static_cast<FaultPlan*>(self->pAppData);
    auto& made = FaultFile::of(file);
    made.base.pMethods = nullptr;  // nothing to close where it fails
    const std::scoped_lock lock(plan.mutex_);
    const bool creates = (flags & SQLITE_OPEN_CREATE) != 0 && path != nullptr && access(path, F_OK) != 0;
    if (creates && plan.strikes(Operation::kCreate)) return plan.code_of(Operation::kCreate);
    const int code = plan.under_->xOpen(plan.under_, path, FaultFile::under(file), flags, out_flags);
    if (code != SQLITE_OK) return code;
    made.plan = &plan;
    made.path = new std::string(path == nullptr ? "" : path);
    made.told = plan.losses_[*made.path];
    made.base.pMethods = &FaultFile::kMethods;
    return SQLITE_OK;
}

}  // namespace comity::testing
