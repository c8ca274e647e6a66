#include "intelligence/match/pattern_scan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <set>

#include "intelligence/match/record_objects.h"
#include "intelligence/match/record_time.h"
#include "testing/folder.h"

namespace comity::intelligence::match {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time kNow = Time::from_seconds(1'795'000'000);  // 2026-11-18

std::string time_text(std::string_view text) {
    const auto time = read_log_time(text, kNow);
    return time ? format_time_micros(*time) : "";
}

TEST(RecordTime, ReadsWhatLogsWrite) {
    EXPECT_EQ(time_text("1795000000"), "2026-11-18T11:06:40.000000Z");
    EXPECT_EQ(time_text("1795000000.25"), "2026-11-18T11:06:40.250000Z");
    EXPECT_EQ(time_text("1795000000250"), "2026-11-18T11:06:40.250000Z");
    EXPECT_EQ(time_text("1795000000250000"), "2026-11-18T11:06:40.250000Z");
    EXPECT_EQ(time_text("2026-11-18T10:26:40.25+0100"), "2026-11-18T09:26:40.250000Z");
    EXPECT_EQ(time_text("2026-11-18 10:26:40,5 more"), "2026-11-18T10:26:40.500000Z");
    EXPECT_EQ(time_text("10/Oct/2000:13:55:36 -0700] x"), "2000-10-10T20:55:36.000000Z");
    EXPECT_EQ(time_text("29-Nov-2025 12:00:00.123 queries"), "2025-11-29T12:00:00.123000Z");
    // Without a year: the latest that is not to come.
    EXPECT_EQ(time_text("Nov  8 12:00:00 host"), "2026-11-08T12:00:00.000000Z");
    EXPECT_EQ(time_text("Dec 29 12:00:00 host"), "2025-12-29T12:00:00.000000Z");
    EXPECT_EQ(time_text("Feb 29 12:00:00 host"), "2024-02-29T12:00:00.000000Z");
    for (const char* none : {"", "x", "2026-13-01T00:00:00Z", "2026-02-30 00:00:00", "-5", "nan", "1e300",
                             "Foo 12 12:00:00", "Nov 31 12:00:00", "12:00:00"})
        EXPECT_EQ(time_text(none), "") << none;
}

class PatternLogs : public ::testing::Test {
  protected:
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return folder_ / name;
    }
    // "file:line file:line" of each match.
    std::vector<std::string> found(const std::vector<std::string>& patterns,
                                   const std::vector<std::string>& files, std::int64_t skew = 0) {
        PatternScan scan(skew * 1'000'000);
        for (const std::string& pattern : patterns) {
            const auto added = scan.add({{}, pattern, PatternGrammar::k21});
            EXPECT_TRUE(added) << pattern << ": " << added.error().message();
        }
        std::vector<std::string> out;
        auto totals = scan.run(files, {.format = {}, .now = kNow}, [&](PatternFinding&& finding) {
            std::string text;
            for (const auto& place : finding.places)
                text += fmt::format("{}{}:{}", text.empty() ? "" : " ",
                                    place.file.substr(place.file.rfind('/') + 1), place.line);
            out.push_back(std::move(text));
        });
        EXPECT_TRUE(totals);
        if (totals) totals_ = *std::move(totals);
        return out;
    }
    bool holds(const std::string& pattern, const std::string& log) {
        const auto all = found({pattern}, {write("log", log)});
        EXPECT_GT(totals_.records, 0U) << log;
        return !all.empty();
    }

    testing::TemporaryFolder folder_;
    PatternTotals totals_;
};

constexpr const char* kZeekConn =
    "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\n"
    "100.5\tC1\t10.0.0.5\t50000\t203.0.113.7\t4444\ttcp\tssl\n"
    "200.5\tC2\t10.0.0.6\t50001\t2001:DB8:0::7\t53\tudp\tdns\n";

TEST_F(PatternLogs, RecordsAreObservablesInEveryFormat) {
    EXPECT_TRUE(
        holds("[network-traffic:dst_ref.value ISSUBSET '203.0.113.0/24' AND "
              "network-traffic:dst_port = 4444 AND network-traffic:protocols[*] = 'tcp' AND "
              "network-traffic:src_ref.value = '10.0.0.5']",
              kZeekConn));
    EXPECT_TRUE(holds("[ipv6-addr:value = '2001:db8::7']", kZeekConn));
    EXPECT_FALSE(holds("[network-traffic:dst_ref.value = '2001:db8::7' AND network-traffic:dst_port = 4444]",
                       kZeekConn));
    const std::string eve =
        R"({"timestamp":"2026-11-18T10:00:00.000000+0000","event_type":"dns","src_ip":"10.0.0.2","dest_ip":"10.0.0.53","proto":"UDP","dns":{"rrname":"WWW.Evil.net.","answers":[{"rdata":"203.0.113.7"}]}})"
        "\n"
        R"({"timestamp":"2026-11-18T10:00:01.000000+0000","src_ip":"10.0.0.2","dest_ip":"203.0.113.7","http":{"hostname":"evil.net","url":"\/x?y","http_method":"GET","http_user_agent":"curl\/8"}})"
        "\n"
        R"({"timestamp":"2026-11-18T10:00:02.000000+0000","fileinfo":{"filename":"\/tmp\/Invoice.exe","md5":"D41D8CD98F00B204E9800998ECF8427E"},"email":{"from":"A <a@Evil.net>"}})"
        "\n";
    for (const char* pattern :
         {"[domain-name:value = 'www.evil.net' AND domain-name:resolves_to_refs[*].value = '203.0.113.7']",
          "[domain-name:value LIKE '%.evil.net']", "[url:value = 'http://evil.net/x?y']",
          "[network-traffic:extensions.'http-request-ext'.request_method = 'get' AND "
          "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' MATCHES '^curl']",
          "[file:name = 'Invoice.exe' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
          "[email-addr:value = 'a@evil.net']"})
        EXPECT_TRUE(holds(pattern, eve)) << pattern;
    EXPECT_TRUE(
        holds("[network-traffic:src_ref.value = '9.9.9.9' AND "
              "network-traffic:extensions.'http-request-ext'.request_value = '/x'] AND [url:value = "
              "'http://www.evil.com/']",
              "9.9.9.9 - - [10/Oct/2000:13:55:36 -0700] \"GET /x HTTP/1.0\" 200 23 \"-\" \"m\"\n"
              "9.9.9.8 - - [10/Oct/2000:13:55:37 -0700] \"GET /y HTTP/1.0\" 200 23 "
              "\"http://www.evil.com/\" \"m\"\n"));
    EXPECT_TRUE(
        holds("[domain-name:value = 'evil.com' AND domain-name:resolves_to_refs[0].value = '9.9.9.9']",
              "Nov 9 12:00:00 dnsmasq[7]: reply evil.com is 9.9.9.9\n"));
    EXPECT_TRUE(
        holds("[network-traffic:src_ref.value = '9.9.9.9' AND network-traffic:dst_port = 22]",
              "<34>1 2026-11-09T12:00:00Z fw kernel - - - SRC=9.9.9.9 DST=10.0.0.1 PROTO=TCP DPT=22\n"));
    EXPECT_TRUE(holds("[user-account:user_id = 'frank' AND user-account:type = 'user-account']",
                      "10.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /x HTTP/1.0\" 200 2326\n"));
    EXPECT_TRUE(holds("[network-traffic:dst_ref.value = '9.9.9.9' AND network-traffic:dst_port > 400]",
                      "ts,sa,da,sp,dp,pr\n2026-11-09 12:00:00,10.0.0.1,9.9.9.9,5,443,TCP\n"));
}

TEST_F(PatternLogs, RecordsTellOfHandshakesAndMail) {
    const std::string ssl =
        "#separator \\x09\n#fields\tts\tid.orig_h\tid.resp_h\tserver_name\tja3\tja3s\tja4\n"
        "1790000100.5\t10.0.0.5\t203.0.113.9\ta.net\tE7D705A3286E19EA42F587B344EE6865\t"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\tt13d1516h2_8daaf6152771_e5627efa2ab1\n";
    const std::string eve =
        R"({"timestamp":"2026-11-18T10:00:00.000000+0000","src_ip":"10.0.0.2","dest_ip":"203.0.113.9","tls":{"ja3":{"hash":"e7d705a3286e19ea42f587b344ee6865","string":"771,4865"},"ja3s":{"hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"ja4":"t13d1516h2_8daaf6152771_e5627efa2ab1"},"flow":{"bytes_toserver":1000,"pkts_toclient":3}})"
        "\n";
    for (const std::string& log : {ssl, eve}) {
        EXPECT_TRUE(
            holds("[network-traffic:x_tls_ja3 = 'e7d705a3286e19ea42f587b344ee6865' AND "
                  "network-traffic:dst_ref.value = '203.0.113.9']",
                  log))
            << log;
        EXPECT_TRUE(holds("[network-traffic:x_tls_ja4 LIKE 't13d%']", log)) << log;
        EXPECT_FALSE(holds("[network-traffic:x_tls_ja3 = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']", log))
            << "the server's is another";
    }
    EXPECT_TRUE(holds("[network-traffic:src_byte_count > 999 AND network-traffic:dst_packets = 3]", eve));
    const std::string smtp =
        "#separator \\x09\n#fields\tts\tmailfrom\trcptto\tfrom\tto\tsubject\n"
        "1790000100.5\tbounce@y.net\tme@z.net,you@z.net\t\"A, B\" <A@b.net>\tyou@z.net\tYour invoice\n";
    for (const char* pattern :
         {"[email-message:from_ref.value = 'a@b.net' AND email-message:subject = 'Your invoice']",
          "[email-message:to_refs[*].value = 'me@z.net' AND email-message:to_refs[*].value = 'you@z.net']",
          "[email-addr:value = 'bounce@y.net']"})
        EXPECT_TRUE(holds(pattern, smtp)) << pattern;
}

