#include "intelligence/import/csv.h"

#include <gmock/gmock.h>

#include "intelligence/import/understand.h"

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Understanding read(std::string_view text, const ColumnMapping& mapping = {}) {
    auto out = read_csv(text, mapping);
    EXPECT_TRUE(out) << out.error().message();
    return out.value_or(Understanding{});
}
std::vector<std::string> values(const Understanding& understood) {
    std::vector<std::string> out;
    for (const auto& entry : understood.entries)
        out.push_back(std::to_string(entry.line) + " " + entry.described.indicator.value);
    return out;
}
std::string meanings(const Understanding& understood) {
    std::string out;
    for (const auto& column : understood.columns) out += column.header + "=" + column.meaning + ",";
    return out;
}

TEST(Csv, ColumnsAreGuessedByTheirNames) {
    const auto out = read(
        "IOC,Type,Comment,Tags,Confidence,First Seen,Expires,TLP,Row\n"
        "evil[.]com,domain,\"a \"\"C2\"\", by us\",\"x, y\",80,2026-11-01,2026-12-01 10:00:00,TLP:AMBER,1\n");
    EXPECT_EQ(meanings(out),
              "IOC=value,Type=type,Comment=description,Tags=labels,Confidence=confidence,"
              "First Seen=valid_from,Expires=valid_until,TLP=tlp,Row=,");
    ASSERT_EQ(out.entries.size(), 1u);
    const Described& one = out.entries[0].described;
    EXPECT_EQ(out.entries[0].line, 2u);
    EXPECT_EQ(one.indicator.value, "evil.com");
    EXPECT_EQ(one.description, "a \"C2\", by us");
    EXPECT_THAT(one.labels, ElementsAre("x", "y"));
    EXPECT_EQ(one.confidence, 80);
    EXPECT_EQ(format_time_millis(*one.valid_from), "2026-11-01T00:00:00.000Z");
    EXPECT_EQ(format_time_millis(*one.valid_until), "2026-12-01T10:00:00.000Z");
    EXPECT_EQ(one.marking, ledger::Tlp::kAmber);
}

TEST(Csv, TheHeaderMayStandInACommentAsAbuseChWritesIt) {
    const auto out = read(
        "################\n# ThreatFox, all rights\n#\n"
        "# \"first_seen_utc\",\"ioc_value\",\"ioc_type\"\n"
        "\"2026-11-01 10:00:00\", \"45.155.205.233:4443\", \"ip:port\"\r\n# Number of entries: 1\r\n");
    EXPECT_EQ(meanings(out), "first_seen_utc=valid_from,ioc_value=value,ioc_type=type,");
    EXPECT_THAT(values(out), ElementsAre("5 45.155.205.233"));
    EXPECT_EQ(out.entries[0].described.description, "Seen with port 4443");
}

TEST(Csv, WithoutAHeaderTheColumnThatHoldsIndicatorsIsTheValue) {
    EXPECT_THAT(values(read("1;foo;198.51.0.1\n2;bar;evil.com\n3;;nothing here\n")),
                ElementsAre("1 198.51.0.1", "2 evil.com"));
    EXPECT_THAT(values(read("a\tevil.com\nb\tevil.net\n")), ElementsAre("1 evil.com", "2 evil.net"));
}

TEST(Csv, SeveralColumnsMayHoldValues) {
    const auto out =
        read("ip,domain,md5\n198.51.0.1,evil.com,\n,,d41d8cd98f00b204e9800998ecf8427e\n,evil.com,\n,,\n");
    EXPECT_THAT(values(out), ElementsAre("2 198.51.0.1", "2 evil.com", "3 d41d8cd98f00b204e9800998ecf8427e"));
    EXPECT_EQ(out.repeated, 1u);
}

TEST(Csv, AMappingSaysItAll) {
    auto mapping = parse_mapping("value=b,description=#1", "--columns");
    ASSERT_TRUE(mapping);
    const auto out = read("a,b,value\nevil.net,evil.com,other.com\n", *mapping);
    EXPECT_THAT(values(out), ElementsAre("2 evil.com"));
    EXPECT_EQ(out.entries[0].described.description, "evil.net");
    EXPECT_THAT(read_csv("a,b\nevil.net,1\n", {{"value", "c"}}).error().message(),
                HasSubstr("there is no column \"c\""));
    EXPECT_FALSE(parse_mapping("ioc", "x"));
    EXPECT_FALSE(parse_mapping("foo=bar", "x"));
    EXPECT_FALSE(parse_mapping("value=a,value=b", "x"));
}

TEST(Csv, WhatARowSaysWrongIsTold) {
    const auto out = read(
        "ioc,type,confidence,tlp\nevil.com,url,50,green\nevil.net,domain,high,green\n"
        "evil.org,domain,1,purple\n10.0.0.1,ip,1,red\n??,domain,1,red\n,domain,1,red\n");
    EXPECT_THAT(values(out), IsEmpty());
    ASSERT_EQ(out.errors.size(), 5u);
    EXPECT_THAT(out.errors[0].why, HasSubstr("its row says url"));
    EXPECT_THAT(out.errors[1].why, HasSubstr("confidence: is no number"));
    EXPECT_THAT(out.errors[2].why, HasSubstr("tlp: is no TLP label"));
    EXPECT_EQ(out.not_taken.size(), 1u);
    EXPECT_EQ(out.errors[4].why, "has no value");
}

