#include "node/known_audience.h"

#include <gtest/gtest.h>

namespace comity::node {
namespace {

using ledger::Audience;
using ledger::Tlp;

const KnownNames kKnown{{"cert-ke", "kenic"}, {"cert-ke/responders"}};

TEST(KnownAudience, IsOfThoseWhoAreThere) {
    EXPECT_TRUE(check_named({Tlp::kGreen, {}, {}, {}}, {}));
    EXPECT_TRUE(check_named({Tlp::kAmber, {"cert-ke", "kenic"}, {"cert-ke/responders"}, {}}, kKnown));
    EXPECT_TRUE(check_named({Tlp::kRed, {}, {}, {"anybody@kenic"}}, kKnown));
}

TEST(KnownAudience, RefusesOthersWithTheNearestName) {
    const auto told = [](const Audience& audience) {
        const auto checked = check_named(audience, kKnown, {"--to", "--group", "--person"});
        return checked ? std::string() : checked.error().message();
    };
    EXPECT_EQ(told({Tlp::kAmber, {"kenik"}, {}, {}}),
              "--to: there is no member kenik here: did you mean kenic?");
    EXPECT_EQ(told({Tlp::kAmber, {"cert-ke", "other"}, {}, {}}),
              "--to: there is no member other here: comity member list shows them");
    EXPECT_EQ(told({Tlp::kAmberStrict, {}, {"cert-ke/responder"}, {}}),
              "--group: there is no group cert-ke/responder here: did you mean cert-ke/responders?");
    EXPECT_EQ(told({Tlp::kRed, {}, {}, {"amina@kenci"}}),
              "--person: there is no member kenci here: did you mean kenic?");
    EXPECT_EQ(check_named({Tlp::kAmber, {}, {"a/b"}, {}}, {}).error().message(),
              "audience.groups: there is no group a/b here: there is no group at all");
}

}  // namespace
}  // namespace comity::node
