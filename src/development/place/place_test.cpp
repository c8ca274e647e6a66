#include "development/place/place.h"

#include <gtest/gtest.h>

#include <set>

namespace comity::development {
namespace {

TEST(Places, StandInTheOrderOfTheirCodesEachOnce) {
    std::set<std::string_view> codes, alpha2;
    std::string_view last;
    for (const Place& place : all_places()) {
        EXPECT_LT(last, place.code);
        last = place.code;
        EXPECT_EQ(place.code.size(), 3U);
        EXPECT_EQ(place.alpha2.size(), 2U) << place.code;
        EXPECT_TRUE(alpha2.insert(place.alpha2).second) << place.code;
        EXPECT_LE(std::abs(place.latitude), 90) << place.code;
        EXPECT_LE(std::abs(place.longitude), 180) << place.code;
        EXPECT_FALSE(place.name.empty()) << place.code;
        EXPECT_EQ(find_place(place.code), &place);
        EXPECT_FALSE(is_aggregate(place.code)) << place.code;
        EXPECT_FALSE(is_aggregate(place.alpha2)) << place.alpha2;
    }
    EXPECT_EQ(all_places().size(), 250U);
    EXPECT_EQ(find_place("QQQ"), nullptr);
    EXPECT_EQ(find_place(""), nullptr);
}

TEST(Places, AreKnownByTheCodesOfSeveralSources) {
    const auto code = [](std::string_view text, CodeSpace space = CodeSpace::kIso) {
        const Place* place = place_of(text, space);
        return place == nullptr ? std::string_view("-") : place->code;
    };
    EXPECT_EQ(code("rwa"), "RWA");
    EXPECT_EQ(code("RW"), "RWA");
    EXPECT_EQ(code("646"), "RWA");
    EXPECT_EQ(code("4"), "AFG");
    EXPECT_EQ(code("004"), "AFG");
    EXPECT_EQ(code("kos"), "XKX");
    EXPECT_EQ(code("nld_curacao"), "CUW");
    EXPECT_EQ(code("hos"), "VAT");
    EXPECT_EQ(code("ri", CodeSpace::kGec), "SRB");  // Serbia; no place in ISO
    EXPECT_EQ(code("ch", CodeSpace::kGec), "CHN");  // Switzerland in ISO
    EXPECT_EQ(code("CH"), "CHE");
    EXPECT_EQ(code("gz", CodeSpace::kGec), "PSE");
    EXPECT_EQ(code("rwanda", CodeSpace::kName), "RWA");
    for (const std::string_view none : {"", "R", "RWAN", "0646", "-1", "6.46", "yug", "WLD"})
        EXPECT_EQ(code(none), "-") << none;
}

TEST(Places, AreToldApartFromRegionsAndIncomeGroups) {
    for (const std::string_view one : {"WLD", "wld", "SSF", "World", "HIC", "ZG", "1W"})
        EXPECT_TRUE(is_aggregate(one)) << one;
    for (const std::string_view one : {"RWA", "yug", ""}) EXPECT_FALSE(is_aggregate(one)) << one;
}

}  // namespace
}  // namespace comity::development
