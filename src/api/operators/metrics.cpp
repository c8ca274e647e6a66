#include "api/operators/metrics.h"

#include <prometheus/text_serializer.h>
#include <algorithm>

#include <sstream>

#include "api/operators/process.h"
#include "node/log_head.h"
#include "node/version.h"

namespace comity::api::operators {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kPrefixes{{{"/api/", "rest"},
                                                                                  {"/taxii2/", "taxii"},
                                                                                  {"/log/", "log"},
                                                                                  {"/witness/", "witness"},
                                                                                  {"/healthz", "operators"},
                                                                                  {"/readyz", "operators"},
                                                                                  {"/metrics", "operators"}}};
constexpr std::array<std::string_view, 6> kDoors{"rest", "taxii", "log", "witness", "operators", "page"};
constexpr std::size_t kMethods = 7;
constexpr int kFirstStatus = 200;
constexpr std::size_t kStatuses = 400;

std::size_t door_of(std::string_view path) {
    for (const auto& [prefix, door] : kPrefixes) {
        if (path.starts_with(prefix)) {
            return static_cast<std::size_t>(std::ranges::find(kDoors, door) - kDoors.begin());
        }
    }
    return kDoors.size() - 1;
}

std::string method_name(std::size_t method) {
    return std::string(http::to_string(static_cast<http::Method>(method)));
}

using Labels = std::vector<ClientMetric::Label>;

class Families {
  public:
    MetricFamily& open(std::string name, std::string help, MetricType type) {
        families_.push_back({std::move(name), std::move(help), type, {}});
        return families_.back();
    }
    void gauge(std::string name, std::string help, double value, Labels labels = {}) {
        ClientMetric metric;
        metric.label = std::move(labels);
        metric.gauge.value = value;
        open(std::move(name), std::move(help), MetricType::Gauge).metric.push_back(std::move(metric));
    }
    void counter(std::string name, std::string help,
                 std::initializer_list<std::pair<Labels, double>> values) {
        MetricFamily& family = open(std::move(name), std::move(help), MetricType::Counter);
        for (const auto& [labels, value] : values) {
            ClientMetric metric;
            metric.label = labels;
            metric.counter.value = value;
            family.metric.push_back(std::move(metric));
        }
    }
    std::string text() const {
        std::ostringstream out;
        prometheus::TextSerializer().Serialize(out, families_);
        return std::move(out).str();
    }

  private:
    std::vector<MetricFamily> families_;
};

void add_process(Families& out) {
    const ProcessFacts facts = read_process();
    out.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.",
              facts.start_seconds);
    out.gauge("process_resident_memory_bytes", "Memory in RAM.", facts.resident_bytes);
    out.counter("process_cpu_seconds_total", "Processor time spent, user and system.",
                {{{}, facts.cpu_seconds}});
    out.gauge("process_open_fds", "Open files and sockets.", facts.open_files);
    out.gauge("process_max_fds", "How many files and sockets may be open.", facts.max_open_files);
}

void add_ledger(Families& out, ledger::Ledger& ledger) {
    const ledger::LedgerCounts counts = ledger.counts();
    const auto outcome = [](std::string_view text) { return Labels{{"outcome", std::string(text)}}; };
    out.counter("comity_submissions_total",
                "Statements submitted: accepted (those known already included), refused for what they are, "
                "failed for what stood against them here.",
                {{outcome("accepted"), static_cast<double>(counts.accepted)},
                 {outcome("refused"), static_cast<double>(counts.refused)},
                 {outcome("failed"), static_cast<double>(counts.failed)}});
    out.gauge("comity_submissions_waiting", "Submissions under way now.",
              static_cast<double>(counts.waiting));
    out.gauge("comity_ready", "1: the node can write.", ledger.ready() ? 1 : 0);
    if (const auto head = node::log_head(ledger)) {
        out.gauge("comity_log_entries", "Entries in the log.", static_cast<double>(head->checkpoint.size));
        if (head->cosigned) {
            out.gauge("comity_log_checkpoint_timestamp_seconds",
                      "When the newest checkpoint was cosigned, in seconds since 1970.",
                      static_cast<double>(head->cosigned->seconds()));
        }
    }
}

