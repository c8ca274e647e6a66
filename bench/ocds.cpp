// Releases of the Open Contracting Data Standard, a hundred thousand of them: read and held to the standard,
// merged to one compiled release a process, and flagged; beside what the Open Contracting Partnership's own
// libraries, libcoveocds and ocdskit, do of the same releases. (Cardinal is in no registry: its published
// results are held in src/development/market/flags_test.cpp and by ./run interop ocds.)
#include <fmt/format.h>

#include <random>

#include "bench/must.h"
#include "bench/python_peer.h"
#include "development/market/flags.h"
#include "development/market/merge.h"
#include "development/market/package.h"
#include "testing/shared_data.h"

namespace comity::bench {
namespace {

constexpr int kProcesses = 25'000;  // of four releases each
constexpr int kPeerProcesses = 500;
constexpr int kRounds = 3;

// Planning, tender, award and contract of one process, a release a line; the same in each run.
void add_process(std::string& text, int n) {
    std::mt19937 random(static_cast<unsigned>(n));
    const std::string ocid = fmt::format("ocds-bench1-{:06}", n);
    const int buyer = n % 211, value = 10'000 + static_cast<int>(random() % 900'000);
    const auto head = [&](int step, std::string_view tag) {
        return fmt::format(
            R"({{"ocid":"{}","id":"{}-{}","date":"2025-{:02}-{:02}T09:30:00Z","tag":["{}"],"initiationType":"tender","language":"en",)"
            R"("buyer":{{"id":"B-{}","name":"Department {}"}},)",
            ocid, ocid, step, 1 + step * 2, 1 + n % 28, tag, buyer, buyer);
    };
    text +=
        head(0, "planning") +
        fmt::format(
            R"("planning":{{"rationale":"The road to district {} is to be kept open in the rains.","budget":{{"id":"2025-{}","description":"Roads","amount":{{"amount":{},"currency":"KES"}}}}}}}})",
            n % 47, n % 9, value) +
        "\n";
    std::string items;
    for (unsigned i = 0, count = 1 + random() % 3; i < count; ++i) {
        items += fmt::format(
            R"({}{{"id":"{}","description":"Gravel, washed, delivered to the site","classification":{{"scheme":"CPV","id":"{}","description":"Gravel"}},"quantity":{},"unit":{{"name":"t","value":{{"amount":{},"currency":"KES"}}}}}})",
            i == 0 ? "" : ",", i + 1, 14'212'000 + random() % 90, 10 + random() % 400, 20 + random() % 30);
    }
    text +=
        head(1, "tender") +
        fmt::format(
            R"("tender":{{"id":"{}-t","title":"Works on road {}","description":"Supply and spreading of gravel, with drainage.","status":"complete","procurementMethod":"open","procurementMethodDetails":"open tender",)"
            R"("procuringEntity":{{"id":"B-{}","name":"Department {}"}},"value":{{"amount":{},"currency":"KES"}},"tenderPeriod":{{"startDate":"2025-03-01T00:00:00Z","endDate":"2025-03-{:02}T12:00:00Z"}},"items":[{}]}}}})",
            ocid, n % 901, buyer, buyer, value, 5 + n % 25, items) +
        "\n";
    std::string bids, parties;
    const unsigned tenderers = 1 + random() % 6;
    const unsigned winner = random() % 3000;
    for (unsigned i = 0; i < tenderers; ++i) {
        const unsigned who = i == 0 ? winner : random() % 3000;
        bids += fmt::format(
            R"({}{{"id":"{}-{}","date":"2025-03-{:02}T10:00:00Z","status":"{}","tenderers":[{{"id":"T-{}","name":"Company {}"}}],"value":{{"amount":{},"currency":"KES"}}}})",
            i == 0 ? "" : ",", ocid, i, 1 + random() % 25, random() % 9 == 0 ? "disqualified" : "valid", who,
            who, value + static_cast<int>(random() % 100'000));
        parties += fmt::format(
            R"({}{{"id":"T-{}-{}","name":"Company {}","identifier":{{"scheme":"KE-RCO","id":"{}"}},"roles":["tenderer"],"address":{{"locality":"Nakuru","countryName":"Kenya"}}}})",
            i == 0 ? "" : ",", who, i, who, who);
    }
    text +=
        head(2, "award") +
        fmt::format(
            R"("tender":{{"id":"{}-t","numberOfTenderers":{}}},"bids":{{"details":[{}]}},"parties":[{}],"awards":[{{"id":"{}-a","status":"active","date":"2025-04-02T00:00:00Z","value":{{"amount":{},"currency":"KES"}},"suppliers":[{{"id":"T-{}","name":"Company {}"}}],"items":[{}]}}]}})",
            ocid, tenderers, bids, parties, ocid, value, winner, winner, items) +
        "\n";
    text +=
        head(3, "contract") +
        fmt::format(
            R"("contracts":[{{"id":"{}-c","awardID":"{}-a","status":"active","period":{{"startDate":"2025-05-01T00:00:00Z","endDate":"2026-04-30T00:00:00Z"}},"value":{{"amount":{},"currency":"KES"}},"dateSigned":"2025-04-20T00:00:00Z"}}]}})",
            ocid, ocid, value) +
        "\n";
}

// Of a step over all releases, the middle of some rounds: so many releases a second.
double rate_of(std::size_t releases, const std::function<void()>& step) {
    std::vector<double> rates;
    for (int round = 0; round < kRounds; ++round)
        rates.push_back(static_cast<double>(releases) / seconds_of(step));
    return median(std::move(rates));
}

}  // namespace

void ocds(const Report& report, const std::string&) {
    std::string text, some;
    for (int n = 0; n < kProcesses; ++n) add_process(text, n);
    for (int n = 0; n < kPeerProcesses; ++n) add_process(some, n);

    development::ReadReleases read;
    const std::size_t releases = std::size_t{kProcesses} * 4;
    const double validated = rate_of(releases, [&] {
        read = {};
        development::read_releases(text, "bench", read);
    });
    if (!read.defects.empty()) give_up(json::write(development::defect_json(read.defects.front())));
    if (read.processes.size() != kProcesses) give_up("the releases are not those that were made");
    std::vector<json::Value> compiled;
    const double merged = rate_of(releases, [&] {
        compiled.clear();
        for (const auto& [ocid, list] : read.processes)
            compiled.emplace_back(must(development::merge_releases(list, development::MergeRules::ocds_1_1(),
                                                                   development::Versions::kLeftOut))
                                      .compiled);
    });
    std::size_t flagged = 0;
    const double flags =
        rate_of(releases, [&] { flagged = development::find_flags(compiled).results.size(); });
    if (flagged == 0) give_up("nothing was flagged");

    std::optional<double> validate_peer, merge_peer;
    if (const auto data = testing::shared_data()) {
        const std::string input = (*data / "ocds/schema").string() + "\n" + some;
        validate_peer = python_peer("ocds_peer.py", "validate", input, report);
        merge_peer = python_peer("ocds_peer.py", "merge", input, report);
    } else {
        report.note("no shared data beside the checkout: no schema for the peers");
    }
    const auto add = [&](const char* what, double value, const char* peer, std::optional<double> peer_value) {
        report.add({.name = "ocds",
                    .variant = what,
                    .value = value,
                    .unit = "releases/s",
                    .peer = peer,
                    .peer_value = peer_value});
    };
    add("read and validated", validated, "libcoveocds", validate_peer);
    add("merged", merged, "ocdskit", merge_peer);
    add("flagged, of compiled", flags, "", std::nullopt);
    const double all = 1 / (1 / validated + 1 / merged + 1 / flags);
    std::optional<double> both;
    if (validate_peer && merge_peer) both = 1 / (1 / *validate_peer + 1 / *merge_peer);
    add("all three", all, "libcoveocds and ocdskit, without flags", both);
}

}  // namespace comity::bench
