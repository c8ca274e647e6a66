#include "federation/tlog_mirror.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "base/encoding.h"
#include "crypto/sha256.h"
#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::federation {
namespace {

// mirror_logs: how far the copy of a log is: entries taken, their roots, the checkpoint that is served and
// when it was cosigned. mirror_bundles: entries by 256; mirror_tiles: hashes, by tile level and index.
constexpr db::Migration kTlogMirrorMigrations[] = {{1, R"(
CREATE TABLE mirror_logs(origin BLOB PRIMARY KEY, next INTEGER NOT NULL, frontier BLOB NOT NULL, size INTEGER NOT NULL,
                         time INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE mirror_bundles(origin BLOB NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(origin, n));
CREATE TABLE mirror_tiles(origin BLOB NOT NULL, level INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL,
                          PRIMARY KEY(origin, level, n));
)"}};

constexpr std::uint64_t kWidth = log::kTileWidth;
constexpr std::size_t kMaxProofHashes = 63;

// Reads a body from its front; nothing once it has ended too early.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::optional<std::uint64_t> number(std::size_t bytes) {
        const auto text = take(bytes);
        if (!text) return std::nullopt;
        std::uint64_t value = 0;
        for (const char c : *text) value = value << 8 | static_cast<std::uint8_t>(c);
        return value;
    }
    std::optional<std::string_view> take(std::size_t bytes) {
        if (rest_.size() < bytes) return std::nullopt;
        const std::string_view taken = rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
        return taken;
    }
    bool empty() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

struct UploadHead {
    std::string origin;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
};
std::optional<UploadHead> read_head(Reader& reader) {
    UploadHead head;
    const auto text = [&]() -> std::optional<std::string_view> {
        const auto size = reader.number(2);
        return size ? reader.take(static_cast<std::size_t>(*size)) : std::nullopt;
    };
    const auto origin = text();
    const auto start = reader.number(8);
    const auto end = reader.number(8);
    // The ticket is not needed: checkpoints that were pending are remembered.
    if (!origin || !start || !end || !text() || *start > *end || *end > INT64_MAX) return std::nullopt;
    return UploadHead{std::string(*origin), *start, *end};
}

struct EntryPackage {
    std::vector<std::string_view> entries;
    std::vector<Digest> proof;
};
std::optional<EntryPackage> read_package(Reader& reader, std::uint64_t count) {
    EntryPackage package;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto size = reader.number(2);
        const auto entry = size ? reader.take(static_cast<std::size_t>(*size)) : std::nullopt;
        if (!entry) return std::nullopt;
        package.entries.push_back(*entry);
    }
    const auto hashes = reader.number(1);
    if (!hashes || *hashes > kMaxProofHashes) return std::nullopt;
    for (std::uint64_t i = 0; i < *hashes; ++i) {
        const auto bytes = reader.take(Digest::kSize);
        if (!bytes) return std::nullopt;
        package.proof.push_back(*Digest::from_bytes(as_bytes(*bytes)));
    }
    return package;
}

struct Pending {
    Digest root;
    std::string note;
};
// The checkpoint of that size that this witness has cosigned, now or before.
Result<std::optional<Pending>> pending_at(db::Session& session, const Digest& origin, std::uint64_t size) {
    std::optional<Pending> found;
    const auto read = [&](const db::Row& row) {
        found = Pending{row.digest(0), std::string(row.text(1))};
        return false;
    };
    COMITY_CHECK(session.each("SELECT root, note FROM witness_logs WHERE origin = $1 AND size = $2",
                              {origin, size}, read));
    if (found) return found;
    std::optional<std::pair<Digest, Digest>> known;  // the log's name in witness_seen, and the root
    COMITY_CHECK(session.each("SELECT log, root FROM witness_history WHERE origin = $1 AND size = $2 LIMIT 1",
                              {origin, size}, [&](const db::Row& row) {
                                  known.emplace(crypto::sha256(as_bytes(row.text(0))), row.digest(1));
                                  return false;
                              }));
    if (!known) return found;
    COMITY_CHECK(
        session.each("SELECT root, note FROM witness_seen WHERE log = $1 AND size = $2 AND root = $3",
                     {known->first, size, known->second}, read));
    return found;
}

// The copy of one log as it grows in a transaction.
class Copy {
  public:
    static Result<Copy> load(db::Transaction& tx, const Digest& origin) {
        Copy copy(tx, origin);
        Result<void> read;
        COMITY_CHECK(tx.each("SELECT next, frontier, size, time FROM mirror_logs WHERE origin = $1", {origin},
                             [&](const db::Row& row) {
                                 std::vector<Digest> roots;
                                 for (ByteView rest = row.blob(1); rest.size() >= Digest::kSize;
                                      rest = rest.subspan(Digest::kSize))
                                     roots.push_back(*Digest::from_bytes(rest.first(Digest::kSize)));
                                 auto frontier = log::Frontier::from(
                                     static_cast<std::uint64_t>(row.integer(0)), std::move(roots));
                                 if (frontier) {
                                     copy.frontier_ = *std::move(frontier);
                                 } else {
                                     read =
                                         corrupt("mirror_logs", "does not fit together", "restore a backup");
                                 }
                                 copy.size = static_cast<std::uint64_t>(row.integer(2));
                                 copy.time = row.integer(3);
                                 return false;
                             }));
        COMITY_CHECK(read);
        COMITY_TRY(copy.bundle_, copy.stored_bundle(copy.next() / kWidth));
        return copy;
    }