TEST(Watchable, IsWhatSomeRecordMayTellOf) {
    const auto held = [](std::string_view text) {
        return check_scan_pattern({{}, std::string(text), PatternGrammar::k21});
    };
    for (const char* pattern :
         {"[domain-name:value LIKE 'a%']", "[process:name = 'x' OR domain-name:value = 'a.net']",
          "[process:name = 'x'] OR [domain-name:value = 'a.net']",
          "[NOT EXISTS process:name AND url:value = 'x']",
          "[network-traffic:extensions.'http-request-ext'.request_method = 'get']",
          "[file:hashes.'SHA-256' = 'x' AND file:type = 'file']"})
        EXPECT_TRUE(held(pattern)) << pattern;
    for (const char* pattern :
         {"[process:name = 'x' AND domain-name:value = 'a.net']", "[file:size > 1]",
          "[domain-name:value = 'a.net'] FOLLOWEDBY [windows-registry-key:key = 'x']",
          "([process:type = 'process'] REPEATS 2 TIMES) WITHIN 5 SECONDS", "[process:name NOT = 'x']"}) {
        const auto answer = held(pattern);
        ASSERT_FALSE(answer) << pattern;
        EXPECT_EQ(answer.error().kind, ErrorKind::kRefused) << pattern;
    }
    EXPECT_EQ(held("[domain-name:value = ]").error().kind, ErrorKind::kInvalid);
}

