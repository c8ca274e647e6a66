#include "ledger/views.h"

#include <fmt/format.h>

#include "crypto/sha256.h"

namespace comity::ledger {
namespace {

constexpr int kPage = 500;

void hash_text(crypto::Sha256& hash, ByteView bytes) {
    Bytes length;
    append_u64(length, bytes.size());
    hash.update(length);
    hash.update(bytes);
}

void hash_row(crypto::Sha256& hash, const db::Row& row) {
    for (int column = 0; column < row.columns(); ++column) {
        const db::Row::Type type = row.null(column) ? db::Row::Type::kNull : row.type(column);
        Bytes head{static_cast<std::uint8_t>(type)};
        switch (type) {
            case db::Row::Type::kNull:
                hash.update(head);
                break;
            case db::Row::Type::kInteger:
                append_u64(head, static_cast<std::uint64_t>(row.integer(column)));
                hash.update(head);
                break;
            case db::Row::Type::kReal: {
                const double value = row.real(column);
                std::uint64_t bits;
                std::memcpy(&bits, &value, sizeof bits);
                append_u64(head, bits);
                hash.update(head);
                break;
            }
            case db::Row::Type::kText:
                hash.update(head);
                hash_text(hash, as_bytes(row.text(column)));
                break;
            case db::Row::Type::kBlob:
                hash.update(head);
                hash_text(hash, row.blob(column));
                break;
        }
    }
}

}  // namespace

Result<Act> parse_kept(std::string_view envelope) {
    COMITY_TRY(crypto::Envelope parsed, crypto::parse_envelope(envelope));
    COMITY_TRY(Statement statement, parse_statement(parsed));
    return Act{std::move(statement), std::move(parsed), 0};
}

Result<std::vector<std::unique_ptr<Act>>> load_acts(db::Session& session, const RollMaker& maker,
                                                    const Pillars& pillars) {
    std::vector<std::unique_ptr<Act>> acts;
    for (const auto& pillar : pillars.all()) {
        for (const std::string_view type : pillar->types()) {
            if (!maker.makes_roll(type)) continue;
            Result<void> parsed;
            COMITY_CHECK(
                session.each("SELECT envelope, witnessed FROM statements WHERE type = $1 ORDER BY seq",
                             {type}, [&](const db::Row& row) {
                                 auto act = parse_kept(row.text(0));
                                 if (!act) {
                                     parsed = within("statements", std::move(act).error());
                                     return false;
                                 }
                                 act->witnessed = row.integer(1);
                                 acts.push_back(std::make_unique<Act>(std::move(*act)));
                                 return true;
                             }));
            COMITY_CHECK(parsed);
        }
    }
    return acts;
}

Roll make_roll(RollMaker& maker, std::span<const std::unique_ptr<Act>> acts) {
    std::vector<RollMaker::Source> sources;
    sources.reserve(acts.size());
    for (const auto& act : acts) sources.push_back({&act->statement, &act->envelope, act->witnessed});
    return maker.make(sources);
}

Result<void> rebuild_views(db::Transaction& tx, const Pillars& pillars, Audiences& audiences,
                           const Progress& progress) {
    for (const auto& pillar : pillars.all()) {
        for (const auto& table : pillar->view())
            COMITY_CHECK(tx.run("DELETE FROM " + std::string(table.table)));
    }
    COMITY_TRY(const auto acts, load_acts(tx, pillars.roll_maker(), pillars));
    COMITY_CHECK(pillars.roll_maker().store(tx, make_roll(pillars.roll_maker(), acts)));

    COMITY_TRY(const auto total, tx.integer("SELECT COUNT(*) FROM statements WHERE effective = 1"));
    struct Row {
        std::int64_t seq;
        std::int64_t added;
        std::string envelope;
    };
    std::int64_t last = 0;
    std::uint64_t done = 0;
    for (std::vector<Row> page;; page.clear()) {
        COMITY_CHECK(
            tx.each("SELECT seq, added, envelope FROM statements WHERE seq > $1 AND effective = 1 "
                    "ORDER BY seq LIMIT $2",
                    {last, kPage}, [&](const db::Row& row) {
                        page.push_back({row.integer(0), row.integer(1), std::string(row.text(2))});
                        return true;
                    }));
        if (page.empty()) break;
        for (const Row& kept : page) {
            auto act = parse_kept(kept.envelope);
            if (!act) return within(fmt::format("statement number {}", kept.seq), std::move(act).error());
            last = kept.seq;
            Pillar* owner = pillars.owner(act->statement.type);
            if (owner == nullptr) continue;
            const std::uint64_t count = act->statement.objects ? act->statement.objects->count : 0;
            COMITY_TRY(const KeptObjects objects, load_objects(tx, kept.seq, kept.added, count));
            const std::vector<std::string_view> views(objects.list.data.begin(), objects.list.data.end());
            COMITY_CHECK(owner->apply(
                tx, {act->statement, kept.seq, Time{kept.added}, views, nullptr, &objects.later}, audiences));
        }
        done += page.size();
        if (progress) progress("statements", done, static_cast<std::uint64_t>(total.value_or(0)));
    }
    return {};
}

Result<Digest> digest_views(db::Session& session, const Pillars& pillars) {
    crypto::Sha256 hash;
    for (const auto& pillar : pillars.all()) {
        for (const auto& table : pillar->view()) {
            hash_text(hash, as_bytes(table.table));
            COMITY_CHECK(session.each(table.canonical_query, {}, [&](const db::Row& row) {
                hash_row(hash, row);
                return true;
            }));
        }
    }
    return hash.finish();
}

}  // namespace comity::ledger
