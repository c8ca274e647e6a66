// Parameters and rows in PostgreSQL's binary format (what each type's send and recv function does: integers
// and floats big-endian, text and bytea as they are).
#pragma once

#include <libpq-fe.h>
#include <cstdint>
#include <span>
#include <vector>

#include "db/database.h"

namespace comity::db::postgres {

// Ids of the built-in types (pg_type.dat); 0 lets the server find out.
inline constexpr Oid kInferred = 0;
inline constexpr Oid kBool = 16;
inline constexpr Oid kBytea = 17;
inline constexpr Oid kInt8 = 20;
inline constexpr Oid kInt2 = 21;
inline constexpr Oid kInt4 = 23;
inline constexpr Oid kText = 25;
inline constexpr Oid kFloat4 = 700;
inline constexpr Oid kFloat8 = 701;
inline constexpr Oid kNumeric = 1700;

// The type a parameter is sent as; NULL is of any.
Oid type_of(const Param& param);

// What libpq wants of parameters. Refers to the texts and bytes of those it was made of.
class EncodedParams {
  public:
    explicit EncodedParams(std::span<const Param> params);
    int count() const { return static_cast<int>(values_.size()); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

  private:
    std::vector<std::uint8_t> numbers_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

// One row of a result in binary format.
class ResultRow final : public Row {
  public:
    ResultRow(const PGresult* result, int row) : result_(result), row_(row) {}

    int columns() const override { return PQnfields(result_); }
    Type type(int column) const override;
    bool null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
    std::int64_t integer(int column) const override;
    double real(int column) const override;
    std::string_view text(int column) const override { return as_text(blob(column)); }
    ByteView blob(int column) const override;

  private:
    ByteView raw(int column) const;

    const PGresult* result_;
    int row_;
};

}  // namespace comity::db::postgres
