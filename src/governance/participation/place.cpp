#include "governance/participation/place.h"

#include <algorithm>
#include <array>

#include "governance/forms.h"
#include "governance/voting/acts.h"
#include "governance/voting/tally.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::array<std::string_view, 6> kRegions = {"africa", "americas", "asia",
                                                      "europe", "oceania",  "global"};

}  // namespace

Result<PlaceBody> parse_place(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    PlaceBody place;
    COMITY_TRY(place.region, word_of(fields, "region", kRegions));
    COMITY_TRY(const auto code, fields.optional_text("place", 3, 3));
    place.place = code.value_or("");
    if (!std::ranges::all_of(place.place, [](char c) { return c >= 'A' && c <= 'Z'; }))
        return invalid("body.place", "is no code of a place", "three capitals of ISO 3166-1, as KEN");
    COMITY_CHECK(fields.nothing_else());
    return place;
}

json::Object place_json(const PlaceBody& place) {
    json::Object form{{"region", place.region}};
    if (!place.place.empty()) form["place"] = place.place;
    return form;
}

Result<Places> load_places(db::Session& session) {
    Acts acts;
    Result<void> added;
    COMITY_CHECK(session.each(
        "SELECT envelope, witnessed FROM statements WHERE type = $1 AND effective = 1 ORDER BY seq", {kPlace},
        [&](const db::Row& row) {
            added = acts.add(row.text(0), row.integer(1));
            return added.has_value();
        }));
    COMITY_CHECK(added);
    std::map<std::string, const Act*> last;
    for (const Act& act : acts.all()) {
        const Act*& known = last[act.statement->author];
        if (known == nullptr || order_of(*known) < order_of(act)) known = &act;
    }
    Places places;
    for (const auto& [member, act] : last) {
        if (auto body = parse_place(act->statement->body)) places.emplace(member, std::move(*body));
    }
    return places;
}

Result<json::Array> places_answer(db::Session& session) {
    COMITY_TRY(const Places places, load_places(session));
    json::Array list;
    for (const auto& [member, place] : places) {
        json::Object form = place_json(place);
        form["member"] = member;
        list.push_back(std::move(form));
    }
    return list;
}

}  // namespace comity::governance
