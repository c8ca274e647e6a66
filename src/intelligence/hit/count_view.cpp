#include "intelligence/hit/count_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "intelligence/lookup.h"

namespace comity::intelligence {
namespace {

constexpr std::string_view kIndicator = "indicator";
constexpr std::size_t kPartCells = 256;  // what is read to know one is small

Failure unreadable_count(const Error& error) {
    return internal("body", "was accepted but cannot be read: " + error.message());
}

std::vector<Digest> split_keys(ByteView bytes) {
    std::vector<Digest> out;
    for (; bytes.size() >= Digest::kSize; bytes = bytes.subspan(Digest::kSize))
        if (const auto id = Digest::from_bytes(bytes.first(Digest::kSize))) out.push_back(*id);
    return out;
}

Bytes join_keys(const std::vector<Digest>& keys) {
    Bytes out;
    for (const Digest& key : keys) append(out, key.view());
    return out;
}

// The authors of keys of a week, by the statements that say them.
Result<std::map<Digest, std::string>> key_authors(db::Session& session, std::int64_t week) {
    std::map<Digest, std::string> out;
    COMITY_CHECK(session.each("SELECT id, author FROM intelligence_count_keys WHERE week = $1", {week},
                              [&](const db::Row& row) {
                                  out.emplace(row.digest(0), row.text(1));
                                  return true;
                              }));
    return out;
}

// Of a round, by author: the object with the cells that count.
Result<std::map<std::string, std::int64_t>> contributions(db::Session& session, const Digest& round) {
    std::map<std::string, std::int64_t> out;
    COMITY_CHECK(
        session.each("SELECT c.author, c.added FROM intelligence_counts c JOIN statements s ON s.seq = c.seq "
                     "WHERE c.round = $1 ORDER BY s.witnessed, s.issued, s.id",
                     {round}, [&](const db::Row& row) {
                         out.emplace(row.text(0), row.integer(1));  // the first stays
                         return true;
                     }));
    return out;
}

// Whose contributions make the sum, in the keys' order; nothing where one of them is not there, or a member
// has two keys in it.
Result<std::optional<std::vector<std::int64_t>>> whole_round(db::Session& session, std::int64_t week,
                                                             const Digest& round,
                                                             const std::vector<Digest>& keys) {
    COMITY_TRY(const auto given, contributions(session, round));
    if (given.size() < keys.size()) return std::nullopt;
    COMITY_TRY(const auto authors, key_authors(session, week));
    std::set<std::string> counted;
    std::vector<std::int64_t> out;
    for (const Digest& key : keys) {
        const auto author = authors.find(key);
        if (author == authors.end() || !counted.insert(author->second).second) return std::nullopt;
        const auto found = given.find(author->second);
        if (found == given.end()) return std::nullopt;
        out.push_back(found->second);
    }
    return out;
}

// Brings the sum of a round up to date, where it is whole.
Result<void> sum_up(db::Transaction& tx, std::int64_t week, const Digest& round,
                    const std::vector<Digest>& keys) {
    COMITY_TRY(const auto whole, whole_round(tx, week, round, keys));
    if (!whole) return {};
    Cells sum(kCountCells, 0);
    for (const std::int64_t added : *whole) {
        COMITY_TRY(const auto object, tx.blob("SELECT data FROM objects WHERE added = $1", {added}));
        if (!object) return internal("objects", "the cells of a contribution are not there");
        const auto cells = parse_cells(as_text(*object));
        if (!cells) return unreadable_count(cells.error());
        for (std::size_t i = 0; i < kCountCells; ++i)
            sum[i] = static_cast<std::uint16_t>(sum[i] + (*cells)[i]);
    }
    for (std::size_t part = 0; part < kCountCells / kPartCells; ++part) {
        Bytes bytes;
        bytes.reserve(kPartCells * 2);
        for (std::size_t i = 0; i < kPartCells; ++i) append_u16(bytes, sum[part * kPartCells + i]);
        COMITY_CHECK(tx.queue(
            "INSERT INTO intelligence_count_sums(round, part, week, members, cells) VALUES($1, $2, $3, $4, "
            "$5) ON CONFLICT(round, part) DO UPDATE SET cells = excluded.cells",
            round, part, week, keys.size(), bytes));
    }
    return {};
}

struct KnownRound {
    Digest round;
    std::vector<Digest> keys;
};
Result<std::vector<KnownRound>> rounds_of(db::Session& session, std::int64_t week) {
    std::vector<KnownRound> out;
    COMITY_CHECK(
        session.each("SELECT round, keys FROM intelligence_count_rounds WHERE week = $1 ORDER BY round",
                     {week}, [&](const db::Row& row) {
                         out.push_back({row.digest(0), split_keys(row.blob(1))});
                         return true;
                     }));
    return out;
}

bool for_all(std::string_view audience) {
    const auto value = json::parse(audience);
    const auto parsed = value ? ledger::parse_audience(*value, "audience") : Result<ledger::Audience>({});
    return parsed && (parsed->label == ledger::Tlp::kClear || parsed->label == ledger::Tlp::kGreen);
}

}  // namespace

Result<void> apply_count_key(db::Transaction& tx, const ledger::Accepted& accepted) {
    const auto body = parse_count_key(accepted.statement);
    if (!body) return unreadable_count(body.error());
    const Digest& id = accepted.statement.id;
    COMITY_CHECK(
        tx.run("INSERT INTO intelligence_count_keys(seq, id, week, author, key) VALUES($1, $2, $3, $4, $5)",
               accepted.seq, id, body->week.number, accepted.statement.author, ByteView(body->key.bytes)));
    COMITY_TRY(const auto rounds, rounds_of(tx, body->week.number));
    for (const KnownRound& each : rounds) {
        if (std::ranges::binary_search(each.keys, id))
            COMITY_CHECK(sum_up(tx, body->week.number, each.round, each.keys));
    }
    return {};
}

Result<void> apply_count(db::Transaction& tx, const ledger::Accepted& accepted) {
    const auto body = parse_count(accepted.statement);
    if (!body) return unreadable_count(body.error());
    const Digest round = round_of(*body);
    COMITY_CHECK(
        tx.run("INSERT INTO intelligence_counts(seq, week, round, author, added) VALUES($1, $2, $3, $4, $5)",
               accepted.seq, body->week.number, round, accepted.statement.author, accepted.added.micros));
    const Bytes keys = join_keys(body->keys);
    COMITY_CHECK(tx.run(
        "INSERT INTO intelligence_count_rounds(round, week, keys) VALUES($1, $2, $3) ON CONFLICT(round) DO "
        "NOTHING",
        round, body->week.number, keys));
    return sum_up(tx, body->week.number, round, body->keys);
}

Result<void> rewitness_count(db::Transaction& tx, const ledger::Statement& statement) {
    if (statement.type != kCount) return {};
    const auto body = parse_count(statement);
    if (!body) return unreadable_count(body.error());
    const Digest round = round_of(*body);
    // Only where there is another by the same author can it change what counts.
    COMITY_TRY(const auto by_author,
               tx.integer("SELECT COUNT(*) FROM intelligence_counts WHERE round = $1 AND author = $2",
                          {round, statement.author}));
    if (by_author.value_or(0) < 2) return {};
    return sum_up(tx, body->week.number, round, body->keys);
}

Result<std::vector<CountKey>> count_electorate(db::Session& session, CountWeek week) {
    std::vector<CountKey> out;
    std::set<std::string> known;
    Result<void> read;
    COMITY_CHECK(session.each(
        "SELECT k.id, k.author, k.key FROM intelligence_count_keys k JOIN statements s ON s.seq = k.seq "
        "WHERE k.week = $1 AND s.witnessed >= $2 AND s.witnessed < $3 ORDER BY s.witnessed, s.issued, s.id",
        {week.number, week.end().seconds(), keys_until(week).seconds()}, [&](const db::Row& row) {
            if (!known.emplace(row.text(1)).second) return true;
            auto key = crypto::AgreementKey::from_bytes(row.blob(2));
            if (!key) {
                read = unreadable_count(key.error());
                return false;
            }
            out.push_back({row.digest(0), std::string(row.text(1)), *key});
            return true;
        }));
    COMITY_CHECK(read);
    std::ranges::sort(out, {}, &CountKey::id);
    if (out.size() > kMostTogether) out.resize(kMostTogether);
    return out;
}

Result<std::optional<RoundState>> round_state(db::Session& session, CountWeek week) {
    COMITY_TRY(const auto rounds, rounds_of(session, week.number));
    if (rounds.empty()) return std::nullopt;
    const auto& round =
        *std::ranges::max_element(rounds, {}, [](const KnownRound& each) { return each.keys.size(); });
    COMITY_TRY(const auto authors, key_authors(session, week.number));
    COMITY_TRY(const auto given, contributions(session, round.round));
    RoundState state;
    for (const Digest& key : round.keys) {
        const auto author = authors.find(key);
        if (author == authors.end()) continue;
        state.members.push_back(author->second);
        if (!given.contains(author->second)) state.awaited.push_back(author->second);
    }
    std::ranges::sort(state.members);
    std::ranges::sort(state.awaited);
    return state;
}

Result<CellOwners> CellOwners::read(db::Session& session, std::size_t cell) {
    // By the index of UUIDs: a cell is those that begin alike.
    Bytes from{static_cast<std::uint8_t>(cell >> 8), static_cast<std::uint8_t>(cell)};
    Bytes upto = from;
    from.resize(Uuid{}.bytes.size(), 0x00);
    upto.resize(Uuid{}.bytes.size(), 0xff);
    static const std::string sql = fmt::format(
        "SELECT i.uuid, i.type, s.witnessed, s.id, said.audience, own.audience FROM intelligence_objects i "
        "JOIN statements s ON s.seq = i.seq JOIN audiences said ON said.n = s.audience JOIN audiences own ON "
        "own.n = i.audience WHERE {} BETWEEN $1 AND $2",
        kByUuid);
    CellOwners out;
    COMITY_CHECK(session.each(sql, {from, upto}, [&](const db::Row& row) {
        const auto uuid = Uuid::from_bytes(row.blob(0));
        if (!uuid || row.text(1) != kIndicator || !for_all(row.text(4))) return true;
        out.rows_.push_back(
            {row.integer(2), row.digest(3), {{std::string(kIndicator), *uuid}, for_all(row.text(5))}});
        return true;
    }));
    std::ranges::sort(out.rows_, [](const Row& a, const Row& b) { return a < b; });
    return out;
}

std::optional<CellOwner> CellOwners::at(CountWeek week) const {
    const auto end = week.end().seconds();
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row)
        if (row->witnessed < end) return row->owner;
    return std::nullopt;
}

