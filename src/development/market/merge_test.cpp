#include "development/market/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "testing/shared_data.h"

namespace comity::development {
namespace {

json::Value read(const std::filesystem::path& path) {
    // Not read strictly: the schema of 1.0 has a key twice.
    boost::system::error_code error;
    json::Value value = boost::json::parse(testing::file_text(path), error);
    EXPECT_FALSE(error) << path;
    return value;
}

std::vector<json::Value> list(const json::Value& value) {
    return {value.as_array().begin(), value.as_array().end()};
}

void expect_merged(const std::filesystem::path& file, const MergeRules& rules) {
    SCOPED_TRACE(file);
    const std::vector<json::Value> releases = list(read(file));
    const auto merged = merge_releases(releases, rules);
    ASSERT_TRUE(merged) << merged.error().message();
    const std::string stem = (file.parent_path() / file.stem()).string();
    if (std::filesystem::exists(stem + "-compiled.json")) {
        EXPECT_EQ(json::Value(merged->compiled), read(stem + "-compiled.json"))
            << json::write(merged->compiled);
    }
    if (std::filesystem::exists(stem + "-versioned.json")) {
        EXPECT_EQ(json::Value(merged->versioned), read(stem + "-versioned.json"))
            << json::write(merged->versioned);
    }
}

std::size_t expect_folder(const std::filesystem::path& folder, const MergeRules& rules) {
    std::size_t n = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string stem = entry.path().stem();
        if (stem.ends_with("-compiled") || stem.ends_with("-versioned") || stem.ends_with("-append") ||
            stem.ends_with("-by-position"))
            continue;
        expect_merged(entry.path(), rules);
        ++n;
    }
    return n;
}

// The vectors of ocds-merge, exactly.
TEST(OcdsMerge, GivesThePublishedVectors) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const auto fixtures = data / "ocds/merge/tests/fixtures";
    EXPECT_EQ(expect_folder(fixtures / "1.1", MergeRules::ocds_1_1()), 17U);
    const auto schema_1_1 = MergeRules::from_schema(read(fixtures / "release-schema-1__1__4.json"));
    ASSERT_TRUE(schema_1_1) << schema_1_1.error().message();
    expect_folder(fixtures / "1.1", *schema_1_1);
    const auto schema_1_0 = MergeRules::from_schema(read(fixtures / "release-schema-1__0__3.json"));
    ASSERT_TRUE(schema_1_0) << schema_1_0.error().message();
    EXPECT_EQ(expect_folder(fixtures / "1.0", *schema_1_0), 1U);
    const auto made = MergeRules::from_schema(read(fixtures / "schema.json"));
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_GE(expect_folder(fixtures / "schema", *made), 14U);
}

TEST(OcdsMerge, GivesTheStandardsWorkedDeletions) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    for (const std::string name : {"object", "array", "field"}) {
        const json::Value package =
            read(data / "ocds/examples/worked/merging/deletions" / (name + "_record.json"));
        const json::Value& record = package.at("records").at(0);
        const auto merged = merge_releases(list(record.at("releases")));
        ASSERT_TRUE(merged) << merged.error().message();
        EXPECT_EQ(json::Value(merged->compiled), record.at("compiledRelease")) << name;
        EXPECT_EQ(json::Value(merged->versioned), record.at("versionedRelease")) << name;
    }
}

TEST(OcdsMerge, DoesNotDependOnTheOrderItIsGiven) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    std::vector<json::Value> releases;
    for (const auto& entry : std::filesystem::directory_iterator(data / "ocds/examples/process")) {
        if (!entry.path().filename().string().starts_with("ocds-213czf-000-00001-0")) continue;
        const json::Value package = read(entry.path());
        for (const json::Value& each : package.at("releases").as_array()) releases.push_back(each);
    }
    ASSERT_GE(releases.size(), 6U);
    std::mt19937 random(1);
    const auto first = merge_releases(releases);
    ASSERT_TRUE(first) << first.error().message();
    for (int round = 0; round < 20; ++round) {
        std::ranges::shuffle(releases, random);
        const auto again = merge_releases(releases);
        EXPECT_EQ(json::Value(again->compiled), json::Value(first->compiled));
        EXPECT_EQ(json::write(again->versioned), json::write(first->versioned));
    }
    // The same said twice is said once: idempotent.
    std::vector<json::Value> twice = releases;
    twice.insert(twice.end(), releases.begin(), releases.end());
    EXPECT_EQ(json::Value(merge_releases(twice)->compiled), json::Value(first->compiled));
    EXPECT_TRUE(merge_releases(twice)->equal_dates);
}

TEST(OcdsMerge, RefusesWhatIsNoProcess) {
    const auto place = [](std::string_view text) {
        const auto merged = merge_releases(list(json::parse(text).value()));
        return merged ? "(taken)" : merged.error().where;
    };
    EXPECT_EQ(place("[]"), "releases");
    EXPECT_EQ(place("[7]"), "releases[0]");
    EXPECT_EQ(place(R"([{"id":"1","date":"2020-01-01T00:00:00Z"}])"), "releases[0].ocid");
    EXPECT_EQ(place(R"([{"ocid":"a","id":"1"}])"), "releases[0].date");
    EXPECT_EQ(place(R"([{"ocid":"a","id":1,"date":"x"}])"), "releases[0].id");
    EXPECT_EQ(place(R"([{"ocid":"a","id":"1","date":"x"},{"ocid":"b","id":"1","date":"x"}])"),
              "releases[1].ocid");
}

TEST(OcdsMerge, TakesAwayWhatIsNull) {
    const auto merged = merge_releases(list(
        json::parse(
            R"([{"ocid":"a","id":"1","date":"2020-01-01T00:00:00Z","tender":{"id":"1","value":{"amount":1}}},
        {"ocid":"a","id":"2","date":"2020-01-02T00:00:00Z","tender":{"value":null}}])")
            .value()));
    EXPECT_EQ(json::write(merged->compiled.at("tender")), R"({"id":"1"})");
    EXPECT_FALSE(merged->equal_dates);
}

}  // namespace
}  // namespace comity::development
