#include "ledger/queries.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "ledger/erasure.h"
#include "ledger/id_index.h"
#include "ledger/views.h"

namespace comity::ledger {
namespace {

constexpr std::size_t kMinPrefix = 8;  // hexadecimal digits, as git has it
constexpr std::size_t kMaxPage = 1000;

Failure no_statement(std::string_view id) {
    return not_found("there is no statement " + std::string(id) + " that you may read",
                     "list them: comity statement list");
}

}  // namespace

Result<Digest> resolve_id(db::Session& session, const Viewer& viewer, std::string_view id_or_prefix) {
    const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (id_or_prefix.size() < kMinPrefix || id_or_prefix.size() > 64 ||
        !std::ranges::all_of(id_or_prefix, digit)) {
        return invalid("id", "'" + shown(id_or_prefix, 80) + "' is no statement id",
                       "give 64 hexadecimal digits, or a unique beginning of 8 or more");
    }
    std::string low(id_or_prefix);
    std::string high(id_or_prefix);
    low.resize(64, '0');
    high.resize(64, 'f');
    COMITY_TRY(const Digest first, Digest::from_hex(low));
    COMITY_TRY(const Digest last, Digest::from_hex(high));
    COMITY_TRY(const Readable readable, readable_by(session, viewer));
    // At least 32 bits are the same in both, the sign among them, so the range is one range of signed numbers
    // too.
    std::vector<Digest> found;
    static const std::string begin_alike = of_prefix_range("SELECT id, audience");
    COMITY_CHECK(session.each(begin_alike, {id_prefix(first), id_prefix(last)}, [&](const db::Row& row) {
        const Digest id = row.digest(0);
        if (id >= first && id <= last && readable.contains(row.integer(1))) found.push_back(id);
        return true;
    }));
    if (found.empty() && id_or_prefix.size() == low.size()) {  // its place and proof are still there
        COMITY_TRY(const auto erased, find_erased(session, first));
        if (erased) return first;
    }
    if (found.empty()) return no_statement(id_or_prefix);
    if (found.size() > 1) {
        return conflict("id", fmt::format("{} statements begin with {}", found.size(), id_or_prefix),
                        "give more digits");
    }
    return found.front();
}

Result<Kept> find_statement(db::Session& session, const Viewer& viewer, const Digest& id) {
    COMITY_TRY(const Readable readable, readable_by(session, viewer));
    std::optional<Kept> kept;
    Result<void> parsed;
    static const std::string by_prefix =
        of_prefix("SELECT id, seq, idx, added, witnessed, effective, envelope, audience");
    COMITY_CHECK(session.each(by_prefix, {id_prefix(id)}, [&](const db::Row& row) {
        if (row.digest(0) != id || !readable.contains(row.integer(7))) return true;
        auto act = parse_kept(row.text(6));
        if (!act) {
            parsed = corrupt("statement " + id.hex(), act.error().message(), "run comity check");
            return false;
        }
        kept = Kept{std::move(act->statement), std::string(row.text(6)), row.integer(1),     std::nullopt,
                    Time{row.integer(3)},      row.integer(4),           row.integer(5) != 0};
        if (!row.null(2)) kept->index = static_cast<std::uint64_t>(row.integer(2));
        return false;
    }));
    COMITY_CHECK(parsed);
    if (kept) return std::move(*kept);
    COMITY_TRY(const auto erased, find_erased(session, id));
    if (!erased) return no_statement(id.hex());
    return not_found("the statement " + id.hex() + " was erased by its author, in " + erased->by.hex(),
                     "its digest keeps its place in the log, with its proof: comity log prove " + id.hex());
}

Result<ListPage> list_statements(db::Session& session, const Viewer& viewer, const ListQuery& query) {
    if (query.limit == 0 || query.limit > kMaxPage) {
        return invalid("limit", "is not between 1 and " + std::to_string(kMaxPage));
    }
    COMITY_TRY(const Readable readable, readable_by(session, viewer));
    std::string sql =
        "SELECT s.id, s.seq, s.idx, s.type, s.author, s.issued, s.witnessed, s.audience, a.audience "
        "FROM statements s JOIN audiences a ON a.n = s.audience WHERE s.effective = 1 AND s.seq ";
    sql += query.newest_first ? "< $1" : "> $1";
    int next = 3;
    std::vector<db::Param> params{std::int64_t{0}, static_cast<std::int64_t>(query.limit + 1)};
    if (!query.type.empty()) {
        sql += fmt::format(" AND s.type = ${}", next++);
        params.emplace_back(query.type);
    }
    if (!query.author.empty()) {
        sql += fmt::format(" AND s.author = ${}", next++);
        params.emplace_back(query.author);
    }
    sql += query.newest_first ? " ORDER BY s.seq DESC LIMIT $2" : " ORDER BY s.seq LIMIT $2";

    ListPage page;
    Result<void> parsed;
    std::int64_t after = query.newest_first && query.after == 0 ? INT64_MAX : query.after;
    for (bool exhausted = false; !exhausted && !page.more;) {
        params[0] = db::Param(after);
        std::size_t rows = 0;
        COMITY_CHECK(session.each(sql, params, [&](const db::Row& row) {
            ++rows;
            after = row.integer(1);
            if (!readable.contains(row.integer(7))) return true;
            if (page.items.size() == query.limit) {
                page.more = true;
                return false;
            }
            ListItem item;
            item.id = row.digest(0);
            item.seq = row.integer(1);
            if (!row.null(2)) item.index = static_cast<std::uint64_t>(row.integer(2));
            item.type = row.text(3);
            item.author = row.text(4);
            item.issued = Time{row.integer(5)};
            item.witnessed = row.integer(6);
            auto value = json::parse(row.text(8));
            auto audience = value ? parse_audience(*value, "audiences") : std::unexpected(value.error());
            if (!audience) {
                parsed = corrupt("audiences", audience.error().message(), "run comity check");
                return false;
            }
            item.audience = std::move(*audience);
            page.items.push_back(std::move(item));
            return true;
        }));
        COMITY_CHECK(parsed);
        exhausted = rows < query.limit + 1;
    }
    return page;
}

Result<std::vector<std::pair<std::size_t, std::string>>> find_envelopes(db::Session& session,
                                                                        const Viewer& viewer,
                                                                        std::span<const Digest> ids) {
    COMITY_TRY(const Readable readable, readable_by(session, viewer));
    static const std::string by_prefix = of_prefix("SELECT id, audience, envelope");
    std::vector<std::pair<std::size_t, std::string>> found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        COMITY_CHECK(session.each(by_prefix, {id_prefix(ids[i])}, [&](const db::Row& row) {
            if (row.digest(0) != ids[i]) return true;
            if (readable.contains(row.integer(1))) found.emplace_back(i, row.text(2));
            return false;
        }));
    }
    return found;
}

