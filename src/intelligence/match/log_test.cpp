// Whole logs: their formats, how they are compressed, how they are cut.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "intelligence/match/builder.h"
#include "intelligence/match/log_scan.h"
#include "intelligence/match/packed_text.h"
#include "testing/folder.h"
#include "testing/shared_data.h"

namespace comity::intelligence::match {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Time kNow = Time::from_seconds(1'800'000'000);

class Logs : public ::testing::Test {
  protected:
    Logs() {
        Builder builder(random_seed());
        const auto about = builder.add_about({"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                                              "cert-ke",
                                              "C2",
                                              80,
                                              ledger::Tlp::kGreen,
                                              {}});
        for (const char* entry : {"evil.com", "9.9.9.9", "8.8.0.0/16", "2a00:1450::/32",
                                  "http://bad.net/x/y.exe", "a@evil.com", "d41d8cd98f00b204e9800998ecf8427e",
                                  "ja3 e7d705a3286e19ea42f587b344ee6865", "file-name my invoice.pdf.exe"}) {
            const auto value = read_value(entry);
            if (value) {
                EXPECT_TRUE(builder.add(*value, about));
            }
        }
        bytes_ = builder.bytes(kNow);
        catalog_ = Catalog::of(*Index::over(bytes_));
    }
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return folder_ / name;
    }
    // "line field kind value" of all that is found.
    std::vector<std::string> found(const std::vector<std::string>& files, unsigned threads = 1) {
        std::vector<std::string> out;
        totals_ =
            scan_logs(*catalog_, files, {.format = {}, .threads = threads, .now = kNow}, [&](Finding&& each) {
                out.push_back(
                    fmt::format("{} {} {} {}", each.line, each.field, to_string(each.kind), each.value));
                EXPECT_EQ(each.abouts.size(), 1U);
                last_ = std::move(each);
            });
        return out;
    }
    std::vector<std::string> found_in(const std::string& text) { return found({write("log", text)}); }

    testing::TemporaryFolder folder_;
    Bytes bytes_;
    std::shared_ptr<const Catalog> catalog_;
    ScanTotals totals_;
    Finding last_;
};

TEST_F(Logs, ZeekNamesItsColumnsAndItsHostsAndPathsMakeUrls) {
    const std::string http =
        "#separator "
        "\\x09\n#set_separator\t,\n#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.resp_"
        "h\thost\turi\treferrer\n#types\ttime\tstring\taddr\taddr\tstring\tstring\tstring\n"
        "1.0\tCabc\t10.0.0.1\t9.9.9.9\tBAD.net\t/x/y.exe\t-\n"
        "2.0\tCabd\t2a00:1450:0::7\t10.0.0.2\twww.evil.com\t/\thttp://bad.net/x/y.exe\n"
        "3.0\tCabe\t10.0.0.1\t19.9.9.9\tnotevil.com\t/x/y.exe\t-\n"
        "#close\t2026-11-29\n";
    EXPECT_THAT(found_in(http),
                ElementsAre("6 id.resp_h ipv4 9.9.9.9", "6 host url http://bad.net/x/y.exe",
                            "7 id.orig_h ipv6-network 2a00:1450::/32", "7 host domain evil.com",
                            "7 referrer url http://bad.net/x/y.exe"));
    // A second log behind the first has its own columns.
    EXPECT_THAT(found_in(http + "#fields\tts\tquery\n4.0\tEVIL.com.\n").back(), "11 query domain evil.com");
    EXPECT_EQ(last_.met, "EVIL.com");
    EXPECT_EQ(last_.abouts[0].source, "cert-ke");
}

TEST_F(Logs, JsonHasPathsAndEscapes) {
    EXPECT_THAT(
        found_in(
            R"({"ts":1,"id.orig_h":"10.0.0.1","id.resp_h":"8.8.4.4","query":"a.evil.com"})"
            "\n"
            R"({"event_type":"dns","src_ip":"10.0.0.2","dns":{"rrname":"x.org","answers":[{"rdata":"1.1.1.1"},{"rdata":"9.9.9.9"}]}})"
            "\n"
            R"({"event_type":"http","http":{"hostname":"bad.net","url":"\/x\/y.exe","http_user_agent":"\"evil.com\""}})"
            "\n"
            R"({"event_type":"fileinfo","fileinfo":{"filename":"C:\\tmp\\My Invoice.pdf.exe","md5":"D41D8CD98F00B204E9800998ECF8427E"}})"
            "\n"
            R"({"tls":{"ja3":{"hash":"e7d705a3286e19ea42f587b344ee6865"}},"broken)"),
        ElementsAre("1 id.resp_h ipv4-network 8.8.0.0/16", "1 query domain evil.com",
                    "2 dns.answers[1].rdata ipv4 9.9.9.9", "3 http.http_user_agent domain evil.com",
                    "3 http.hostname url http://bad.net/x/y.exe",
                    "4 fileinfo.md5 md5 d41d8cd98f00b204e9800998ecf8427e",
                    "4 fileinfo.filename file-name my invoice.pdf.exe",
                    "5 tls.ja3.hash ja3 e7d705a3286e19ea42f587b344ee6865"));
}

