// Hash functions: wyhash's multiply-and-fold, which mixes 64 bits in one multiplication.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tracemalloc {

constexpr uint64_t kHashSeed = 0x9E3779B97F4A7C15ull;

inline uint64_t mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a ^ kHashSeed) * (b ^ 0xE7037ED1A0B428DBull);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t hashBytes(const char* bytes, size_t length) {
  uint64_t hash = length;
  while (length >= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    hash = mix(hash, word);
    bytes += 8;
    length -= 8;
  }
  uint64_t rest = 0;
  memcpy(&rest, bytes, length);
  return mix(hash, rest);
}

}  // namespace tracemalloc
