// What a benchmark says: a figure, and where they exist a peer's and a limit's, measured in the same run.
// Printed as ratios for people, or as one JSON object a line.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace comity::bench {

struct Figure {
    std::string name;     // "append"
    std::string variant;  // which of its figures: "in process, 256 submitters"
    double value = 0;
    std::string unit;  // "statements/s"
    std::string peer{};
    std::optional<double> peer_value{};
    std::string limit{};
    std::optional<double> limit_value{};
};

class Report {
  public:
    explicit Report(bool json) : json_(json) {}
    void add(const Figure& figure) const;
    void note(const std::string& text) const;  // for people only

  private:
    bool json_;
};

// The middle one.
inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

// Of what was measured in pairs, ours beside a limit: the disk and the machine's neighbours vary from one
// second to the next, for both alike, so it is the pair with the median ratio that is told.
template <typename Round>
Round median_round(std::vector<Round> rounds) {
    std::ranges::sort(rounds, {}, [](const Round& one) { return one.ours / one.limit; });
    return std::move(rounds[rounds.size() / 2]);
}

inline double seconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The benchmarks; `program` is the comity binary beside this one.
void append(const Report& report, const std::string& program);
void prove(const Report& report, const std::string& program);
void tiles(const Report& report, const std::string& program);
void footprint(const Report& report, const std::string& program);
void validate(const Report& report, const std::string& program);
void patterns(const Report& report, const std::string& program);
void observatory(const Report& report, const std::string& program);
void plan(const Report& report, const std::string& program);
void plan_large(const Report& report, const std::string& program);
void catch_up(const Report& report, const std::string& program);
void visibility(const Report& report, const std::string& program);
void hammer(const Report& report, const std::string& program);
void ocds(const Report& report, const std::string& program);
void recount(const Report& report, const std::string& program);
void scan(const Report& report, const std::string& program);
void scan_fields(const Report& report, const std::string& program);
void index_files(const Report& report, const std::string& program);
void lookup(const Report& report, const std::string& program);
void lookup_by_rest(const Report& report);  // of `lookup`
void taxii_get(const Report& report, const std::string& program);
void taxii_post(const Report& report, const std::string& program);

}  // namespace comity::bench
