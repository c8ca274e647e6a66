#include "development/clearing/needs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "development/observatory/names.h"
#include "development/place/place.h"
#include "json/number.h"
#include "json/words.h"
#include "ledger/statement.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxTermTitle = 300;
constexpr std::size_t kMaxTermsNote = 4000;
constexpr std::size_t kMaxTermUnit = 40;
constexpr std::size_t kMaxOfferPlaces = 300;
constexpr std::size_t kMaxPaid = 200;
constexpr std::int64_t kMostPeople = 10'000'000'000;
constexpr double kCent = 0.01;

Result<Terms> terms_of(json::Fields& fields, bool subject_needed) {
    Terms terms;
    COMITY_TRY(terms.title, fields.text("title", 1, kMaxTermTitle));
    COMITY_TRY(terms.kind, json::word_of(fields, "kind", kKinds));
    COMITY_TRY(terms.subject, text_or_none(fields, "subject", kMaxTermTitle));
    if (!terms.subject.empty()) COMITY_CHECK(check_name(terms.subject, fields.path("subject")));
    if (subject_needed && terms.subject.empty()) return invalid(fields.path("subject"), "is missing");
    COMITY_TRY(terms.amount, amount_of(fields, "amount"));
    COMITY_TRY(terms.unit, fields.text("unit", 1, kMaxTermUnit));
    COMITY_TRY(terms.period, period_of(fields, "period"));
    COMITY_TRY(terms.conditions, texts_of(fields, "conditions"));
    COMITY_TRY(terms.standards, names_of(fields, "standards"));
    COMITY_TRY(terms.note, text_or_none(fields, "note", kMaxTermsNote));
    return terms;
}

void put_terms(json::Object& out, const Terms& terms) {
    out["title"] = terms.title;
    out["kind"] = terms.kind;
    if (!terms.subject.empty()) out["subject"] = terms.subject;
    out["amount"] = json::number(terms.amount);
    out["unit"] = terms.unit;
    out["period"] = period_json(terms.period);
    if (!terms.conditions.empty()) out["conditions"] = json::array_of(terms.conditions);
    if (!terms.standards.empty()) out["standards"] = json::array_of(terms.standards);
    if (!terms.note.empty()) out["note"] = terms.note;
}

double lot_of(const NeedBody& need) {
    return need.terms.kind == "funding" ? kCent : 1;
}

Result<std::string> place_in_terms(std::string code, std::string where) {
    if (find_place(code) == nullptr)
        return invalid(std::move(where), fmt::format("'{}' is no place", code),
                       "use the alpha-3 code of ISO 3166-1, in capitals");
    return code;
}

}  // namespace

Result<Standing> standing_of(json::Fields& fields) {
    Standing standing;
    COMITY_TRY(standing.id, fields.text("id", 1, 64));
    COMITY_CHECK(check_name(standing.id, fields.path("id")));
    COMITY_TRY(standing.revision, revision_of(fields));
    COMITY_TRY(standing.withdrawn, fields.boolean("withdrawn", false));
    if (standing.withdrawn) {
        COMITY_TRY(standing.reason, text_or_none(fields, "reason", kMaxTermsNote));
        COMITY_CHECK(fields.nothing_else());
    }
    return standing;
}

json::Object standing_json(const Standing& standing) {
    json::Object out{{"id", standing.id}};
    if (standing.revision > 0) out["revision"] = standing.revision;
    if (standing.withdrawn) out["withdrawn"] = true;
    if (!standing.reason.empty()) out["reason"] = standing.reason;
    return out;
}

