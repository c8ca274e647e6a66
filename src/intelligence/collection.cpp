#include "intelligence/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/random.h"
#include "json/fields.h"
#include "json/words.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxCollectionTitle = 200;
constexpr std::size_t kMaxCollectionDescription = 4000;
constexpr std::size_t kMaxNames = 1000;  // in one list
constexpr std::uint8_t kVersion4 = 0x40;
constexpr std::uint8_t kVariant = 0x80;

Result<std::vector<std::string>> member_ids(json::Fields& fields, std::string_view name) {
    COMITY_TRY(auto ids, fields.optional_texts(name, kMaxNames));
    for (const std::string& id : ids) COMITY_CHECK(ledger::check_member_id(id, fields.path(name)));
    return ids;
}

Result<CollectionBody::Filter> parse_filter(const json::Object& object) {
    const json::Value value(object);
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "body.filter"));
    CollectionBody::Filter filter;
    COMITY_TRY(filter.types, fields.optional_texts("types", kMaxNames));
    for (const std::string& type : filter.types) {
        if (auto checked = check_type_name(type); !checked)
            return within(fields.path("types"), std::move(checked).error());
    }
    COMITY_TRY(filter.authors, member_ids(fields, "authors"));
    COMITY_CHECK(fields.nothing_else());
    return filter;
}

Result<CollectionBody::Posting> parse_posting(const json::Object& object) {
    const json::Value value(object);
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "body.posting"));
    CollectionBody::Posting posting;
    COMITY_TRY(posting.members, member_ids(fields, "members"));
    COMITY_TRY(posting.groups, fields.optional_texts("groups", kMaxNames));
    for (const std::string& group : posting.groups) {
        const std::size_t slash = std::min(group.find('/'), group.size());
        COMITY_CHECK(ledger::check_member_id(group.substr(0, slash), fields.path("groups")));
        COMITY_CHECK(ledger::check_member_id(slash < group.size() ? group.substr(slash + 1) : std::string(),
                                             fields.path("groups")));
    }
    COMITY_CHECK(fields.nothing_else());
    return posting;
}

bool holds(const std::vector<std::string>& list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
}

// A row for each statement that the reader may read, in the order in which they were witnessed and, of one
// second, issued: the first of an id names its owner, the owner's last counts.
class GatheredCollections {
  public:
    Result<void> read(db::Session& session, const ledger::Readable& readable, std::optional<Uuid> only) {
        std::string sql =
            "SELECT c.uuid, c.body, c.audience, s.author, s.id, a.audience FROM intelligence_collections c "
            "JOIN statements s ON s.seq = c.seq JOIN audiences a ON a.n = c.audience ";
        std::vector<db::Param> params;
        if (only) {
            sql += "WHERE c.uuid = $1 ";
            params.emplace_back(only->view());
        }
        Result<void> parsed;
        COMITY_CHECK(
            session.each(sql + "ORDER BY s.witnessed, s.issued, s.id", params, [&](const db::Row& row) {
                if (readable.contains(row.integer(2))) parsed = take(row);
                return parsed.has_value();
            }));
        return parsed;
    }

    std::vector<Collection> result() && {
        std::erase_if(found_, [](const Collection& each) { return each.body.removed; });
        return std::move(found_);
    }

  private:
    Result<void> take(const db::Row& row) {
        const auto uuid = Uuid::from_bytes(row.blob(0));
        if (!uuid) return corrupt("intelligence_collections", "an id is none", "run comity check");
        const auto [place, first] = places_.emplace(*uuid, found_.size());
        if (!first && found_[place->second].owner != row.text(3)) return {};
        COMITY_TRY(const json::Value body, json::parse(row.text(1)));
        COMITY_TRY(const json::Value audience, json::parse(row.text(5)));
        Collection collection;
        COMITY_TRY(collection.body, parse_collection(body));
        COMITY_TRY(collection.seen_by, ledger::parse_audience(audience, "audiences"));
        collection.owner = row.text(3);
        collection.statement = row.digest(4);
        collection.audience = collection.body.audience.value_or(collection.seen_by);
        if (first) {
            found_.push_back(std::move(collection));
        } else {
            found_[place->second] = std::move(collection);
        }
        return {};
    }

    std::vector<Collection> found_;
    std::map<Uuid, std::size_t> places_;
};

}  // namespace

bool Collection::may_post(const ledger::Roll& roll, std::string_view member) const {
    if (member == owner || !body.posting || holds(body.posting->members, member)) return true;
    return std::ranges::any_of(body.posting->groups, [&](const std::string& group) {
        const auto it = roll.groups.find(group);
        return it != roll.groups.end() && holds(it->second, member);
    });
}

