#include "ledger/audience.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <random>

namespace comity::ledger {
namespace {

Audience parse(std::string_view text) {
    auto value = json::parse(text);
    EXPECT_TRUE(value) << text;
    auto audience = parse_audience(*value, "audience");
    EXPECT_TRUE(audience) << text << ": " << audience.error().message();
    return audience.value_or(Audience{});
}

const Viewer kPublic{};
const Viewer kStaff{"ke", "amina@ke", true, {}};
const Viewer kClient{"ke", "shop@ke", false, {}};
const Viewer kOther{"fr", "luc@fr", true, {"ke/responders"}};

TEST(Audience, ClearIsForEverybody) {
    const Audience clear = parse(R"({"tlp":"clear"})");
    for (const Viewer& viewer : {kPublic, kStaff, kClient, kOther})
        EXPECT_TRUE(may_read(viewer, clear, "br"));
}

TEST(Audience, GreenIsForMembersAndTheirClients) {
    const Audience green = parse(R"({"tlp":"green"})");
    EXPECT_FALSE(may_read(kPublic, green, "br"));
    for (const Viewer& viewer : {kStaff, kClient, kOther}) EXPECT_TRUE(may_read(viewer, green, "br"));
}

TEST(Audience, AmberIsForThoseNamedAndTheirClients) {
    const Audience amber = parse(R"({"tlp":"amber","members":["ke"]})");
    EXPECT_TRUE(may_read(kStaff, amber, "br"));
    EXPECT_TRUE(may_read(kClient, amber, "br"));
    EXPECT_FALSE(may_read(kOther, amber, "br"));
    EXPECT_FALSE(may_read(kPublic, amber, "br"));
    EXPECT_TRUE(may_read(kOther, parse(R"({"tlp":"amber","groups":["ke/responders"]})"), "br"));
}

TEST(Audience, AmberStrictKeepsClientsOut) {
    const Audience strict = parse(R"({"tlp":"amber+strict","members":["ke"]})");
    EXPECT_TRUE(may_read(kStaff, strict, "br"));
    EXPECT_FALSE(may_read(kClient, strict, "br"));
}

TEST(Audience, RedIsForPersons) {
    const Audience red = parse(R"({"tlp":"red","persons":["amina@ke"]})");
    EXPECT_TRUE(may_read(kStaff, red, "br"));
    EXPECT_FALSE(may_read({"ke", "other@ke", true, {}}, red, "br"));
    EXPECT_FALSE(may_read({"ke", "", true, {}}, red, "br"));
    EXPECT_FALSE(may_read(kOther, red, "br"));
}

TEST(Audience, TheAuthorsOwnPeopleAlwaysMay) {
    for (const char* text :
         {R"({"tlp":"green"})", R"({"tlp":"amber"})", R"({"tlp":"amber+strict"})", R"({"tlp":"red"})"}) {
        EXPECT_TRUE(may_read(kStaff, parse(text), "ke")) << text;
        EXPECT_FALSE(may_read(kPublic, parse(text), "ke")) << text;
    }
    EXPECT_FALSE(may_read(kClient, parse(R"({"tlp":"red"})"), "ke"));
    EXPECT_FALSE(may_read(kPublic, parse(R"({"tlp":"red"})"), ""));
}

TEST(Audience, OneFormOnly) {
    const Audience audience = parse(R"({"tlp":"amber","members":["no","ke","no"],"groups":["ke/b","ke/a"]})");
    EXPECT_EQ(json::write(audience_json(audience)),
              R"({"tlp":"amber","members":["ke","no"],"groups":["ke/a","ke/b"]})");
    EXPECT_EQ(parse(json::write(audience_json(audience))), audience);
}

TEST(Audience, RefusesWhatItDoesNotKnow) {
    for (const char* text :
         {R"({})", R"({"tlp":"white"})", R"({"tlp":"CLEAR"})", R"({"tlp":"clear","members":["ke"]})",
          R"({"tlp":"red","members":["ke"]})", R"({"tlp":"amber","persons":["a@ke"]})",
          R"({"tlp":"amber","groups":["x"]})", R"({"tlp":"red","persons":["amina"]})",
          R"({"tlp":"amber","members":["KE"]})", R"({"tlp":"amber","members":"ke"})",
          R"({"tlp":"amber","members":[1]})", R"({"tlp":1})", R"([])", R"({"tlp":"clear","x":1})"}) {
        EXPECT_FALSE(parse_audience(json::parse(text).value(), "audience")) << text;
    }
}

// Whatever the statement's audience and the object's marking: who may read the object may read the statement.
TEST(Audience, NarrowingNeverWidens) {
    std::mt19937 random(4);
    const std::vector<std::string> members{"aa", "bb", "cc"};
    const auto some = [&](const std::vector<std::string>& from) {
        std::vector<std::string> list;
        for (const auto& name : from) {
            if (random() % 2 == 0) list.push_back(name);
        }
        return list;
    };
    for (int i = 0; i < 20'000; ++i) {
        Audience statement;
        statement.label = static_cast<Tlp>(random() % 5);
        if (statement.label == Tlp::kAmber || statement.label == Tlp::kAmberStrict) {
            statement.members = some(members);
            statement.groups = some({"aa/g", "bb/g"});
        }
        if (statement.label == Tlp::kRed) statement.persons = some({"p@aa", "q@bb"});
        const auto marking = static_cast<Tlp>(random() % 5);
        const Audience narrowed = narrow(statement, marking);
        EXPECT_EQ(narrowed.label, std::max(statement.label, marking));
        const std::string author = members[random() % 3];
        for (const std::string& member :
             {std::string("aa"), std::string("bb"), std::string("cc"), std::string()}) {
            for (const bool staff : {false, true}) {
                Viewer viewer{member, member.empty() ? "" : (random() % 2 == 0 ? "p@" : "q@") + member, staff,
                              some({"aa/g", "bb/g"})};
                if (may_read(viewer, narrowed, author)) {
                    EXPECT_TRUE(may_read(viewer, statement, author));
                }
                if (staff && member == author) {
                    EXPECT_TRUE(may_read(viewer, narrowed, author));
                }
            }
        }
    }
}

}  // namespace
}  // namespace comity::ledger