Result<std::string> find_attachment(db::Session& session, const Viewer& viewer, const Digest& id,
                                    const Digest& sha256) {
    COMITY_TRY(const Kept kept, find_statement(session, viewer, id));
    const auto named = [&](const AttachmentRef& ref) { return ref.sha256 == sha256; };
    if (std::ranges::none_of(kept.statement.attachments, named)) {
        return not_found("the statement has no attachment " + sha256.hex());
    }
    COMITY_TRY(const auto data, session.blob("SELECT data FROM attachments WHERE sha256 = $1", {sha256}));
    if (!data) return not_found("the attachment " + sha256.hex() + " is no longer kept here");
    return std::string(as_text(*data));
}

Result<std::optional<std::uint64_t>> index_of(db::Session& session, const Digest& id) {
    static const std::string by_prefix = of_prefix("SELECT id, idx");
    std::optional<std::uint64_t> index;
    COMITY_CHECK(session.each(by_prefix, {id_prefix(id)}, [&](const db::Row& row) {
        if (row.digest(0) == id && !row.null(1)) index = static_cast<std::uint64_t>(row.integer(1));
        return true;
    }));
    if (index) return index;
    COMITY_TRY(const auto erased, find_erased(session, id));
    return erased ? erased->index : std::nullopt;
}

Result<bool> is_kept(db::Session& session, const Digest& id) {
    static const std::string by_prefix = of_prefix("SELECT id");
    bool kept = false;
    COMITY_CHECK(session.each(by_prefix, {id_prefix(id)}, [&](const db::Row& row) {
        kept = row.digest(0) == id;
        return !kept;
    }));
    if (kept) return true;
    COMITY_TRY(const auto erased, find_erased(session, id));
    return erased.has_value();
}

}  // namespace comity::ledger
