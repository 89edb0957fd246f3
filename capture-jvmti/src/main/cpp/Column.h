// A list that grows without ever moving what is in it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "Budget.h"

namespace tracemalloc {

// One thread at a time appends; any thread reads elements whose index it got from a thread that appended them.
template <class T>
class Column {
 public:
  explicit Column(Budget& budget) : budget_(budget) {}

  ~Column() {
    for (uint32_t i = 0; i < kChunks; i++) {
      budget_.release(chunks_[i].load(std::memory_order_relaxed), chunkSize(i) * sizeof(T));
    }
  }

  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  uint32_t size() const { return size_.load(std::memory_order_acquire); }

  // Makes room for one more element, zeroed; null if there is no memory. publish() makes it part of the list.
  T* reserve() {
    uint32_t index = size_.load(std::memory_order_relaxed);
    uint32_t chunk = chunkOf(index);
    if (index > UINT32_MAX - kOffset) {
      return nullptr;
    }
    if (chunks_[chunk].load(std::memory_order_relaxed) == nullptr) {
      void* memory = budget_.allocate(chunkSize(chunk) * sizeof(T));
      if (memory == nullptr) {
        return nullptr;
      }
      chunks_[chunk].store(static_cast<T*>(memory), std::memory_order_release);
    }
    return &(*this)[index];
  }

  // The index of the reserved element.
  uint32_t publish() { return size_.fetch_add(1, std::memory_order_release); }

  T& operator[](uint32_t index) const {
    uint32_t chunk = chunkOf(index);
    return chunks_[chunk].load(std::memory_order_acquire)[index - firstOf(chunk)];
  }

 private:
  // The list doubles in eight steps: with the offset added, the chunk of an index is its highest bit and the three behind.
  static constexpr uint32_t kOffset = 64;
  static constexpr uint32_t kOffsetBit = 6;
  static constexpr uint32_t kChunks = (32 - kOffsetBit) * 8;

  static uint32_t chunkOf(uint32_t index) {
    uint32_t bit = 31u - static_cast<uint32_t>(__builtin_clz(index + kOffset));
    return (bit - kOffsetBit) * 8 + ((index + kOffset) >> (bit - 3) & 7);
  }
  static uint32_t firstOf(uint32_t chunk) {
    return ((8 + chunk % 8) << (chunk / 8 + kOffsetBit - 3)) - kOffset;
  }
  static size_t chunkSize(uint32_t chunk) { return static_cast<size_t>(1) << (chunk / 8 + kOffsetBit - 3); }

  Budget& budget_;
  std::atomic<T*> chunks_[kChunks] = {};
  std::atomic<uint32_t> size_{0};
};

}  // namespace tracemalloc
