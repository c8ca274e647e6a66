#include "db/database.h"

#include "db/postgres/open.h"
#include "db/sqlite/open.h"

namespace comity::db {

Digest Row::digest(int column) const {
    return Digest::from_bytes(blob(column)).value_or(Digest{});
}

Result<std::optional<std::int64_t>> Session::integer(std::string_view sql,
                                                     std::initializer_list<Param> params) {
    std::optional<std::int64_t> found;
    COMITY_CHECK(each(sql, params, [&](const Row& row) {
        if (!row.null(0)) found = row.integer(0);
        return false;
    }));
    return found;
}

Result<std::optional<std::string>> Session::text(std::string_view sql, std::initializer_list<Param> params) {
    std::optional<std::string> found;
    COMITY_CHECK(each(sql, params, [&](const Row& row) {
        if (!row.null(0)) found = std::string(row.text(0));
        return false;
    }));
    return found;
}

Result<std::optional<Bytes>> Session::blob(std::string_view sql, std::initializer_list<Param> params) {
    std::optional<Bytes> found;
    COMITY_CHECK(each(sql, params, [&](const Row& row) {
        if (!row.null(0)) found = to_bytes(row.blob(0));
        return false;
    }));
    return found;
}

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
    if (options.url.starts_with("sqlite:")) return sqlite::open(options);
    if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://")) {
        return postgres::open(options);
    }
    return invalid("database url", "neither sqlite: nor postgresql://",
                   "write sqlite:/path/to/comity.db or postgresql://user@host/database");
}

}  // namespace comity::db
