#include "api/misp/feed.h"

#include <fmt/format.h>

#include <set>

#include "crypto/md5.h"
#include "crypto/sha256.h"
#include "intelligence/carried.h"
#include "intelligence/indicator/bundle.h"
#include "intelligence/share.h"
#include "intelligence/stix/identifier.h"
#include "intelligence/withdrawal.h"
#include "ledger/access.h"

namespace comity::api::misp {
namespace {

using intelligence::kShare;
using intelligence::misp::WrittenEvent;

constexpr std::size_t kPage = 1000;
constexpr std::size_t kMaxKept = 64U << 20;      // bytes of listed events, some more with their keys
constexpr std::size_t kMaxStatements = 100'000;  // whose UUIDs are remembered

std::string title_of(const json::Value& body) {
    const json::Value* title = body.is_object() ? body.get_object().if_contains("title") : nullptr;
    return title != nullptr && title->is_string() ? std::string(title->get_string()) : std::string();
}

std::string name_of(const ledger::Roll& roll, const std::string& author) {
    const ledger::Member* member = roll.find(author);
    return member != nullptr ? member->name : author;
}

// Nothing where the reader may read none of its objects.
Result<std::optional<WrittenEvent>> write_for(node::Node& node, db::Session& session,
                                              const ledger::Readable& readable, const ledger::Kept& kept) {
    COMITY_TRY(auto carried, intelligence::find_carried(session, readable, kept, 0, ledger::kMaxObjects));
    if (carried.empty()) return std::nullopt;
    std::vector<std::string> objects;
    objects.reserve(carried.size());
    for (auto& object : carried) objects.push_back(std::move(object.data));
    const auto roll = node.ledger().roll();
    const std::string name = name_of(*roll, kept.statement.author);
    const std::string identity = intelligence::identity_of(
        {.community = roll->community.hex(), .member = kept.statement.author, .name = name});
    return intelligence::misp::write_event(objects, {.uuid = event_uuid(kept.statement.id),
                                                     .info = title_of(kept.statement.body),
                                                     .time = Time::from_seconds(kept.witnessed),
                                                     .org_uuid = identity.substr(identity.find("--") + 2),
                                                     .org_name = name,
                                                     .label = kept.statement.audience.label});
}

// Calls back for each share that the reader may read, until it returns false.
Result<void> for_each_share(node::Node& node, const ledger::Viewer& viewer,
                            const std::function<Result<bool>(const Digest&)>& each) {
    ledger::ListQuery query{.type = std::string(kShare), .author = {}, .newest_first = false, .limit = kPage};
    for (bool more = true; more;) {
        COMITY_TRY(const ledger::ListPage page, node.ledger().list(viewer, query));
        for (const ledger::ListItem& item : page.items) {
            COMITY_TRY(const bool go_on, each(item.id));
            if (!go_on) return {};
        }
        more = page.more && !page.items.empty();
        if (more) query.after = page.items.back().seq;
    }
    return {};
}

// MD5 of each value, and of each part of a value that has two: by these MISP knows what it has already.
std::string hash_lines(const std::string& uuid, const WrittenEvent& event) {
    std::set<std::string> parts;
    for (const std::string& value : event.values) {
        for (std::size_t at = 0; at <= value.size();) {
            const std::size_t end = std::min(value.find('|', at), value.size());
            parts.insert(value.substr(at, end - at));
            at = end + 1;
        }
    }
    std::string lines;
    for (const std::string& part : parts)
        lines += fmt::format("{},{}\n", crypto::md5_hex(as_bytes(part)), uuid);
    return lines;
}

}  // namespace

std::string event_uuid(const Digest& statement) {
    static const auto name_space = *intelligence::Uuid::parse("7d6f9b54-3f0a-4b0e-8c58-0f4c2a9e1d63");
    return intelligence::Uuid::of_name(name_space, statement.hex()).text();
}

json::Object manifest_entry(const json::Object& event) {
    json::Object entry;
    for (const char* name : {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"})
        entry[name] = event.at(name);
    return entry;
}

// A statement some objects of which the reader may read, and all that its event depends on.
struct Feed::Shown {
    std::int64_t seq = 0;
    Digest statement;
    std::int64_t witnessed = 0;
    std::string author;
    std::vector<std::int64_t> objects;

    Digest key(const std::string& name) const {
        std::string text = fmt::format("{} {} {}", statement.hex(), witnessed, name);
        text += '\0';
        for (const std::int64_t added : objects) text += fmt::format(" {}", added);
        return crypto::sha256(as_bytes(text));
    }
};

Result<Feed::Events> Feed::list(const ledger::Viewer& viewer) {
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
    static const std::string sql =
        "SELECT i.seq, i.added, i.audience, s.id, s.witnessed, s.author, s.audience FROM "
        "intelligence_objects i "
        "JOIN statements s ON s.seq = i.seq WHERE " +
        std::string(intelligence::kNotWithdrawn) + " ORDER BY i.added";
    std::vector<Shown> all;
    COMITY_CHECK(session->each(sql, {}, [&](const db::Row& row) {
        if (!readable.contains(row.integer(2)) || !readable.contains(row.integer(6))) return true;
        if (all.empty() || all.back().seq != row.integer(0))
            all.push_back({row.integer(0), row.digest(3), row.integer(4), std::string(row.text(5)), {}});
        all.back().objects.push_back(row.integer(1));
        return true;
    }));
    Events events;
    for (const Shown& shown : all) {
        COMITY_TRY(auto event, event_of(*session, readable, viewer, shown));
        if (event) events.push_back(std::move(event));
    }
    return events;
}

Result<std::shared_ptr<const ListedEvent>> Feed::event_of(db::Session& session,
                                                          const ledger::Readable& readable,
                                                          const ledger::Viewer& viewer, const Shown& shown) {
    const Digest key = shown.key(name_of(*node_.ledger().roll(), shown.author));
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = kept_.find(key); known != kept_.end()) return known->second;
    }
    const auto kept = node_.ledger().find(viewer, shown.statement);
    // A roll that is newer than the session's state may have taken it away.
    if (!kept && kept.error().kind == ErrorKind::kNotFound) return nullptr;
    if (!kept) return std::unexpected(kept.error());
    COMITY_TRY(const auto written, write_for(node_, session, readable, *kept));
    std::shared_ptr<const ListedEvent> event;
    if (written) {
        const std::string uuid = event_uuid(shown.statement);
        event = std::make_shared<const ListedEvent>(
            ListedEvent{uuid, fmt::format("\"{}\":{}", uuid, json::write(manifest_entry(written->event))),
                        hash_lines(uuid, *written)});
    }
    const std::lock_guard lock(mutex_);
    ++written_;
    const std::size_t size = event ? event->entry.size() + event->hashes.size() : 0;
    if (bytes_ + size > kMaxKept || kept_.size() >= kMaxStatements) {
        kept_.clear();
        bytes_ = 0;
    }
    if (kept_.emplace(key, event).second) bytes_ += size;
    if (statements_.size() >= kMaxStatements) statements_.clear();
    if (event) statements_.insert_or_assign(event->uuid, shown.statement);
    return event;
}

std::optional<Digest> Feed::remembered(const std::string& uuid) const {
    const std::lock_guard lock(mutex_);
    const auto found = statements_.find(uuid);
    return found == statements_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Feed::written() const {
    const std::lock_guard lock(mutex_);
    return written_;
}

Result<WrittenEvent> Feed::find(const ledger::Viewer& viewer, const std::string& uuid) {
    const auto none = [] { return not_found("there is no such event"); };
    const auto read = [&](const Digest& statement) -> Result<std::optional<WrittenEvent>> {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
        const auto kept = node_.ledger().find(viewer, statement);
        if (!kept && kept.error().kind == ErrorKind::kNotFound) return std::nullopt;
        if (!kept) return std::unexpected(kept.error());
        return write_for(node_, *session, readable, *kept);
    };
    if (const auto statement = remembered(uuid)) {
        COMITY_TRY(auto event, read(*statement));
        if (event) return *std::move(event);
        // What the reader may not read takes as long as what is not there.
    }
    std::optional<Digest> found;
    COMITY_CHECK(for_each_share(node_, viewer, [&](const Digest& id) -> Result<bool> {
        if (event_uuid(id) == uuid) found = id;
        return !found;
    }));
    if (!found) return none();
    COMITY_TRY(auto event, read(*found));
    if (!event) return none();
    return *std::move(event);
}

}  // namespace comity::api::misp
