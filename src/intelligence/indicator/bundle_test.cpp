#include "intelligence/indicator/bundle.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "json/value.h"
#include "testing/shared_data.h"

namespace comity::intelligence {
namespace {

const Sharer kSharer{std::string(64, 'a'), "cert-ke", "CERT \"Kenya\"", "organization",
                     Time::from_seconds(1'700'000'000)};
const Time kAt = *parse_time("2026-11-23T18:52:00.123Z");

TEST(Pattern, NamesTheObservable) {
    using enum IndicatorKind;
    EXPECT_EQ(pattern_of({kIpv4, "8.8.8.8"}), "[ipv4-addr:value = '8.8.8.8']");
    EXPECT_EQ(pattern_of({kIpv4Network, "8.8.8.0/24"}), "[ipv4-addr:value ISSUBSET '8.8.8.0/24']");
    EXPECT_EQ(pattern_of({kIpv6Network, "2a00::/16"}), "[ipv6-addr:value ISSUBSET '2a00::/16']");
    EXPECT_EQ(pattern_of({kSha256, "cc"}), "[file:hashes.'SHA-256' = 'cc']");
    EXPECT_EQ(pattern_of({kMd5, "cc"}), "[file:hashes.MD5 = 'cc']");
}

TEST(Pattern, EscapesWhatWouldEndIt) {
    EXPECT_EQ(pattern_of({IndicatorKind::kUrl, R"(http://a.com/'] OR [x:y = '\)"}),
              R"([url:value = 'http://a.com/\'] OR [x:y = \'\\'])");
}

TEST(ObjectsOf, AreValidStixOfOneAuthor) {
    const Indicator indicators[] = {{IndicatorKind::kDomain, "evil.com"},
                                    {IndicatorKind::kUrl, "http://evil.com/a'b"}};
    const auto objects = objects_of(indicators, kSharer, ledger::Tlp::kGreen, kAt);
    ASSERT_EQ(objects.size(), 3u);
    const auto identity = parse_object(objects[0]);
    ASSERT_TRUE(identity) << identity.error().message();
    EXPECT_EQ(identity->id.type, "identity");
    EXPECT_EQ(identity->name, "CERT \"Kenya\"");
    const auto first = parse_object(objects[1]);
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(first->created_by, identity->id);
    EXPECT_EQ(first->marking, ledger::Tlp::kGreen);
    EXPECT_EQ(first->version, kAt);
    EXPECT_EQ(first->pattern, "[domain-name:value = 'evil.com']");
    EXPECT_EQ(parse_object(objects[2])->pattern, R"([url:value = 'http://evil.com/a\'b'])");
}

TEST(ObjectsOf, HaveTheSameIdsWheneverTheListIsShared) {
    const Indicator indicators[] = {{IndicatorKind::kDomain, "evil.com"}};
    const auto id = [&](const Sharer& sharer, Time at) {
        return parse_object(objects_of(indicators, sharer, ledger::Tlp::kClear, at)[1])->id;
    };
    EXPECT_EQ(id(kSharer, kAt), id(kSharer, Time{kAt.micros + 1'000'000}));
    Sharer other = kSharer;
    other.member = "cert-ug";
    EXPECT_NE(id(kSharer, kAt), id(other, kAt));
    other = kSharer;
    other.community[0] = 'b';
    EXPECT_NE(id(kSharer, kAt), id(other, kAt));
    EXPECT_EQ(id(kSharer, kAt).uuid.bytes[6] >> 4, 5);
}

TEST(OpenDocument, TakesABundleApartByteForByte) {
    const auto objects = objects_of(std::vector<Indicator>{{IndicatorKind::kDomain, "evil.com"}}, kSharer,
                                    ledger::Tlp::kClear, kAt);
    const std::string bundle = "{ \"type\" : \"bundle\", \"id\":\"bundle--1\",\n \"objects\": [\n " +
                               objects[0] + " ,\n" + objects[1] + "\n]}\n";
    const auto document = open_document(bundle);
    ASSERT_TRUE(document) << document.error().message();
    ASSERT_EQ(document->objects.size(), 2u);
    EXPECT_EQ(document->objects[0], objects[0]);
    EXPECT_EQ(document->objects[1], objects[1]);
    const auto single = open_document(" \n" + objects[1] + "\n");
    ASSERT_TRUE(single);
    EXPECT_EQ(single->objects.size(), 1u);
}

TEST(OpenDocument, LeavesOutWhatStandsTwiceAndRefusesWhatContradicts) {
    const auto objects = objects_of(std::vector<Indicator>{{IndicatorKind::kDomain, "evil.com"}}, kSharer,
                                    ledger::Tlp::kClear, kAt);
    const auto bundle = [&](std::string_view more) {
        return R"({"type":"bundle","objects":[)" + objects[1] + "," + std::string(more) + "]}";
    };
    const std::string same = bundle(objects[1]);
    const auto document = open_document(same);
    ASSERT_TRUE(document) << document.error().message();
    EXPECT_EQ(document->objects.size(), 1u);
    EXPECT_EQ(document->repeated, 1u);
    std::string other = objects[1];
    other.replace(other.find("evil.com"), 8, "good.com");
    const std::string different = bundle(other);
    const auto first = open_document(different);
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(first->objects, std::vector<std::string_view>{objects[1]});
    ASSERT_EQ(first->wrong.size(), 1u);
    EXPECT_EQ(first->wrong[0].text, "objects[1]");
    EXPECT_TRUE(first->wrong[0].why.starts_with("indicator--")) << first->wrong[0].why;
}

TEST(OpenDocument, LetsAWrongObjectFailAloneAndNamesIt) {
    const auto objects = objects_of(std::vector<Indicator>{{IndicatorKind::kDomain, "evil.com"}}, kSharer,
                                    ledger::Tlp::kClear, kAt);
    std::string wrong = objects[1];
    wrong.replace(wrong.find("valid_from"), 10, "valid_frum");
    const std::string bundle =
        "{\"type\":\"bundle\",\"objects\":[\n" + wrong + ",\n" + objects[0] + ",\n{\"n\":1e999},\n{}]}";
    const auto document = open_document(bundle);
    ASSERT_TRUE(document) << document.error().message();
    EXPECT_EQ(document->objects, std::vector<std::string_view>{objects[0]});
    ASSERT_EQ(document->wrong.size(), 3u);
    const std::string id(parse_object(objects[1])->id.text());
    EXPECT_TRUE(document->wrong[0].why.starts_with(id + ".valid_from")) << document->wrong[0].why;
    std::vector<std::size_t> lines;
    for (const auto& each : document->wrong) lines.push_back(each.line);
    EXPECT_EQ(lines, (std::vector<std::size_t>{2, 4, 5}));
    const auto alone = open_document(wrong);
    ASSERT_FALSE(alone);
    EXPECT_TRUE(alone.error().where.ends_with("valid_from")) << alone.error().message();
    const auto none = open_document(R"({"type":"bundle","objects":[{}]})");
    ASSERT_TRUE(none) << none.error().message();
    EXPECT_TRUE(none->objects.empty());
    for (const std::string_view text :
         {"", "  ", "{}", "[]", "7", R"({"type":"bundle"})", R"({"type":"bundle","objects":[]})",
          R"({"type":"bundle","objects":7})", R"({"type":"bundle","objects":[)", "evil.com"}) {
        EXPECT_FALSE(open_document(std::string(text))) << text;
    }
}

TEST(OpenDocument, TakesTheRealOnes) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const std::string capec = testing::file_text(data / "stix/capec-2.1.json");
    const auto document = open_document(capec);
    ASSERT_TRUE(document) << document.error().message();
    EXPECT_EQ(document->objects.size(), 2683u);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data / "stix/oasis-examples")) {
        if (entry.path().extension() != ".json") continue;
        const std::string text = testing::file_text(entry.path());
        const auto example = open_document(text);
        EXPECT_TRUE(example) << entry.path() << ": " << example.error().message();
    }
}

}  // namespace
}  // namespace comity::intelligence
