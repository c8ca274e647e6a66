// development.need and development.offer: what a member lacks and what one can give.
//
//     need  {"id":"routers", "revision"?: 0, "title":"Routers for 120 schools", "kind":"equipment",
//            "subject":"router", "amount":120, "unit":"piece", "lot"?: 1 (of funding 0.01), "whole"?: true,
//            "place":"RWA", "period":{"from":"2027-01-01","to":"2027-12-31"},
//            "beneficiaries":{"people":48000,"who"?:"pupils"}, "conditions"?:[...],
//            "standards"?:["ieee-802.11ax"], "note"?}
//         kind: infrastructure, technology, equipment, services, training, funding. subject: which of a kind,
//         a name that needs and offers share. lot: it can be given in multiples of this; whole: only all of
//         it, by one. standards: what it must keep to. people: who gain where all of it is given.
//     offer {"id", "revision"?, "title", "kind", "subject"?, "amount", "unit", "places"?:["RWA"], "period",
//            "conditions"?, "standards"?, "cost"?:{"amount":180,"fund":"bank/fund"}, "pays"?:["acme"],
//            "note"?}
//         Without a subject: whatever of the kind; without places: anywhere. cost: what a unit takes out of a
//         fund, which is an offer of funding of the same member's or of one that `pays` for the member.
//     either, taken back: {"id", "revision", "withdrawn":true, "reason"?}
//
// Of an author's statements of one id that with the highest revision counts, of these that with the greatest
// id of the statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "development/clearing/terms.h"

namespace comity::development {

inline constexpr std::string_view kNeed = "development.need";
inline constexpr std::string_view kOffer = "development.offer";

struct Standing {
    std::string id{};
    std::int64_t revision = 0;
    bool withdrawn = false;
    std::string reason{};  // of taking it back
    friend bool operator==(const Standing&, const Standing&) = default;
};

struct Terms {
    std::string title{};
    std::string kind{};
    std::string subject{};
    double amount = 0;
    std::string unit{};
    Period period{};
    std::vector<std::string> conditions{};
    std::vector<std::string> standards{};
    std::string note{};
    friend bool operator==(const Terms&, const Terms&) = default;
};

struct NeedBody : Standing {
    Terms terms{};
    double lot = 1;
    bool whole = false;
    std::string place{};
    std::int64_t people = 0;
    std::string who{};
    friend bool operator==(const NeedBody&, const NeedBody&) = default;
};

struct OfferCost {
    double amount = 0;
    std::string fund{};
    friend bool operator==(const OfferCost&, const OfferCost&) = default;
};

struct OfferBody : Standing {
    Terms terms{};
    std::vector<std::string> places{};  // sorted; empty: anywhere
    std::optional<OfferCost> cost{};
    std::vector<std::string> pays{};  // members, sorted
    friend bool operator==(const OfferBody&, const OfferBody&) = default;
};

// kInvalid with the field.
Result<NeedBody> parse_need(const json::Value& body);
json::Object need_json(const NeedBody& body);
Result<OfferBody> parse_offer(const json::Value& body);
json::Object offer_json(const OfferBody& body);

// What all that can be taken back begins with; `fields` are left for the rest where it stands.
Result<Standing> standing_of(json::Fields& fields);
json::Object standing_json(const Standing& standing);

}  // namespace comity::development
