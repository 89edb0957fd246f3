#include "Index.h"

namespace tracemalloc {

namespace {

constexpr uint32_t kFirstCapacity = 256;

}  // namespace

bool Index::reserve() {
  Table* table = table_.load(std::memory_order_relaxed);
  // At most three quarters full, so that every search meets an empty slot soon; a little more where it cannot grow.
  if (table != nullptr && table->used + 1 <= table->capacity / 4 * 3) {
    return true;
  }
  uint32_t capacity = table == nullptr ? kFirstCapacity : table->capacity * 2;
  void* memory = capacity == 0 ? nullptr : budget_.allocate(bytes(capacity));
  if (memory == nullptr) {
    return table != nullptr && table->used + 1 <= table->capacity / 16 * 15;
  }
  Table* larger = static_cast<Table*>(memory);
  larger->capacity = capacity;
  larger->outgrown = table;
  if (table != nullptr) {
    for (uint32_t i = 0; i < table->capacity; i++) {
      uint64_t slot = table->slots()[i].load(std::memory_order_relaxed);
      if (slot != 0) {
        insert(larger, slot);
      }
    }
  }
  table_.store(larger, std::memory_order_release);
  return true;
}

void Index::put(uint64_t hash, uint32_t number) {
  insert(table_.load(std::memory_order_relaxed), (hash >> 32 << 32) | (static_cast<uint64_t>(number) + 1));
}

void Index::insert(Table* table, uint64_t slot) {
  uint32_t mask = table->capacity - 1;
  uint32_t i = static_cast<uint32_t>(slot >> 32) & mask;
  while (table->slots()[i].load(std::memory_order_relaxed) != 0) {
    i = (i + 1) & mask;
  }
  table->used++;
  table->slots()[i].store(slot, std::memory_order_release);
}

}  // namespace tracemalloc