Result<NeedBody> parse_need(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    NeedBody need;
    COMITY_TRY(static_cast<Standing&>(need), standing_of(fields));
    if (need.withdrawn) return need;
    COMITY_TRY(need.terms, terms_of(fields, true));
    COMITY_TRY(need.whole, fields.boolean("whole", false));
    need.lot = need.whole ? need.terms.amount : std::min(lot_of(need), need.terms.amount);
    if (fields.has("lot")) {
        if (need.whole) return invalid(fields.path("lot"), "does not go with whole");
        COMITY_TRY(need.lot, amount_of(fields, "lot"));
        const double lots = need.terms.amount / need.lot;
        if (lots < 1 - 1e-9 || std::abs(lots - std::round(lots)) > 1e-6 * lots)
            return invalid(fields.path("lot"), fmt::format("{} is no multiple of it", need.terms.amount));
    }
    COMITY_TRY(std::string place, fields.text("place", 3, 3));
    COMITY_TRY(need.place, place_in_terms(std::move(place), fields.path("place")));
    COMITY_TRY(json::Fields people, inside(fields, "beneficiaries"));
    COMITY_TRY(need.people, people.integer("people", 1, kMostPeople));
    COMITY_TRY(need.who, text_or_none(people, "who", kMaxTermTitle));
    COMITY_CHECK(people.nothing_else());
    COMITY_CHECK(fields.nothing_else());
    return need;
}

json::Object need_json(const NeedBody& body) {
    json::Object out = standing_json(body);
    if (body.withdrawn) return out;
    put_terms(out, body.terms);
    if (body.whole) {
        out["whole"] = true;
    } else if (body.lot != std::min(lot_of(body), body.terms.amount)) {
        out["lot"] = json::number(body.lot);
    }
    out["place"] = body.place;
    json::Object people{{"people", body.people}};
    if (!body.who.empty()) people["who"] = body.who;
    out["beneficiaries"] = std::move(people);
    return out;
}

Result<OfferBody> parse_offer(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    OfferBody offer;
    COMITY_TRY(static_cast<Standing&>(offer), standing_of(fields));
    if (offer.withdrawn) return offer;
    COMITY_TRY(offer.terms, terms_of(fields, false));
    COMITY_TRY(offer.places, fields.optional_texts("places", kMaxOfferPlaces));
    for (std::size_t i = 0; i < offer.places.size(); ++i) {
        COMITY_TRY(offer.places[i],
                   place_in_terms(offer.places[i], fmt::format("{}[{}]", fields.path("places"), i)));
    }
    std::ranges::sort(offer.places);
    const auto rest = std::ranges::unique(offer.places);
    offer.places.erase(rest.begin(), rest.end());
    if (fields.has("cost")) {
        if (offer.terms.kind == "funding") return invalid(fields.path("cost"), "does not go with funding");
        COMITY_TRY(json::Fields money, inside(fields, "cost"));
        OfferCost& read = offer.cost.emplace();
        COMITY_TRY(read.amount, amount_of(money, "amount"));
        COMITY_TRY(read.fund, ref_of(money, "fund"));
        COMITY_CHECK(money.nothing_else());
    }
    COMITY_TRY(offer.pays, fields.optional_texts("pays", kMaxPaid));
    if (!offer.pays.empty() && offer.terms.kind != "funding")
        return invalid(fields.path("pays"), "goes with funding only");
    for (std::size_t i = 0; i < offer.pays.size(); ++i)
        COMITY_CHECK(ledger::check_member_id(offer.pays[i], fmt::format("{}[{}]", fields.path("pays"), i)));
    std::ranges::sort(offer.pays);
    COMITY_CHECK(fields.nothing_else());
    return offer;
}

json::Object offer_json(const OfferBody& body) {
    json::Object out = standing_json(body);
    if (body.withdrawn) return out;
    put_terms(out, body.terms);
    if (!body.places.empty()) out["places"] = json::array_of(body.places);
    if (body.cost)
        out["cost"] = json::Object{{"amount", json::number(body.cost->amount)}, {"fund", body.cost->fund}};
    if (!body.pays.empty()) out["pays"] = json::array_of(body.pays);
    return out;
}

}  // namespace comity::development
