#include "intelligence/alert/alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace comity::intelligence {
namespace {

using ledger::Audience;
using ledger::Tlp;
using ledger::Viewer;
using ::testing::HasSubstr;

constexpr std::string_view kIndicator = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const std::string kStatement(64, 'a');

json::Value form() {
    return json::parse(R"({"title":"198.51.100.7 (C2), shared by cert-ug","severity":"high","rule":"ours",)"
                       R"("evidence":[{"statement":")" +
                       kStatement + R"(","objects":[")" + std::string(kIndicator) +
                       R"("],"values":["198.51.100.7"]}],"more":3,"measures":["Block it"],)"
                       R"("acknowledge_by":"2026-11-24T10:00:00.000000Z","escalates":")" +
                       kStatement + R"("})")
        .value();
}

TEST(Alert, IsWrittenAsItIsRead) {
    const auto alert = parse_alert(form());
    ASSERT_TRUE(alert) << alert.error().message();
    EXPECT_EQ(alert->severity, Severity::kHigh);
    EXPECT_EQ(alert->evidence.front().values, std::vector<std::string>{"198.51.100.7"});
    EXPECT_EQ(alert->more, 3);
    EXPECT_EQ(json::Value(alert_json(*alert)), form());
    const auto drill = parse_alert(json::parse(R"({"title":"Test","severity":"low","drill":true})").value());
    ASSERT_TRUE(drill) << drill.error().message();
    EXPECT_EQ(parse_alert(alert_json(*drill)), *drill);
    const auto acknowledged = parse_acknowledgement(
        json::parse(R"({"alert":")" + kStatement + R"(","note":"Blocked","automatic":true})").value());
    ASSERT_TRUE(acknowledged) << acknowledged.error().message();
    EXPECT_EQ(parse_acknowledgement(acknowledgement_json(*acknowledged)), *acknowledged);
}

TEST(Alert, SaysWhatIsWrongWithIt) {
    const auto refused = [](const char* field, json::Value value) {
        json::Value bad = form();
        bad.as_object()[field] = std::move(value);
        const auto parsed = parse_alert(bad);
        EXPECT_FALSE(parsed) << field;
        return parsed ? std::string() : parsed.error().message();
    };
    EXPECT_THAT(refused("title", ""), HasSubstr("body.title"));
    EXPECT_THAT(refused("severity", "grave"), HasSubstr("body.severity: is no severity"));
    EXPECT_THAT(refused("rule", "Our Rule"), HasSubstr("body.rule"));
    EXPECT_THAT(refused("more", 0), HasSubstr("body.more"));
    EXPECT_THAT(refused("acknowledge_by", "tomorrow, at 10 o'clock"), HasSubstr("body.acknowledge_by"));
    EXPECT_THAT(refused("escalates", "aa"), HasSubstr("body.escalates"));
    EXPECT_THAT(refused("drill", true), HasSubstr("a drill has none"));
    EXPECT_THAT(refused("evidence", json::Array()), HasSubstr("body.evidence"));
    EXPECT_THAT(refused("networks", json::Array()), HasSubstr("networks"));
    json::Value none = form();
    none.as_object().erase("evidence");
    EXPECT_THAT(parse_alert(none).error().message(), HasSubstr("body.evidence: is missing"));
    json::Value no_id = form();
    no_id.at("evidence").at(0).at("objects").as_array()[0] = "evil.example";
    EXPECT_THAT(parse_alert(no_id).error().message(), HasSubstr("body.evidence[0].objects[0]"));
}

