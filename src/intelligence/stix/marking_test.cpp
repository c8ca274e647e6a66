#include "intelligence/stix/marking.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

using ledger::Tlp;

TEST(Marking, KnowsEachLabelOfBothVersions) {
    const auto label = [](std::string_view uuid) { return tlp_of(*Uuid::parse(uuid)); };
    EXPECT_EQ(label("94868c89-83c2-464b-929b-a1a8aa3c8487"), Tlp::kClear);
    EXPECT_EQ(label("bab4a63c-aed9-4cf5-a766-dfca5abac2bb"), Tlp::kGreen);
    EXPECT_EQ(label("55d920b0-5e8b-4f79-9ee9-91f868d9b421"), Tlp::kAmber);
    EXPECT_EQ(label("939a9414-2ddd-4d32-a0cd-375ea402b003"), Tlp::kAmberStrict);
    EXPECT_EQ(label("e828b379-4e03-4974-9ac4-e53a884c97c1"), Tlp::kRed);
    EXPECT_EQ(label("613f2e26-407d-48c7-9eca-b8e91df99dc9"), Tlp::kClear);  // white
    EXPECT_EQ(label("34098fce-860f-48ae-8e50-ebd3cc5e41da"), Tlp::kGreen);
    EXPECT_EQ(label("f88d31f6-486f-44da-b317-01333bde0b82"), Tlp::kAmber);
    EXPECT_EQ(label("5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), Tlp::kRed);
    EXPECT_EQ(label("17d82bb2-eeeb-4898-bda5-3ddbcd2b799d"), std::nullopt);  // somebody's statement
}

TEST(Marking, GivesTheIdOfEachLabel) {
    for (const Tlp label : {Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kAmberStrict, Tlp::kRed}) {
        const auto id = ObjectId::parse(marking_id(label));
        ASSERT_TRUE(id);
        EXPECT_EQ(tlp_of(id->uuid), label);
    }
}

TEST(Marking, TheStrictestOfTwoCounts) {
    EXPECT_EQ(strictest(std::nullopt, std::nullopt), std::nullopt);
    EXPECT_EQ(strictest(Tlp::kClear, std::nullopt), Tlp::kClear);
    EXPECT_EQ(strictest(std::nullopt, Tlp::kRed), Tlp::kRed);
    EXPECT_EQ(strictest(Tlp::kAmberStrict, Tlp::kAmber), Tlp::kAmberStrict);
}

TEST(Marking, NeverWidensAnAudience) {
    ledger::Audience amber{Tlp::kAmber, {"cert-ke"}, {}, {}};
    EXPECT_EQ(effective_audience(amber, std::nullopt), amber);
    EXPECT_EQ(effective_audience(amber, Tlp::kClear), amber);
    EXPECT_EQ(effective_audience(amber, Tlp::kAmberStrict).label, Tlp::kAmberStrict);
    EXPECT_EQ(effective_audience(amber, Tlp::kAmberStrict).members, amber.members);
    const ledger::Audience open{Tlp::kClear, {}, {}, {}};
    EXPECT_EQ(effective_audience(open, Tlp::kRed).label,
              Tlp::kRed);  // and nobody named: the author's own people
}

}  // namespace
}  // namespace comity::intelligence
