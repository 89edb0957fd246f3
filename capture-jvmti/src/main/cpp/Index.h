// A hash index from keys to the numbers of elements that are kept elsewhere. Lookups take no lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "Budget.h"
#include "Mutex.h"

namespace tracemalloc {

/*
 * field    | read        | write       | guard
 * table_   | any thread  | put         | written under the owner's lock, published with release
 * slots    | any thread  | put         | written once, under the owner's lock, published with release
 *
 * Open addressing; a slot is the upper half of the hash, which also says where it goes, and the number plus 1. A table that was outgrown stays until the end: a
 * reader may still be in it. It misses what was added meanwhile, takes the lock and looks again.
 */
class Index {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit Index(Budget& budget) : budget_(budget) {}

  ~Index() {
    for (Table* table = table_.load(std::memory_order_relaxed); table != nullptr;) {
      Table* outgrown = table->outgrown;
      budget_.release(table, bytes(table->capacity));
      table = outgrown;
    }
  }

  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // The number for which equals(number) holds, among those with this hash.
  template <class Equals>
  uint32_t find(uint64_t hash, Equals equals) const {
    Table* table = table_.load(std::memory_order_acquire);
    if (table == nullptr) {
      return kNone;
    }
    uint32_t mask = table->capacity - 1;
    uint32_t upper = static_cast<uint32_t>(hash >> 32);
    for (uint32_t i = upper & mask;; i = (i + 1) & mask) {
      uint64_t slot = table->slots()[i].load(std::memory_order_acquire);
      if (slot == 0) {
        return kNone;
      }
      uint32_t number = static_cast<uint32_t>(slot) - 1;
      if (slot >> 32 == upper && equals(number)) {
        return number;
      }
    }
  }

  // Makes room for one more; false if there is no memory. One thread at a time.
  bool reserve();

  // Adds a number, for which room was made. One thread at a time.
  void put(uint64_t hash, uint32_t number);

 private:
  struct Table {
    Table* outgrown;
    uint32_t capacity;
    uint32_t used;
    std::atomic<uint64_t>* slots() { return reinterpret_cast<std::atomic<uint64_t>*>(this + 1); }
  };

  static size_t bytes(uint32_t capacity) { return sizeof(Table) + capacity * sizeof(uint64_t); }

  static void insert(Table* table, uint64_t slot);

  Budget& budget_;
  std::atomic<Table*> table_{nullptr};
};

}  // namespace tracemalloc