// Every property that is said to be told of is one that a record has.
TEST(Watchable, RecordsHaveWhatIsSaid) {
    const std::vector<Field> fields =
        LogFields(LogFormat::kJson)
            .fields(
                R"({"src_ip":"10.0.0.2","dest_ip":"2001:db8::1","src_port":5,"dest_port":6,"proto":"tcp","query":"a.net","answers":"10.0.0.3",)"
                R"("md5":"x","filename":"a.exe","user":"u","from":"a@b.net","sender":"c@b.net","to":"d@b.net","subject":"s","ref":"http://a.net/",)"
                R"("method":"GET","uri":"/x","ja3":"e7d705a3286e19ea42f587b344ee6865","ja4":"t13d1516h2_8daaf6152771_e5627efa2ab1",)"
                R"("orig_bytes":1,"resp_bytes":2,"orig_pkts":3,"resp_pkts":4})");
    const RecordObjects record(fields, Time::from_seconds(1));
    std::set<std::string> has;
    for (const ObservedObject& each : record.observation().objects) {
        const auto& object = each.object->as_object();
        for (const auto& member : object)
            has.insert(fmt::format("{}:{}", std::string_view(object.at("type").as_string()), member.key()));
    }
    std::size_t told = 0;
    for (const std::string& one : has) {
        const std::size_t colon = one.find(':');
        EXPECT_TRUE(records_tell_of(one.substr(0, colon), one.substr(colon + 1))) << one;
        ++told;
    }
    EXPECT_EQ(told, has.size());
    for (const char* type : {"ipv4-addr", "ipv6-addr", "domain-name", "url", "email-addr", "email-message",
                             "user-account", "file", "network-traffic"}) {
        EXPECT_TRUE(has.contains(fmt::format("{}:type", type))) << type;
        for (const char* property :
             {"value",      "resolves_to_refs", "from_ref",       "sender_ref",  "to_refs",
              "subject",    "user_id",          "hashes",         "name",        "start",
              "src_ref",    "dst_ref",          "src_port",       "dst_port",    "protocols",
              "extensions", "src_byte_count",   "dst_byte_count", "src_packets", "dst_packets",
              "x_tls_ja3",  "x_tls_ja4"})
            EXPECT_EQ(records_tell_of(type, property), has.contains(fmt::format("{}:{}", type, property)))
                << type << ":" << property;
    }
}

