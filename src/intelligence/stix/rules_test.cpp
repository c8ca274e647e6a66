#include "intelligence/stix/rules.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

TEST(Rules, KnowTheSpecificationsTypes) {
    EXPECT_EQ(rules_of("indicator").object_class, ObjectClass::kDomain);
    EXPECT_EQ(rules_of("indicator").section, "4.7");
    EXPECT_EQ(rules_of("artifact").object_class, ObjectClass::kObservable);          // the first
    EXPECT_EQ(rules_of("x509-certificate").object_class, ObjectClass::kObservable);  // the last
    EXPECT_EQ(rules_of("sighting").object_class, ObjectClass::kRelationship);
    EXPECT_EQ(rules_of("marking-definition").object_class, ObjectClass::kMarking);
}

TEST(Rules, ToldNothingOfOthers) {
    for (const std::string_view type : {"", "indicators", "indicato", "zzz", "aaa", "x-acme"}) {
        EXPECT_EQ(rules_of(type).object_class, ObjectClass::kCustom) << type;
    }
}

}  // namespace
}  // namespace comity::intelligence
