// Where a member is: its region of the world and, where it stands for one place, that place. Its own word; it
// decides nothing, and tells how the world takes part.
#pragma once

#include <map>
#include <string>

#include "db/database.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kPlace = "governance.place";

struct PlaceBody {
    std::string region;  // "africa", "americas", "asia", "europe", "oceania", "global"
    std::string place;   // ISO 3166-1 alpha-3 ("KEN"), or XKX; empty: none
    friend bool operator==(const PlaceBody&, const PlaceBody&) = default;
};

Result<PlaceBody> parse_place(const json::Value& body);
json::Object place_json(const PlaceBody& place);

using Places = std::map<std::string, PlaceBody, std::less<>>;  // by member
// The last that each member has said: by witnessed second, then its own time, then id.
Result<Places> load_places(db::Session& session);
// {"member","region","place"?} of each that has said it.
Result<json::Array> places_answer(db::Session& session);

}  // namespace comity::governance
