#include "api/misp/feed.h"

#include <fmt/format.h>

#include "intelligence/carried.h"
#include "intelligence/indicator/bundle.h"
#include "intelligence/stix/identifier.h"
#include "ledger/access.h"

namespace comity::api::misp {
namespace {

using intelligence::misp::WrittenEvent;

constexpr std::size_t kPage = 1000;
constexpr std::string_view kShare = "intelligence.share";

std::string title_of(const json::Value& body) {
    const json::Value* title = body.is_object() ? body.get_object().if_contains("title") : nullptr;
    return title != nullptr && title->is_string() ? std::string(title->get_string()) : std::string();
}

// Nothing where the reader may read none of its objects.
Result<std::optional<WrittenEvent>> event_of(node::Node& node, db::Session& session,
                                             const ledger::Readable& readable, const ledger::Kept& kept) {
    COMITY_TRY(auto carried, intelligence::find_carried(session, readable, kept, 0, ledger::kMaxObjects));
    if (carried.empty()) return std::nullopt;
    std::vector<std::string> objects;
    objects.reserve(carried.size());
    for (auto& object : carried) objects.push_back(std::move(object.data));
    const auto roll = node.ledger().roll();
    const ledger::Member* member = roll->find(kept.statement.author);
    const std::string name = member != nullptr ? member->name : kept.statement.author;
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

}  // namespace

std::string event_uuid(const Digest& statement) {
    static const auto name_space = *intelligence::Uuid::parse("7d6f9b54-3f0a-4b0e-8c58-0f4c2a9e1d63");
    return intelligence::Uuid::of_name(name_space, statement.hex()).text();
}

Result<void> for_each_event(node::Node& node, const ledger::Viewer& viewer, const EachEvent& each) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
    return for_each_share(node, viewer, [&](const Digest& id) -> Result<bool> {
        COMITY_TRY(const ledger::Kept kept, node.ledger().find(viewer, id));
        COMITY_TRY(const auto event, event_of(node, *session, readable, kept));
        if (event) each(event_uuid(id), *event);
        return true;
    });
}

Result<WrittenEvent> find_event(node::Node& node, const ledger::Viewer& viewer, const std::string& uuid) {
    const auto none = [] { return not_found("there is no such event"); };
    std::optional<Digest> found;
    COMITY_CHECK(for_each_share(node, viewer, [&](const Digest& id) -> Result<bool> {
        if (event_uuid(id) == uuid) found = id;
        return !found;
    }));
    if (!found) return none();
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
    COMITY_TRY(const ledger::Kept kept, node.ledger().find(viewer, *found));
    COMITY_TRY(auto event, event_of(node, *session, readable, kept));
    if (!event) return none();
    return *std::move(event);
}

json::Object manifest_entry(const json::Object& event) {
    json::Object entry;
    for (const char* name : {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"})
        entry[name] = event.at(name);
    return entry;
}

}  // namespace comity::api::misp
