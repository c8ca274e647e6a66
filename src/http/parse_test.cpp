#include "http/parse.h"

#include <gtest/gtest.h>

#include <random>

namespace comity::http {
namespace {

using namespace std::string_view_literals;

TEST(PercentDecode, DecodesAndEncodesBackToTheSame) {
    EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(percent_decode("%e2%82%ac"), "\u20ac");
    EXPECT_EQ(percent_decode(""), "");
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        std::string text;
        for (unsigned n = random() % 20; n > 0; --n) {
            const std::string_view pieces[] = {"a",          "/", "%", "\u00e9", "\u4e2d",
                                               "\U0001f600", "+", " ", "~",      "&"};
            text += pieces[random() % std::size(pieces)];
        }
        EXPECT_EQ(percent_decode(percent_encode(text)), text);
        EXPECT_EQ(percent_decode(percent_encode(text), true), text);
    }
}

TEST(PercentDecode, RefusesWhatIsNotEncodedText) {
    for (const auto text :
         {"%"sv, "%4"sv, "%4g"sv, "%g4"sv, "a%"sv, "%00"sv, "a\0b"sv, "%0d"sv, "%7f"sv, "\n"sv, " "sv,
          "%ff"sv, "\xff"sv, "%c0%af"sv, "%e2%82"sv, "%ed%a0%80"sv, "%f4%90%80%80"sv}) {
        const auto decoded = percent_decode(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().kind, ErrorKind::kInvalid);
    }
}

TEST(Utf8, KnowsEveryCodePointAndNothingElse) {
    for (char32_t code = 0; code <= 0x10ffff; code += code < 0x11000 ? 1 : 257) {
        std::string text;
        const auto put = [&](unsigned byte) { text.push_back(static_cast<char>(byte)); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xc0 | code >> 6), put(0x80 | (code & 63));
        } else if (code < 0x10000) {
            put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 63)), put(0x80 | (code & 63));
        } else {
            put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 63)), put(0x80 | (code >> 6 & 63)),
                put(0x80 | (code & 63));
        }
        EXPECT_EQ(is_utf8(text), code < 0xd800 || code > 0xdfff) << std::hex << static_cast<unsigned>(code);
        for (std::size_t n = 1; n < text.size(); ++n) EXPECT_FALSE(is_utf8(text.substr(0, n)));
    }
    for (const auto bad : {"\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xf0\x8f\xbf\xbf"sv,
                           "\xf5\x80\x80\x80"sv, "\xfe"sv, "\xc3"sv, "\xc3("sv}) {
        EXPECT_FALSE(is_utf8(bad));
    }
}

TEST(Target, IsSplitAndDecoded) {
    const auto target = parse_target("/a%20b/c?x=1&y=%26&x=2&flag&=v&&z=a+b%2B");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a b/c");
    EXPECT_EQ(target->raw_query, "x=1&y=%26&x=2&flag&=v&&z=a+b%2B");
    EXPECT_EQ(target->query,
              (Pairs{{"x", "1"}, {"y", "&"}, {"x", "2"}, {"flag", ""}, {"", "v"}, {"z", "a b+"}}));
    EXPECT_EQ(parse_target("/?")->path, "/");
    EXPECT_EQ(parse_target("/a?b?c=d")->query, (Pairs{{"b?c", "d"}}));
    EXPECT_EQ(parse_target("http://host:80/a?b")->path, "/a");
    EXPECT_EQ(parse_target("HTTPS://host")->path, "/");
    EXPECT_EQ(parse_target("/a//b/...//.x")->path, "/a//b/...//.x");
}

TEST(Target, NeverLeadsOutOfTheRoot) {
    for (const auto* bad : {"",        "a",    "*",        "/..",        "/../",           "/a/..",
                            "/a/../b", "/.",   "/a/./b",   "/%2e%2e",    "/a%2f..%2fb",    "/%2E",
                            "/..%2f",  "//..", "/a#b",     "http:/a/..", "http://host/..", "http://host?x",
                            "/%00",    "/a?%", "/a?b=%zz", "/a?b=%ff"}) {
        EXPECT_FALSE(parse_target(bad)) << bad;
    }
}

