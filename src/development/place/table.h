// The places that figures are about: countries and territories of ISO 3166-1, and Kosovo.
#pragma once

#include <span>
#include <string_view>

namespace comity::development {

struct Place {
    std::string_view code;    // ISO 3166-1 alpha-3: "RWA"
    std::string_view alpha2;  // "RW"
    int numeric = 0;          // ISO 3166-1 numeric, which is M49; 0: it has none
    std::string_view gec;     // two letters, as the World Factbook has them; empty: it has none
    double latitude = 0;      // degrees of a point of it, for maps
    double longitude = 0;
    std::string_view name;  // English, short
};

// In the order of their codes. Lives as long as the program.
std::span<const Place> all_places();

}  // namespace comity::development