void add_mirrors(Families& out, node::Node& node) {
    const auto logs = node.mirrors().logs();
    if (!logs) return;
    double missing = 0;
    for (const federation::MirroredLog& log : *logs) missing += static_cast<double>(log.missing);
    const auto session = node.database().reader();
    const auto withheld =
        session ? (*session)->integer("SELECT COUNT(*) FROM ledger_holes") : std::unexpected(session.error());
    if (!withheld) return;
    out.gauge("comity_missing_statements", "Statements of the logs mirrored that are not here.", missing);
    out.gauge("comity_withheld_objects", "Objects of statements mirrored of which only the hashes are here.",
              static_cast<double>(withheld->value_or(0)));
}

}  // namespace

Metrics::Metrics(node::Node& node)
    : node_(node), requests_(kDoors.size() * kMethods * kStatuses), latencies_(kDoors.size() * kMethods) {}

void Metrics::count(const http::Request& request, int status) {
    const std::size_t series = door_of(request.path) * kMethods + static_cast<std::size_t>(request.method);
    const auto place = static_cast<std::size_t>(status - kFirstStatus);
    if (place < kStatuses) requests_[series * kStatuses + place].fetch_add(1, std::memory_order_relaxed);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - request.received;
    const auto bucket =
        static_cast<std::size_t>(std::ranges::lower_bound(kBounds, taken.count()) - kBounds.begin());
    latencies_[series].buckets[bucket].fetch_add(1, std::memory_order_relaxed);
    latencies_[series].sum.fetch_add(taken.count(), std::memory_order_relaxed);
}

std::string Metrics::write() const {
    Families out;
    out.gauge("comity_build_info", "1, with the program's version.", 1,
              {{"version", std::string(node::kVersion)}});
    add_process(out);
    add_ledger(out, node_.ledger());
    add_mirrors(out, node_);
    if (const http::Server* server = server_) {
        const http::ServerCounts counts = server->counts();
        out.gauge("comity_http_connections", "Open connections.", static_cast<double>(counts.connections));
        out.counter("comity_http_refused_busy_total",
                    "Requests refused with 503 because the queue or the memory for bodies was full.",
                    {{{}, static_cast<double>(counts.refused_busy)}});
    }
    MetricFamily& requests = out.open("comity_http_requests_total",
                                      "Answers given, by door, method and status.", MetricType::Counter);
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        const std::uint64_t n = requests_[i].load(std::memory_order_relaxed);
        if (n == 0) continue;
        const std::size_t series = i / kStatuses;
        ClientMetric metric;
        metric.label = {{"door", std::string(kDoors[series / kMethods])},
                        {"method", method_name(series % kMethods)},
                        {"status", std::to_string(static_cast<std::size_t>(kFirstStatus) + i % kStatuses)}};
        metric.counter.value = static_cast<double>(n);
        requests.metric.push_back(std::move(metric));
    }
    MetricFamily& latencies =
        out.open("comity_http_request_duration_seconds",
                 "From the arrival of a request's head to the making of its answer.", MetricType::Histogram);
    for (std::size_t series = 0; series < latencies_.size(); ++series) {
        const Latency& latency = latencies_[series];
        ClientMetric metric;
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < latency.buckets.size(); ++i) {
            count += latency.buckets[i].load(std::memory_order_relaxed);
            const double bound = i < kBounds.size() ? kBounds[i] : std::numeric_limits<double>::infinity();
            metric.histogram.bucket.push_back({count, bound});
        }
        if (count == 0) continue;
        metric.label = {{"door", std::string(kDoors[series / kMethods])},
                        {"method", method_name(series % kMethods)}};
        metric.histogram.sample_count = count;
        metric.histogram.sample_sum = latency.sum.load(std::memory_order_relaxed);
        latencies.metric.push_back(std::move(metric));
    }
    return out.text();
}

}  // namespace comity::api::operators
