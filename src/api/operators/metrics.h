// What the node counts and measures for its operators, in Prometheus' text format 0.0.4.
//
//     comity_http_requests_total{door,method,status}             answers given
//     comity_http_request_duration_seconds{door,method}          from the head's arrival to the answer's
//     making comity_http_connections, comity_http_refused_busy_total    open; 503 because queue or memory was
//     full comity_submissions_total{outcome}, comity_submissions_waiting comity_log_entries,
//     comity_log_checkpoint_timestamp_seconds comity_ready                                               1:
//     the node can write comity_build_info{version} process_start_time_seconds,
//     process_resident_memory_bytes, process_cpu_seconds_total, process_open_fds, process_max_fds
//
// `door` is what the path begins with: rest, taxii, log, operators, or page for all else; so that whoever
// asks cannot make up new series.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "http/server.h"
#include "node/node.h"

namespace comity::api::operators {

// Thread-safe. The node must outlive it.
class Metrics {
  public:
    explicit Metrics(node::Node& node);

    // An answer, when it is made: a few atomic additions.
    void count(const http::Request& request, int status);
    // Whose connections are told of; it must live as long as write() may be called.
    void watch(const http::Server& server) { server_ = &server; }

    // Asks the ledger whether it can write, and for its checkpoint: milliseconds.
    std::string write() const;

    node::Node& node() const { return node_; }

    // Upper bounds of the histogram's buckets, in seconds.
    static constexpr std::array kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                        0.1,    0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

  private:
    struct Latency {
        std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};  // not cumulative
        std::atomic<double> sum{0};
    };

    node::Node& node_;
    std::atomic<const http::Server*> server_{nullptr};
    std::vector<std::atomic<std::uint64_t>> requests_;  // by door, method and status
    std::vector<Latency> latencies_;                    // by door and method
};

}  // namespace comity::api::operators
