#include "intelligence/import/earlier.h"

#include <fmt/format.h>

#include <algorithm>

#include "intelligence/lookup.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "intelligence/withdrawal.h"
#include "json/members.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

struct Copy {
    std::int64_t added = 0;
    std::int64_t version = 0;
    std::int64_t audience = 0;
    int spec = 0;
};

Result<std::vector<Copy>> copies_of(db::Session& session, const ledger::Readable& readable,
                                    const ObjectId& id) {
    static const std::string sql = fmt::format(
        "SELECT i.added, i.version, i.audience, i.spec, i.type FROM intelligence_objects i WHERE {} = $1 "
        "AND {}",
        kByUuid, kNotWithdrawn);
    std::vector<Copy> copies;
    COMITY_CHECK(session.each(sql, {id.uuid.view()}, [&](const db::Row& row) {
        if (readable.contains(row.integer(2)) && row.text(4) == id.type)
            copies.push_back(
                {row.integer(0), row.integer(1), row.integer(2), static_cast<int>(row.integer(3))});
        return true;
    }));
    return copies;
}

// What the two say besides when they were said.
bool says_the_same(const json::Object& a, const json::Object& b) {
    const auto without = [](const json::Object& object) {
        json::Object rest = object;
        rest.erase("modified");
        return rest;
    };
    return without(a) == without(b);
}

}  // namespace

Result<EarlierVersions> find_earlier(db::Session& session, const ledger::Readable& readable,
                                     std::span<const ObjectId> ids) {
    EarlierVersions found;
    std::map<std::int64_t, ledger::Audience> known;
    for (const ObjectId& id : ids) {
        COMITY_TRY(std::vector<Copy> copies, copies_of(session, readable, id));
        if (copies.empty()) continue;
        const auto newest = *std::ranges::max_element(
            copies, {}, [](const Copy& copy) { return std::tuple(copy.version, copy.spec, -copy.added); });
        Earlier earlier;
        COMITY_CHECK(session.each("SELECT data FROM objects WHERE added = $1", {newest.added},
                                  [&](const db::Row& row) {
                                      earlier.data = as_text(row.blob(0));
                                      return false;
                                  }));
        for (const Copy& copy : copies) {
            if (copy.version != newest.version || copy.spec != newest.spec) continue;
            auto [audience, fresh] = known.try_emplace(copy.audience);
            if (fresh) {
                COMITY_TRY(const auto text,
                           session.text("SELECT audience FROM audiences WHERE n = $1", {copy.audience}));
                COMITY_TRY(const json::Value value, json::parse(text.value_or("")));
                COMITY_TRY(audience->second, ledger::parse_audience(value, "audience"));
            }
            if (std::ranges::find(earlier.audiences, audience->second) == earlier.audiences.end())
                earlier.audiences.push_back(audience->second);
        }
        std::ranges::sort(earlier.audiences);
        found.emplace(id.text(), std::move(earlier));
    }
    return found;
}

Result<std::vector<ObjectId>> ids_of(std::span<const std::string> objects) {
    std::vector<ObjectId> ids;
    ids.reserve(objects.size());
    for (const std::string& bytes : objects) {
        COMITY_TRY(Object object, parse_object(bytes));
        ids.push_back(std::move(object.id));
    }
    return ids;
}

Result<Renewed> renew(std::vector<std::string> objects, const EarlierVersions& earlier,
                      const ledger::Audience& audience) {
    Renewed out;
    for (std::string& bytes : objects) {
        COMITY_TRY(const Object object, parse_object(bytes));
        const auto before = earlier.find(object.id.text());
        if (before == earlier.end() || !object.version) {
            out.objects.push_back(std::move(bytes));
            continue;
        }
        COMITY_TRY(json::Value now_value, json::parse(bytes));
        COMITY_TRY(const json::Value old_value, json::parse(before->second.data, kMaxObjectDepth));
        json::Object& now = now_value.as_object();
        const json::Object& old = old_value.as_object();
        COMITY_TRY(const Object old_object, parse_object(before->second.data));
        if (old_object.revoked) {
            out.revoked.push_back(object.id.text());
            continue;
        }
        const bool says_when = json::text_of(now, "valid_from") != json::text_of(now, "created");
        if (!json::text_of(old, "created").empty()) now["created"] = json::text_of(old, "created");
        if (now.contains("valid_from") && !says_when && !json::text_of(old, "valid_from").empty())
            now["valid_from"] = json::text_of(old, "valid_from");
        if (says_the_same(now, old)) {
            const ledger::Audience effective = effective_audience(audience, object.marking);
            if (std::ranges::find(before->second.audiences, effective) != before->second.audiences.end()) {
                if (object.id.type != "identity") ++out.unchanged;  // who says it is nothing said
            } else {
                out.objects.push_back(before->second.data);
            }
            continue;
        }
        // Later than the version that it follows, whatever this machine's clock says.
        if (old_object.version && *object.version <= *old_object.version)
            now["modified"] = format_time_millis({old_object.version->micros / 1000 * 1000 + 1000});
        out.objects.push_back(json::write(now_value));
        ++out.renewed;
    }
    return out;
}

}  // namespace comity::intelligence
