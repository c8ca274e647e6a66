#include "development/market/package.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "development/market/flags.h"
#include "development/market/merge.h"
#include "testing/shared_data.h"

namespace comity::development {
namespace {

std::string places(std::string_view release) {
    std::string out;
    for (const ReleaseDefect& each : check_release(json::parse(release, 100).value()))
        out += fmt::format("{}:{}{} ", each.where, to_string(each.kind), each.quarantined ? "!" : "");
    return out;
}

const std::string kGood =
    R"("ocid":"a","id":"1","date":"2020-01-01T00:00:00Z","tag":["tender"],"initiationType":"tender")";

TEST(CheckRelease, NamesEachDefectWithItsPlace) {
    EXPECT_EQ(places("{" + kGood + "}"), "");
    EXPECT_EQ(places("{}"), "date:missing! id:missing! initiationType:missing ocid:missing! tag:missing ");
    EXPECT_EQ(places("7"), ":wrong-type! ");
    EXPECT_EQ(
        places(
            "{" + kGood +
            R"(,"tender":{"id":"1","status":"open","value":{"amount":"12","currency":"usd"},"items":[{"id":"1"},{"id":"1"},{}]}})"),
        "tender.status:unknown-code tender.value.amount:wrong-type tender.value.currency:unknown-code "
        "tender.items[2].id:missing tender.items[1].id:duplicate-id ");
    EXPECT_EQ(
        places(
            "{" + kGood +
            R"(,"awards":[{"id":"1","status":"active","value":{"amount":-3,"currency":"USD"},"date":"yesterday"}],"contracts":[{"id":"1","status":"signed"}]})"),
        "awards[0].value.amount:negative awards[0].date:bad-date contracts[0].awardID:missing "
        "contracts[0].status:unknown-code ");
    EXPECT_EQ(
        places(
            "{" + kGood +
            R"(,"tender":{"id":"1","tenderPeriod":{"startDate":"2020-02-01T00:00:00Z","endDate":"2020-01-01T00:00:00Z"}},"planning":[]})"),
        "tender.tenderPeriod.endDate:bad-date planning:wrong-type ");
    EXPECT_EQ(
        places(
            R"({"ocid":"a","id":"1","date":"2020-01-01T00:00:00Z","tag":"tender","initiationType":"framework"})"),
        "tag:wrong-type initiationType:unknown-code ");
}

// What the schema does not know is an extension's, and held to what is the same everywhere.
TEST(CheckRelease, HoldsExtensionsToWhatIsTheSameEverywhere) {
    EXPECT_EQ(
        places("{" + kGood + R"(,"bids":{"details":[{"id":"1","date":"never","value":{"amount":"1"}}]}})"),
        "bids.details[0].date:bad-date bids.details[0].value.amount:wrong-type ");
    EXPECT_EQ(places("{" + kGood + R"(,"tender":{"id":"1","title_fr":"Routeurs","title_es":7,"x_fr":7}})"),
              "tender.title_es:wrong-type ");
    std::string deep = "1";
    for (int i = 0; i < 80; ++i) deep = R"({"x":)" + deep + "}";
    EXPECT_EQ(places("{" + kGood + R"(,"x":)" + deep + "}"), "");
}

// The standard's own example, from planning to implementation.
TEST(CheckRelease, FindsNothingWrongWithTheStandardsExample) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    ReadReleases read;
    for (const auto& file : std::filesystem::directory_iterator(data / "ocds/examples/process")) {
        if (file.path().extension() == ".json")
            read_releases(comity::testing::file_text(file.path()), file.path().filename(), read);
    }
    EXPECT_GE(read.releases, 6U);
    // The same releases stand in files of their own and in one together.
    for (const ReleaseDefect& each : read.defects) {
        EXPECT_EQ(to_string(each.kind), "duplicate-id") << json::write(defect_json(each));
        EXPECT_TRUE(each.quarantined) << json::write(defect_json(each));
    }
    EXPECT_EQ(places("{" + kGood + R"(,"planning":{"budget":{"amount":{"amount":"1"}}}})"),
              "planning.budget.amount.amount:wrong-type ");
}

TEST(ReadReleases, SetsApartWhatCannotBeMerged) {
    ReadReleases all;
    read_releases("{" + kGood + "}\n{\"ocid\":\"b\"}\nnot json\n\n{" + kGood + "}\n[{" + kGood + "}]\n",
                  "f.jsonl", all);
    EXPECT_EQ(all.releases, 4U);
    EXPECT_EQ(all.quarantined, 3U);  // the one without date, and the same twice more
    EXPECT_EQ(all.processes.at("a").size(), 1U);
    EXPECT_EQ(all.defects.front().line, 2U);
    EXPECT_EQ(all.defects.front().file, "f.jsonl");
    ReadReleases none;
    read_releases("{\"a\":1}", "f.json", none);
    read_releases("{", "g.json", none);
    read_releases("", "h.json", none);
    EXPECT_EQ(none.defects.size(), 3U);
    EXPECT_TRUE(none.processes.empty());
}

std::string release(std::string_view ocid, std::string_view id, std::string_view date,
                    std::string_view more = "") {
    return fmt::format(
        R"({{"ocid":"{}","id":"{}","date":"{}","tag":["tender"],"initiationType":"tender"{}}})", ocid, id,
        date, more);
}
std::string told(const ReadReleases& read) {
    std::string out;
    for (const ReleaseDefect& each : read.defects) {
        EXPECT_FALSE(each.what.empty() || each.mend.empty()) << json::write(defect_json(each));
        out += fmt::format("{}:{}:{}{} ", each.file, each.line, to_string(each.kind),
                           each.quarantined ? "!" : "");
    }
    return out;
}

// Releases are compared in whichever files they stand: one process's are often a file each.
TEST(ReadReleases, SaysWhereReleasesOfOneProcessAreOfOneIdOrDate) {
    ReadReleases all;
    read_releases(release("a", "1", "2020-01-01T00:00:00Z"), "one.json", all);
    read_releases("[" + release("a", "2", "2020-01-01T01:00:00+01:00") + ",\n" +
                      release("a", "1", "2020-01-02T00:00:00Z") + ",\n\n" +
                      release("a", "1", "2020-01-01T00:00:00Z") + ",\n" +
                      release("b", "1", "2020-01-01T00:00:00Z") + "]",
                  "two.json", all);
    EXPECT_EQ(told(all), "two.json:1:equal-date two.json:2:duplicate-id two.json:4:duplicate-id! ");
    EXPECT_NE(all.defects[0].what.find("one.json line 1"), std::string::npos) << all.defects[0].what;
    EXPECT_EQ(all.processes.at("a").size(), 3U);
    EXPECT_EQ(all.quarantined, 1U);
}

TEST(ReadReleases, SaysInWhichLineOfAPackageAReleaseBegins) {
    const std::string bad = R"(,"tender":{"id":"1",)"
                            "\n"
                            R"("value":{"amount":-1}})";
    const auto record = [](const std::string& compiled) {
        return R"({"ocid":"a","compiledRelease":)" + compiled + "}";
    };
    for (const auto& [first, last, records] :
         {std::tuple("{\"uri\":\"x\",\n\"releases\":[\n", "]}", false), std::tuple("[\n\n", "\n]", false),
          std::tuple("{\"version\":\"1.1\",\n\"records\":[\n", "]}", true)}) {
        const std::string one = release("a", "1", "2020-01-01T00:00:00Z", bad);
        const std::string other = release("b", "1", "0001-01-01T00:00:00Z");
        ReadReleases all;
        read_releases(first + (records ? record(one) + ",\n" + record(other) : one + ",\n" + other) + last,
                      "f", all);
        EXPECT_EQ(told(all), "f:3:negative f:5:bad-date ") << first;
    }
}

TEST(ReadReleases, TellsBytesThatAreNoUtf8AndTakesTheOtherLines) {
    const std::string latin = release("a", "1", "2020-01-01T00:00:00Z", ",\"language\":\"caf\xe9\"");
    ReadReleases lines;
    read_releases(latin + "\n" + release("b", "1", "2020-01-01T00:00:00Z") + "\nno json\n", "f", lines);
    EXPECT_EQ(told(lines), "f:1:not-utf8! f:3:broken-json! ");
    EXPECT_EQ(lines.processes.size(), 1U);
    ReadReleases whole;
    read_releases("[\n" + latin + "\n]", "f", whole);
    read_releases("\xff\xfe{\0", "g", whole);
    EXPECT_EQ(told(whole), "f:2:not-utf8! g:1:not-utf8! ");
}

TEST(ReadReleases, TakesRecordsByTheirReleasesOrWhatTheyWereCompiledTo) {
    ReadReleases all;
    read_releases(R"({"records":[{"ocid":"a","releases":[{"url":"x","date":"y"}],"compiledRelease":{)" +
                      kGood + R"(}},{"ocid":"a","releases":[{)" + kGood + R"(}]},{"ocid":"c"}]})",
                  "r.json", all);
    EXPECT_EQ(all.releases, 2U);
    ASSERT_EQ(all.defects.size(), 2U);
    EXPECT_EQ(all.defects[0].kind, ReleaseDefectKind::kDuplicateId);
    EXPECT_EQ(all.defects[1].kind, ReleaseDefectKind::kBrokenJson);
    EXPECT_EQ(all.processes.size(), 1U);
}

// Real publishers' files: nothing is refused as a whole, and what is whole is merged and flagged.
TEST(ReadReleases, TakesRealPublishersFiles) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    for (const std::string folder :
         {"ocds/real/nsw_etendering/sample/releases", "ocds/real/paraguay_dncp", "ocds/examples/process"}) {
        ReadReleases all;
        for (const auto& entry : std::filesystem::directory_iterator(data / folder))
            if (entry.path().extension() == ".json")
                read_releases(testing::file_text(entry.path()), entry.path().filename(), all);
        EXPECT_GT(all.processes.size(), 0U) << folder;
        std::vector<json::Value> compiled;
        for (const auto& [ocid, releases] : all.processes) {
            const auto merged = merge_releases(releases);
            ASSERT_TRUE(merged) << merged.error().message();
            compiled.emplace_back(merged->compiled);
        }
        EXPECT_EQ(find_flags(compiled).processes, all.processes.size());
    }
}

// Cut off anywhere: no crash, and never a release that was none.
TEST(ReadReleases, SurvivesTruncation) {
    const std::string text = R"({"releases":[{)" + kGood + R"(,"tender":{"id":"1","items":[{"id":1}]}}]})";
    for (std::size_t n = 0; n < text.size(); ++n) {
        ReadReleases all;
        read_releases(text.substr(0, n), "f", all);
        EXPECT_TRUE(all.processes.empty());
        EXPECT_FALSE(all.defects.empty());
    }
}

}  // namespace
}  // namespace comity::development
