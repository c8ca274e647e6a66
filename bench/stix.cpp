// STIX objects validated and STIX patterns parsed a second, on one core, beside the Python libraries of
// OASIS.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bench/process.h"
#include "bench/python_peer.h"
#include "bench/report.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/stix/object.h"
#include "json/slices.h"
#include "testing/shared_data.h"

namespace comity::bench {

namespace {

constexpr int kRounds = 5;

// The real objects where they are; else as many of the kind that lists are shared as.
std::string objects_document(const Report& report) {
    if (const auto data = testing::shared_data()) return testing::file_text(*data / "stix/capec-2.1.json");
    report.note("no shared data beside the checkout: made objects instead of CAPEC's");
    std::string text = R"({"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[)";
    for (int i = 0; i < 2000; ++i) {
        text += fmt::format(
            R"({}{{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee{:08x}",)"
            R"("created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"Address {}",)"
            R"("indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.{}.{}']",)"
            R"("pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z","confidence":80}})",
            i == 0 ? "" : ",", i, i, i / 256, i % 256);
    }
    return text + "]}";
}

std::vector<std::string> made_patterns() {
    std::vector<std::string> patterns;
    for (int i = 0; i < 1000; ++i) {
        patterns.push_back(fmt::format("[ipv4-addr:value = '198.51.{}.{}']", i / 256, i % 256));
        patterns.push_back(
            fmt::format("[file:hashes.'SHA-256' = '{:064x}' OR file:hashes.MD5 = '{:032x}']", i, i));
        patterns.push_back(fmt::format(
            "[domain-name:value = 'host-{}.example.net'] FOLLOWEDBY ([url:value LIKE 'https://%/{}'] OR "
            "[process:command_line MATCHES '^.+\\\\.exe {}$']) WITHIN 300 SECONDS",
            i, i, i));
        patterns.push_back(
            fmt::format("[network-traffic:dst_ref.value ISSUBSET '10.{}.0.0/16' AND "
                        "network-traffic:dst_port IN (80, 443, {})] REPEATS {} TIMES",
                        i % 256, i, 1 + i % 9));
    }
    return patterns;
}

}  // namespace

void validate(const Report& report, const std::string&) {
    const std::string document = objects_document(report);
    const auto objects = json::array_elements(document, "objects").value();
    std::vector<double> rates;
    for (int round = 0; round < kRounds; ++round) {
        rates.push_back(static_cast<double>(objects.size()) * 20 / seconds_of([&] {
                            for (int i = 0; i < 20; ++i) {
                                for (const std::string_view object : objects) {
                                    if (!intelligence::parse_object(object)) std::abort();
                                }
                            }
                        }));
    }
    report.add({.name = "validate",
                .variant = fmt::format("{} objects, one core", objects.size()),
                .value = median(rates),
                .unit = "objects/s",
                .peer = "stix2.parse",
                .peer_value = python_peer("stix_peer.py", "validate", document, report)});
}

void patterns(const Report& report, const std::string&) {
    const std::vector<std::string> all = made_patterns();
    std::vector<double> checked, parsed;
    for (int round = 0; round < kRounds; ++round) {
        const auto rate = [&](auto&& take) {
            return static_cast<double>(all.size()) * 20 / seconds_of([&] {
                       for (int i = 0; i < 20; ++i) {
                           for (const std::string& pattern : all) {
                               if (!take(pattern)) std::abort();
                           }
                       }
                   });
        };
        checked.push_back(
            rate([](const auto& text) { return intelligence::check_pattern(text).has_value(); }));
        parsed.push_back(
            rate([](const auto& text) { return intelligence::parse_pattern(text).has_value(); }));
    }
    std::string lines;
    for (const std::string& pattern : all) lines += pattern + "\n";
    const auto peer_rate = python_peer("stix_peer.py", "patterns", lines, report);
    report.add({.name = "patterns",
                .variant = "validated, one core",
                .value = median(checked),
                .unit = "patterns/s",
                .peer = "stix2-patterns",
                .peer_value = peer_rate});
    report.add({.name = "patterns",
                .variant = "parsed into values, one core",
                .value = median(parsed),
                .unit = "patterns/s",
                .peer = "stix2-patterns",
                .peer_value = peer_rate});
}

}  // namespace comity::bench
