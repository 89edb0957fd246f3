// A small random number generator, one for each thread: xorshift64*.
#pragma once

#include <cstdint>

namespace tracemalloc {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed | 1) {}

  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1Dull;
  }

  // True with probability 1 / 2^shift.
  bool oneIn(uint32_t shift) { return shift == 0 || next() >> (64 - shift) == 0; }

  // One of two numbers, at random so that the mean is the value between them.
  uint64_t between(uint64_t low, uint64_t value, uint64_t high) {
    return next() % (high - low) < value - low ? high : low;
  }

 private:
  uint64_t state_;
};

}  // namespace tracemalloc
