#include "Phaser.h"

#include <ctime>

namespace tracemalloc {

namespace {

constexpr long kPauseNanos = 50 * 1000;

}  // namespace

void Phaser::awaitReaders() {
  uint32_t old = phase_.fetch_add(1, std::memory_order_seq_cst);
  for (Counter& counter : readers_[old & 1]) {
    while (counter.count.load(std::memory_order_acquire) != 0) {
      timespec pause = {0, kPauseNanos};
      nanosleep(&pause, nullptr);
    }
  }
}

}  // namespace tracemalloc
