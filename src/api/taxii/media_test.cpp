#include "api/taxii/media.h"

#include <gtest/gtest.h>

#include <string>

namespace comity::api::taxii {
namespace {

TEST(Media, TakesEveryWayToAskForTaxii) {
    for (const std::string_view accept :
         {"",
          "  ",
          "application/taxii+json",
          "application/taxii+json;version=2.1",
          "application/taxii+json; version=2.1",
          "application/taxii+json ;\tversion = 2.1",
          "application/taxii+json;version=\"2.1\"",
          "Application/TAXII+json;Version=2.1",
          "application/taxii+json;q=0.9",
          "application/taxii+json;version=2.1;q=0.001",
          "*/*",
          "application/*",
          "*/*;q=0.1",
          "application/taxii+json;version=2.1,application/stix+json;version=2.1",
          "application/stix+json;version=2.1, application/taxii+json;version=2.1",
          "text/html, application/xml;q=0.9, */*;q=0.8",
          "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
          ",, ,application/taxii+json,",
          "text/plain;x=\"a,application/nothing;\", application/taxii+json",
          "application/taxii+json;profile=\"a;b\";q=1.0"}) {
        EXPECT_TRUE(accepts_taxii(accept)) << accept;
    }
}

TEST(Media, RefusesWhatLeavesNothing) {
    for (const std::string_view accept :
         {"text/html", "application/json", "application/stix+json;version=2.1",
          "application/vnd.oasis.taxii+json; version=2.0", "application/taxii+json;version=2.0",
          "application/taxii+json;version=3", "application/taxii+json;version=", "application/taxii+json;q=0",
          "*/*;q=0.0", "application/taxii+json;q=0, */*", "application/taxii+json;q=2",
          "application/taxii+json;q=x", "application/taxii", "application/taxii+json2", "taxii+json",
          "nonsense", ";;;", "text/plain;x=\"application/taxii+json\"",
          "text/plain;x=\", application/taxii+json"}) {
        EXPECT_FALSE(accepts_taxii(accept)) << accept;
    }
}

TEST(Media, SurvivesAnyBytes) {
    unsigned state = 3;
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (int length = i % 40; length > 0; --length) {
            state = state * 1664525 + 1013904223;
            text.push_back("application/taxii+json;version=2.1,q*\"\\ \t\xff"[(state >> 16) % 43]);
        }
        accepts_taxii(text);
    }
}

}  // namespace
}  // namespace comity::api::taxii
