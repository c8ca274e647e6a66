// A clock that a test sets. Thread-safe.
#pragma once

#include <atomic>

#include "base/time.h"

namespace comity::testing {

class TestClock final : public Clock {
  public:
    explicit TestClock(Time start = Time::from_seconds(1'760'000'000)) : micros_(start.micros) {}
    Time now() override { return {micros_.load()}; }
    void set(Time time) { micros_ = time.micros; }
    void advance_seconds(std::int64_t s) { micros_ += s * 1'000'000; }

  private:
    std::atomic<std::int64_t> micros_;
};

}  // namespace comity::testing
