#include "node/hit_teller.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "intelligence/alert/alert.h"
#include "intelligence/answer/parts.h"
#include "intelligence/hit/hit_book.h"
#include "intelligence/share.h"
#include "ledger/objects_form.h"
#include "node/custody.h"

namespace comity::node {
namespace {

using intelligence::SightingToTell;

constexpr std::size_t kToldAtOnce = 500;                                         // sightings in one statement
constexpr std::string_view kSightings = "0f5f63c8-8f0e-4c35-9b0e-6a8f2c7d1b42";  // the namespace of their ids

struct MadeSighting {
    SightingToTell about;
    Time created;
    Time modified;
    std::string object;
};

// Who may read what was sighted, its sharer among them, whose name its own audience leaves out.
ledger::Audience audience_like(ledger::Audience audience, const std::string& sharer) {
    const bool amber = audience.label == ledger::Tlp::kAmber || audience.label == ledger::Tlp::kAmberStrict;
    if (amber && !std::ranges::binary_search(audience.members, sharer)) {
        audience.members.push_back(sharer);
        std::ranges::sort(audience.members);
    }
    return audience;
}

// Times in whole milliseconds, as STIX writes them; a version is later than the one before it.
Time next_version(Time now, Time before) {
    constexpr std::int64_t kMilli = 1000;  // microseconds
    const std::int64_t at = now.micros / kMilli * kMilli;
    return Time{std::max(at, before.micros + kMilli)};
}

MadeSighting made_sighting(const SightingToTell& about, const std::string& member,
                           const intelligence::Uuid& name_space, Time now) {
    MadeSighting out{about, {}, next_version(now, about.modified), {}};
    out.created = about.created.value_or(out.modified);
    const intelligence::Uuid uuid = intelligence::Uuid::of_name(name_space, member + " " + about.object);
    out.object = json::write(json::Object{{"type", "sighting"},
                                          {"spec_version", "2.1"},
                                          {"id", intelligence::ObjectId{"sighting", uuid}.text()},
                                          {"created", format_time_millis(out.created)},
                                          {"modified", format_time_millis(out.modified)},
                                          {"first_seen", format_time_millis(about.first)},
                                          {"last_seen", format_time_millis(about.last)},
                                          {"count", about.count},
                                          {"sighting_of_ref", about.object}});
    return out;
}

Result<void> share_sightings(Node& node, const std::string& member, const ledger::Audience& audience,
                             const std::vector<MadeSighting>& made) {
    const auto roll = node.ledger().roll();
    const Time now = node.clock().now();
    COMITY_TRY(const crypto::NamedSecret key, custody_key(node.config(), *roll, member, now.seconds()));
    std::vector<std::string> objects;
    for (const MadeSighting& each : made) objects.push_back(each.object);
    const ledger::Draft draft{.community = roll->community,
                              .type = std::string(intelligence::kShare),
                              .author = member,
                              .audience = audience,
                              .body = json::Object{{"objects", ledger::objects_form(objects)}},
                              .custody = true,
                              .attachments = {}};
    COMITY_CHECK(node.ledger().submit({.envelope = ledger::sign_statement(draft, now, key).write(),
                                       .objects = std::move(objects),
                                       .attachments = {}}));
    COMITY_TRY(const auto tx, node.database().begin());
    for (const MadeSighting& each : made)
        COMITY_CHECK(intelligence::sighting_told(*tx, member, each.about, each.created, each.modified));
    return tx->commit();
}

// What can be told now, by who may read it. What the member may not read any more is left out.
Result<std::map<ledger::Audience, std::vector<MadeSighting>>> sightings_by_audience(
    Node& node, const std::string& member) {
    std::map<ledger::Audience, std::vector<MadeSighting>> out;
    COMITY_TRY(const intelligence::Uuid name_space, intelligence::Uuid::parse(kSightings));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const auto telling, intelligence::sightings_to_tell(*session, member, kToldAtOnce));
    COMITY_TRY(const auto policy, intelligence::read_hit_policy(*session, member));
    const auto roll = node.ledger().roll();
    COMITY_TRY(const ledger::Readable readable,
               ledger::readable_by(*session, ledger::viewer_of(*roll, member, "", true)));
    for (const SightingToTell& about : telling) {
        intelligence::search::Query query;
        COMITY_TRY(query.id, intelligence::ObjectId::parse(about.object));
        intelligence::search::Page page;
        page.limit = 1;
        COMITY_TRY(const auto hits, intelligence::search::find(*session, readable, query, page));
        if (hits.found.empty()) continue;
        COMITY_TRY(ledger::Audience audience,
                   intelligence::audience_of(*session, hits.found.front().audience));
        audience = audience_like(std::move(audience), hits.found.front().source);
        if (policy.audience) audience = intelligence::no_laxer(*policy.audience, audience, member);
        out[std::move(audience)].push_back(made_sighting(about, member, name_space, node.clock().now()));
    }
    return out;
}

}  // namespace

Result<std::int64_t> tell_sightings(Node& node, const std::string& member) {
    std::int64_t told = 0;
    for (bool more = true; more;) {
        COMITY_TRY(const auto groups, sightings_by_audience(node, member));
        more = false;
        for (const auto& [audience, made] : groups) {
            COMITY_CHECK(share_sightings(node, member, audience, made));
            told += static_cast<std::int64_t>(made.size());
            more = true;
        }
    }
    return told;
}

}  // namespace comity::node
