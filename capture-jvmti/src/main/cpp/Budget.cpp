#include "Budget.h"

#include <cstdlib>

namespace tracemalloc {

void* Budget::allocate(size_t bytes) {
  if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes > limit_) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    refused_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  void* memory = calloc(1, bytes);
  if (memory == nullptr) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    refused_.store(true, std::memory_order_relaxed);
  }
  return memory;
}

void Budget::release(void* memory, size_t bytes) {
  if (memory != nullptr) {
    free(memory);
    used_.fetch_sub(bytes, std::memory_order_relaxed);
  }
}

}  // namespace tracemalloc