TEST_F(Logs, WebDnsSyslogAndCsvNameTheirFields) {
    EXPECT_THAT(
        found_in(
            "9.9.9.9 - - [10/Oct/2000:13:55:36 -0700] \"GET /x HTTP/1.0\" 200 23 \"http://www.evil.com/\" "
            "\"Mozilla/4.08\"\n"
            "10.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326\r\n"),
        ElementsAre("1 client ipv4 9.9.9.9", "1 referer domain evil.com"));
    EXPECT_THAT(
        found_in("29-Nov-2026 12:00:00.000 queries: info: client @0x7f00 9.9.9.9#5353 (www.evil.com): query: "
                 "www.evil.com IN A +E(0)K (10.0.0.53)\n"
                 "[1700000000] unbound[77:0] info: 10.0.0.1 evil.com. A IN\n"
                 "Nov 29 12:00:00 dnsmasq[7]: query[A] evil.com from 8.8.1.1\n"
                 "Nov 29 12:00:00 dnsmasq[7]: reply x.org is 9.9.9.9\n"
                 "Nov 29 12:00:00 pdns[9]: Remote 9.9.9.9 wants 'evil.com|A', do = 0\n"
                 "Nov 29 12:00:00 pdns_recursor[9]: 1 question for 'evil.com|A' from 9.9.9.9:53\n"),
        ElementsAre("1 client ipv4 9.9.9.9", "1 query domain evil.com", "2 query domain evil.com",
                    "3 query domain evil.com", "3 client ipv4-network 8.8.0.0/16", "4 answer ipv4 9.9.9.9",
                    "5 client ipv4 9.9.9.9", "5 query domain evil.com", "6 query domain evil.com",
                    "6 client ipv4 9.9.9.9"));
    EXPECT_THAT(
        found_in("<34>1 2026-11-29T12:00:00Z fw.evil.com kernel - - - SRC=9.9.9.9 DST=10.0.0.1\n<13>Nov 29 "
                 "12:00:00 host sshd[77]: from 8.8.9.9 port 22\n"),
        ElementsAre("1 host domain evil.com", "1 message ipv4 9.9.9.9", "2 message ipv4-network 8.8.0.0/16"));
    EXPECT_THAT(
        found_in("ts,sa,da,note\n1,10.0.0.1,9.9.9.9,\"a \"\"quoted\"\", evil.com\"\n2,9.9.9.9,10.0.0.1,\n"),
        ElementsAre("2 da ipv4 9.9.9.9", "2 note domain evil.com", "3 sa ipv4 9.9.9.9"));
    EXPECT_THAT(found_in("nothing special: evil.com\n"), ElementsAre("1  domain evil.com"));
}

TEST_F(Logs, ResolversNameWhoAskedAndWhatHoweverTheyAreSetToLog) {
    EXPECT_THAT(
        found_in("[1700000000] unbound[77:0] query: 9.9.9.9 evil.com. A IN\n"
                 "[1700000000] unbound[77:0] reply: 9.9.9.9 evil.com. A IN NOERROR 0.034 0 55\n"
                 "Nov 29 12:00:00 host unbound[77]: [77:0] info: 9.9.9.9 evil.com. A IN NXDOMAIN 0.1 1 50\n"
                 "Nov 29 12:00:00 dnsmasq[7]: 14 9.9.9.9/43210 query[A] evil.com from 9.9.9.9\n"
                 "Nov 29 12:00:00 dnsmasq[7]: 14 9.9.9.9/43210 reply x.org is 8.8.9.9\n"
                 "Nov 29 12:00:00 dnsmasq[7]: 14 9.9.9.9/43210 cached-stale evil.com is 1.1.1.1\n"
                 "Nov 29 12:00:00 dnsmasq[7]: auth[AAAA] evil.com from 9.9.9.9\n"),
        ElementsAre("1 client ipv4 9.9.9.9", "1 query domain evil.com", "2 client ipv4 9.9.9.9",
                    "2 query domain evil.com", "3 client ipv4 9.9.9.9", "3 query domain evil.com",
                    "4 client ipv4 9.9.9.9", "4 query domain evil.com", "5 client ipv4 9.9.9.9",
                    "5 answer ipv4-network 8.8.0.0/16", "6 client ipv4 9.9.9.9", "6 query domain evil.com",
                    "7 query domain evil.com", "7 client ipv4 9.9.9.9"));
}

