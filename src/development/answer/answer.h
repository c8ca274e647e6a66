// What REST (GET /api/v1/divide...) and the command line both answer of the digital divide, as JSON: of what
// the reader may read, with the statements that every figure comes from and the rules by which it was made.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "db/database.h"
#include "json/value.h"
#include "ledger/access.h"

namespace comity::development {

struct Asking {
    db::Session& session;  // a snapshot
    const ledger::Readable& readable;
};
using Query = std::vector<std::pair<std::string, std::string>>;

// What there is: datasets, schemes of groups, indices (the program's own too).
Result<json::Object> answer_catalogue(const Asking& asking);
// ?indicator= and ?place=, ?source=, ?year= or ?from= and ?to=, ?conflicts=true, ?tolerance=: cells with all
// that is said of each, side by side.
Result<json::Object> answer_figures(const Asking& asking, const Query& query);
// ?indicator= and ?weights=, ?source=, ?year= or ?from= and ?to=, ?carry=, ?zeros=keep|drop, ?scheme=.
Result<json::Object> answer_inequality(const Asking& asking, const Query& query);
// ?indicator=, ?benchmark= and ?place=, ?source=, ?year=.
Result<json::Object> answer_distance(const Asking& asking, const Query& query);
// ?indicator=, ?place= and ?source=, ?until=, ?target=, ?held_out=.
Result<json::Object> answer_forecast(const Asking& asking, const Query& query);
// ?id=, ?year= and ?carry=, ?scheme=, ?draws=, ?share=, ?seed=.
Result<json::Object> answer_index(const Asking& asking, const Query& query);

// One of them by what stands after /api/v1/divide: "", "figures", "inequality", "distance", "forecast",
// "index". kNotFound for another.
Result<json::Object> answer(const Asking& asking, std::string_view what, const Query& query);

}  // namespace comity::development