// Whatever is wished, nobody reads the alert who may not read the evidence.
TEST(NoLaxer, LetsInNobodyWhomTheEvidenceDoesNot) {
    std::mt19937 random(20261124);
    const std::vector<std::string> members = {"bank", "cert-ke", "cert-ug", "kenic"};
    const std::vector<std::string> groups = {"bank/x", "cert-ke/responders"};
    const std::vector<std::string> persons = {"a@bank", "a@cert-ke", "b@cert-ug"};
    const auto some = [&](const std::vector<std::string>& of) {
        std::vector<std::string> out;
        for (const std::string& each : of) {
            if (random() % 2 == 0) out.push_back(each);
        }
        return out;
    };
    const auto any_audience = [&] {
        Audience audience;
        audience.label = static_cast<Tlp>(random() % 5);
        if (audience.label == Tlp::kAmber || audience.label == Tlp::kAmberStrict) {
            audience.members = some(members);
            audience.groups = some(groups);
        }
        if (audience.label == Tlp::kRed) audience.persons = some(persons);
        return audience;
    };
    const auto any_viewer = [&] {
        Viewer viewer;
        if (random() % 8 == 0) return viewer;
        viewer.member = members[random() % members.size()];
        viewer.staff = random() % 2 == 0;
        if (random() % 2 == 0) viewer.person = (random() % 2 == 0 ? "a@" : "b@") + viewer.member;
        viewer.groups = some(groups);
        return viewer;
    };
    std::size_t told = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Audience wished = any_audience();
        const Audience evidence = any_audience();
        const std::string sharer = members[random() % members.size()];
        const std::string author = members[random() % members.size()];
        // What the alert's author may not read is no evidence to it.
        Viewer own{author, "", true, some(groups)};
        if (!ledger::may_read(own, evidence, sharer)) continue;
        const Audience alert = no_laxer(wished, evidence, author);
        for (int k = 0; k < 20; ++k) {
            Viewer viewer = any_viewer();
            if (viewer.member == author) viewer.groups = own.groups;
            if (!ledger::may_read(viewer, alert, author)) continue;
            ++told;
            EXPECT_TRUE(ledger::may_read(viewer, evidence, sharer))
                << json::write(ledger::audience_json(wished)) << " for "
                << json::write(ledger::audience_json(evidence)) << " became "
                << json::write(ledger::audience_json(alert)) << " and told " << viewer.member;
        }
    }
    EXPECT_GT(told, 1000u);
}

TEST(NoLaxer, IsAsWishedWhereTheEvidenceAllowsIt) {
    const Audience group{Tlp::kAmber, {"cert-ke", "kenic"}, {}, {}};
    EXPECT_EQ(no_laxer(group, {Tlp::kClear, {}, {}, {}}, "cert-ke"), group);
    EXPECT_EQ(no_laxer(group, {Tlp::kGreen, {}, {}, {}}, "cert-ke"), group);
    EXPECT_EQ(no_laxer({Tlp::kClear, {}, {}, {}}, {Tlp::kGreen, {}, {}, {}}, "cert-ke").label, Tlp::kGreen);
    const Audience strict{Tlp::kAmberStrict, {"cert-ke"}, {}, {}};
    EXPECT_EQ(no_laxer(group, {Tlp::kAmberStrict, {"cert-ke", "bank"}, {}, {}}, "cert-ke"), strict);
    EXPECT_EQ(no_laxer(group, {Tlp::kAmber, {"bank"}, {}, {}}, "cert-ke"), strict)
        << "the author's own alone";
}

TEST(Acknowledgement, ReachesTheAlertsAuthor) {
    EXPECT_EQ(audience_of_acknowledgement({Tlp::kAmberStrict, {"kenic"}, {}, {}}, "cert-ke").members,
              (std::vector<std::string>{"cert-ke", "kenic"}));
    EXPECT_EQ(audience_of_acknowledgement({Tlp::kGreen, {}, {}, {}}, "cert-ke").label, Tlp::kGreen);
    const Audience red = audience_of_acknowledgement({Tlp::kRed, {}, {}, {"a@kenic"}}, "cert-ke");
    EXPECT_EQ(red, (Audience{Tlp::kAmberStrict, {"cert-ke"}, {}, {}}));
}

}  // namespace
}  // namespace comity::intelligence