TEST(Csv, ATypeSaysWhatLooksDoNot) {
    const std::string sum = "e7d705a3286e19ea42f587b344ee6865";
    const auto out = read("ioc,type\n" + sum + ",ja3\n" + sum + ",md5\n" + sum +
                          ",\nInvoice.pdf.exe,filename\n1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,btc\n" +
                          "a/b.exe,filename\nevil.com,ja4\n");
    ASSERT_EQ(out.entries.size(), 4u);
    const auto kind = [&](std::size_t i) { return out.entries[i].described.indicator.kind; };
    EXPECT_EQ(kind(0), IndicatorKind::kJa3);
    EXPECT_EQ(kind(1), IndicatorKind::kMd5);
    EXPECT_EQ(kind(2), IndicatorKind::kFileName);
    EXPECT_EQ(kind(3), IndicatorKind::kWallet);
    EXPECT_EQ(out.repeated, 1u);
    EXPECT_EQ(out.errors.size(), 2u);
    for (const std::string header : {"ja3", "JA3 hash", "ja3_md5"}) {
        const auto column = read(header + ",note\n" + sum + ",x\n");
        ASSERT_EQ(column.entries.size(), 1u) << header;
        EXPECT_EQ(column.entries[0].described.indicator, (Indicator{IndicatorKind::kJa3, sum}));
    }
    const auto names = read("filename,note\ninvoice.pdf.exe,x\n", {{"value", "filename"}});
    ASSERT_EQ(names.entries.size(), 1u);
    EXPECT_EQ(names.entries[0].described.indicator.kind, IndicatorKind::kFileName);
}

TEST(Csv, OneColumnIsATableWhereItsNameSaysTheKind) {
    const std::string text =
        "# from the lab\n\"filename\"\ninvoice.exe\n\"Invoice, 7.pdf.exe\"\nevil.com\nno ending\n";
    EXPECT_TRUE(is_one_column(text));
    const auto out = read(text);
    ASSERT_EQ(out.entries.size(), 3u);
    for (const auto& entry : out.entries) EXPECT_EQ(entry.described.indicator.kind, IndicatorKind::kFileName);
    EXPECT_EQ(out.entries[1].described.indicator.value, "Invoice, 7.pdf.exe");
    EXPECT_EQ(out.errors.size(), 1u);
    const auto sums = read("ja3\r\ne7d705a3286e19ea42f587b344ee6865\r\n");
    ASSERT_EQ(sums.entries.size(), 1u);
    EXPECT_EQ(sums.entries[0].described.indicator.kind, IndicatorKind::kJa3);
    for (const char* list : {"evil.com\nfilename\n", "md5\nd41d8cd98f00b204e9800998ecf8427e\n",
                             "filename,note\na.exe,x\n", "", "filename is a word\n"})
        EXPECT_FALSE(is_one_column(list)) << list;
    // Beside others a column of names counts where nothing else holds values.
    const auto named = read("File Name,note\nSome thing.exe,x\n");
    ASSERT_EQ(named.entries.size(), 1u);
    EXPECT_EQ(named.entries[0].described.indicator.kind, IndicatorKind::kFileName);
}

TEST(Csv, QuotedFieldsSpanLinesAndTheirRowsKeepTheirNumbers) {
    const auto out = read("ioc,note\nevil.com,\"two\nlines\"\nevil.net,x\n");
    EXPECT_THAT(values(out), ElementsAre("2 evil.com", "4 evil.net"));
    EXPECT_FALSE(read_table("a,b\n\"c,d\n"));
}

TEST(Csv, EveryBeginningOfATableIsTakenOrRefused) {
    const std::string text = "# x,y\r\nioc;\"a\nb\"\r\n\"ev\"\"il.com\";2\r\n\r\nz;;\"";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const auto out = read_csv(std::string_view(text).substr(0, size), {});
        if (!out) {
            EXPECT_EQ(out.error().kind, ErrorKind::kInvalid);
        }
    }
}

TEST(KindOfInput, IsToldByContent) {
    const auto kind = [](std::string_view text) { return std::string(to_string(kind_of(text))); };
    EXPECT_EQ(kind("evil.com\n198.51.0.1 # C2\n"), "list");
    EXPECT_EQ(kind("http://a.com/x,y\nhttp://b.com/x,y\n"), "list");
    EXPECT_EQ(kind("?\n"), "list");
    EXPECT_EQ(kind(""), "list");
    EXPECT_EQ(kind("ioc,type\nevil.com,domain\n"), "csv");
    EXPECT_EQ(kind("evil.com;a b c\nevil.net;d e f\n"), "csv");
    EXPECT_EQ(kind("Dear all, hello\nplease block, today, evil[.]com\n"), "text");
    EXPECT_EQ(kind("From: x\nSubject: y\n\n{\"type\":\"bundle\"}"), "text");
    EXPECT_EQ(kind(" {\"type\":\"bundle\",\"objects\":[]}"), "stix");
    EXPECT_EQ(kind("{\"Event\":{}}"), "misp");
    EXPECT_EQ(kind("[{\"Event\":{}}]"), "misp");
    EXPECT_EQ(kind("\xef\xbb\xbf{\"response\":[]}"), "misp");
    EXPECT_EQ(kind("%PDF-1.4"), "text");
}

}  // namespace
}  // namespace comity::intelligence
