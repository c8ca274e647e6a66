#include "intelligence/hit/count_round.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::int64_t kHourSeconds = 3600;
constexpr std::string_view kRoundContext = "comity-count-round/v1\n";
constexpr std::string_view kMaskContext = "comity-count-mask/v1\n";
constexpr std::size_t kKeyText = 44;  // base64 of 32 bytes
constexpr std::size_t kCellsText = (kCellBytes + 2) / 3 * 4;

Time hours_after(CountWeek week, std::int64_t hours) {
    return Time::from_seconds(week.end().seconds() + hours * kHourSeconds);
}

// With the field's path for the place that whoever read it names.
template <typename T>
Result<T> at_field(Result<T> read, std::string path) {
    if (!read) read.error().where = std::move(path);
    return read;
}

Result<CountWeek> week_field(json::Fields& fields) {
    COMITY_TRY(const std::string text, fields.text("week", 10, 10));
    auto week = CountWeek::parse(text);
    return at_field(std::move(week), fields.path("week"));
}

}  // namespace

Time keys_until(CountWeek week) {
    return hours_after(week, kKeyHours);
}
Time counts_from(CountWeek week) {
    return hours_after(week, kCountHours);
}

std::size_t cell_of(const Uuid& uuid) {
    return static_cast<std::size_t>(uuid.bytes[0]) << 8 | uuid.bytes[1];
}

Result<CountKeyBody> parse_count_key(const ledger::Statement& statement) {
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    CountKeyBody body;
    COMITY_TRY(body.week, week_field(fields));
    COMITY_TRY(const std::string text, fields.text("key", kKeyText, kKeyText));
    auto bytes = base64_decode(text);
    if (!bytes) return within(fields.path("key"), std::move(bytes).error());
    COMITY_TRY(body.key, at_field(crypto::AgreementKey::from_bytes(*bytes), fields.path("key")));
    COMITY_CHECK(fields.nothing_else());
    if (statement.issued < body.week.end() || statement.issued >= keys_until(body.week)) {
        return invalid(
            "body.week", "is another than the one whose keys are said now",
            fmt::format("keys of that week are said from {} to {}", format_time_millis(body.week.end()),
                        format_time_millis(keys_until(body.week))));
    }
    return body;
}

Result<CountBody> parse_count(const ledger::Statement& statement) {
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    CountBody body;
    COMITY_TRY(body.week, week_field(fields));
    COMITY_CHECK(fields.object("objects"));  // its form is the ledger's to check
    COMITY_TRY(const auto keys, fields.texts("keys", kLeastTogether, kMostTogether));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::string where = fmt::format("body.keys[{}]", i);
        auto id = Digest::from_hex(keys[i]);
        if (!id) return within(where, std::move(id).error());
        if (!body.keys.empty() && body.keys.back() >= *id)
            return invalid(where, "does not come after the one before it", "sort them, each once");
        body.keys.push_back(*id);
    }
    COMITY_CHECK(fields.nothing_else());
    if (statement.issued < counts_from(body.week)) {
        return invalid("body.week", "is not counted yet",
                       fmt::format("its keys are known at {}", format_time_millis(counts_from(body.week))));
    }
    return body;
}

Result<Cells> parse_cells(std::string_view object) {
    COMITY_TRY(const json::Value value, json::parse(object));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, ""));
    COMITY_TRY(const std::string text, fields.text("cells", 0, kCellsText));
    COMITY_CHECK(fields.nothing_else());
    auto bytes = base64_decode(text);
    if (!bytes) return within("cells", std::move(bytes).error());
    if (bytes->size() != kCellBytes) {
        return invalid("cells", fmt::format("are {} bytes", bytes->size()),
                       fmt::format("send all {} of them, two bytes each", kCountCells));
    }
    Cells cells(kCountCells);
    for (std::size_t i = 0; i < kCountCells; ++i)
        cells[i] = static_cast<std::uint16_t>((*bytes)[2 * i] << 8 | (*bytes)[2 * i + 1]);
    return cells;
}

json::Object count_key_json(const CountKeyBody& body) {
    return {{"week", body.week.text()}, {"key", base64_encode(body.key.bytes)}};
}

json::Object count_json(const CountBody& body) {
    json::Array keys;
    for (const Digest& key : body.keys) keys.emplace_back(key.hex());
    return {{"week", body.week.text()}, {"keys", std::move(keys)}};
}

std::string cells_text(const Cells& cells) {
    Bytes bytes;
    bytes.reserve(kCellBytes);
    for (const std::uint16_t cell : cells) append_u16(bytes, cell);
    return json::write(json::Object{{"cells", base64_encode(bytes)}});
}

Digest round_of(const CountBody& body) {
    Bytes bytes = to_bytes(as_bytes(kRoundContext));
    append(bytes, as_bytes(body.week.text()));
    for (const Digest& key : body.keys) append(bytes, key.view());
    return crypto::sha256(bytes);
}

std::size_t honest_shares(std::size_t members) {
    return members - members / 3;
}

Result<void> hide(Cells& cells, const Digest& round, const crypto::AgreementSecret& secret, const Digest& own,
                  std::span<const CountKey> keys, std::int64_t noise, const RandomBits& random) {
    const auto shares = static_cast<double>(honest_shares(keys.size()));
    for (std::uint16_t& cell : cells)
        cell = static_cast<std::uint16_t>(cell + count_noise_share(noise, shares, random));
    for (const CountKey& other : keys) {
        if (other.id == own) continue;
        const bool adds = own < other.id;
        Bytes context = to_bytes(as_bytes(kMaskContext));
        append(context, round.view());
        append(context, (adds ? own : other.id).view());
        append(context, (adds ? other.id : own).view());
        COMITY_TRY(const Digest seed, secret.agree(other.key, context));
        const Bytes mask = crypto::stream_of(seed, kCellBytes);
        for (std::size_t i = 0; i < kCountCells; ++i) {
            const int word = mask[2 * i] << 8 | mask[2 * i + 1];
            cells[i] = static_cast<std::uint16_t>(cells[i] + (adds ? word : -word));
        }
    }
    return {};
}

std::int64_t cell_number(std::uint16_t cell) {
    return static_cast<std::int16_t>(cell);
}

}  // namespace comity::intelligence
