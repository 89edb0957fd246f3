// Tells when every thread has left what was there before: how tables are taken away while callbacks read them.
#pragma once

#include <atomic>
#include <cstdint>

namespace tracemalloc {

/*
 * Readers count themselves in and out of the current phase, in one of several counters so that threads seldom share a
 * cache line. Who takes something away makes it unreachable, flips the phase and waits for the counters of the old one
 * to drain. As in the writer-reader phaser of HdrHistogram, new readers never delay it.
 */
class Phaser {
 public:
  static constexpr uint32_t kStripes = 64;

  // Counts a reader in; returns what leave() wants back. Never waits.
  uint32_t enter(uint32_t stripe) {
    for (;;) {
      uint32_t phase = phase_.load(std::memory_order_seq_cst);
      readers_[phase & 1][stripe % kStripes].count.fetch_add(1, std::memory_order_seq_cst);
      if (phase_.load(std::memory_order_seq_cst) == phase) {
        return phase;
      }
      leave(phase, stripe);
    }
  }

  void leave(uint32_t phase, uint32_t stripe) {
    readers_[phase & 1][stripe % kStripes].count.fetch_sub(1, std::memory_order_release);
  }

  // Waits for all readers that entered before. One thread at a time, and not a reader itself.
  void awaitReaders();

 private:
  struct alignas(64) Counter {
    std::atomic<uint32_t> count{0};
  };

  std::atomic<uint32_t> phase_{0};
  Counter readers_[2][kStripes];
};

}  // namespace tracemalloc