    std::uint64_t next() const { return frontier_.size(); }
    std::uint64_t size = 0;  // of the checkpoint that is served
    std::int64_t time = 0;   // at which it was cosigned

    // The leaves [begin, end) that are here, begin a bundle's first.
    Result<std::vector<Digest>> leaves(std::uint64_t begin, std::uint64_t end) {
        std::vector<Digest> hashes;
        if (begin >= end) return hashes;
        Bytes bundle = bundle_;
        if (begin / kWidth != next() / kWidth) {
            COMITY_TRY(bundle, stored_bundle(begin / kWidth));
        }
        COMITY_TRY(const auto entries, log::bundle_entries(bundle));
        if (entries.size() < end - begin)
            return corrupt("mirror_bundles", "lacks entries", "restore a backup");
        for (std::uint64_t i = 0; i < end - begin; ++i) hashes.push_back(log::leaf_hash(entries[i]));
        return hashes;
    }

    Result<void> append(std::string_view entry) {
        COMITY_CHECK(log::append_entry(bundle_, as_bytes(entry)));
        Result<void> read;
        frontier_.append(log::leaf_hash(as_bytes(entry)), [&](const log::Node& node, const Digest& hash) {
            if (node.level % log::kTileHeight != 0 || !read) return;
            read = add_hash(static_cast<std::int64_t>(node.level / log::kTileHeight),
                            static_cast<std::int64_t>(node.index / kWidth), hash);
        });
        COMITY_CHECK(read);
        if (next() % kWidth != 0) return {};
        COMITY_CHECK(put_bundle(next() / kWidth - 1));
        bundle_.clear();
        return {};
    }

    Result<void> write() {
        if (!bundle_.empty()) COMITY_CHECK(put_bundle(next() / kWidth));
        for (const auto& [place, data] : tiles_) {
            COMITY_CHECK(
                tx_.run("INSERT INTO mirror_tiles(origin, level, n, data) VALUES($1, $2, $3, $4) ON "
                        "CONFLICT(origin, level, n) DO UPDATE SET data = excluded.data",
                        origin_, place.first, place.second, data));
        }
        Bytes roots;
        for (const Digest& root : frontier_.roots()) comity::append(roots, root.view());
        COMITY_CHECK(
            tx_.run("INSERT INTO mirror_logs(origin, next, frontier, size, time, note) "
                    "VALUES($1, $2, $3, 0, 0, '') ON CONFLICT(origin) DO UPDATE SET next = "
                    "excluded.next, frontier = excluded.frontier",
                    origin_, next(), roots));
        return {};
    }

