#include "ledger/waiting.h"

#include <algorithm>

namespace comity::ledger {
namespace {

// Lists of byte strings in one: how many, then each behind its length, numbers in 8 bytes.
void pack(Bytes& out, const std::vector<std::string>& list) {
    append_u64(out, list.size());
    for (const std::string& item : list) {
        append_u64(out, item.size());
        append(out, as_bytes(item));
    }
}

bool unpack(ByteView& in, std::vector<std::string>& list) {
    const auto number = [&]() -> std::optional<std::uint64_t> {
        if (in.size() < 8) return std::nullopt;
        const std::uint64_t n = read_u64(in);
        in = in.subspan(8);
        return n;
    };
    const auto count = number();
    if (!count) return false;
    for (std::uint64_t i = 0; i < *count; ++i) {
        const auto size = number();
        if (!size || *size > in.size()) return false;
        list.emplace_back(as_text(in.first(*size)));
        in = in.subspan(*size);
    }
    return true;
}

// Position (8 bytes) and hash of each, after objects and attachments; not at all where there are none, which
// is how rows were written before there were holes.
void pack_holes(Bytes& out, const std::vector<Hole>& holes) {
    if (holes.empty()) return;
    std::vector<std::string> list;
    for (const Hole& hole : holes) {
        Bytes bytes;
        append_u64(bytes, hole.position);
        append(bytes, hole.hash.view());
        list.emplace_back(as_text(bytes));
    }
    pack(out, list);
}

bool unpack_holes(ByteView in, std::vector<Hole>& holes) {
    if (in.empty()) return true;
    std::vector<std::string> list;
    if (!unpack(in, list)) return false;
    for (const std::string& item : list) {
        const ByteView bytes = as_bytes(item);
        if (bytes.size() != 8 + Digest::kSize) return false;
        const auto hash = Digest::from_bytes(bytes.subspan(8));
        if (!hash) return false;
        holes.push_back({read_u64(bytes), *hash});
    }
    return true;
}

// Has it an object that none of those has?
bool adds_objects(const Submission& item, std::span<const Waiting> others) {
    for (std::size_t i = 0; i < item.objects.size(); ++i) {
        const auto lacks = [&](const Waiting& one) {
            return i >= one.submission.objects.size() || one.submission.objects[i].empty();
        };
        if (!item.objects[i].empty() && std::ranges::all_of(others, lacks)) return true;
    }
    return false;
}

}  // namespace

void take_objects(Submission& into, const Submission& from) {
    std::erase_if(into.holes, [&](const Hole& hole) {
        if (hole.position >= from.objects.size() || from.objects[hole.position].empty()) return false;
        into.objects[hole.position] = from.objects[hole.position];
        return true;
    });
}

Result<void> add_waiting(db::Transaction& tx, const Prepared& item) {
    COMITY_TRY(const auto same,
               tx.integer("SELECT n FROM ledger_waiting WHERE id = $1 AND envelope = $2 AND witnessed <= $3",
                          {item.statement.id, item.submission.envelope, *item.foreign}));
    if (same) {
        COMITY_TRY(const auto others, load_waiting(tx, item.statement.id));
        if (!adds_objects(item.submission, others)) return {};
    }
    Bytes payloads;
    pack(payloads, item.submission.objects);
    pack(payloads, item.submission.attachments);
    pack_holes(payloads, item.submission.holes);
    COMITY_TRY(const auto last, tx.integer("SELECT MAX(n) FROM ledger_waiting"));
    COMITY_CHECK(
        tx.run("INSERT INTO ledger_waiting(n, id, author, witnessed, envelope, payloads) VALUES($1, $2, $3, "
               "$4, $5, $6)",
               last.value_or(0) + 1, item.statement.id, item.statement.author, *item.foreign,
               item.submission.envelope, payloads));
    return {};
}

Result<std::vector<Waiting>> load_waiting(db::Session& session, const std::optional<Digest>& only) {
    std::vector<Waiting> list;
    Result<void> read;
    const auto take = [&](const db::Row& row) {
        Waiting entry{row.digest(0), {std::string(row.text(1)), {}, {}}, row.integer(3)};
        ByteView payloads = row.blob(2);
        if (!unpack(payloads, entry.submission.objects) || !unpack(payloads, entry.submission.attachments) ||
            !unpack_holes(payloads, entry.submission.holes)) {
            read = corrupt("ledger_waiting", "a row's payloads are cut off", "run comity check");
            return false;
        }
        list.push_back(std::move(entry));
        return true;
    };
    if (only) {
        COMITY_CHECK(session.each(
            "SELECT id, envelope, payloads, witnessed FROM ledger_waiting WHERE id = $1 ORDER BY n", {*only},
            take));
    } else {
        COMITY_CHECK(session.each("SELECT id, envelope, payloads, witnessed FROM ledger_waiting ORDER BY n",
                                  {}, take));
    }
    COMITY_CHECK(read);
    return list;
}

}  // namespace comity::ledger
