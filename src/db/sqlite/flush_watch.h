// What SQLite forgets of a failed flush. Pages of the write-ahead log that were copied into the file in part
// (a reader or the log's growth kept the copy from its end) it counts as copied, though it flushes the file
// only after the log's last page. Where that flush fails, the kernel may have thrown away any of them, and
// the next copy, which begins after them, would lose them for good. So a file under watch takes a failed
// flush to mean that nothing of the log is copied: the next copy writes all of it again.
#pragma once

#include <sqlite3.h>

namespace comity::db::sqlite {

// Of one connection, and to outlive it. Not thread-safe, as its connection.
class FlushWatch {
  public:
    FlushWatch() = default;
    FlushWatch(const FlushWatch&) = delete;
    FlushWatch& operator=(const FlushWatch&) = delete;

    // Begins, on a connection whose database is in WAL mode. A result code of SQLite.
    int begin(sqlite3* db);

  private:
    static int sync(sqlite3_file* file, int flags);

    sqlite3_io_methods methods_{};  // the file's own but for sync(); first: its address is this object's
    const sqlite3_io_methods* own_ = nullptr;
};

}  // namespace comity::db::sqlite