  private:
    Copy(db::Transaction& tx, const Digest& origin) : tx_(tx), origin_(origin) {}
    Result<Bytes> stored_bundle(std::uint64_t n) {
        COMITY_TRY(auto data,
                   tx_.blob("SELECT data FROM mirror_bundles WHERE origin = $1 AND n = $2", {origin_, n}));
        return std::move(data).value_or(Bytes());
    }
    Result<void> put_bundle(std::uint64_t n) {
        COMITY_CHECK(
            tx_.run("INSERT INTO mirror_bundles(origin, n, data) VALUES($1, $2, $3) ON CONFLICT(origin, n) "
                    "DO UPDATE SET data = excluded.data",
                    origin_, n, bundle_));
        return {};
    }
    Result<void> add_hash(std::int64_t level, std::int64_t n, const Digest& hash) {
        auto it = tiles_.find({level, n});
        if (it == tiles_.end()) {
            COMITY_TRY(auto data,
                       tx_.blob("SELECT data FROM mirror_tiles WHERE origin = $1 AND level = $2 AND n = $3",
                                {origin_, level, n}));
            it = tiles_.emplace(std::pair(level, n), std::move(data).value_or(Bytes())).first;
        }
        comity::append(it->second, hash.view());
        return {};
    }

    db::Transaction& tx_;
    Digest origin_;
    log::Frontier frontier_;
    Bytes bundle_;  // the entries since the last multiple of 256
    std::map<std::pair<std::int64_t, std::int64_t>, Bytes> tiles_;
};

}  // namespace

std::string mirror_upload_head(std::string_view origin, std::uint64_t start, std::uint64_t end,
                               std::string_view ticket) {
    std::string head;
    const auto number = [&](std::uint64_t value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
            head += static_cast<char>(value >> shift & 0xff);
    };
    number(origin.size(), 2);
    head += origin;
    number(start, 8);
    number(end, 8);
    number(ticket.size(), 2);
    return head.append(ticket);
}

std::string MirrorInfo::write() const {
    return fmt::format("{}\n{}\n{}\n", size, next, base64_encode(as_bytes(ticket)));
}

Result<MirrorInfo> MirrorInfo::parse(std::string_view body) {
    MirrorInfo info;
    for (int line = 0; line < 3; ++line) {
        const std::size_t end = body.find('\n');
        if (end == std::string_view::npos) return invalid("answer", "has not three lines");
        const std::string_view text = body.substr(0, end);
        body.remove_prefix(end + 1);
        if (line == 2) {
            COMITY_TRY(const Bytes ticket, base64_decode(text));
            info.ticket = as_text(ticket);
            continue;
        }
        std::uint64_t& number = line == 0 ? info.size : info.next;
        const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || at != text.data() + text.size())
            return invalid("answer", "does not tell a size and the next entry");
    }
    if (!body.empty()) return invalid("answer", "has more than three lines");
    return info;
}

TlogMirror::TlogMirror(db::Database& database, crypto::NamedSecret key, const log::Policy& policy,
                       Clock& clock)
    : database_(database), key_(std::move(key)), policy_(policy), clock_(clock) {}

Result<std::unique_ptr<TlogMirror>> TlogMirror::open(db::Database& database, crypto::NamedSecret key,
                                                     const log::Policy& policy, Clock& clock) {
    if (key.type != crypto::KeyType::kEd25519Cosignature)
        return invalid("keys/mirror.key", "is not a key for cosignatures");
    COMITY_CHECK(db::migrate(database, "tlog_mirror", kTlogMirrorMigrations));
    return std::unique_ptr<TlogMirror>(new TlogMirror(database, std::move(key), policy, clock));
}