Result<std::map<CountWeek, CountTogether>> counts_together(db::Session& session, const ObjectId& object,
                                                           CountWeek first, CountWeek end) {
    std::map<CountWeek, CountTogether> out;
    if (object.type != kIndicator) return out;
    const std::size_t cell = cell_of(object.uuid);
    std::map<CountWeek, CountTogether> whole;
    COMITY_CHECK(session.each(
        "SELECT week, members, cells FROM intelligence_count_sums WHERE part = $3 AND week >= $1 AND week < "
        "$2 ORDER BY week, members DESC, round",
        {first.number, end.number, cell / kPartCells}, [&](const db::Row& row) {
            const ByteView bytes = row.blob(2).subspan(cell % kPartCells * 2, 2);
            const std::int64_t among = row.integer(1);
            const std::int64_t number = cell_number(static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]));
            // Of several rounds in a week the largest, which comes first.
            whole.emplace(CountWeek{row.integer(0)},
                          CountTogether{std::clamp<std::int64_t>(number, 0, among), among});
            return true;
        }));
    if (whole.empty()) return out;
    COMITY_TRY(const CellOwners owners, CellOwners::read(session, cell));
    for (const auto& [week, count] : whole) {
        const auto owner = owners.at(week);
        if (owner && owner->counted && owner->object == object) out.emplace(week, count);
    }
    return out;
}

}  // namespace comity::intelligence
