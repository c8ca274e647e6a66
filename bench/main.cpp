// comity_bench [NAME...] [--json]: append, prove, tiles, footprint, validate, patterns, taxii-get,
// taxii-post, catch-up, visibility, hammer, recount, observatory, ocds, plan, plan-large, scan, scan-fields,
// index, lookup; all of them where none is named.
#include <fmt/format.h>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "bench/report.h"

namespace comity::bench {

void Report::add(const Figure& figure) const {
    if (json_) {
        std::string line = fmt::format(R"({{"name":"{}","case":"{}","value":{:.6g},"unit":"{}")", figure.name,
                                       figure.variant, figure.value, figure.unit);
        if (figure.peer_value)
            line += fmt::format(R"(,"peer":"{}","peer_value":{:.6g})", figure.peer, *figure.peer_value);
        if (figure.limit_value)
            line += fmt::format(R"(,"limit":"{}","limit_value":{:.6g})", figure.limit, *figure.limit_value);
        fmt::print("{}}}\n", line);
    } else {
        fmt::print("{:<10} {:<34} {:>12.4g} {}", figure.name, figure.variant, figure.value, figure.unit);
        const auto ratio = [&](const std::string& what, const std::optional<double>& other) {
            if (other && *other > 0)
                fmt::print("   {:.2f} of {} ({:.4g})", figure.value / *other, what, *other);
        };
        ratio(figure.peer, figure.peer_value);
        ratio(figure.limit, figure.limit_value);
        fmt::print("\n");
    }
    std::fflush(stdout);
}

void Report::note(const std::string& text) const {
    if (!json_) fmt::print("  {}\n", text);
}

}  // namespace comity::bench

int main(int argc, char** argv) {
    using namespace comity::bench;
    struct Benchmark {
        const char* name;
        void (*run)(const Report&, const std::string&);
    };
    constexpr Benchmark kAll[] = {{"append", append},
                                  {"prove", prove},
                                  {"tiles", tiles},
                                  {"footprint", footprint},
                                  {"validate", validate},
                                  {"patterns", patterns},
                                  {"taxii-get", taxii_get},
                                  {"taxii-post", taxii_post},
                                  {"catch-up", catch_up},
                                  {"visibility", visibility},
                                  {"hammer", hammer},
                                  {"recount", recount},
                                  {"observatory", observatory},
                                  {"ocds", ocds},
                                  {"plan", plan},
                                  {"plan-large", plan_large},
                                  {"scan", scan},
                                  {"scan-fields", scan_fields},
                                  {"index", index_files},
                                  {"lookup", lookup}};
    bool json = false;
    std::vector<const Benchmark*> chosen;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--json") == 0) {
            json = true;
            continue;
        }
        const auto* found =
            std::ranges::find_if(kAll, [&](const auto& one) { return std::strcmp(one.name, argv[i]) == 0; });
        if (found == std::end(kAll)) {
            fmt::print(stderr, "comity_bench: '{}' is no benchmark: use one of", argv[i]);
            for (const Benchmark& each : kAll) fmt::print(stderr, " {}", each.name);
            fmt::print(stderr, "\n");
            return 2;
        }
        chosen.push_back(found);
    }
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "comity").string();
    const Report report(json);
    for (const Benchmark& benchmark : kAll) {
        if (chosen.empty() || std::ranges::find(chosen, &benchmark) != chosen.end())
            benchmark.run(report, program);
    }
    return 0;
}
