#include "api/taxii/parameters.h"

#include <gtest/gtest.h>

namespace comity::api::taxii {
namespace {

using intelligence::Spec;
using Query = std::vector<std::pair<std::string, std::string>>;

Result<Parameters> read(Query query, Filters filters = Filters::kObjects) {
    http::Request request;
    request.query = std::move(query);
    return read_parameters(request, filters);
}

TEST(Parameters, AskForTheLastVersionOfEverythingByDefault) {
    const auto parameters = read({});
    ASSERT_TRUE(parameters);
    EXPECT_EQ(parameters->limit, kDefaultLimit);
    EXPECT_FALSE(parameters->next);
    EXPECT_FALSE(parameters->filter.added_after);
    EXPECT_FALSE(parameters->filter.ids);
    EXPECT_TRUE(parameters->filter.types.empty());
    EXPECT_TRUE(parameters->filter.versions.last);
    EXPECT_FALSE(parameters->filter.versions.first || parameters->filter.versions.all);
    EXPECT_FALSE(parameters->filter.specs);
}

TEST(Parameters, AreReadAsListsAndTimes) {
    const std::string id = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    const auto parameters = read({{"match[type]", "indicator,x-acme"},
                                  {"match[id]", id + ",nonsense"},
                                  {"match[version]", "first,2020-01-01T00:00:00Z,last"},
                                  {"match[spec_version]", "2.0,2.1,9.9"},
                                  {"added_after", "2026-11-23T18:52:00Z"},
                                  {"limit", "7"},
                                  {"next", "abc"},
                                  {"match[name]", "not known"},
                                  {"anything", ""}});
    ASSERT_TRUE(parameters) << parameters.error().message();
    EXPECT_EQ(parameters->filter.types, (std::vector<std::string>{"indicator", "x-acme"}));
    ASSERT_EQ(parameters->filter.ids->size(), 1u);
    EXPECT_EQ(parameters->filter.ids->front().text(), id);
    EXPECT_TRUE(parameters->filter.versions.first && parameters->filter.versions.last);
    EXPECT_EQ(parameters->filter.versions.at, std::vector<Time>{*parse_time("2020-01-01T00:00:00Z")});
    EXPECT_EQ(*parameters->filter.specs, (std::vector<Spec>{Spec::k20, Spec::k21}));
    EXPECT_EQ(parameters->limit, 7u);
    EXPECT_EQ(*parameters->next, "abc");
}

TEST(Parameters, TakeTimesWithAnyFraction) {
    for (const std::string_view fraction : {"", ".0", ".5", ".123", ".123456", ".1234567", ".123456789"}) {
        EXPECT_TRUE(read({{"added_after", "2026-11-23T18:52:00" + std::string(fraction) + "Z"}})) << fraction;
    }
}

TEST(Parameters, SayWhichOfThemIsWrong) {
    const std::pair<std::string, std::string> wrong[] = {
        {"limit", "0"},
        {"limit", "-1"},
        {"limit", ""},
        {"limit", "1.5"},
        {"limit", "ten"},
        {"limit", " 1"},
        {"limit", "0x10"},
        {"added_after", ""},
        {"added_after", "x"},
        {"added_after", "2026-11-23"},
        {"added_after", "2026-11-23T18:52:00.1234567890Z"},
        {"match[type]", ""},
        {"match[type]", "a,,b"},
        {"match[id]", ","},
        {"match[version]", ""},
        {"match[version]", "latest"},
        {"match[version]", "first;last"},
        {"match[version]", "first,"},
        {"match[spec_version]", ""},
        {"match[spec_version]", "2"},
        {"match[spec_version]", "2.1,x"},
    };
    for (const auto& each : wrong) {
        const auto parameters = read({each});
        ASSERT_FALSE(parameters) << each.first << "=" << each.second;
        EXPECT_EQ(parameters.error().kind, ErrorKind::kInvalid);
        EXPECT_EQ(parameters.error().where, each.first);
    }
    for (const std::string name : {"limit", "next", "added_after", "match[type]", "match[version]"}) {
        const std::string value = name == "added_after"      ? "2026-11-23T18:52:00Z"
                                  : name == "match[version]" ? "all"
                                                             : "1";
        const auto twice = read({{name, value}, {name, value}});
        ASSERT_FALSE(twice) << name;
        EXPECT_EQ(twice.error().where, name);
    }
}

TEST(Parameters, CapTheLimit) {
    EXPECT_EQ(read({{"limit", "4999"}})->limit, 4999u);
    EXPECT_EQ(read({{"limit", "5001"}})->limit, kMaxLimit);
    EXPECT_EQ(read({{"limit", "99999999999999999999999999"}})->limit, kMaxLimit);
}

TEST(Parameters, AreBoundToTheFiltersAndNotToTheLimit) {
    const auto bound = [](Query query) { return read(std::move(query))->bound_to; };
    EXPECT_EQ(bound({{"limit", "1"}, {"next", "a"}}), bound({{"limit", "2"}, {"next", "b"}}));
    EXPECT_EQ(bound({{"match[type]", "a"}, {"match[version]", "all"}}),
              bound({{"match[version]", "all"}, {"match[type]", "a"}}));
    EXPECT_NE(bound({{"match[type]", "a"}}), bound({{"match[type]", "b"}}));
    EXPECT_NE(bound({{"match[type]", "a"}}), bound({}));
    EXPECT_NE(bound({{"match[type]", "a&match[version]=3:all"}}),
              bound({{"match[type]", "a"}, {"match[version]", "all"}}));
}

TEST(Parameters, PassOverTheFiltersOfOtherEndpoints) {
    const auto versions =
        read({{"match[version]", "first"}, {"match[type]", "a"}, {"match[id]", "x"}}, Filters::kVersions);
    ASSERT_TRUE(versions);
    EXPECT_TRUE(versions->filter.versions.all);
    EXPECT_TRUE(versions->filter.types.empty());
    EXPECT_FALSE(versions->filter.ids);
    const auto object = read({{"match[version]", "first"}, {"match[type]", "a"}}, Filters::kObject);
    ASSERT_TRUE(object);
    EXPECT_TRUE(object->filter.versions.first);
    EXPECT_TRUE(object->filter.types.empty());
}

}  // namespace
}  // namespace comity::api::taxii
