// Answers of the observatory over 60 years, 220 places and 1,500 indicators in one store.
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "bench/must.h"
#include "bench/report.h"
#include "crypto/sha256.h"
#include "db/migration.h"
#include "development/answer/answer.h"
#include "development/index/statement.h"
#include "development/observatory/dataset.h"
#include "development/pillar.h"
#include "development/place/place.h"
#include "ledger/audience_book.h"
#include "ledger/tables.h"

namespace comity::bench {
namespace {

constexpr int kIndicators = 1500;
constexpr int kIndicator = 700;  // that is asked for
constexpr std::size_t kPlaces = 220;
constexpr int kFirst = 1965, kLast = 2024;  // 60 years
constexpr int kRounds = 21;

// A curve a place, so that there is something to tell of; the same in each run.
std::string series_of(std::string_view place, int indicator, std::size_t n) {
    development::Series series{std::string(place), {}};
    for (int year = kFirst; year <= kLast; ++year) {
        const double share =
            100.0 / (1 + std::exp(4 + static_cast<double>(n % 37) / 10 - 0.12 * (year - kFirst)));
        series.points.push_back(
            {year, share + static_cast<double>((indicator + year) % 7) / 10, development::Known::kStated});
    }
    return development::series_json(series);
}

// States as if it had come by a log.
class Stater {
  public:
    Stater(db::Transaction& tx, ledger::Pillar& pillar, ledger::AudienceBook& audiences)
        : tx_(tx), pillar_(pillar), audiences_(audiences) {}

    void say(std::int64_t seq, std::string_view type, const std::string& author, json::Object body,
             const std::vector<std::string>& objects) {
        const std::vector<std::string_view> views(objects.begin(), objects.end());
        ledger::Statement statement;
        statement.type = type;
        statement.author = author;
        statement.audience = {ledger::Tlp::kClear, {}, {}, {}};
        statement.id = crypto::sha256(as_bytes(std::to_string(seq)));
        statement.body = std::move(body);
        const auto audience = must(audiences_.id(tx_, statement.author, statement.audience));
        must(
            tx_.run("INSERT INTO statements(seq, id, idx, type, author, issued, added, witnessed, audience, "
                    "effective, envelope) VALUES($1, $2, $1, $3, $4, 0, $1, 0, $5, 1, '')",
                    seq, statement.id, statement.type, statement.author, audience));
        must(pillar_.apply(tx_, {statement, seq, Time{seq}, views}, audiences_));
    }

    void say_figures(std::int64_t seq, const std::string& author, const std::string& source, int indicator) {
        std::vector<std::string> objects;
        const auto places = development::all_places();
        for (std::size_t i = 0; i < kPlaces; ++i)
            objects.push_back(series_of(places[i].code, static_cast<int>(seq), i));
        say(seq, development::kDataset, author,
            {{"indicator", fmt::format("i{}", indicator)},
             {"unit", "%"},
             {"source", source},
             {"licence", "CC0-1.0"},
             {"edition", "1"},
             {"low", 0},
             {"high", 110}},
            objects);
    }

  private:
    db::Transaction& tx_;
    ledger::Pillar& pillar_;
    ledger::AudienceBook& audiences_;
};

void fill(db::Database& database, ledger::Pillar& pillar) {
    ledger::AudienceBook audiences;
    for (int first = 0; first < kIndicators; first += 50) {
        auto tx = must(database.begin());
        Stater stater(*tx, pillar, audiences);
        for (int i = first; i < first + 50; ++i) stater.say_figures(i + 1, "cert-ke", "bench", i);
        must(tx->commit());
    }
    auto tx = must(database.begin());
    Stater stater(*tx, pillar, audiences);
    stater.say_figures(kIndicators + 1, "kenic", "another", kIndicator);  // disagrees in some cells
    json::Array parts;
    for (int i = 0; i < 10; ++i)
        parts.push_back(json::Object{{"id", fmt::format("p{}", i)},
                                     {"indicator", fmt::format("i{}", kIndicator + i)},
                                     {"low", 0},
                                     {"high", 100}});
    stater.say(kIndicators + 2, development::kIndex, "cert-ke",
               {{"id", "ten"},
                {"title", "Of ten"},
                {"edition", "1"},
                {"source", "bench"},
                {"root", json::Object{{"id", "all"}, {"parts", std::move(parts)}}}},
               {});
    must(tx->commit());
}

}  // namespace

void observatory(const Report& report, const std::string&) {
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("comity-bench-{}", ::getpid());
    std::filesystem::create_directories(folder);
    {
        const auto database =
            must(db::Database::open({.url = "sqlite:" + (folder / "observatory.db").string()}));
        const auto pillar = development::make_pillar();
        must(db::migrate(*database, "ledger", ledger::ledger_migrations()));
        must(db::migrate(*database, "development", pillar->migrations()));
        fill(*database, *pillar);
        const auto ask = [&](std::string_view name, std::string_view what, const development::Query& query) {
            std::vector<double> times;
            for (int round = 0; round < kRounds; ++round) {
                times.push_back(1000 * seconds_of([&] {
                                    const auto session = must(database->snapshot());
                                    const auto readable = must(ledger::readable_by(*session, {}));
                                    const json::Object answer =
                                        must(development::answer({*session, readable}, what, query));
                                    if (json::write(answer).empty()) give_up("an empty answer");
                                }));
            }
            report.add(
                {.name = "observatory", .variant = std::string(name), .value = median(times), .unit = "ms"});
        };
        ask("all that there is", "", {});
        ask("one place's series", "figures", {{"indicator", "i700"}, {"place", "KEN"}});
        ask("where sources disagree", "figures", {{"indicator", "i700"}, {"conflicts", "true"}});
        ask("a year of all places", "figures", {{"indicator", "i700"}, {"year", "2020"}});
        ask("inequality of a year, weighted", "inequality",
            {{"indicator", "i700"}, {"weights", "i701"}, {"year", "2020"}});
        ask("inequality of 60 years, weighted", "inequality", {{"indicator", "i700"}, {"weights", "i701"}});
        ask("time distance of all places", "distance", {{"indicator", "i700"}, {"benchmark", "ABW"}});
        ask("a forecast with its back-test", "forecast",
            {{"indicator", "i700"}, {"place", "KEN"}, {"until", "2035"}});
        ask("an index of ten indicators", "index", {{"id", "ten"}, {"year", "2020"}});
    }
    std::filesystem::remove_all(folder);
}

}  // namespace comity::bench
