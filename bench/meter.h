// A line that counts: passes TCP on to a port on loopback, and says how many bytes have come back from there.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace comity::bench {

class Meter {
  public:
    explicit Meter(std::uint16_t to);  // aborts where it cannot listen
    ~Meter();
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;

    const std::string& url() const { return url_; }
    std::uint64_t received() const { return received_; }  // headers included

  private:
    void serve();
    void pass(int client);

    std::uint16_t to_;
    int listener_ = -1;
    std::string url_;
    std::atomic<std::uint64_t> received_{0};
    std::thread acceptor_;
    std::mutex mutex_;  // guards what follows
    std::vector<std::thread> lines_;
};

}  // namespace comity::bench
