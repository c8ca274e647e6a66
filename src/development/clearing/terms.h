// What needs, offers and promises have in common: names across members, days, kinds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/fields.h"

namespace comity::development {

inline constexpr std::array<std::string_view, 6> kKinds{"infrastructure", "technology", "equipment",
                                                        "services",       "training",   "funding"};
// Of these what is given counts for the time that it is given; others are handed over once.
bool is_over_time(std::string_view kind);

// "cert-ke/routers": a member's own name for something of its.
Result<std::string> ref_of(json::Fields& fields, std::string_view name);
Result<void> check_ref(std::string_view ref, std::string where);
std::string_view author_of(std::string_view ref);
std::string_view name_in(std::string_view ref);
inline std::string make_ref(std::string_view author, std::string_view name) {
    return std::string(author).append("/").append(name);
}

// Days since 1970, written "2027-03-01".
using Day = std::int64_t;
Result<Day> parse_day(std::string_view text, std::string where);
std::string day_text(Day day);
Result<Day> day_of(json::Fields& fields, std::string_view name);
int year_of(Day day);

struct Period {
    Day from = 0;
    Day to = 0;  // included
    Day days() const { return to - from + 1; }
    friend bool operator==(const Period&, const Period&) = default;
};
Result<Period> period_of(json::Fields& fields, std::string_view name);
json::Object period_json(const Period& period);
// Days in both; 0: none.
Day shared_days(const Period& a, const Period& b);

// The object of that name, to be read itself; it refers to the value that `fields` does.
Result<json::Fields> inside(json::Fields& fields, std::string_view name);
// A number above 0, at most 1e15.
Result<double> amount_of(json::Fields& fields, std::string_view name);
Result<std::int64_t> revision_of(json::Fields& fields);
Result<std::string> text_or_none(json::Fields& fields, std::string_view name, std::size_t max);
// Up to 50 texts of 1 to 300 bytes; names are held to check_name, sorted, each once.
Result<std::vector<std::string>> texts_of(json::Fields& fields, std::string_view name);
Result<std::vector<std::string>> names_of(json::Fields& fields, std::string_view name);

}  // namespace comity::development