TEST_F(Logs, WebServersMayNameTheirHostAndWhatProxiesForwarded) {
    const std::string rest =
        " - frank [10/Oct/2000:13:55:36 -0700] \"GET /x/y.exe HTTP/1.1\" 200 23 \"-\" \"M\"\n";
    EXPECT_THAT(
        found_in("bad.net:443 9.9.9.9" + rest + "www.evil.com 10.0.0.1" + rest + "10.0.0.1, 9.9.9.9" + rest),
        ElementsAre("1 client ipv4 9.9.9.9", "1 host url http://bad.net/x/y.exe", "2 host domain evil.com",
                    "3 client ipv4 9.9.9.9"));
}

TEST_F(Logs, ByteOrderMarksAndQuotedHeadersHideNoFields) {
    EXPECT_THAT(found_in("\xef\xbb\xbf{\"query\":\"evil.com\"}\n{\"query\":\"evil.com\"}\n"),
                ElementsAre("1 query domain evil.com", "2 query domain evil.com"));
    EXPECT_EQ(last_.offset, 34U);
    EXPECT_THAT(found_in("\xef\xbb\xbf\"time; UTC; of the day\",\"from, to\",\"dest ip\"\n1,x,9.9.9.9\n"),
                ElementsAre("2 dest ip ipv4 9.9.9.9"));
    EXPECT_THAT(found_in("\xef\xbb\xbf"
                         "9.9.9.9 evil.com\n"),
                ElementsAre("1  ipv4 9.9.9.9", "1  domain evil.com"));
}

TEST_F(Logs, EscapedBytesAndFullWidthMarksHideNothing) {
    EXPECT_THAT(found_in("GET /?u=\\x22evil.com\\x22&a=9.9.9.9\\x0A HTTP\n"
                         "\\x68ttp://bad\\x2Enet/x/y.exe evil\xef\xbc\x8e"
                         "com\n"
                         "http\xef\xbc\x9a//bad.net/x/y.exe a\xef\xbc\xa0"
                         "evil\xe3\x80\x82"
                         "com\n"
                         "\xef\xbc\x99.9.9.9 \xef\xbd\x85vil.com\n"
                         "C:\\xebevil.com \\x2evil.com C:\\xc3evil.com\n"),
                ElementsAre("1  domain evil.com", "1  ipv4 9.9.9.9", "2  url http://bad.net/x/y.exe",
                            "2  domain evil.com", "3  url http://bad.net/x/y.exe", "3  email a@evil.com",
                            "3  domain evil.com", "4  ipv4 9.9.9.9", "4  domain evil.com"));
}