TEST(Target, SurvivesRandomBytes) {
    std::mt19937 random(2);
    const std::string_view alphabet = "/.%25fF?&=+#ahtp:\\\x7f\xff\xc3\xa9 ";
    for (int i = 0; i < 100000; ++i) {
        std::string text = "/";
        for (unsigned n = random() % 24; n > 0; --n) text.push_back(alphabet[random() % alphabet.size()]);
        const auto target = parse_target(text);
        if (!target) continue;
        ASSERT_TRUE(target->path.starts_with('/'));
        ASSERT_TRUE(is_utf8(target->path));
        ASSERT_EQ((target->path + "/").find("/../"), std::string::npos) << text;
        ASSERT_EQ((target->path + "/").find("/./"), std::string::npos) << text;
    }
}

TEST(MediaType, IsReadWithItsParameters) {
    const auto media = parse_media_type("Application/TAXII+json ; Version=2.1;q=\"a \\\" b\" ;");
    ASSERT_TRUE(media);
    EXPECT_EQ(media->essence(), "application/taxii+json");
    EXPECT_EQ(media->parameter("version"), "2.1");
    EXPECT_EQ(media->parameter("Q"), "a \" b");
    EXPECT_FALSE(media->parameter("charset"));
    for (const auto* bad : {"", "a", "a/", "/b", "a/b/c", "a b/c", "a/b;c", "a/b;=d", "a/b;c=", "a/b;c=\"d",
                            "a/b;c=\"d\"e", "a/b;c=d e", "a/b;c=1;C=2", "a/b;c=\"\\", "a/b;c=\"\x01\""}) {
        EXPECT_FALSE(parse_media_type(bad)) << bad;
    }
}

