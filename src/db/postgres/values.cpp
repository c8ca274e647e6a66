#include "db/postgres/values.h"

#include <bit>
#include <cmath>
#include <limits>

namespace comity::db::postgres {
namespace {

std::uint64_t big_endian(ByteView bytes) {
    std::uint64_t n = 0;
    for (const std::uint8_t byte : bytes) n = n << 8 | byte;
    return n;
}

// sum() and avg() over INTEGER are numeric: digits to the base of 10000, weight (the first digit's power),
// sign, scale.
class Numeric {
  public:
    explicit Numeric(ByteView bytes) : bytes_(bytes) {}

    bool whole() const { return bytes_.size() >= kHeader && field(3) == 0; }  // by its scale
    double real() const {
        if (bytes_.size() < kHeader || sign() == kNan) return 0;
        double value = 0;
        for (int i = 0; i < digits(); ++i) value += digit(i) * std::pow(10'000.0, weight() - i);
        return sign() == kNegative ? -value : value;
    }
    // The whole part; the nearest there is where it has more than 64 bits.
    std::int64_t integer() const {
        if (bytes_.size() < kHeader || sign() == kNan) return 0;
        const bool negative = sign() == kNegative;
        std::int64_t value = 0;
        for (int i = 0; i <= weight(); ++i) {
            // Downwards where it is negative: there is one number more on that side.
            const std::int64_t next = i < digits() ? digit(i) : 0;
            if (__builtin_mul_overflow(value, 10'000, &value) ||
                __builtin_add_overflow(value, negative ? -next : next, &value)) {
                return negative ? std::numeric_limits<std::int64_t>::min()
                                : std::numeric_limits<std::int64_t>::max();
            }
        }
        return value;
    }

  private:
    static constexpr std::size_t kHeader = 8;
    static constexpr int kNegative = 0x4000;
    static constexpr int kNan = 0xc000;

    int field(std::size_t i) const { return static_cast<int>(big_endian(bytes_.subspan(2 * i, 2))); }
    int digits() const { return field(0); }
    int weight() const { return static_cast<std::int16_t>(field(1)); }
    int sign() const { return field(2); }
    int digit(int i) const { return field(4 + static_cast<std::size_t>(i)); }

    ByteView bytes_;
};

}  // namespace

Oid type_of(const Param& param) {
    struct Type {
        Oid operator()(std::nullptr_t) const { return kInferred; }
        Oid operator()(std::int64_t) const { return kInt8; }
        Oid operator()(double) const { return kFloat8; }
        Oid operator()(std::string_view) const { return kText; }
        Oid operator()(ByteView) const { return kBytea; }
    };
    return std::visit(Type{}, param.value());
}

EncodedParams::EncodedParams(std::span<const Param> params) : formats_(params.size(), 1) {
    numbers_.resize(8 * params.size());  // once: what follows points into it
    values_.reserve(params.size());
    lengths_.reserve(params.size());
    std::uint8_t* free = numbers_.data();
    const auto add = [&](const void* start, std::size_t size) {
        // Empty is not NULL: that is what a null pointer means.
        values_.push_back(start == nullptr ? "" : static_cast<const char*>(start));
        lengths_.push_back(static_cast<int>(size));
    };
    const auto add_number = [&](std::uint64_t n) {
        for (int i = 0; i < 8; ++i) free[i] = static_cast<std::uint8_t>(n >> (56 - 8 * i));
        add(free, 8);
        free += 8;
    };
    for (const Param& param : params) {
        const Param::Value& value = param.value();
        if (const auto* n = std::get_if<std::int64_t>(&value)) {
            add_number(static_cast<std::uint64_t>(*n));
        } else if (const auto* real = std::get_if<double>(&value)) {
            add_number(std::bit_cast<std::uint64_t>(*real));
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            add(text->data(), text->size());
        } else if (const auto* bytes = std::get_if<ByteView>(&value)) {
            add(bytes->data(), bytes->size());
        } else {
            values_.push_back(nullptr);
            lengths_.push_back(0);
        }
    }
}

ByteView ResultRow::raw(int column) const {
    return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_, row_, column)),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t ResultRow::integer(int column) const {
    const ByteView bytes = raw(column);
    if (null(column)) return 0;
    switch (PQftype(result_, column)) {
        case kInt8:
            return static_cast<std::int64_t>(big_endian(bytes));
        case kInt4:
            return static_cast<std::int32_t>(big_endian(bytes));
        case kInt2:
            return static_cast<std::int16_t>(big_endian(bytes));
        case kBool:
            return bytes[0] != 0 ? 1 : 0;
        case kNumeric:
            return Numeric(bytes).integer();
        case kFloat4:
        case kFloat8: {
            const double value = real(column);
            if (value >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
            if (value < -0x1p63) return std::numeric_limits<std::int64_t>::min();
            return static_cast<std::int64_t>(value);
        }
        default:
            return 0;
    }
}

double ResultRow::real(int column) const {
    if (null(column)) return 0;
    const ByteView bytes = raw(column);
    switch (PQftype(result_, column)) {
        case kFloat8:
            return std::bit_cast<double>(big_endian(bytes));
        case kFloat4:
            return std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes)));
        case kNumeric:
            return Numeric(bytes).real();
        default:
            return static_cast<double>(integer(column));
    }
}

Row::Type ResultRow::type(int column) const {
    if (null(column)) return Type::kNull;
    switch (PQftype(result_, column)) {
        case kInt8:
        case kInt4:
        case kInt2:
        case kBool:
            return Type::kInteger;
        case kNumeric:
            return Numeric(raw(column)).whole() ? Type::kInteger : Type::kReal;
        case kFloat4:
        case kFloat8:
            return Type::kReal;
        case kBytea:
            return Type::kBlob;
        default:
            return Type::kText;
    }
}

ByteView ResultRow::blob(int column) const {
    const Type own = type(column);
    return own == Type::kText || own == Type::kBlob ? raw(column) : ByteView();
}

}  // namespace comity::db::postgres