TEST_F(Logs, AreReadThroughGzipAndZstdAndToldWhereTheyAreCutShort) {
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += fmt::format("line {} from 10.0.0.{}{}\n", i, i % 256, i % 1000 == 7 ? " 9.9.9.9" : "");
    const auto plain = found_in(text);
    EXPECT_EQ(plain.size(), 5U);
    EXPECT_EQ(totals_.lines, 5000U);
    const std::string half = text.substr(0, text.find("line 2500"));
    const std::string rest = text.substr(half.size());
    EXPECT_EQ(found({write("a.gz", gzipped(text))}), plain);
    EXPECT_EQ(found({write("b.gz", gzipped(half) + gzipped(rest))}), plain) << "several members";
    EXPECT_EQ(found({write("c.zst", zstd_packed(half) + zstd_packed(rest))}), plain) << "several frames";
    EXPECT_EQ(found({write("d.gz", gzipped(half) + std::string(700, '\0') + gzipped(rest) +
                                       std::string(300'000, '\0'))}),
              plain)
        << "filled up with zeros";
    const std::string skipped("\x53\x2a\x4d\x18\x03\0\0\0abc", 11);
    EXPECT_EQ(found({write("e.zst", skipped + zstd_packed(half) + skipped + zstd_packed(rest))}), plain)
        << "frames that pzstd puts before its own";
    EXPECT_THAT(totals_.errors, IsEmpty());
    for (const std::string& packed : {gzipped(text), zstd_packed(text)}) {
        for (const std::size_t size :
             {packed.size() - 1, packed.size() / 2, std::size_t{20}, std::size_t{5}}) {
            const auto some = found({write("cut", packed.substr(0, size))});
            EXPECT_LE(some.size(), plain.size());
            ASSERT_EQ(totals_.errors.size(), 1U) << size;
            EXPECT_THAT(totals_.errors[0].message(), HasSubstr("cut short"));
        }
        std::string damaged = packed;
        for (std::size_t i = packed.size() / 3; i < packed.size() / 2; ++i)
            damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
        (void)found({write("damaged", damaged)});
        EXPECT_EQ(totals_.errors.size(), 1U);
    }
    EXPECT_THAT(found({folder_ / "none"}), IsEmpty());
    EXPECT_EQ(totals_.errors.size(), 1U);
    EXPECT_THAT(found({write("empty", "")}), IsEmpty());
    EXPECT_THAT(totals_.errors, IsEmpty());
}

// The same whatever stands at the edge of a window, and however the work is shared.
TEST_F(Logs, AreTheSameInPartsAndByWindows) {
    std::string text;
    std::vector<std::string> expected;
    for (std::uint64_t line = 1; text.size() < 40U << 20; ++line) {
        const std::string fill((line * 7919) % 211, 'x');
        if (line % 50 == 0) {
            text += fill + " www.evil.com,9.9.9.9\n";
            expected.push_back(fmt::format("{}  domain evil.com", line));
            expected.push_back(fmt::format("{}  ipv4 9.9.9.9", line));
        } else {
            text += fill + " notevil.com 9.9.9.99 " + fill + "\n";
        }
    }
    text.pop_back();  // the last line has no end
    const std::string path = write("big", text);
    EXPECT_EQ(found({path}), expected);
    const std::uint64_t lines = totals_.lines;
    EXPECT_EQ(found({path}, 2), expected);
    EXPECT_EQ(totals_.lines, lines);
    EXPECT_EQ(totals_.bytes, text.size());
    EXPECT_EQ(text.substr(last_.offset, last_.size), last_.met);
    auto twice = expected;
    twice.insert(twice.end(), expected.begin(), expected.end());
    EXPECT_EQ(found({path, path}, 3), twice);
}

TEST_F(Logs, LinesOfAnyLengthAreReadInBoundedMemory) {
    for (const char fill : {'x', ' ', '.', '/'}) {
        std::string line;
        std::size_t count = 0;
        while (line.size() < 3U << 20) {
            line += std::string(5000 + count * 977 % 9000, fill) + " 9.9.9.9 http://bad.net/x/y.exe ";
            ++count;
        }
        const auto all = found_in(line + "\nshort evil.com\n");
        EXPECT_EQ(all.size(), 2 * count + 1) << fill;
        EXPECT_EQ(all.back(), "2  domain evil.com");
    }
}

std::string utf16(std::u16string_view text, bool big) {
    std::string out;
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xff);
        out += big ? high : low;
        out += big ? low : high;
    }
    return out;
}

TEST_F(Logs, InUtf16AreReadAsUtf8) {
    for (const bool big : {false, true}) {
        std::u16string text = u"\ufeffsee evil.com\r\n\U0001f600 B\u00fccher 9.9.9.9\r\n";
        for (int i = 0; i < 50'000; ++i) text += u"more of it\n";
        text += u"http://bad.net/x/y.exe";
        const std::string bytes = utf16(text, big);
        const std::vector<std::string> expected = {"1  domain evil.com", "2  ipv4 9.9.9.9",
                                                   "50003  url http://bad.net/x/y.exe"};
        EXPECT_EQ(found_in(bytes), expected);
        EXPECT_EQ(found({write("two", bytes)}, 2), expected);
        EXPECT_EQ(found({write("u.gz", gzipped(bytes))}), expected);
        EXPECT_EQ(found_in(bytes + utf16(u"\n\xd800x\xdc00 evil.com", big) + "\x41").back(),
                  "50004  domain evil.com")
            << "halves of pairs and of units";
        EXPECT_THAT(totals_.errors, IsEmpty());
    }
    EXPECT_THAT(found_in("\xff\xfe"), IsEmpty());
    EXPECT_THAT(found_in("\xff"), IsEmpty());
    EXPECT_THAT(found({write("s.gz", gzipped("9"))}), IsEmpty());
    EXPECT_THAT(found({write("t.gz", gzipped("9.9.9.9"))}), ElementsAre("1  ipv4 9.9.9.9"));
}

TEST_F(Logs, StandardInputAndPipesAreLogsToo) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "x evil.com\n", 11), 11);
    ::close(ends[1]);
    auto stream = open_stream(ends[0]);
    ASSERT_TRUE(stream);
    Windows windows(**stream);
    const auto window = windows.next();
    ASSERT_TRUE(window && *window);
    EXPECT_EQ((*window)->text, "x evil.com\n");
    const auto last = windows.next();
    EXPECT_TRUE(last && !*last);
}

}  // namespace
}  // namespace comity::intelligence::match