TEST_F(PatternLogs, FollowsOneThingThroughSeveralLogs) {
    const std::string dns = write("dns.log",
                                  "#separator \\x09\n#fields\tts\tid.orig_h\tquery\n"
                                  "90.0\t10.0.0.5\tevil.net\n"
                                  "150.0\t10.0.0.5\tevil.net\n");
    const std::string conn = write("conn.log", kZeekConn);
    const std::string pattern =
        "([domain-name:value = 'evil.net'] FOLLOWEDBY [network-traffic:dst_port = 4444]) WITHIN 60 SECONDS";
    EXPECT_THAT(found({pattern}, {conn, dns}), ElementsAre("dns.log:3 conn.log:3"));
    EXPECT_EQ(totals_.records, 4U);
    EXPECT_EQ(totals_.untimed, 0U);
    EXPECT_THAT(found({"[domain-name:value = 'evil.net'] REPEATS 2 TIMES WITHIN 59 SECONDS"}, {dns}),
                IsEmpty());
    EXPECT_THAT(
        found({"[domain-name:value = 'evil.net'] REPEATS 2 TIMES WITHIN 60 SECONDS", pattern}, {dns, conn}),
        ElementsAre("dns.log:3 conn.log:3", "dns.log:3 dns.log:4"));
    EXPECT_THAT(found({pattern}, {write("text", "no fields at all: evil.net\nmore\n"), folder_ / "none"}),
                IsEmpty());
    EXPECT_EQ(totals_.text_files.size(), 1U);
    EXPECT_EQ(totals_.errors.size(), 1U);
    EXPECT_FALSE(PatternScan(0).run(std::vector<std::string>(kMaxLogsTogether + 1, dns), {}, [](auto&&) {}));
}

TEST_F(PatternLogs, PassesOverWhatIsNoRecord) {
    std::string log = R"({"ts":1,"query":"evil.net"})"
                      "\n";
    log += R"({"ts":2,"query":")" + std::string(70'000, 'x') + "\"}\n";
    log += R"({"ts":3,"query":")" + std::string(3U << 20, 'x') + "\"}\n\n";
    log += "no json\n";
    log += R"({"query":"evil.net"})"
           "\n";
    log += R"({"ts":9,"query":"evil.net"})";
    EXPECT_THAT(
        found({"[domain-name:value = 'evil.net'] REPEATS 2 TIMES WITHIN 1 SECONDS"}, {write("log", log)}),
        ElementsAre("log:1 log:6"));
    EXPECT_EQ(totals_.untimed, 1U);
    EXPECT_EQ(totals_.passed_over, 3U);
}

// What a stream decides is what `comity intel pattern match` decides of the same records as observed data.
TEST_F(PatternLogs, HaveTheVerdictOfTheSameRecordsAsObservedData) {
    std::mt19937 random(7);
    const auto one_of = [&](std::size_t many) { return random() % many; };
    const std::string asks[] = {
        "[domain-name:value = 'a.net']", "[domain-name:value LIKE 'b%']", "[network-traffic:dst_port = 1]",
        "[ipv4-addr:value = '10.0.0.1']",
        "[network-traffic:dst_port > 1 AND network-traffic:src_ref.value = '10.0.0.2']"};
    const std::string joins[] = {" AND ", " OR ", " FOLLOWEDBY "};
    std::size_t matched = 0;
    for (int round = 0; round < 300; ++round) {
        std::string log = "#separator \\x09\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tquery\n";
        const char* const names[] = {"a.net", "b.net", "-"};
        std::int64_t at = 1000;
        std::vector<std::vector<Field>> records;
        LogFields fields(LogFormat::kZeek);
        fields.comment("#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tquery");
        std::deque<RecordObjects> objects;
        std::vector<Observation> observations;
        for (std::size_t i = one_of(9); i > 0; --i) {
            at += static_cast<std::int64_t>(one_of(5));
            const std::string line = fmt::format("{}\t10.0.0.{}\t10.0.1.{}\t{}\t{}", at, one_of(3), one_of(3),
                                                 one_of(3), names[one_of(3)]);
            log += line + "\n";
            objects.emplace_back(fields.fields(line), Time::from_seconds(at));
            observations.push_back(objects.back().observation());
        }
        std::string pattern = "(" + asks[one_of(5)] + joins[one_of(3)] + asks[one_of(5)] + ")";
        if (one_of(2) == 0) pattern += fmt::format(" WITHIN {} SECONDS", 1 + one_of(6));
        if (one_of(3) == 0) pattern += " REPEATS 2 TIMES";
        if (one_of(3) == 0) pattern = "(" + pattern + ")" + joins[one_of(3)] + asks[one_of(5)];
        const auto matcher = Matcher::compile(parse_pattern(pattern).value());
        const bool whole = matcher->match(observations).value().has_value();
        EXPECT_EQ(!found({pattern}, {write("log", log)}).empty(), whole) << pattern << "\n" << log;
        matched += whole ? 1 : 0;
    }
    EXPECT_GT(matched, 50U);
    EXPECT_LT(matched, 250U);
}

}  // namespace
}  // namespace comity::intelligence::match
