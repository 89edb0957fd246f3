// How many blocks a sampled one stands for.
#pragma once

#include <cmath>
#include <cstdint>

namespace tracemalloc {

// A block of s bytes is sampled with probability 1 - exp(-s / interval). At interval 1 every block is.
inline double weightOf(uint64_t blockSize, uint64_t interval) {
  return interval == 1 ? 1.0 : 1.0 / -std::expm1(-static_cast<double>(blockSize) / static_cast<double>(interval));
}

}  // namespace tracemalloc