CollectionScope Collection::scope(const ledger::Roll& roll) const {
    CollectionScope scope;
    scope.id = body.id;
    if (body.filter) {
        scope.filtered = true;
        scope.types = body.filter->types;
        scope.authors = body.filter->authors;
    }
    if (body.posting) {
        scope.posters = body.posting->members;
        scope.posters->push_back(owner);
        for (const std::string& group : body.posting->groups) {
            const auto it = roll.groups.find(group);
            if (it == roll.groups.end()) continue;
            scope.posters->insert(scope.posters->end(), it->second.begin(), it->second.end());
        }
        std::ranges::sort(*scope.posters);
    }
    return scope;
}

Result<Uuid> parse_collection_id(std::string_view text, std::string where) {
    auto id = Uuid::parse(text);
    if (!id) return within(where, std::move(id).error());
    if ((id->bytes[6] & 0xf0) != kVersion4) return invalid(std::move(where), "is no UUID of version 4");
    return *id;
}

Uuid new_collection_id() {
    Uuid uuid = *Uuid::from_bytes([] {
        Bytes bytes = crypto::random_bytes(16);
        bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | kVersion4);
        bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | kVariant);
        return bytes;
    }());
    return uuid;
}

Result<CollectionBody> parse_collection(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CollectionBody collection;
    COMITY_TRY(const std::string id, fields.text("id", 36, 36));
    COMITY_TRY(collection.id, parse_collection_id(id, fields.path("id")));
    COMITY_TRY(collection.root, fields.text("root", 1, 64));
    COMITY_CHECK(ledger::check_member_id(collection.root, fields.path("root")));
    COMITY_TRY(const auto alias, fields.optional_text("alias", 1, 64));
    if (alias) {
        COMITY_CHECK(ledger::check_member_id(*alias, fields.path("alias")));
        collection.alias = *alias;
    }
    COMITY_TRY(collection.title, fields.text("title", 1, kMaxCollectionTitle));
    COMITY_TRY(auto description, fields.optional_text("description", 1, kMaxCollectionDescription));
    collection.description = description.value_or("");
    COMITY_TRY(const json::Object* filter, fields.optional_object("filter"));
    if (filter != nullptr) {
        COMITY_TRY(collection.filter, parse_filter(*filter));
    }
    if (const json::Value* audience = fields.any("audience")) {
        COMITY_TRY(collection.audience, ledger::parse_audience(*audience, fields.path("audience")));
    }
    COMITY_TRY(const json::Object* posting, fields.optional_object("posting"));
    if (posting != nullptr) {
        COMITY_TRY(collection.posting, parse_posting(*posting));
    }
    COMITY_TRY(collection.removed, fields.boolean("removed", false));
    COMITY_CHECK(fields.nothing_else());
    return collection;
}

json::Object collection_json(const CollectionBody& collection) {
    json::Object body{{"id", collection.id.text()}, {"root", collection.root}};
    if (!collection.alias.empty()) body["alias"] = collection.alias;
    body["title"] = collection.title;
    if (!collection.description.empty()) body["description"] = collection.description;
    const auto add = [](json::Object& object, std::string_view name, const std::vector<std::string>& list) {
        if (!list.empty()) object[name] = json::array_of(list);
    };
    if (collection.filter) {
        json::Object filter;
        add(filter, "types", collection.filter->types);
        add(filter, "authors", collection.filter->authors);
        body["filter"] = std::move(filter);
    }
    if (collection.audience) body["audience"] = ledger::audience_json(*collection.audience);
    if (collection.posting) {
        json::Object posting;
        add(posting, "members", collection.posting->members);
        add(posting, "groups", collection.posting->groups);
        body["posting"] = std::move(posting);
    }
    if (collection.removed) body["removed"] = true;
    return body;
}

json::Object collection_form(const Collection& collection) {
    json::Object form = collection_json(collection.body);
    form["audience"] = ledger::audience_json(collection.audience);
    form["owner"] = collection.owner;
    form["statement"] = collection.statement.hex();
    form["seen_by"] = ledger::audience_json(collection.seen_by);
    return form;
}

Result<std::vector<Collection>> find_collections(db::Session& session, const ledger::Readable& readable) {
    GatheredCollections gathered;
    COMITY_CHECK(gathered.read(session, readable, std::nullopt));
    return std::move(gathered).result();
}

Result<Collection> find_collection(db::Session& session, const ledger::Readable& readable, const Uuid& id) {
    GatheredCollections gathered;
    COMITY_CHECK(gathered.read(session, readable, id));
    std::vector<Collection> found = std::move(gathered).result();
    if (found.empty()) return not_found("there is no such collection");
    return std::move(found.front());
}

}  // namespace comity::intelligence