Result<TlogMirror::Answer> TlogMirror::add_entries(std::string_view body) {
    Reader reader(body);
    const auto head = read_head(reader);
    if (!head) return Answer{400, "the head of the request is malformed\n"};
    if (policy_.log_keys(head->origin).empty())
        return Answer{404, "the log " + head->origin + " is not among those that this mirror keeps\n"};
    const Digest origin = crypto::sha256(as_bytes(head->origin));
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_TRY(const auto newest, tx->integer("SELECT size FROM witness_logs WHERE origin = $1", {origin}));
    if (!newest)
        return Answer{422, "there is no pending checkpoint of that log: add-checkpoint comes first\n"};
    COMITY_TRY(Copy copy, Copy::load(*tx, origin));
    COMITY_TRY(const auto pending, pending_at(*tx, origin, head->end));
    const bool excess = std::min(head->end, copy.next()) > head->start + kMaxMirrorExcess;
    if (!pending || head->end < copy.size || head->start > copy.next() || excess) {
        const std::uint64_t size =
            pending && head->end >= copy.size ? head->end : static_cast<std::uint64_t>(*newest);
        return Answer{409, MirrorInfo{size, copy.next(), {}}.write()};
    }
    std::uint64_t done = head->start;
    while (done < head->end && !reader.empty()) {
        const std::uint64_t first = done - done % kWidth;
        const std::uint64_t end = std::min(head->end, first + kWidth);
        const auto package = read_package(reader, end - done);
        if (!package) break;  // cut off: what came before it counts
        COMITY_TRY(std::vector<Digest> leaves, copy.leaves(first, done));
        for (const std::string_view entry : package->entries)
            leaves.push_back(log::leaf_hash(as_bytes(entry)));
        const auto holds =
            log::verify_subtree(first, end, log::root_of(leaves), head->end, pending->root, package->proof);
        if (!holds) {
            if (done > head->start) break;
            return Answer{422, holds.error().message() + "\n"};
        }
        for (std::uint64_t index = std::max(done, copy.next()); index < end; ++index)
            COMITY_CHECK(copy.append(package->entries[index - done]));
        done = end;
    }
    if (done == head->start && head->start < head->end)
        return Answer{400, "no package of entries came whole\n"};
    COMITY_CHECK(copy.write());
    if (done < head->end) {
        COMITY_CHECK(tx->commit());
        return Answer{202, MirrorInfo{head->end, copy.next(), {}}.write()};
    }
    // All that the checkpoint says is here: it is said once it is durable.
    COMITY_TRY(crypto::Note note, crypto::parse_note(pending->note));
    const std::int64_t time = std::max(clock_.now().seconds(), copy.time);
    const crypto::NoteSignature cosignature = log::cosign(note.text, key_, Time::from_seconds(time));
    note.signatures.push_back(cosignature);
    COMITY_CHECK(tx->run("UPDATE mirror_logs SET size = $1, time = $2, note = $3 WHERE origin = $4",
                         head->end, time, note.write(), origin));
    COMITY_CHECK(tx->commit());
    return Answer{200, cosignature.line()};
}

Result<std::string> TlogMirror::checkpoint(const Digest& origin) {
    COMITY_TRY(const auto reader, database_.reader());
    COMITY_TRY(auto note,
               reader->text("SELECT note FROM mirror_logs WHERE origin = $1 AND note <> ''", {origin}));
    if (!note) return not_found("this mirror has no checkpoint of such a log");
    return *std::move(note);
}

Result<Bytes> TlogMirror::tile(const Digest& origin, const log::TilePath& path) {
    COMITY_TRY(const auto reader, database_.snapshot());
    COMITY_TRY(const auto size, reader->integer("SELECT size FROM mirror_logs WHERE origin = $1", {origin}));
    const auto none = [] { return not_found("the log has no such tile yet"); };
    if (!size || path.index >> 48 != 0 ||
        log::tile_width(path.level, path.index, static_cast<std::uint64_t>(*size)) < path.width)
        return none();
    if (!path.entries) {
        COMITY_TRY(auto data,
                   reader->blob("SELECT data FROM mirror_tiles WHERE origin = $1 AND level = $2 AND n = $3",
                                {origin, path.level, path.index}));
        if (!data || data->size() < path.width * Digest::kSize) return none();
        data->resize(path.width * Digest::kSize);
        return *std::move(data);
    }
    COMITY_TRY(const auto data, reader->blob("SELECT data FROM mirror_bundles WHERE origin = $1 AND n = $2",
                                             {origin, path.index}));
    if (!data) return none();
    COMITY_TRY(const auto entries, log::bundle_entries(*data));
    if (entries.size() < path.width) return none();
    Bytes bundle;
    for (unsigned i = 0; i < path.width; ++i) COMITY_CHECK(log::append_entry(bundle, entries[i]));
    return bundle;
}

}  // namespace comity::federation
