#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "development/import/assemble.h"
#include "development/import/reading.h"
#include "development/import/table.h"

namespace comity::development {
namespace {

const DatasetBody kShares{.indicator = "users",
                          .unit = "%",
                          .source = "test",
                          .licence = "CC0-1.0",
                          .edition = "1",
                          .low = 0,
                          .high = 100};

Assembled read(std::string_view text, const DatasetBody& about = kShares, const ReadOptions& options = {}) {
    return assemble(read_file_text(text, "f.csv", options), "f.csv", about, options.codes);
}

std::string defects(const Assembled& found) {
    std::string out;
    for (const Defect& each : found.defects) out += fmt::format("{}:{} ", each.line, to_string(each.kind));
    return out;
}

std::string figures(const Assembled& found) {
    std::string out;
    for (const auto& one : found.datasets) {
        for (const Series& series : one.series) {
            out += fmt::format("{}/{}", one.body.indicator, series.place);
            for (const Point& point : series.points) {
                out += fmt::format(" {}={}", point.year, point.value);
                if (point.known != Known::kStated) out += fmt::format("({})", to_string(point.known));
            }
            out += "; ";
        }
    }
    return out;
}

TEST(Import, ReadsTablesWithAColumnForTheYear) {
    const auto found =
        read("geo,time,internet_users\nrwa,2023,34.2\nRWA,2022,31\nken,2023,35\nwld,2023,67\nxkx,2020,..\n");
    EXPECT_EQ(figures(found), "users/KEN 2023=35; users/RWA 2022=31 2023=34.2; ");
    EXPECT_EQ(defects(found), "");
    EXPECT_EQ(found.aggregates, 1U);
    EXPECT_EQ(found.missing, 1U);
    // Several value columns: an indicator each, by the header.
    EXPECT_EQ(figures(read("\xef\xbb\xbfiso3;year;a b;c\r\nRWA;2023;1;2\r\n")),
              "a_b/RWA 2023=1; c/RWA 2023=2; ");
}

TEST(Import, ReadsTheWorldBanksFilesWithAColumnForEachYear) {
    const std::string text =
        "\"Data Source\",\"World Development Indicators\",\n\n\"Last Updated Date\",\"2024-10-24\",\n\n"
        "\"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2021\",\"2022\",\n"
        "\"Rwanda\",\"RWA\",\"Individuals using the Internet\",\"IT.NET.USER.ZS\",\"30.4\",\"\",\n"
        "\"Africa Eastern and Southern\",\"AFE\",\"Individuals using the "
        "Internet\",\"IT.NET.USER.ZS\",\"24\",\"25\",\n";
    DatasetBody about = kShares;
    about.indicator.clear();
    const auto found = read(text, about);
    EXPECT_EQ(figures(found), "IT.NET.USER.ZS/RWA 2021=30.4; ");
    ASSERT_EQ(found.datasets.size(), 1U);
    EXPECT_EQ(found.datasets.front().body.title, "Individuals using the Internet");
    EXPECT_EQ(defects(found), "");
    EXPECT_EQ(found.of_aggregates, std::vector<std::string>{"AFE"});
}

TEST(Import, ReadsSdmxCsv) {
    EXPECT_EQ(figures(read("DATAFLOW,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,OBS_STATUS\n"
                           "IAEG:X(1.0),A,RWA,I99H,2021,30.4,PT,E\nIAEG:X(1.0),A,646,I99H,2022,31,PT,A\n")),
              "users/RWA 2021=30.4(estimated) 2022=31; ");
    // 2.0, with an action that takes a figure away.
    EXPECT_EQ(figures(read("STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE\n"
                           "dataflow,ITU:X(1.0),I,RW,2021,1\ndataflow,ITU:X(1.0),D,RW,2022,\n")),
              "users/RWA 2021=1; ");
    EXPECT_EQ(defects(read("REF_AREA,TIME_PERIOD,OBS_VALUE\nRWA,2021-Q1,1\n")), "2:impossible-year ");
}

TEST(Import, ReadsAnswersOfTheWorldBanksApi) {
    const std::string text =
        "[{\"page\":1,\"pages\":1,\"lastupdated\":\"2024-10-24\"},[\n"
        R"({"indicator":{"id":"IT.NET.USER.ZS","value":"Individuals"},"country":{"id":"RW","value":"Rwanda"},"countryiso3code":"RWA","date":"2022","value":31.5,"unit":"","obs_status":"","decimal":0},)"
        "\n"
        R"({"indicator":{"id":"IT.NET.USER.ZS","value":"Individuals"},"country":{"id":"RW","value":"Rwanda"},"countryiso3code":"RWA","date":"2023","value":null,"unit":"","obs_status":"","decimal":0},)"
        "\n"
        R"({"indicator":{"id":"IT.NET.USER.ZS","value":"Individuals"},"country":{"id":"XX","value":"Nowhere"},"countryiso3code":"","date":"2023","value":7,"unit":"","obs_status":"","decimal":0}]])";
    const auto found = read(text);
    EXPECT_EQ(figures(found), "users/RWA 2022=31.5; ");
    EXPECT_EQ(defects(found), "4:unknown-place ");
    EXPECT_EQ(defects(read(R"([{"message":[{"id":"120","key":"Invalid value","value":"..."}]}])")),
              "1:broken-json ");
}

TEST(Import, ReadsAnswersOfItusDataHub) {
    const std::string text =
        "[\n {\"codeID\":11624,\"dataYear\":2000,\"code\":\"i99H\",\"dataSource\":\"A "
        "survey.\",\"answer\":[{\"value\":\"15.4428229480349\",\"id\":1}],\"isoCode\":\"ABW\"},\n"
        " {\"codeID\":11624,\"dataYear\":2001,\"code\":\"i99H\",\"dataSource\":\"ITU "
        "estimate.\",\"answer\":[{\"value\":\"17.1\",\"id\":2}],\"isoCode\":\"ABW\"},\n"
        " {\"codeID\":11624,\"dataYear\":2002}]";
    const auto found = read(text);
    EXPECT_EQ(figures(found), "users/ABW 2000=15.4428229480349 2001=17.1(estimated); ");
    EXPECT_EQ(defects(found), "4:broken-json ");
    EXPECT_EQ(defects(read("[]")), "1:broken-json ");  // what the API answers to a wrong id
}

// Bad input, each a defect with its line.
TEST(Import, SaysWhatIsWrongWhere) {
    const auto with = [](std::string_view rows) {
        return defects(read("geo,time,users\n" + std::string(rows)));
    };
    EXPECT_EQ(with("rwa,20222,1\nrwa,two,1\nrwa,1066,1\nrwa,2022.5,1\n"),
              "2:impossible-year 3:impossible-year 4:impossible-year 5:impossible-year ");
    EXPECT_EQ(with("rwa,2022.0,1\n"), "");
    EXPECT_EQ(with("rwa,2022,-3\nrwa,2023,120\n"), "2:out-of-bounds 3:out-of-bounds ");
    EXPECT_EQ(with("atlantis,2022,1\n,2022,1\n"), "2:unknown-place 3:unknown-place ");
    EXPECT_EQ(with("rwa,2022,1\nrwa,2022,1\nRW,2022,2\n"), "3:duplicate 4:duplicate ");
    EXPECT_EQ(with("rwa,2022,1 234\nrwa,2023,12%\nrwa,2024,inf\nrwa,2020,0x10\n"),
              "2:bad-value 3:bad-value 4:bad-value 5:bad-value ");
    EXPECT_EQ(with("rwa,2022\nrwa,2023,1,2\nrwa,\"2024,1\n"),
              "4:broken-table 2:broken-table 3:broken-table ");
    EXPECT_EQ(with("rwa,2022,caf\xe9\n"), "2:not-utf8 ");
    EXPECT_EQ(defects(read("\xff\xfeg\0e\0o\0")), "1:not-utf8 ");
    EXPECT_EQ(defects(read("a,b,c\n1,2,3\n")), "1:missing-column 1:missing-column ");
    EXPECT_EQ(defects(read("")), "0:missing-column ");
    EXPECT_EQ(defects(read("{\"a\":1}")), "0:broken-json ");
    EXPECT_EQ(defects(read("[1,")), "0:broken-json ");
}

TEST(Import, KeepsCensoredValuesApart) {
    EXPECT_EQ(figures(read("geo,time,users\nrwa,2000,less than 1\nken,2000,<0.5\n")),
              "users/KEN 2000=0.5(below); users/RWA 2000=1(below); ");
}

TEST(Import, TakesTheColumnsAndCodesThatItIsTold) {
    const std::string text = "iso3,gec,name,pct,year\nCHN,ch,China,78,2023\nSRB,ri,Serbia,85,2022\n";
    EXPECT_EQ(figures(read(text, kShares,
                           {.place_column = "gec",
                            .year_column = "year",
                            .value_columns = {"pct"},
                            .codes = CodeSpace::kGec})),
              "users/CHN 2023=78; users/SRB 2022=85; ");
    EXPECT_EQ(figures(read(text, kShares,
                           {.place_column = "name",
                            .year_column = "year",
                            .value_columns = {"pct"},
                            .codes = CodeSpace::kName})),
              "users/CHN 2023=78; users/SRB 2022=85; ");
    EXPECT_EQ(defects(read(text, kShares, {.value_columns = {"share"}})), "1:missing-column ");
}

// Cut off anywhere, and with any byte in any place: no crash, and what is read lies within the bounds.
TEST(Import, SurvivesTruncationAndNoise) {
    const std::string text = "geo,time,users\nrwa,2022,\"31.5\"\nken,2023,35\n\"a \"\"b\"\"\",2020,<1\n";
    for (std::size_t n = 0; n <= text.size(); ++n) {
        read(text.substr(0, n));
        for (const char c : {'"', ',', '\n', '\xff', '\0', '['}) {
            std::string noisy = text;
            if (n < text.size()) noisy[n] = c;
            for (const auto& one : read(noisy).datasets)
                for (const Series& series : one.series)
                    for (const Point& point : series.points) EXPECT_FALSE(bounds_fault(point.value, 0, 100));
        }
    }
}

TEST(Utf8, IsToldApartFromWhatIsNone) {
    for (const std::string_view good : {"", "a", "é", "€", "😀", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
        EXPECT_EQ(not_utf8_at(good), 0U) << good;
    for (const std::string_view bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
                                       "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xf0\x9f\x98"})
        EXPECT_EQ(not_utf8_at(bad), 1U);
    EXPECT_EQ(not_utf8_at("a\nb\n\xff"), 3U);
}

std::string intervals(const AssembledGroups& found) {
    std::string out;
    for (const MemberGroup& group : found.groups)
        for (const Member& member : group.members)
            out += fmt::format("{}:{}[{},{}) ", group.id, member.place,
                               member.from ? std::to_string(*member.from) : "",
                               member.to ? std::to_string(*member.to) : "");
    return out;
}

TEST(Groups, AreIntervalsOfYears) {
    EXPECT_EQ(intervals(assemble_groups(
                  "country,time,level\nken,2012,Low income\nken,2013,Low income\nken,2014,Lower middle "
                  "income\nken,2015,Lower middle income\nrwa,2012,Low income\n",
                  "g.csv", "level", {})),
              "Low_income:KEN[2012,2014) Low_income:RWA[2012,2013) Lower_middle_income:KEN[2014,) ");
    EXPECT_EQ(intervals(assemble_groups("group,place,from,to\nldc,BWA,1971,1994\nldc,AFG,1971,\n", "g.csv",
                                        "", {})),
              "ldc:AFG[1971,) ldc:BWA[1971,1994) ");
    const auto apart = assemble_groups(
        "group,place,from,to\nldc,RWA,2020,2010\nldc,KEN,,2015\nlldc,KEN,2014,\nlldc,KEN,2015,\n", "g.csv",
        "", {});
    EXPECT_EQ(intervals(apart), "ldc:KEN[,2015) lldc:KEN[2015,) ");
    ASSERT_EQ(apart.defects.size(), 2U);
    EXPECT_EQ(apart.defects[0].kind, DefectKind::kImpossibleYear);
    EXPECT_EQ(apart.defects[0].line, 2U);
    EXPECT_EQ(apart.defects[1].kind, DefectKind::kDuplicate);
    EXPECT_EQ(apart.defects[1].line, 4U);
    const auto once = assemble_groups("country,ldc\nrwa,least\nken,\nswe,other\nyug,least\nrwa,least\n",
                                      "g.csv", "ldc", {});
    EXPECT_EQ(intervals(once), "least:RWA[,) ");
    ASSERT_EQ(once.defects.size(), 3U);
    EXPECT_EQ(once.defects[0].kind, DefectKind::kBadName);
    EXPECT_EQ(once.defects[1].kind, DefectKind::kUnknownPlace);
    EXPECT_EQ(once.defects[2].kind, DefectKind::kDuplicate);
    EXPECT_EQ(assemble_groups("a,b\n1,2\n", "g.csv", "", {}).defects.front().kind,
              DefectKind::kMissingColumn);
}

}  // namespace
}  // namespace comity::development
