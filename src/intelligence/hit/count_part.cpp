#include "intelligence/hit/count_part.h"

namespace comity::intelligence {
namespace {

Result<CountPart> read_part(const db::Row& row) {
    CountPart part{.member = std::string(row.text(0)),
                   .week = {row.integer(1)},
                   .step = static_cast<CountStep>(row.integer(2)),
                   .secret = {},
                   .key = row.digest(4),
                   .envelope = std::string(row.text(5)),
                   .object = std::string(row.text(6))};
    if (!row.null(3)) {
        COMITY_TRY(part.secret, crypto::AgreementSecret::from_bytes(row.blob(3)));
    }
    return part;
}

constexpr std::string_view kPartColumns =
    "SELECT member, week, step, secret, key, envelope, object FROM hit_rounds ";

Result<std::vector<CountPart>> read_parts(db::Session& session, const std::string& condition,
                                          std::initializer_list<db::Param> params) {
    std::vector<CountPart> out;
    Result<void> read;
    COMITY_CHECK(session.each(std::string(kPartColumns) + condition, params, [&](const db::Row& row) {
        auto part = read_part(row);
        if (!part) {
            read = std::unexpected(std::move(part).error());
            return false;
        }
        out.push_back(*std::move(part));
        return true;
    }));
    COMITY_CHECK(read);
    return out;
}

}  // namespace

Result<bool> add_count_part(db::Transaction& tx, const CountPart& part) {
    const ByteView secret = part.secret ? part.secret->bytes() : ByteView();
    COMITY_TRY(const std::int64_t rows,
               tx.run("INSERT INTO hit_rounds(member, week, step, secret, key, envelope, object) VALUES($1, "
                      "$2, $3, $4, $5, $6, '') ON CONFLICT(member, week) DO NOTHING",
                      part.member, part.week.number, static_cast<int>(CountStep::kJoins), secret, part.key,
                      part.envelope));
    return rows > 0;
}

Result<std::vector<CountPart>> open_count_parts(db::Session& session) {
    return read_parts(session, "WHERE step < $1 ORDER BY week, member",
                      {static_cast<int>(CountStep::kContributed)});
}

Result<std::optional<CountPart>> count_part_of(db::Session& session, std::string_view member,
                                               CountWeek week) {
    COMITY_TRY(auto parts, read_parts(session, "WHERE member = $1 AND week = $2", {member, week.number}));
    if (parts.empty()) return std::nullopt;
    return std::move(parts.front());
}

Result<bool> go_on(db::Transaction& tx, const CountPart& from, CountStep to, std::string_view envelope,
                   std::string_view object) {
    COMITY_TRY(const std::int64_t rows,
               tx.run("UPDATE hit_rounds SET step = $4, envelope = $5, object = $6, secret = CASE WHEN $4 = "
                      "$7 THEN secret ELSE NULL END WHERE member = $1 AND week = $2 AND step = $3",
                      from.member, from.week.number, static_cast<int>(from.step), static_cast<int>(to),
                      envelope, object, static_cast<int>(CountStep::kJoined)));
    return rows > 0;
}

}  // namespace comity::intelligence
