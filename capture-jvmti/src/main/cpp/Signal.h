// Wakes the one thread that follows the collections.
#pragma once

#include <pthread.h>

#include <cstdint>

#include "Mutex.h"

namespace tracemalloc {

// Safe for any thread, and at a safepoint: its lock is only ever held for a few instructions.
class Signal {
 public:
  Signal();
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void raise();

  // Waits until it was raised since the last time, at most so long.
  void await(uint32_t millis);

 private:
  Mutex lock_;
  pthread_cond_t raised_;
  // Guarded by lock_.
  bool isRaised_ = false;
};

}  // namespace tracemalloc
