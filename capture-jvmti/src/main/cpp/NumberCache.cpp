#include "NumberCache.h"

namespace tracemalloc {

namespace {

// Zeroed memory has no key: no number is 0.
uint64_t storedOf(uint32_t number) { return static_cast<uint64_t>(number) + 1; }

}  // namespace

NumberCache::~NumberCache() { budget_.release(entries_.load(std::memory_order_relaxed), kBytes); }

uint32_t NumberCache::find(uint64_t key) const {
  const Entry* entries = entries_.load(std::memory_order_acquire);
  if (entries == nullptr) {
    return kNone;
  }
  const Entry* set = entries + key % kSets * kWays;
  for (uint32_t way = 0; way < kWays; way++) {
    uint64_t number = set[way].number.load(std::memory_order_acquire);
    if (number != 0 && (set[way].folded.load(std::memory_order_relaxed) ^ number) == key) {
      return static_cast<uint32_t>(number - 1);
    }
  }
  return kNone;
}

bool NumberCache::add(uint64_t key, uint32_t added) {
  Entry* entries = made();
  if (entries == nullptr) {
    return false;
  }
  Entry* set = entries + key % kSets * kWays;
  uint64_t folded = set[0].folded.load(std::memory_order_relaxed);
  uint64_t number = set[0].number.load(std::memory_order_acquire);
  if ((folded ^ number) != key) {
    set[1].folded.store(folded, std::memory_order_relaxed);
    set[1].number.store(number, std::memory_order_release);
  }
  set[0].folded.store(key ^ storedOf(added), std::memory_order_relaxed);
  set[0].number.store(storedOf(added), std::memory_order_release);
  return true;
}

NumberCache::Entry* NumberCache::made() {
  Entry* entries = entries_.load(std::memory_order_acquire);
  if (entries != nullptr || !budget_.spares(kBytes)) {
    return entries;
  }
  Entry* added = static_cast<Entry*>(budget_.allocate(kBytes));
  if (added != nullptr && !entries_.compare_exchange_strong(entries, added, std::memory_order_acq_rel)) {
    budget_.release(added, kBytes);
    return entries;
  }
  return added;
}

}  // namespace tracemalloc
