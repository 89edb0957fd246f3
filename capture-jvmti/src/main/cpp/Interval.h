// Mean bytes between samples.
#pragma once

#include <atomic>
#include <cstdint>

namespace tracemalloc {

// The VM's own, before a session and after it.
constexpr uint64_t kVmInterval = 512 * 1024;

/*
 * Fine at first, so that a short program has its samples, too; doubled after so many of them until it is the one that was
 * chosen. Each sample counts for the interval that it was drawn under, so that sums are right on average all the time.
 * Safe for any thread.
 */
class Interval {
 public:
  Interval(uint64_t chosen, bool fineFirst)
      : chosen_(chosen), current_(fineFirst && kFirst < chosen ? kFirst : chosen) {}

  uint64_t current() const { return current_.load(std::memory_order_relaxed); }

  void noteSample() {
    uint64_t seen = current();
    if (seen == chosen_) {
      return;
    }
    uint64_t samples = samples_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (samples % kSamplesEach == 0) {
      uint64_t doubled = kFirst << samples / kSamplesEach;
      uint64_t next = doubled < chosen_ ? doubled : chosen_;
      while (seen < next && !current_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) {
      }
    }
  }

  static constexpr uint64_t kFirst = 8 * 1024;
  static constexpr uint64_t kSamplesEach = 256;

 private:
  const uint64_t chosen_;
  std::atomic<uint64_t> current_;
  std::atomic<uint64_t> samples_{0};
};

}  // namespace tracemalloc