TEST(Accept, TheMostSpecificRangeDecides) {
    // The example of RFC 9110 section 12.5.1.
    const auto ranges = parse_accept(
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5");
    ASSERT_TRUE(ranges);
    const auto quality = [&](std::string_view type) {
        return media_quality(*ranges, *parse_media_type(type));
    };
    EXPECT_EQ(quality("text/plain;format=flowed"), 1000);
    EXPECT_EQ(quality("text/plain"), 700);
    EXPECT_EQ(quality("text/html"), 300);
    EXPECT_EQ(quality("image/jpeg"), 500);
    EXPECT_EQ(quality("text/plain;format=fixed"), 400);
    EXPECT_EQ(quality("text/html;level=3"), 300);
}

TEST(Accept, OfTaxii) {
    const MediaType taxii = *parse_media_type("application/taxii+json;version=2.1");
    const auto quality = [&](std::string_view accept) { return media_quality(*parse_accept(accept), taxii); };
    EXPECT_EQ(quality("application/taxii+json;version=2.1"), 1000);
    EXPECT_EQ(quality("application/taxii+json; version=\"2.1\""), 1000);
    EXPECT_EQ(quality("application/taxii+json"), 1000);
    EXPECT_EQ(quality("*/*"), 1000);
    EXPECT_EQ(quality(""), 1000);
    EXPECT_EQ(quality("application/taxii+json;version=2.0"), 0);
    EXPECT_EQ(quality("application/json, text/html"), 0);
    EXPECT_EQ(quality("application/taxii+json;version=2.1;q=0, */*"), 0);
    for (const auto* bad :
         {"*/json", "a/b;q=2", "a/b;q=1.001", "a/b;q=0.1234", "a/b;q=x", "a/b;q=-1", "a/b;q=.5", "text"}) {
        EXPECT_FALSE(parse_accept(bad)) << bad;
    }
}

TEST(AcceptEncoding, GivesACodingItsQuality) {
    EXPECT_EQ(encoding_quality("gzip", "gzip"), 1000);
    EXPECT_EQ(encoding_quality("br;q=1.0, GZIP;q=0.8, *;q=0.1", "gzip"), 800);
    EXPECT_EQ(encoding_quality("br, *;q=0.1", "gzip"), 100);
    EXPECT_EQ(encoding_quality("*;q=0.5, gzip;q=0", "gzip"), 0);
    EXPECT_EQ(encoding_quality("gzip;q=0, *;q=0.5", "gzip"), 0);
    EXPECT_EQ(encoding_quality("", "gzip"), 0);
    EXPECT_EQ(encoding_quality("identity", "gzip"), 0);
    EXPECT_EQ(encoding_quality("gzip;q=", "gzip"), 0);
    EXPECT_EQ(encoding_quality("gzip; q=1.5", "gzip"), 0);
    EXPECT_EQ(encoding_quality("gz ip", "gzip"), 0);
}

TEST(Basic, GivesUserAndPassword) {
    // RFC 7617 sections 2 and 2.1.
    const auto aladdin = parse_basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    ASSERT_TRUE(aladdin);
    EXPECT_EQ(aladdin->user, "Aladdin");
    EXPECT_EQ(aladdin->password, "open sesame");
    EXPECT_EQ(parse_basic("basic dGVzdDoxMjPCow==")->password, "123\u00a3");
    EXPECT_EQ(parse_basic("Basic Og==")->user, "");
    EXPECT_EQ(parse_basic("Basic YTpiOmM=")->password, "b:c");
    for (const auto* bad : {"", "Basic", "Basic ", "Basic QQ==", "Basic QWxh!",
                            "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic YTr/", "Basic YToA",
                            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ", "Basic YTpi YTpi"}) {
        EXPECT_FALSE(parse_basic(bad)) << bad;
    }
}

TEST(Bearer, GivesTheToken) {
    EXPECT_EQ(parse_bearer("Bearer abc.DEF-1_2~+/=="), "abc.DEF-1_2~+/==");
    EXPECT_EQ(parse_bearer("bearer x"), "x");
    for (const auto* bad :
         {"", "Bearer", "Bearer ", "Bearer =", "Bearer a b", "Bearer a,b", "Bearer a=b", "Basic x"}) {
        EXPECT_FALSE(parse_bearer(bad)) << bad;
    }
}

TEST(Cookie, IsFoundByItsExactName) {
    EXPECT_EQ(find_cookie("a=1; session=abc; b=2", "session"), "abc");
    EXPECT_EQ(find_cookie("session=\"a b\"", "session"), "a b");
    EXPECT_EQ(find_cookie("session=x=y", "session"), "x=y");
    EXPECT_EQ(find_cookie("session=", "session"), "");
    EXPECT_EQ(find_cookie("session=1; session=2", "session"), "1");
    EXPECT_FALSE(find_cookie("Session=1; xsession=2; session; sess=session=3", "session"));
    EXPECT_FALSE(find_cookie("", "session"));
    EXPECT_FALSE(find_cookie(";;;", "session"));
}

TEST(Etag, IsComparedWeakly) {
    EXPECT_TRUE(etag_listed("\"a\"", "\"a\""));
    EXPECT_TRUE(etag_listed("W/\"a\"", "\"a\""));
    EXPECT_TRUE(etag_listed("\"b\", W/\"a\"", "W/\"a\""));
    EXPECT_TRUE(etag_listed("\"x,y\", \"a\\\"", "\"a\\\""));
    EXPECT_TRUE(etag_listed(" * ", "\"a\""));
    EXPECT_FALSE(etag_listed("\"b\"", "\"a\""));
    EXPECT_FALSE(etag_listed("a", "\"a\""));
    EXPECT_FALSE(etag_listed("\"a", "\"a\""));
    EXPECT_FALSE(etag_listed("", "\"a\""));
    EXPECT_FALSE(etag_listed("*", ""));
}

TEST(HeaderValues, SurviveRandomBytes) {
    std::mt19937 random(3);
    const std::string_view alphabet = "*/a;b=,q.01\"\\ \t:W\xff=Basic ";
    for (int i = 0; i < 100000; ++i) {
        std::string text;
        for (unsigned n = random() % 24; n > 0; --n) text.push_back(alphabet[random() % alphabet.size()]);
        if (const auto ranges = parse_accept(text)) {
            const int quality = media_quality(*ranges, {"a", "b", {}});
            ASSERT_TRUE(quality >= 0 && quality <= 1000);
        }
        if (const auto media = parse_media_type(text)) {
            ASSERT_TRUE(is_token(media->type) && is_token(media->subtype));
        }
        const int quality = encoding_quality(text, "a");
        ASSERT_TRUE(quality >= 0 && quality <= 1000);
        (void)parse_basic("Basic " + text);
        (void)parse_bearer("Bearer " + text);
        (void)find_cookie(text, "a");
        (void)etag_listed(text, "\"a\"");
    }
}

}  // namespace
}  // namespace comity::http
