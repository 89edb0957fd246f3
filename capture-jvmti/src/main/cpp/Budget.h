// Memory with a bound: what the tracer's tables may take, and how much of it they have.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tracemalloc {

// Safe for any thread.
class Budget {
 public:
  // An eighth of the limit is kept for what must still be recorded when the rest is used up.
  explicit Budget(uint64_t limitBytes) : limit_(limitBytes), open_(limitBytes - limitBytes / 8) {}

  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // Zeroed memory; null if that would exceed the limit or the machine has none. Released by the taker.
  void* allocate(size_t bytes);

  void release(void* memory, size_t bytes);

  // Whether only the reserve is left, or something larger than what is left was asked for.
  bool isTight() const { return used() >= open_ || refused_.load(std::memory_order_relaxed); }

  // Whether that much can be taken for what is only of use, leaving most of the limit to what has to be recorded.
  bool spares(size_t bytes) const { return bytes <= limit_ / 16 && used() + bytes <= open_ / 2 && !isTight(); }

  uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const uint64_t limit_;
  const uint64_t open_;
  std::atomic<uint64_t> used_{0};
  std::atomic<bool> refused_{false};
};

}  // namespace tracemalloc
